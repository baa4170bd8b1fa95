#include "cli/language.h"

#include "tests/cases.h"

/* clang-format off */
static struct reason_case {
	const char      *name;
	struct judgement judgement;
	const char      *en, *zh;
} reasons[] = {
	{"nothing to say", {LIGHT_GREEN, REASON_NONE}, "", ""},
	{"behind", {LIGHT_YELLOW, REASON_BEHIND}, "behind schedule", "进度滞后"},
	{"behind, far", {LIGHT_RED, REASON_BEHIND}, "behind schedule", "进度滞后"},
	{"red for its red tasks", {LIGHT_RED, REASON_RED_TASKS}, "too many red tasks", "红灯任务过多"},
	{"yellow for a red task", {LIGHT_YELLOW, REASON_RED_TASKS}, "some tasks are red", "有红灯任务"},
};

static struct share_case {
	const char *name;
	uint32_t    red, included, limit;
	const char *en, *zh;
} shares[] = {
	{"a share is floored", 33, 103, 20, "32% of the tasks are red (33 of 103, 20% or more)",
	    "红灯任务占比 32%（33/103，≥20%）"},
	{"all", 4000000000, 4000000000, 100,
	    "100% of the tasks are red (4000000000 of 4000000000, 100% or more)",
	    "红灯任务占比 100%（4000000000/4000000000，≥100%）"},
	{"none of none", 0, 0, 0, "0% of the tasks are red (0 of 0, 0% or more)",
	    "红灯任务占比 0%（0/0，≥0%）"},
};
/* clang-format on */

static void
check_reason(void **state)
{
	const struct reason_case *c = *state;

	assert_string_equal(language_reason_of(LANGUAGE_EN, c->judgement), c->en);
	assert_string_equal(language_reason_of(LANGUAGE_ZH, c->judgement), c->zh);
}

static void
check_share(void **state)
{
	const struct share_case *c = *state;
	const char              *want[LANGUAGES] = {[LANGUAGE_EN] = c->en, [LANGUAGE_ZH] = c->zh};

	for (enum language l = 0; l < LANGUAGES; l++) {
		struct buf out = {0};

		language_red_share(&out, l, c->red, c->included, c->limit);
		buf_add(&out, "", 1);
		assert_string_equal(out.at, want[l]);
		buf_fini(&out);
	}
}

static void
a_language_that_is_none_is_shown_safely(void **state)
{
	enum language l = LANGUAGE_ZH;
	struct err    e = {0};

	(void)state;
	assert_int_equal(language_choose("\033[2J", &l, &e), -1);
	assert_string_equal(e.msg, "--lang: got '\\x1b[2J', expected zh or en");
	assert_int_equal(e.code, ERR_USAGE);
	assert_int_equal(l, LANGUAGE_ZH);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(reasons) + COUNT(shares) + 1] = {
	    cmocka_unit_test(a_language_that_is_none_is_shown_safely),
	};
	size_t n = 1;

	CASES_ADD(tests, n, reasons, check_reason);
	CASES_ADD(tests, n, shares, check_share);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
