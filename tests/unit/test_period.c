#include "core/period.h"

#include "core/calendar.h"

#include "tests/cases.h"

static int32_t
day_of(const char *date)
{
	int32_t day = 0;

	assert_true(calendar_parse_date(text_of(date), &day));
	return day;
}

/* clang-format off */
static struct at_case {
	const char     *name;
	enum plan_every every;
	const char     *day;
	const char     *first, *last, *is, *before, *next;
} at_cases[] = {
	{"a month", PLAN_MONTH, "2026-03-15", "2026-03-01", "2026-03-31", "2026-03", "2026-02", "2026-04"},
	{"a month on its first day", PLAN_MONTH, "2026-03-01", "2026-03-01", "2026-03-31", "2026-03", "2026-02", "2026-04"},
	{"a month on its last day", PLAN_MONTH, "2026-03-31", "2026-03-01", "2026-03-31", "2026-03", "2026-02", "2026-04"},
	{"January: December is last year's", PLAN_MONTH, "2026-01-01", "2026-01-01", "2026-01-31", "2026-01", "2025-12", "2026-02"},
	{"December: January is next year's", PLAN_MONTH, "2026-12-31", "2026-12-01", "2026-12-31", "2026-12", "2026-11", "2027-01"},
	{"February", PLAN_MONTH, "2026-02-28", "2026-02-01", "2026-02-28", "2026-02", "2026-01", "2026-03"},
	{"February of a leap year", PLAN_MONTH, "2028-02-29", "2028-02-01", "2028-02-29", "2028-02", "2028-01", "2028-03"},
	{"February 2100, no leap year", PLAN_MONTH, "2100-02-03", "2100-02-01", "2100-02-28", "2100-02", "2100-01", "2100-03"},
	{"February 2000, a leap year", PLAN_MONTH, "2000-02-03", "2000-02-01", "2000-02-29", "2000-02", "2000-01", "2000-03"},
	{"the first quarter", PLAN_QUARTER, "2026-03-31", "2026-01-01", "2026-03-31", "2026-Q1", "2025-Q4", "2026-Q2"},
	{"the first quarter of a leap year", PLAN_QUARTER, "2028-02-29", "2028-01-01", "2028-03-31", "2028-Q1", "2027-Q4", "2028-Q2"},
	{"the second quarter", PLAN_QUARTER, "2026-04-01", "2026-04-01", "2026-06-30", "2026-Q2", "2026-Q1", "2026-Q3"},
	{"the third quarter", PLAN_QUARTER, "2026-08-15", "2026-07-01", "2026-09-30", "2026-Q3", "2026-Q2", "2026-Q4"},
	{"the fourth quarter", PLAN_QUARTER, "2026-12-31", "2026-10-01", "2026-12-31", "2026-Q4", "2026-Q3", "2027-Q1"},
	{"the first half", PLAN_HALF, "2026-06-30", "2026-01-01", "2026-06-30", "2026-H1", "2025-H2", "2026-H2"},
	{"the second half", PLAN_HALF, "2026-07-01", "2026-07-01", "2026-12-31", "2026-H2", "2026-H1", "2027-H1"},
	{"a year", PLAN_YEAR, "2026-07-01", "2026-01-01", "2026-12-31", "2026", "2025", "2027"},
	{"a leap year", PLAN_YEAR, "2028-12-31", "2028-01-01", "2028-12-31", "2028", "2027", "2029"},
	{"before 1970", PLAN_QUARTER, "1969-12-31", "1969-10-01", "1969-12-31", "1969-Q4", "1969-Q3", "1970-Q1"},
	{"the first year there is", PLAN_HALF, "0001-01-01", "0001-01-01", "0001-06-30", "0001-H1", "0000-H2", "0001-H2"},
	{"the last year there is", PLAN_MONTH, "9999-12-31", "9999-12-01", "9999-12-31", "9999-12", "9999-11", "10000-01"},
};

static struct name_case {
	const char *name;
	const char *text;
} not_names[] = {
	{"nothing", ""},
	{"three digits", "026"},
	{"year 0", "0000"},
	{"month of year 0", "0000-01"},
	{"five digits", "02026"},
	{"a sign", "+026"},
	{"a letter in the year", "2o26-01"},
	{"month 0", "2026-00"},
	{"month 13", "2026-13"},
	{"a month of one digit", "2026-1"},
	{"a month of three digits", "2026-001"},
	{"a letter in the month", "2026-1a"},
	{"a dash alone", "2026-"},
	{"a space for the dash", "2026 01"},
	{"a whole date", "2026-01-01"},
	{"quarter 0", "2026-Q0"},
	{"quarter 5", "2026-Q5"},
	{"a quarter without a number", "2026-Q"},
	{"a quarter of two digits", "2026-Q01"},
	{"a small q", "2026-q1"},
	{"half 0", "2026-H0"},
	{"half 3", "2026-H3"},
	{"a mark that is none", "2026-Y1"},
	{"a space behind", "2026 "},
	{"no dash", "2026Q1"},
	{"a character above ASCII", "2026-\xc2\xb2"},
};

