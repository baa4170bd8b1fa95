#include "core/explain.h"

#include "tests/unit/explain_plan.h"

static void
assert_addend(const struct explanation *x, uint32_t i, int64_t cost, int64_t points)
{
	assert_int_equal(x->addends[i].why, EXPLAIN_COUNTS);
	assert_int_equal(x->addends[i].cost, cost);
	assert_int_equal(x->addends[i].points, points);
}

/* Percent 43.75, expected 49.58: 4 × 0.42, 50.42, −49.58 and −24.58 points, of which the
 * first two get the hundredths that the floors leave over. */
static void
points_add_up_to_the_gap_exactly(void **state)
{
	struct rollup     *r = rollup_on(real, "2026-06-30");
	struct explanation x;

	(void)state;
	say(r, "jco", 103, 5000, "2026-06-30", "2026-06-30");
	say(r, "jco", 104, 10000, "2026-06-30", "2026-06-30");
	say(r, "jco", 106, 2500, "2026-06-30", "2026-06-30");
	take_apart(r, "chapter/7", &x);
	assert_int_equal(x.count, 4);
	assert_int_equal(x.summary.gap, -583);
	assert_addend(&x, 0, 42, 11);
	assert_addend(&x, 1, 5042, 1261);
	assert_addend(&x, 2, -4958, -1240);
	assert_addend(&x, 3, -2458, -615);
	assert_true(explanation_adds_up(&x));
	explanation_fini(&x);
	rollup_free(r);
}

static void
what_costs_the_most_comes_first(void **state)
{
	static const uint32_t want[] = {2, 3, 0, 1};
	struct rollup        *r = rollup_on(real, "2026-06-30");
	struct explanation    x;

	(void)state;
	say(r, "jco", 103, 5000, "2026-06-30", "2026-06-30");
	say(r, "jco", 104, 10000, "2026-06-30", "2026-06-30");
	say(r, "jco", 106, 2500, "2026-06-30", "2026-06-30");
	take_apart(r, "chapter/7", &x);
	assert_int_equal(x.cost_count, 4);
	for (uint32_t i = 0; i < 4; i++)
		assert_int_equal(x.costs[i], want[i]);
	explanation_fini(&x);
	rollup_free(r);
}

static void
a_cancelled_task_is_no_addend(void **state)
{
	struct rollup     *r = rollup_on(real, "2026-06-30");
	struct explanation x;

	(void)state;
	say(r, "jco", 103, 5000, "2026-06-30", "2026-06-30");
	rule(r, 105, REPORT_CANCELLED, "2026-05-01");
	take_apart(r, "chapter/7", &x);
	assert_int_equal(x.addends[2].why, EXPLAIN_CANCELLED);
	assert_int_equal(x.addends[2].points, 0);
	assert_int_equal(x.cost_count, 3);
	assert_int_equal(x.figure.den, 3);
	assert_int_equal(x.figure.num, 5000);
	assert_int_equal(x.expected_num, 3 * 4958);
	assert_true(explanation_adds_up(&x));
	explanation_fini(&x);
	take_apart(r, "task/105", &x);
	assert_int_equal(x.cost_count, 0);
	assert_true(explanation_adds_up(&x));
	explanation_fini(&x);
	rollup_free(r);
}

static void
a_weight_counts_in_the_cost(void **state)
{
	struct rollup     *r = rollup_on(small, "2026-06-30");
	struct explanation x;

	(void)state;
	say(r, "a", 1, 5958, "2026-06-30", "2026-06-30");
	take_apart(r, "overall", &x);
	assert_int_equal(x.addends[0].cost, 3 * 1000);
	assert_int_equal(x.addends[1].cost, -4958);
	assert_int_equal(x.addends[2].cost, -10000);
	assert_int_equal(x.figure.den, 5);
	assert_true(explanation_adds_up(&x));
	explanation_fini(&x);
	rollup_free(r);
}

