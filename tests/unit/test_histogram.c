#include "cli/histogram.h"

#include <stdlib.h>

#include "core/mem.h"
#include "tests/cases.h"

/* clang-format off */
/* Adds first, first + step, ... : count values. */
static struct percentile_case {
	const char *name;
	uint64_t    first, step, count;
	double      percent;
	uint64_t    want_least, want_most;
} cases[] = {
	{"nothing added", 0, 0, 0, 50, 0, 0},
	{"one value is every percentile", 42, 0, 1, 1, 42, 42},
	{"one value, its maximum", 42, 0, 1, 100, 42, 42},
	{"zero counts", 0, 0, 3, 50, 0, 0},
	{"the median of 1 to 100", 1, 1, 100, 50, 50, 50},
	{"the 90th of 1 to 100", 1, 1, 100, 90, 90, 90},
	{"the 99th of 1 to 100", 1, 1, 100, 99, 99, 99},
	{"a share between two ranks goes to the upper", 1, 1, 3, 50, 2, 2},
	{"a tiny share is the least value", 7, 1, 100, 0.001, 7, 7},
	{"exact up to 255", 250, 1, 6, 100, 255, 255},
	{"two by two from 256", 256, 1, 2, 50, 257, 257},
	{"the median of a million", 1, 1, 1000000, 50, 500000, 504000},
	{"the 99th of a million", 1, 1, 1000000, 99, 990000, 998000},
	{"the 99.9th of a million", 1, 1, 1000000, 99.9, 999000, 1000000},
	{"the greatest is exact", 1, 1, 1000003, 100, 1000003, 1000003},
	{"the greatest that is told apart", HISTOGRAM_VALUE_MAX, 0, 1, 50, 1099511627775, 1099511627775},
	{"what is beyond counts as that", UINT64_MAX, 0, 2, 50, 1099511627775, 1099511627775},
	{"an hour in microseconds", 3600000000, 0, 1, 50, 3600000000, 3600000000},
};
/* clang-format on */

static void
check_percentile(void **state)
{
	const struct percentile_case *c = *state;
	struct histogram             *h = mem_zeroed(1, sizeof(*h));
	uint64_t                      got;

	for (uint64_t i = 0; i < c->count; i++)
		histogram_add(h, c->first + i * c->step);
	got = histogram_percentile(h, c->percent);
	assert_in_range(got, c->want_least, c->want_most);
	assert_int_equal(h->count, c->count);
	free(h);
}

/* Each value beside the greatest there is, so that its own maximum does not help. */
static void
every_value_is_kept_to_a_hundredth(void **state)
{
	struct histogram *h = mem_zeroed(1, sizeof(*h));

	(void)state;
	for (uint64_t v = 0; v < HISTOGRAM_VALUE_MAX; v += 1 + v / 97) {
		*h = (struct histogram){0};
		histogram_add(h, v);
		histogram_add(h, HISTOGRAM_VALUE_MAX);
		assert_in_range(histogram_percentile(h, 50), v, v + v / 100);
	}
	free(h);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 1];
	size_t            n = 0;

	CASES_ADD(tests, n, cases, check_percentile);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_value_is_kept_to_a_hundredth);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
