#include "cli/moment.h"

#include "core/calendar.h"
#include "tests/cases.h"

#define CHINA 480 /* minutes */

/* clang-format off */
static struct parse_case {
	const char      *name, *value;
	enum moment_kind want; /* MOMENT_NONE: refused */
	const char      *day;
	int              minute;
} parse_cases[] = {
	{"a day", "2026-06-30", MOMENT_TIME, "2026-06-30", -1},
	{"a leap day", "2024-02-29", MOMENT_TIME, "2024-02-29", -1},
	{"a minute", "2026-06-30T09:30", MOMENT_TIME, "2026-06-30", 570},
	{"the first minute", "2026-06-30T00:00", MOMENT_TIME, "2026-06-30", 0},
	{"the last minute", "2026-06-30T23:59", MOMENT_TIME, "2026-06-30", 1439},
	{"a position", "1774951200123-4", MOMENT_POSITION, NULL, 0},
	{"a day that does not exist", "2026-02-29", MOMENT_NONE, NULL, 0},
	{"a month", "2026-06", MOMENT_NONE, NULL, 0},
	{"hour 24", "2026-06-30T24:00", MOMENT_NONE, NULL, 0},
	{"minute 60", "2026-06-30T09:60", MOMENT_NONE, NULL, 0},
	{"one digit of an hour", "2026-06-30T9:30", MOMENT_NONE, NULL, 0},
	{"an hour alone", "2026-06-30T09", MOMENT_NONE, NULL, 0},
	{"seconds", "2026-06-30T09:30:00", MOMENT_NONE, NULL, 0},
	{"an offset", "2026-06-30T09:30Z", MOMENT_NONE, NULL, 0},
	{"a blank for the T", "2026-06-30 09:30", MOMENT_NONE, NULL, 0},
	{"a blank behind", "2026-06-30 ", MOMENT_NONE, NULL, 0},
	{"a colon that is none", "2026-06-30T09.30", MOMENT_NONE, NULL, 0},
	{"a sign in the minutes", "2026-06-30T09:+3", MOMENT_NONE, NULL, 0},
	{"a bad day with a time", "2026-13-30T09:30", MOMENT_NONE, NULL, 0},
	{"a position without its end", "1774951200123-", MOMENT_NONE, NULL, 0},
	{"milliseconds alone", "1774951200123", MOMENT_NONE, NULL, 0},
	{"a word", "yesterday", MOMENT_NONE, NULL, 0},
};

static struct span_case {
	const char *name, *value;
	int         offset_min;
	const char *first, *last; /* in UTC */
	const char *day;          /* at that offset */
} span_cases[] = {
	{"a day of China", "2026-06-30", CHINA, "2026-06-29T16:00:00.000Z", "2026-06-30T15:59:59.999Z", "2026-06-30"},
	{"a day behind UTC", "2026-06-30", -660, "2026-06-30T11:00:00.000Z", "2026-07-01T10:59:59.999Z", "2026-06-30"},
	{"a minute", "2026-06-30T09:30", CHINA, "2026-06-30T01:30:00.000Z", "2026-06-30T01:30:59.999Z", "2026-06-30"},
	{"the last minute of a day", "2026-06-30T23:59", CHINA, "2026-06-30T15:59:00.000Z", "2026-06-30T15:59:59.999Z", "2026-06-30"},
	{"a position just before midnight", "1782835199999-7", CHINA, "2026-06-30T15:59:59.999Z", "2026-06-30T15:59:59.999Z", "2026-06-30"},
	{"a position at midnight", "1782835200000-0", CHINA, "2026-06-30T16:00:00.000Z", "2026-06-30T16:00:00.000Z", "2026-07-01"},
};
/* clang-format on */

static void
check_parse(void **state)
{
	const struct parse_case *c = *state;
	struct moment            m;
	struct err               err = {0};
	char                     date[CALENDAR_DATE_SIZE], position[POSITION_SIZE];
	int                      rc = moment_parse("as-of", c->value, &m, &err);

	assert_int_equal(rc, c->want == MOMENT_NONE ? -1 : 0);
	assert_int_equal(err.code, c->want == MOMENT_NONE ? ERR_USAGE : ERR_NONE);
	if (c->want == MOMENT_NONE) {
		assert_memory_equal(err.msg, "--as-of: got '", 14);
		return;
	}
	assert_int_equal(m.kind, c->want);
	if (c->want == MOMENT_POSITION) {
		assert_string_equal(position_format(m.position, position), c->value);
		return;
	}
	assert_string_equal(calendar_format_date(m.day, date), c->day);
	assert_int_equal(m.minute, c->minute);
}

static void
check_span(void **state)
{
	const struct span_case *c = *state;
	struct moment           m;
	char                    text[CALENDAR_INSTANT_SIZE], date[CALENDAR_DATE_SIZE];

	assert_int_equal(moment_parse("known-at", c->value, &m, NULL), 0);
	assert_string_equal(
	    calendar_format_utc(moment_start_ms(&m, c->offset_min), text), c->first);
	assert_string_equal(calendar_format_utc(moment_ms(&m, c->offset_min), text), c->last);
	assert_string_equal(calendar_format_date(moment_day(&m, c->offset_min), date), c->day);
}

static void
nothing_is_no_moment(void **state)
{
	struct moment m = {.kind = MOMENT_TIME};

	(void)state;
	assert_int_equal(moment_parse("as-of", NULL, &m, NULL), 0);
	assert_int_equal(m.kind, MOMENT_NONE);
	m.kind = MOMENT_TIME;
	assert_int_equal(moment_parse("as-of", "", &m, NULL), 0);
	assert_int_equal(m.kind, MOMENT_NONE);
}

static void
a_refusal_says_what_is_expected(void **state)
{
	static const struct {
		const char *value, *want;
	} cases[] = {
	    {"2026-02-30", "--as-of: got '2026-02-30', but there is no day 2026-02-30"},
	    {"2026-02-30T09:30", "--as-of: got '2026-02-30T09:30', but there is no day 2026-02-30"},
	    {"1774951200123-4",
		"--as-of: got '1774951200123-4', expected YYYY-MM-DD or YYYY-MM-DDTHH:MM"},
	    {"2026-02-3", "--as-of: got '2026-02-3', expected YYYY-MM-DD or YYYY-MM-DDTHH:MM"},
	};
	struct moment m;
	struct err    err;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(moment_parse_time("as-of", cases[i].value, &m, &err), -1);
		assert_int_equal(err.code, ERR_USAGE);
		assert_string_equal(err.msg, cases[i].want);
	}
	assert_int_equal(moment_parse_time("as-of", "2026-02-28T09:30", &m, &err), 0);
	assert_int_equal(m.kind, MOMENT_TIME);
	assert_int_equal(moment_parse_time("as-of", "", &m, &err), 0);
	assert_int_equal(m.kind, MOMENT_NONE);
}

static void
a_position_beyond_time_is_the_end_of_time(void **state)
{
	struct moment m;

	(void)state;
	assert_int_equal(moment_parse("known-at", "18446744073709551615-0", &m, NULL), 0);
	assert_true(moment_ms(&m, CHINA) == INT64_MAX);
	assert_int_equal(moment_day(&m, CHINA), INT32_MAX);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(parse_cases) + COUNT(span_cases) + 3];
	size_t            n = 0;

	CASES_ADD(tests, n, parse_cases, check_parse);
	CASES_ADD(tests, n, span_cases, check_span);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(nothing_is_no_moment);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_refusal_says_what_is_expected);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_position_beyond_time_is_the_end_of_time);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
