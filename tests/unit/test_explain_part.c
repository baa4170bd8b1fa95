#include "core/explain.h"

#include "tests/unit/explain_plan.h"

static struct part_case {
	const char      *name, *today;
	uint32_t         task;
	const char      *agency;
	enum explain_why want;
} parts[] = {
    {"the lead of a lead task counts", "2026-06-30", 1, "a", EXPLAIN_COUNTS},
    {"its participant does not", "2026-06-30", 1, "b", EXPLAIN_PARTICIPANT},
    {"a member counts on its last day", "2026-06-30", 2, "b", EXPLAIN_COUNTS},
    {"and not on the day after", "2026-07-01", 2, "b", EXPLAIN_NOT_IN_FORCE},
    {"one that is to come does not", "2026-06-30", 2, "c", EXPLAIN_NOT_IN_FORCE},
    {"and does from its first day", "2026-07-01", 2, "c", EXPLAIN_COUNTS},
};

static void
check_part(void **state)
{
	const struct part_case *c = *state;
	struct rollup          *r = rollup_on(small, c->today);

	assert_int_equal(explain_part(r, obligation_of(small, c->task, c->agency)), c->want);
	rollup_free(r);
}

static struct mean_case {
	const char             *name;
	enum report_disposition ruling;
	uint32_t                a, b; /* percents on task 2 */
	struct explain_mean     want;
} means[] = {
    {"the mean of two is floored", REPORT_OPEN, 10000, 3333, {13333, 2, 6666, 6666}},
    {"verified is all of it", REPORT_VERIFIED, 10000, 3333, {13333, 2, 6666, 10000}},
    {"returned is a hundredth short", REPORT_RETURNED, 10000, 10000, {20000, 2, 10000, 9999}},
    {"returned leaves less alone", REPORT_RETURNED, 10000, 0, {10000, 2, 5000, 5000}},
    {"suspended leaves it alone", REPORT_SUSPENDED, 10000, 10000, {20000, 2, 10000, 10000}},
};

static void
check_mean(void **state)
{
	const struct mean_case *c = *state;
	struct rollup          *r = rollup_on(small, "2026-06-30");
	struct explain_mean     got;

	say(r, "a", 2, c->a, "2026-06-01", "2026-06-01");
	say(r, "b", 2, c->b, "2026-06-01", "2026-06-01");
	if (c->ruling != REPORT_OPEN)
		rule(r, 2, c->ruling, "2026-06-01");
	got = explain_mean(r, 1);
	assert_int_equal(got.sum, c->want.sum);
	assert_int_equal(got.parts, c->want.parts);
	assert_int_equal(got.mean, c->want.mean);
	assert_int_equal(got.percent, c->want.percent);
	rollup_free(r);
}

static struct days_case {
	const char         *name, *today;
	uint32_t            task;
	const char         *suspended; /* NULL: it is not */
	struct explain_days want;
} days[] = {
    {"the first day", "2026-01-01", 1, NULL, {1, 365, false}},
    {"31 March is day 90", "2026-03-31", 1, NULL, {90, 365, false}},
    {"the last day", "2026-12-31", 1, NULL, {365, 365, false}},
    {"no more than there are", "2027-02-01", 1, NULL, {365, 365, false}},
    {"not begun", "2026-02-28", 3, NULL, {0, 10, false}},
    {"its own dates", "2026-03-03", 3, NULL, {3, 10, false}},
    {"suspended stands still", "2026-06-30", 1, "2026-03-31", {90, 365, true}},
    {"suspended before it began", "2026-06-30", 3, "2026-02-01", {0, 10, true}},
};

static void
check_days(void **state)
{
	const struct days_case *c = *state;
	struct rollup          *r = rollup_on(small, c->today);
	struct explain_days     got;

	if (c->suspended != NULL)
		rule(r, c->task, REPORT_SUSPENDED, c->suspended);
	got = explain_days(r, c->task - 1);
	assert_int_equal(got.passed, c->want.passed);
	assert_int_equal(got.length, c->want.length);
	assert_int_equal(got.frozen, c->want.frozen);
	rollup_free(r);
}