static void
an_agency_has_three_sums(void **state)
{
	struct rollup     *r = rollup_on(small, "2026-06-30");
	struct explanation x;

	(void)state;
	say(r, "a", 1, 3000, "2026-06-30", "2026-06-30");
	say(r, "a", 2, 4000, "2026-06-30", "2026-06-30");
	say(r, "b", 2, 10000, "2026-06-30", "2026-06-30");
	say(r, "b", 1, 600, "2026-06-30", "2026-06-30");
	take_apart(r, "agency/a", &x);
	assert_int_equal(x.figure.num, 3 * 3000 + 4000);
	assert_int_equal(x.lead.num, 3 * 3000 + 7000);
	assert_int_equal(x.participant.den, 0);
	assert_true(explanation_adds_up(&x));
	explanation_fini(&x);
	take_apart(r, "agency/b", &x);
	assert_int_equal(x.figure.num, 3 * 600 + 10000);
	assert_int_equal(x.figure.den, 4);
	assert_int_equal(x.lead.den, 0);
	assert_int_equal(x.participant.num, 3 * 600 + 10000);
	assert_int_equal(x.addends[0].whole, 3000);
	assert_int_equal(x.addends[0].percent, 600);
	assert_true(explanation_adds_up(&x));
	explanation_fini(&x);
	rollup_free(r);
}

static void
a_membership_that_is_over_is_no_addend(void **state)
{
	struct rollup     *r = rollup_on(small, "2026-07-01");
	struct explanation x;

	(void)state;
	say(r, "b", 2, 10000, "2026-06-30", "2026-06-30");
	take_apart(r, "agency/b", &x);
	assert_int_equal(x.count, 2);
	assert_int_equal(x.addends[0].why, EXPLAIN_COUNTS);
	assert_int_equal(x.addends[1].why, EXPLAIN_NOT_IN_FORCE);
	assert_int_equal(x.figure.den, 3);
	assert_true(explanation_adds_up(&x));
	explanation_fini(&x);
	rollup_free(r);
}

static void
a_percent_that_a_floor_hides_is_raised(void **state)
{
	struct rollup     *r = rollup_on(real, "2026-01-01");
	struct explanation x;

	(void)state;
	say(r, "sta", 17, 1, "2026-01-01", "2026-01-01");
	take_apart(r, "overall", &x);
	assert_int_equal(explain_floor(&x.figure), 0);
	assert_int_equal(summary_percent(&x.figure), 1);
	assert_true(explanation_adds_up(&x));
	explanation_fini(&x);
	rollup_free(r);
}

static void
sums_that_are_off_are_noticed(void **state)
{
	struct rollup     *r = rollup_on(real, "2026-06-30");
	struct explanation x;

	(void)state;
	say(r, "cnipa", 1, 4000, "2026-06-30", "2026-06-30");
	take_apart(r, "agency/cnipa", &x);
	assert_true(explanation_adds_up(&x));
	x.summary.figure.num++;
	assert_false(explanation_adds_up(&x));
	x.summary.figure.num--;
	x.summary.lead.above_zero++;
	assert_false(explanation_adds_up(&x));
	x.summary.lead.above_zero--;
	x.summary.expected++;
	assert_false(explanation_adds_up(&x));
	x.summary.expected--;
	x.addends[0].points++;
	assert_false(explanation_adds_up(&x));
	explanation_fini(&x);
	rollup_free(r);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(points_add_up_to_the_gap_exactly),
	    cmocka_unit_test(what_costs_the_most_comes_first),
	    cmocka_unit_test(a_cancelled_task_is_no_addend),
	    cmocka_unit_test(a_weight_counts_in_the_cost),
	    cmocka_unit_test(an_agency_has_three_sums),
	    cmocka_unit_test(a_membership_that_is_over_is_no_addend),
	    cmocka_unit_test(a_percent_that_a_floor_hides_is_raised),
	    cmocka_unit_test(sums_that_are_off_are_noticed),
	};

	return cmocka_run_group_tests(tests, read_plans, free_plans);
}
