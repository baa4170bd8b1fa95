#include "cli/input.h"

#include <stdlib.h>

#include "cli/language.h"
#include "tests/cases.h"

/* clang-format off */
static struct moment_case {
	const char *name, *word;
	int64_t     want; /* -1: refused */
} moment_cases[] = {
	{"moment: milliseconds", "1774951200000", INT64_C(1774951200000)},
	{"moment: zero", "0", 0},
	{"moment: a date is its midnight in UTC", "2026-03-31", INT64_C(1774915200000)},
	{"moment: date and minutes", "2026-03-31T10:00", INT64_C(1774951200000)},
	{"moment: seconds and Z", "2026-03-31T10:00:01Z", INT64_C(1774951201000)},
	{"moment: an offset", "2026-03-31T18:00+08:00", INT64_C(1774951200000)},
	{"moment: a date with an offset", "2026-03-31+08:00", INT64_C(1774886400000)},
	{"moment: a day that does not exist", "2026-02-29", -1},
	{"moment: hour 24", "2026-03-31T24:00", -1},
	{"moment: minute 60", "2026-03-31T23:60", -1},
	{"moment: a blank for the T", "2026-03-31 10:00", -1},
	{"moment: one digit", "2026-03-31T9:00", -1},
	{"moment: no minutes", "2026-03-31T09", -1},
	{"moment: something behind", "2026-03-31T09:00Zx", -1},
	{"moment: an empty offset", "2026-03-31T09:00+", -1},
	{"moment: below zero", "-5", -1},
	{"moment: nothing", "", -1},
	{"moment: sixteen digits", "1774951200000000", -1},
};

static struct percent_case {
	const char *name, *word;
	int32_t     want; /* -1: refused */
} percent_cases[] = {
	{"percent: whole", "40", 4000},
	{"percent: two decimals", "62.55", 6255},
	{"percent: zero", "0", 0},
	{"percent: hundred", "100", 10000},
	{"percent: a hundredth", "0.01", 1},
	{"percent: three decimals", "40.001", -1},
	{"percent: above hundred", "100.01", -1},
	{"percent: below zero", "-1", -1},
	{"percent: nothing", "", -1},
	{"percent: a sign behind", "40%", -1},
	{"percent: two points", "4.0.1", -1},
	{"percent: hexadecimal", "0x10", -1},
	{"percent: not a number", "nan", -1},
};

static struct json_case {
	const char *name, *json;
	const char *want_err; /* NULL: it is read */
} json_cases[] = {
	{"json: the least a report needs", "{\"task\":1,\"state\":\"in_progress\",\"percent\":1.5}", NULL},
	{"json: a withdrawal needs no state", "{\"task\":1,\"action\":\"withdraw\"}", NULL},
	{"json: a percent of null is missing", "{\"task\":1,\"state\":\"in_progress\",\"percent\":null}", "percent: missing"},
	{"json: an empty action is a report", "{\"task\":1,\"action\":\"\",\"state\":\"completed\",\"percent\":100}", NULL},
	{"json: null is absent", "{\"task\":1,\"state\":\"completed\",\"percent\":100,\"summary\":null}", NULL},
	{"json: at in words", "{\"task\":1,\"action\":\"withdraw\",\"at\":\"2026-03-31\"}", NULL},
	{"json: at in other words", "{\"task\":1,\"action\":\"withdraw\",\"at\":\"yesterday\"}", "at: got 'yesterday', expected milliseconds since 1970 or YYYY-MM-DD[THH:MM[:SS]][Z|+HH:MM]"},
	{"json: not an object", "[1]", "expected a JSON object"},
	{"json: no task", "{\"state\":\"completed\",\"percent\":100}", "task: missing"},
	{"json: task 0", "{\"task\":0}", "task: expected a task number, from 1"},
	{"json: task as text", "{\"task\":\"1\"}", "task: expected a task number, from 1"},
	{"json: task with a fraction", "{\"task\":1.5}", "task: expected a task number, from 1"},
	{"json: no state", "{\"task\":1,\"percent\":100}", "state: missing"},
	{"json: no percent", "{\"task\":1,\"state\":\"completed\"}", "percent: missing"},
	{"json: another state", "{\"task\":1,\"state\":\"done\"}", "state: got 'done', expected not_started, in_progress, blocked or completed"},
	{"json: unreported is not said", "{\"task\":1,\"state\":\"unreported\"}", "state: got 'unreported', expected not_started, in_progress, blocked or completed"},
	{"json: another action", "{\"task\":1,\"action\":\"undo\"}", "action: expected report or withdraw"},
	{"json: percent as text", "{\"task\":1,\"percent\":\"5\"}", "percent: expected a number, 0 to 100, with at most two decimals"},
	{"json: a slip in a key", "{\"task\":1,\"sumary\":\"x\"}", "sumary: no such field of a report"},
	{"json: help is no number", "{\"task\":1,\"help\":1}", "help: expected true or false"},
	{"json: evidence without uri", "{\"task\":1,\"evidence\":[{\"title\":\"x\"}]}", "evidence.uri: expected a string"},
	{"json: evidence is no object", "{\"task\":1,\"evidence\":[\"x\"]}", "evidence.title: expected a string"},
	{"json: at below zero", "{\"task\":1,\"at\":-1}", "at: below 0"},
};