static struct plan_case {
	const char     *name;
	enum plan_every every;
	uint32_t        due_days;
	const char     *starts, *ends, *today;
	const char     *current, *last_due, *previous; /* previous: to last_due; "": none */
} plan_cases[] = {
	{"the first period is under way", PLAN_QUARTER, 10, "2026-01-01", "2026-12-31", "2026-02-10", "2026-Q1", "", ""},
	{"the first period is over, not due", PLAN_QUARTER, 10, "2026-01-01", "2026-12-31", "2026-04-01", "2026-Q2", "", ""},
	{"the last day to be on time", PLAN_QUARTER, 10, "2026-01-01", "2026-12-31", "2026-04-10", "2026-Q2", "", ""},
	{"the day behind it", PLAN_QUARTER, 10, "2026-01-01", "2026-12-31", "2026-04-11", "2026-Q2", "2026-Q1", ""},
	{"two are due", PLAN_QUARTER, 10, "2026-01-01", "2026-12-31", "2026-07-11", "2026-Q3", "2026-Q2", "2026-Q1"},
	{"the last quarter is due next year", PLAN_QUARTER, 10, "2026-01-01", "2026-12-31", "2027-01-11", "", "2026-Q4", "2026-Q3"},
	{"it stays the last", PLAN_QUARTER, 10, "2026-01-01", "2026-12-31", "2031-05-05", "", "2026-Q4", "2026-Q3"},
	{"before the plan", PLAN_QUARTER, 10, "2026-01-01", "2026-12-31", "2025-12-31", "", "", ""},
	{"the plan's first day", PLAN_MONTH, 10, "2026-01-01", "2026-12-31", "2026-01-01", "2026-01", "", ""},
	{"the plan's last day", PLAN_MONTH, 10, "2026-01-01", "2026-12-31", "2026-12-31", "2026-12", "2026-11", "2026-10"},
	{"the day behind the plan", PLAN_MONTH, 10, "2026-01-01", "2026-12-31", "2027-01-01", "", "2026-11", "2026-10"},
	{"no days of grace: the last day", PLAN_MONTH, 0, "2026-01-01", "2026-12-31", "2026-01-31", "2026-01", "", ""},
	{"no days of grace: the first behind", PLAN_MONTH, 0, "2026-01-01", "2026-12-31", "2026-02-01", "2026-02", "2026-01", ""},
	{"the end of a leap February", PLAN_MONTH, 1, "2028-01-01", "2028-12-31", "2028-03-01", "2028-03", "2028-01", ""},
	{"and the day behind", PLAN_MONTH, 1, "2028-01-01", "2028-12-31", "2028-03-02", "2028-03", "2028-02", "2028-01"},
	{"a year and a day of grace: the last day", PLAN_MONTH, 366, "2026-01-01", "2026-12-31", "2027-02-01", "", "", ""},
	{"a year and a day of grace: due", PLAN_MONTH, 366, "2026-01-01", "2026-12-31", "2027-02-02", "", "2026-01", ""},
	{"a plan across a year, months", PLAN_MONTH, 5, "2025-07-01", "2026-06-30", "2026-01-06", "2026-01", "2025-12", "2025-11"},
	{"a plan across a year, quarters", PLAN_QUARTER, 5, "2025-07-01", "2026-06-30", "2026-01-05", "2026-Q1", "2025-Q3", ""},
	{"a plan across a year, halves", PLAN_HALF, 5, "2025-07-01", "2026-06-30", "2026-01-06", "2026-H1", "2025-H2", ""},
	{"a plan across a year, years", PLAN_YEAR, 5, "2025-07-01", "2026-06-30", "2026-01-06", "2026", "2025", ""},
	{"its second year ends behind the plan", PLAN_YEAR, 5, "2025-07-01", "2026-06-30", "2026-12-31", "", "2025", ""},
	{"and is due then", PLAN_YEAR, 5, "2025-07-01", "2026-06-30", "2027-01-06", "", "2026", "2025"},
	{"begun in the middle: that period is the first", PLAN_QUARTER, 0, "2026-02-15", "2026-11-15", "2026-04-01", "2026-Q2", "2026-Q1", ""},
	{"begun in the middle: today is before it", PLAN_QUARTER, 0, "2026-02-15", "2026-11-15", "2026-02-14", "", "", ""},
	{"ended in the middle: today is behind it", PLAN_QUARTER, 0, "2026-02-15", "2026-11-15", "2026-11-16", "", "2026-Q3", "2026-Q2"},
	{"ended in the middle: that period is the last", PLAN_QUARTER, 0, "2026-02-15", "2026-11-15", "2027-09-09", "", "2026-Q4", "2026-Q3"},
	{"begun on a period's last day", PLAN_MONTH, 0, "2026-01-31", "2026-03-01", "2026-02-28", "2026-02", "2026-01", ""},
	{"a plan of one day", PLAN_HALF, 0, "2026-05-05", "2026-05-05", "2026-05-05", "2026-H1", "", ""},
	{"a plan of one day, long ago", PLAN_HALF, 0, "2026-05-05", "2026-05-05", "2030-05-05", "", "2026-H1", ""},
	{"the longest plan", PLAN_MONTH, 0, "0001-01-01", "9999-12-31", "9999-12-31", "9999-12", "9999-11", "9999-10"},
	{"the longest plan, at its start", PLAN_YEAR, 366, "0001-01-01", "9999-12-31", "0001-01-01", "0001", "", ""},
};
/* clang-format on */

