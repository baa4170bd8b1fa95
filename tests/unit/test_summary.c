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

int
main(void)
{
	struct CMUnitTest tests[COUNT(percents) + COUNT(names)];
	size_t            n = 0;

	CASES_ADD(tests, n, percents, check_percent);
	CASES_ADD(tests, n, names, check_name);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