/* The environment, "NAME=value" or NULL, and what it chooses. */
static struct language_case {
	const char   *name, *lc_all, *lc_messages, *lang, *flag;
	int           want; /* -1: refused */
} language_cases[] = {
	{"language: nothing set", NULL, NULL, NULL, NULL, LANGUAGE_EN},
	{"language: LANG", NULL, NULL, "zh_CN.UTF-8", NULL, LANGUAGE_ZH},
	{"language: LC_MESSAGES before LANG", NULL, "en_US.UTF-8", "zh_CN.UTF-8", NULL, LANGUAGE_EN},
	{"language: LC_ALL before all", "zh_TW.UTF-8", "en_US.UTF-8", "en_US.UTF-8", NULL, LANGUAGE_ZH},
	{"language: empty is not set", "", "", "zh_CN.UTF-8", NULL, LANGUAGE_ZH},
	{"language: the flag before the locale", "zh_CN.UTF-8", NULL, NULL, "en", LANGUAGE_EN},
	{"language: the flag, Chinese", NULL, NULL, "C", "zh", LANGUAGE_ZH},
	{"language: another flag", NULL, NULL, NULL, "de", -1},
};
/* clang-format on */

static void
check_moment(void **state)
{
	const struct moment_case *c = *state;
	struct err                err = {0};
	int64_t                   got = 0;
	int                       rc = input_moment("--at", text_of(c->word), &got, &err);

	assert_int_equal(rc, c->want < 0 ? -1 : 0);
	assert_int_equal(err.code, c->want < 0 ? ERR_INPUT : ERR_NONE);
	assert_memory_equal(err.msg, c->want < 0 ? "--at: got '" : "", c->want < 0 ? 11 : 1);
	if (c->want >= 0)
		assert_int_equal(got, c->want);
}

static void
check_percent(void **state)
{
	const struct percent_case *c = *state;
	struct err                 err = {0};
	uint32_t                   got = 0;
	int                        rc = input_percent("--percent", c->word, &got, &err);

	assert_int_equal(rc, c->want < 0 ? -1 : 0);
	assert_memory_equal(err.msg, c->want < 0 ? "--percent: got '" : "", c->want < 0 ? 16 : 1);
	if (c->want >= 0)
		assert_int_equal(got, c->want);
}

static void
check_json(void **state)
{
	const struct json_case *c = *state;
	json_t                 *object = json_loads(c->json, 0, NULL);
	struct report           r;
	struct err              err = {0};
	int                     rc;

	assert_non_null(object);
	rc = input_report(object, 5, &r, &err);
	assert_string_equal(err.msg, c->want_err == NULL ? "" : c->want_err);
	assert_int_equal(rc, c->want_err == NULL ? 0 : -1);
	json_decref(object);
}

static void
set(const char *name, const char *value)
{
	if (value == NULL)
		unsetenv(name);
	else
		setenv(name, value, 1);
}

static void
check_language(void **state)
{
	const struct language_case *c = *state;
	enum language               got = LANGUAGE_EN;
	int                         rc;

	set("LC_ALL", c->lc_all);
	set("LC_MESSAGES", c->lc_messages);
	set("LANG", c->lang);
	rc = language_choose(c->flag, &got, NULL);
	assert_int_equal(rc, c->want < 0 ? -1 : 0);
	if (c->want >= 0)
		assert_int_equal(got, c->want);
}

#define ROWS                                                                                       \
	(COUNT(moment_cases) + COUNT(percent_cases) + COUNT(json_cases) + COUNT(language_cases))

int
main(void)
{
	struct CMUnitTest tests[ROWS];
	size_t            n = 0;

	CASES_ADD(tests, n, moment_cases, check_moment);
	CASES_ADD(tests, n, percent_cases, check_percent);
	CASES_ADD(tests, n, json_cases, check_json);
	CASES_ADD(tests, n, language_cases, check_language);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