static void
assert_name(enum plan_every every, struct period p, const char *want)
{
	char out[PERIOD_NAME_SIZE];

	assert_string_equal(period_name(every, p, out), want);
}

static void
assert_period(struct period got, struct period want)
{
	assert_int_equal(got.first, want.first);
	assert_int_equal(got.last, want.last);
}

static void
check_at(void **state)
{
	const struct at_case *c = *state;
	struct period         p = period_at(c->every, day_of(c->day));

	assert_int_equal(p.first, day_of(c->first));
	assert_int_equal(p.last, day_of(c->last));
	assert_name(c->every, p, c->is);
	assert_name(c->every, period_before(c->every, p), c->before);
	assert_name(c->every, period_next(c->every, p), c->next);
	assert_int_equal(period_before(c->every, p).last, p.first - 1);
	assert_int_equal(period_next(c->every, p).first, p.last + 1);
	assert_period(period_at(c->every, p.first), p);
	assert_period(period_at(c->every, p.last), p);
}

static void
check_name_is_read(void **state)
{
	const struct at_case *c = *state;
	enum plan_every       every = PLAN_EVERIES;
	struct period         p;

	assert_true(period_parse(text_of(c->is), &every, &p));
	assert_int_equal(every, c->every);
	assert_period(p, period_at(c->every, day_of(c->day)));
}

static void
check_not_a_name(void **state)
{
	const struct name_case *c = *state;
	enum plan_every         every = PLAN_EVERIES;
	struct period           p = {7, 8};

	assert_false(period_parse(text_of(c->text), &every, &p));
	assert_int_equal(every, PLAN_EVERIES);
	assert_period(p, (struct period){7, 8});
}

static void
names_end_where_they_end(void **state)
{
	enum plan_every every;
	struct period   p;

	(void)state;
	assert_false(period_parse((struct text){NULL, 0}, &every, &p));
	assert_false(period_parse((struct text){"2026-\0001", 7}, &every, &p));
	assert_false(period_parse((struct text){"2026\0", 5}, &every, &p));
	assert_true(period_parse((struct text){"2026-031", 7}, &every, &p));
	assert_int_equal(every, PLAN_MONTH);
	assert_int_equal(p.first, day_of("2026-03-01"));
}

/* What a call found must be what the case wants; where it found nothing it must have
 * left *p as {7, 8}. */
static void
assert_found(bool found, enum plan_every every, struct period p, const char *want)
{
	assert_int_equal(found, *want != '\0');
	if (found)
		assert_name(every, p, want);
	else
		assert_period(p, (struct period){7, 8});
}

static void
check_plan(void **state)
{
	const struct plan_case *c = *state;
	const struct plan       p = {.every = c->every,
		  .due_days = c->due_days,
		  .starts = day_of(c->starts),
		  .ends = day_of(c->ends)};
	int32_t                 today = day_of(c->today);
	struct period           current = {7, 8}, last = {7, 8}, previous = {7, 8};
	bool                    found;

	found = period_current(&p, today, &current);
	assert_found(found, p.every, current, c->current);
	found = period_last_due(&p, today, &last);
	assert_found(found, p.every, last, c->last_due);
	found = found && period_previous(&p, last, &previous);
	assert_found(found, p.every, previous, c->previous);
}

