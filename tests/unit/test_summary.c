#include "core/summary.h"

#include "tests/cases.h"

static struct percent_case {
	const char   *name;
	struct figure figure;
	int32_t       want; /* basis points; -1: null */
} percents[] = {
    {"nothing counts: null, never 0", {0, 0, 0, 0}, -1},
    {"nobody has begun: 0", {0, 3, 3, 0}, 0},
    {"the mean of 50, 100, 0 and 25", {17500, 4, 4, 3}, 4375},
    {"the mean of 50, 100 and 25 is floored", {17500, 3, 3, 3}, 5833},
    {"a floor of 0 that hides something shows 0.01", {1, 3, 3, 1}, 1},
    {"so does a num that a floor has made 0", {0, 1, 1, 1}, 1},
    {"all done is 100", {30000, 3, 3, 3}, 10000},
    {"a basis point short of all done is not 100", {29999, 3, 3, 3}, 9999},
    {"the largest plan", {UINT64_C(10000) * 1000 * 10000, UINT64_C(10000) * 1000, 10000, 10000},
	10000},
};

static void
check_percent(void **state)
{
	const struct percent_case *c = *state;

	assert_int_equal(summary_percent(&c->figure), c->want);
}

static struct name_case {
	const char     *name;
	bool            known;
	enum task_state want;
} names[] = {
    {"verified", true, TASK_VERIFIED},
    {"completed", true, TASK_COMPLETED},
    {"in_progress", true, TASK_IN_PROGRESS},
    {"blocked", true, TASK_BLOCKED},
    {"not_started", true, TASK_NOT_STARTED},
    {"unreported", true, TASK_UNREPORTED},
    {"suspended", true, TASK_SUSPENDED},
    {"cancelled", true, TASK_CANCELLED},
    {"Verified", false, TASK_VERIFIED},
    {"verified ", false, TASK_VERIFIED},
    {"verifie", false, TASK_VERIFIED},
    {"", false, TASK_VERIFIED},
};

static void
check_name(void **state)
{
	const struct name_case *c = *state;
	enum task_state         got = TASK_STATES;

	assert_int_equal(task_state_parse(text_of(c->name), &got), c->known);
	assert_int_equal(got, c->known ? c->want : TASK_STATES);
	if (c->known)
		assert_string_equal(task_state_name(c->want), c->name);
}

static struct light_case {
	const char *name;
	bool        known;
	enum light  want;
} lights[] = {
    {"grey", true, LIGHT_GREY},
    {"blue", true, LIGHT_BLUE},
    {"green", true, LIGHT_GREEN},
    {"yellow", true, LIGHT_YELLOW},
    {"red", true, LIGHT_RED},
    {"gray", false, LIGHT_GREY},
    {"Red", false, LIGHT_GREY},
    {"re", false, LIGHT_GREY},
    {"redd", false, LIGHT_GREY},
    {"", false, LIGHT_GREY},
};

static void
check_light(void **state)
{
	const struct light_case *c = *state;
	enum light               got = LIGHTS;

	assert_int_equal(light_parse(text_of(c->name), &got), c->known);
	assert_int_equal(got, c->known ? c->want : LIGHTS);
	if (c->known)
		assert_string_equal(light_name(c->want), c->name);
}

static struct reason_case {
	const char       *name;
	bool              known;
	enum light_reason want;
} reasons[] = {
    {"cancelled", true, REASON_CANCELLED},
    {"suspended", true, REASON_SUSPENDED},
    {"verified", true, REASON_VERIFIED},
    {"completed", true, REASON_COMPLETED},
    {"overdue", true, REASON_OVERDUE},
    {"unreported", true, REASON_UNREPORTED},
    {"behind", true, REASON_BEHIND},
    {"missed_periods", true, REASON_MISSED_PERIODS},
    {"missed_period", true, REASON_MISSED_PERIOD},
    {"blocked", true, REASON_BLOCKED},
    {"stale", true, REASON_STALE},
    {"empty", true, REASON_EMPTY},
    {"red_tasks", true, REASON_RED_TASKS},
    {"missed", false, REASON_NONE},
    {"Behind", false, REASON_NONE},
    {"", false, REASON_NONE},
};

static void
check_reason(void **state)
{
	const struct reason_case *c = *state;
	enum light_reason         got = REASONS;

	assert_int_equal(light_reason_parse(text_of(c->name), &got), c->known);
	assert_int_equal(got, c->known ? c->want : REASONS);
	if (c->known)
		assert_string_equal(light_reason_name(c->want), c->name);
}

static void
green_has_no_reason_to_name(void **state)
{
	(void)state;
	assert_string_equal(light_reason_name(REASON_NONE), "");
}

int
main(void)
{
	struct CMUnitTest
	       tests[COUNT(percents) + COUNT(names) + COUNT(lights) + COUNT(reasons) + 1];
	size_t n = 0;

	CASES_ADD(tests, n, percents, check_percent);
	CASES_ADD(tests, n, names, check_name);
	CASES_ADD(tests, n, lights, check_light);
	CASES_ADD(tests, n, reasons, check_reason);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(green_has_no_reason_to_name);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
