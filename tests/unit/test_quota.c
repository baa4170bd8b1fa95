#include "common/quota.h"

#include <stdio.h>

#include "tests/cases.h"

#define STEPS_MAX 12

/* clang-format off */
/* What is said, and when; the answers of all as one text: + taken, - refused. */
static struct quota_case {
	const char *name;
	uint32_t    rate;
	struct { uint32_t agency; int64_t mono_ms; uint32_t entries; } steps[STEPS_MAX];
	const char *want;
} cases[] = {
	{"a second's worth at once, and no more", 3,
	    {{0, 5, 1}, {0, 5, 1}, {0, 5, 1}, {0, 5, 1}}, "+++-"},
	{"after that as fast as the rate, to the millisecond", 4,
	    {{0, 1000, 4}, {0, 1000, 1}, {0, 1249, 1}, {0, 1250, 1}, {0, 1250, 1}, {0, 1499, 1},
		{0, 1500, 1}}, "+--+--+"},
	{"at the beginning of time", 2, {{0, 0, 2}, {0, 0, 1}, {0, 499, 1}, {0, 500, 1}}, "+--+"},
	{"what was refused does not count", 1,
	    {{0, 0, 1}, {0, 0, 500}, {0, 999, 500}, {0, 1000, 500}, {0, 1001, 1}}, "+--+-"},
	{"a large message runs over and is waited for", 100,
	    {{0, 0, 500}, {0, 1000, 1}, {0, 4009, 1}, {0, 4010, 1}}, "+--+"},
	{"500 entries get through at the lowest rate", 1,
	    {{0, 0, 500}, {0, 499999, 500}, {0, 500000, 500}, {0, 500000, 1}}, "+-+-"},
	{"500 entries get through among small ones", 10,
	    {{0, 0, 10}, {0, 99, 500}, {0, 100, 500}, {0, 200, 1}, {0, 50099, 1},
		{0, 50100, 1}}, "+-+--+"},
	{"silence gives no more than a second's worth", 2,
	    {{0, 0, 1}, {0, 3600000, 1}, {0, 3600000, 1}, {0, 3600000, 1}}, "+++-"},
	{"each agency for itself", 1,
	    {{7, 0, 1}, {7, 0, 1}, {3, 0, 1}, {9, 0, 1}, {3, 0, 1}, {7, 1000, 1},
		{9, 999, 1}}, "+-++-+-"},
	{"the highest rate and the latest moment", QUOTA_RATE_MAX,
	    {{0, INT64_MAX - 1, 500}, {0, INT64_MAX - 1, QUOTA_RATE_MAX - 501},
		{0, INT64_MAX - 1, 1},
		{0, INT64_MAX - 1, 1}, {0, INT64_MAX, 500}, {0, INT64_MAX, 1000}}, "+++-++"},
};
/* clang-format on */

static void
check(void **state)
{
	const struct quota_case *c = *state;
	struct quota             q = {0};
	char                     got[STEPS_MAX + 1] = "";

	for (size_t i = 0; i < STEPS_MAX && c->steps[i].entries > 0; i++)
		got[i] = quota_take(&q, c->steps[i].agency, c->steps[i].entries, c->rate,
			     c->steps[i].mono_ms)
		    ? '+'
		    : '-';
	assert_string_equal(got, c->want);
	quota_reset(&q);
}

/* Whoever asks a thousand times a second for a minute gets the rate and the first second. */
static void
the_rate_holds_in_the_long_run(void **state)
{
	struct quota q = {0};
	uint32_t     taken = 0;

	(void)state;
	for (int64_t ms = 0; ms < 60000; ms++)
		taken += quota_take(&q, 0, 1, 70, 12345 + ms);
	assert_in_range(taken, 60 * 70 + 69, 61 * 70);
	quota_reset(&q);
}

static void
a_reset_forgets(void **state)
{
	struct quota q = {0};

	(void)state;
	assert_true(quota_take(&q, 2, 500, 1, 0));
	assert_false(quota_take(&q, 2, 1, 1, 0));
	quota_reset(&q);
	assert_true(quota_take(&q, 2, 1, 1, 0));
	quota_reset(&q);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 2];
	size_t            n = 0;

	CASES_ADD(tests, n, cases, check);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_rate_holds_in_the_long_run);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_reset_forgets);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
