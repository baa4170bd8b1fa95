#include "core/apportion.h"

#include <stdlib.h>

#include "tests/cases.h"

#define PARTS 6

/* clang-format off */
static struct row {
	const char *name;
	size_t      n;
	int64_t     numerators[PARTS];
	int64_t     denominator, total;
	int64_t     want[PARTS];
} rows[] = {
	{"whole parts", 3, {10, 20, 30}, 10, 6, {1, 2, 3}},
	{"equal parts of 100", 3, {1, 1, 1}, 3, 1, {1, 0, 0}},
	{"equal remainders: the first ones", 4, {1, 1, 1, 1}, 2, 2, {1, 1, 0, 0}},
	{"the largest remainder", 3, {11, 19, 15}, 10, 4, {1, 2, 1}},
	{"the two largest", 3, {11, 19, 15}, 10, 5, {1, 2, 2}},
	{"the textbook's: 47, 16, 15.8, 12, 6.1 and 3.1 of 10", 6, {470, 160, 158, 120, 61, 31}, 100, 10, {5, 2, 1, 1, 1, 0}},
	{"a gap: negative parts", 3, {-5, -15, -10}, 10, -3, {0, -2, -1}},
	{"negative: the floor is further from 0", 2, {-1, -9}, 10, -1, {0, -1}},
	{"of both signs", 3, {25, -25, 5}, 10, 0, {3, -3, 0}},
	{"of both signs, a unit more", 3, {25, -25, 5}, 10, 1, {3, -2, 0}},
	{"the sum's floor", 2, {7, 8}, 10, 1, {0, 1}},
	{"the sum's ceiling", 2, {7, 8}, 10, 2, {1, 1}},
	{"a part of nothing gets nothing", 3, {0, 5, 5}, 10, 1, {0, 1, 0}},
	{"all one more", 3, {10, 10, 10}, 10, 6, {2, 2, 2}},
	{"too much: evenly, then the largest", 3, {11, 19, 15}, 10, 10, {3, 4, 3}},
	{"too little: evenly", 3, {10, 20, 30}, 10, 0, {-1, 0, 1}},
	{"too little by one: the smallest remainder pays", 3, {15, 21, 38}, 10, 5, {1, 1, 3}},
	{"equal, too little by one: the last pays", 3, {10, 20, 30}, 10, 5, {1, 2, 2}},
	{"one part takes it all", 1, {7}, 2, -40, {-40}},
	{"no part", 0, {0}, 1, 5, {0}},
	{"large", 2, {INT64_C(1000000000000000001), INT64_C(1999999999999999999)}, INT64_C(1000000000000000000), 3, {1, 2}},
};
/* clang-format on */

static void
check_row(void **state)
{
	const struct row *c = *state;
	int64_t           got[PARTS] = {0};

	apportion(c->numerators, c->n, c->denominator, c->total, got);
	for (size_t i = 0; i < PARTS; i++)
		assert_int_equal(got[i], c->want[i]);
}

/* Between -range and range, from a fixed sequence. */
static int64_t
next_number(uint64_t *seed, int64_t range)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (int64_t)(*seed >> 33) % (2 * range + 1) - range;
}

static int64_t
floor_of(int64_t a, int64_t b)
{
	int64_t q = a / b;

	return q * b > a ? q - 1 : q;
}

static void
shares_of_a_rounded_sum_are_floors_or_one_more_and_add_up(void **state)
{
	enum { MOST = 60 };
	uint64_t seed = 20260331;
	int64_t  numerators[MOST], shares[MOST];

	(void)state;
	for (int round = 0; round < 2000; round++) {
		size_t  n = (size_t)next_number(&seed, MOST / 2 - 1) + MOST / 2;
		int64_t denominator = next_number(&seed, 499) + 500;
		int64_t sum = 0, total;

		for (size_t i = 0; i < n; i++)
			sum += numerators[i] = next_number(&seed, 100000);
		total = floor_of(sum, denominator);
		total += round % 2 == 1 && total * denominator != sum;
		apportion(numerators, n, denominator, total, shares);
		for (size_t i = 0; i < n; i++) {
			assert_in_range(shares[i] - floor_of(numerators[i], denominator), 0, 1);
			total -= shares[i];
		}
		assert_int_equal(total, 0);
	}
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(rows) + 1];
	size_t            n = 0;

	CASES_ADD(tests, n, rows, check_row);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(
	    shares_of_a_rounded_sum_are_floors_or_one_more_and_add_up);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
