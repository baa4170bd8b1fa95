/*
 * Pauses between tries: doubling, bounded, spread.
 */
#include "tests/cases.h"

#include <stdbool.h>

#include "common/backoff.h"

static void
pauses_double_up_to_the_limit_give_or_take_a_quarter(void **state)
{
	static const int64_t middle[] = {50, 100, 200, 400, 800, 1000, 1000, 1000};
	struct backoff       b;

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		backoff_init(&b, 1000, seed);
		for (size_t i = 0; i < COUNT(middle); i++)
			assert_in_range(
			    backoff_next(&b), middle[i] - middle[i] / 4, middle[i] + middle[i] / 4);
	}
}

/* "0.2 s at first, doubled each time to at most 5 s" */
static void
messages_are_sent_again_as_the_protocol_says(void **state)
{
	static const int64_t middle[] = {200, 400, 800, 1600, 3200, 4000, 4000};
	struct backoff       b;

	(void)state;
	for (uint64_t seed = 0; seed < 200; seed++) {
		backoff_init_resend(&b, seed);
		for (size_t i = 0; i < COUNT(middle); i++)
			assert_in_range(
			    backoff_next(&b), middle[i] - middle[i] / 4, middle[i] + middle[i] / 4);
		backoff_reset(&b);
		assert_in_range(backoff_next(&b), 150, 250);
	}
}

static void
a_success_starts_over(void **state)
{
	struct backoff b;

	(void)state;
	backoff_init(&b, 1000, 7);
	for (int i = 0; i < 10; i++)
		backoff_next(&b);
	backoff_reset(&b);
	assert_in_range(backoff_next(&b), 38, 62);
}

/* Two hundred programs that lost one server must not come back as one. */
static void
pauses_differ_between_programs(void **state)
{
	bool   seen[1251] = {false};
	size_t different = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct backoff b;
		int64_t        pause = 0;

		backoff_init(&b, 1000, seed * 1000003);
		for (int i = 0; i < 6; i++)
			pause = backoff_next(&b);
		assert_in_range(pause, 750, 1250);
		different += !seen[pause];
		seen[pause] = true;
	}
	assert_in_range(different, 100, 200);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pauses_double_up_to_the_limit_give_or_take_a_quarter),
	    cmocka_unit_test(messages_are_sent_again_as_the_protocol_says),
	    cmocka_unit_test(a_success_starts_over),
	    cmocka_unit_test(pauses_differ_between_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