static struct receipt_case {
	const char             *name, *today, *at, *received; /* at NULL: nothing was said */
	enum report_disposition ruling;
	const char             *ruled;
	uint32_t                task;
	const char             *agency, *of; /* whose, and a day of the period */
	enum explain_heard      want;
} receipts[] = {
    {"on its last day", "2026-05-01", "2026-03-31", "2026-04-10", REPORT_OPEN, NULL, 1, "a",
	"2026-01-01", EXPLAIN_ON_TIME},
    {"a day later", "2026-05-01", "2026-03-31", "2026-04-11", REPORT_OPEN, NULL, 1, "a",
	"2026-01-01", EXPLAIN_LATE},
    {"for another period", "2026-05-01", "2026-04-01", "2026-04-10", REPORT_OPEN, NULL, 1, "a",
	"2026-01-01", EXPLAIN_MISSED},
    {"not due on its last day", "2026-04-10", NULL, NULL, REPORT_OPEN, NULL, 1, "a", "2026-01-01",
	EXPLAIN_AWAITED},
    {"missed the day after", "2026-04-11", NULL, NULL, REPORT_OPEN, NULL, 1, "a", "2026-01-01",
	EXPLAIN_MISSED},
    {"a participant misses it too", "2026-04-11", NULL, NULL, REPORT_OPEN, NULL, 1, "b",
	"2026-01-01", EXPLAIN_MISSED},
    {"cancelled", "2026-05-01", NULL, NULL, REPORT_CANCELLED, "2026-05-01", 1, "a", "2026-01-01",
	EXPLAIN_UNASKED},
    {"verified before it began", "2026-05-01", NULL, NULL, REPORT_VERIFIED, "2026-03-31", 1, "a",
	"2026-04-01", EXPLAIN_UNASKED},
    {"verified on its first day", "2026-05-01", NULL, NULL, REPORT_VERIFIED, "2026-04-01", 1, "a",
	"2026-04-01", EXPLAIN_AWAITED},
    {"a member of its last day", "2026-07-11", NULL, NULL, REPORT_OPEN, NULL, 2, "b", "2026-06-01",
	EXPLAIN_MISSED},
    {"a member no more", "2026-07-11", NULL, NULL, REPORT_OPEN, NULL, 2, "b", "2026-07-01",
	EXPLAIN_UNASKED},
};

static void
check_receipt(void **state)
{
	const struct receipt_case *c = *state;
	struct rollup             *r = rollup_on(small, c->today);
	struct explain_receipt     got;

	if (c->at != NULL)
		say(r, c->agency, c->task, 100, c->at, c->received);
	if (c->ruled != NULL)
		rule(r, c->task, c->ruling, c->ruled);
	got = explain_receipt(
	    r, obligation_of(small, c->task, c->agency), period_at(PLAN_QUARTER, day_of(c->of)));
	assert_int_equal(got.how, c->want);
	if (got.how == EXPLAIN_ON_TIME || got.how == EXPLAIN_LATE)
		assert_true(got.received && got.received_ms == noon(c->received));
	else
		assert_false(got.received);
	rollup_free(r);
}

static struct periods_case {
	const char *name, *today;
	uint32_t    max;
	const char *want; /* their names */
} periods[] = {
    {"before the plan", "2025-12-31", 9, ""},
    {"on its first day", "2026-01-01", 9, "2026-Q1"},
    {"all that have begun", "2026-08-01", 9, "2026-Q1 2026-Q2 2026-Q3"},
    {"the newest of them", "2026-08-01", 2, "2026-Q2 2026-Q3"},
    {"exactly as many", "2026-08-01", 3, "2026-Q1 2026-Q2 2026-Q3"},
    {"behind the plan", "2027-08-01", 2, "2026-Q3 2026-Q4"},
    {"none wanted", "2026-08-01", 0, ""},
};

static void
check_periods(void **state)
{
	const struct periods_case *c = *state;
	struct rollup             *r = rollup_on(small, c->today);
	struct period              found[9];
	uint32_t                   count = explain_periods(r, c->max, found);
	char                       got[100] = "", name[PERIOD_NAME_SIZE];

	for (uint32_t i = 0; i < count; i++) {
		strcat(got, i == 0 ? "" : " ");
		strcat(got, period_name(PLAN_QUARTER, found[i], name));
	}
	assert_string_equal(got, c->want);
	rollup_free(r);
}

int
main(void)
{
	struct CMUnitTest
	       tests[COUNT(parts) + COUNT(means) + COUNT(days) + COUNT(receipts) + COUNT(periods)];
	size_t n = 0;

	CASES_ADD(tests, n, parts, check_part);
	CASES_ADD(tests, n, means, check_mean);
	CASES_ADD(tests, n, days, check_days);
	CASES_ADD(tests, n, receipts, check_receipt);
	CASES_ADD(tests, n, periods, check_periods);
	return cmocka_run_group_tests(tests, read_plans, free_plans);
}