static void
a_period_is_due_behind_its_last_day_and_the_plans_days_of_grace(void **state)
{
	struct plan p = {.every = PLAN_QUARTER, .due_days = 10};

	(void)state;
	assert_int_equal(
	    period_due(&p, period_at(p.every, day_of("2026-02-02"))), day_of("2026-04-10"));
	p.due_days = 0;
	assert_int_equal(
	    period_due(&p, period_at(p.every, day_of("2026-02-02"))), day_of("2026-03-31"));
	p.due_days = 366;
	assert_int_equal(
	    period_due(&p, period_at(p.every, day_of("2026-02-02"))), day_of("2027-04-01"));
}

static void
months_are_counted_from_year_0(void **state)
{
	(void)state;
	assert_int_equal(period_month(day_of("0001-01-31")), 12);
	assert_int_equal(period_month(day_of("1970-01-01")), 1970 * 12);
	assert_int_equal(period_month(day_of("1969-12-31")), 1970 * 12 - 1);
	assert_int_equal(period_month(day_of("2026-12-31")), 2026 * 12 + 11);
	assert_int_equal(period_month(-719529), -1); /* a day before year 0 */
	assert_int_equal(period_month(INT32_MAX), 5881580 * 12 + 6);
	assert_int_equal(period_month(INT32_MIN), -5877641 * 12 + 5);
}

/* The last due period, looked for from the plan's first on. */
static bool
last_due_by_search(const struct plan *p, int32_t today, struct period *period)
{
	bool found = false;

	for (struct period at = period_at(p->every, p->starts);
	     at.first <= p->ends && at.last + (int32_t)p->due_days < today;
	     at = period_next(p->every, at)) {
		*period = at;
		found = true;
	}
	return found;
}

static void
the_last_due_period_is_the_one_that_a_search_finds(void **state)
{
	static const uint32_t due_days[] = {0, 1, 10, 31, 92, 366};

	(void)state;
	for (unsigned every = 0; every < PLAN_EVERIES; every++)
		for (size_t i = 0; i < COUNT(due_days); i++) {
			const struct plan p = {.every = (enum plan_every)every,
			    .due_days = due_days[i],
			    .starts = day_of("2027-02-14"),
			    .ends = day_of("2029-03-31")};

			for (int32_t today = p.starts - 40; today < p.ends + 800; today++) {
				struct period got = {7, 8}, want = {7, 8};

				assert_int_equal(period_last_due(&p, today, &got),
				    last_due_by_search(&p, today, &want));
				assert_period(got, want);
			}
		}
}

static void
periods_at_the_ends_of_time_stop_there(void **state)
{
	(void)state;
	for (unsigned i = 0; i < PLAN_EVERIES; i++) {
		enum plan_every every = (enum plan_every)i;
		struct period   first = period_at(every, INT32_MIN);
		struct period   last = period_at(every, INT32_MAX);

		assert_int_equal(first.first, INT32_MIN);
		assert_int_equal(period_next(every, first).first, first.last + 1);
		assert_int_equal(period_before(every, first).first, INT32_MIN);
		assert_int_equal(last.last, INT32_MAX);
		assert_int_equal(period_before(every, last).last, last.first - 1);
		assert_int_equal(period_next(every, last).last, INT32_MAX);
		assert_int_equal(period_due(&(struct plan){.due_days = 366}, last), INT32_MAX);
	}
}

static void
todays_at_the_ends_of_time_find_what_the_plan_has(void **state)
{
	const struct plan p = {.every = PLAN_QUARTER,
	    .due_days = PLAN_DUE_DAYS_MAX,
	    .starts = day_of("2026-01-01"),
	    .ends = day_of("2026-12-31")};
	struct period     found;

	(void)state;
	assert_false(period_last_due(&p, INT32_MIN, &found));
	assert_false(period_current(&p, INT32_MIN, &found));
	assert_true(period_last_due(&p, INT32_MAX, &found));
	assert_name(p.every, found, "2026-Q4");
	assert_false(period_current(&p, INT32_MAX, &found));
}

int
main(void)
{
	struct CMUnitTest tests[2 * COUNT(at_cases) + COUNT(not_names) + COUNT(plan_cases) + 6];
	size_t            n = 0;

	CASES_ADD(tests, n, at_cases, check_at);
	CASES_ADD(tests, n, at_cases, check_name_is_read);
	CASES_ADD(tests, n, not_names, check_not_a_name);
	CASES_ADD(tests, n, plan_cases, check_plan);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(
	    a_period_is_due_behind_its_last_day_and_the_plans_days_of_grace);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(names_end_where_they_end);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(months_are_counted_from_year_0);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(the_last_due_period_is_the_one_that_a_search_finds);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(periods_at_the_ends_of_time_stop_there);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(todays_at_the_ends_of_time_find_what_the_plan_has);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
