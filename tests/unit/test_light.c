#include "core/light.h"

#include "core/calendar.h"

#include "tests/cases.h"

static const struct plan usual = {.light_yellow = 10, .light_red = 30, .light_red_share = 20};
static const struct plan strict = {.light_yellow = 5, .light_red = 6, .light_red_share = 50};
static const struct plan harsh = {.light_yellow = 0, .light_red = 1, .light_red_share = 0};

/* clang-format off */
static struct expected_case {
	const char *name;
	const char *starts, *due, *day;
	uint32_t    want;
} expected_cases[] = {
	{"the first quarter of 2026", "2026-01-01", "2026-12-31", "2026-03-31", 2465},
	{"the first half of 2026", "2026-01-01", "2026-12-31", "2026-06-30", 4958},
	{"the first quarter of a leap year", "2028-01-01", "2028-12-31", "2028-03-31", 2486},
	{"long before", "2026-01-01", "2026-12-31", "0001-01-01", 0},
	{"the day before", "2026-01-01", "2026-12-31", "2025-12-31", 0},
	{"the first day counts", "2026-01-01", "2026-12-31", "2026-01-01", 27},
	{"the day before it is due", "2026-01-01", "2026-12-31", "2026-12-30", 9972},
	{"due today", "2026-01-01", "2026-12-31", "2026-12-31", 10000},
	{"overdue", "2026-01-01", "2026-12-31", "2027-01-01", 10000},
	{"one day: before", "2026-05-05", "2026-05-05", "2026-05-04", 0},
	{"one day: today", "2026-05-05", "2026-05-05", "2026-05-05", 10000},
	{"one day: behind", "2026-05-05", "2026-05-05", "2026-05-06", 10000},
	{"two days: the first", "2026-05-05", "2026-05-06", "2026-05-05", 5000},
	{"three days are floored", "2026-05-05", "2026-05-07", "2026-05-06", 6666},
	{"across a year", "2025-07-01", "2026-06-30", "2025-12-31", 5041},
	{"across a leap day", "2028-02-28", "2028-03-02", "2028-02-29", 5000},
	{"the longest task", "0001-01-01", "9999-12-31", "9999-12-30", 9999},
};

static struct worked_case {
	const char       *name;
	const char       *day;
	int32_t           percent; /* basis points */
	enum light        light;
	enum light_reason reason;
} worked[] = {
	{"2026-03-31, 14.66 % is green", "2026-03-31", 1466, LIGHT_GREEN, REASON_NONE},
	{"2026-03-31, 14.65 % is yellow", "2026-03-31", 1465, LIGHT_YELLOW, REASON_BEHIND},
	{"2026-06-30, 19.58 % is yellow", "2026-06-30", 1958, LIGHT_YELLOW, REASON_BEHIND},
	{"2026-06-30, 19.57 % is red", "2026-06-30", 1957, LIGHT_RED, REASON_BEHIND},
};

static struct task_case {
	const char       *name;
	const struct plan *plan;
	struct light_task task;
	enum light        light;
	enum light_reason reason;
} task_cases[] = {
	{"all is well", &usual, {.state = TASK_IN_PROGRESS, .any_due = true}, LIGHT_GREEN, REASON_NONE},
	{"not started, and nothing is expected", &usual, {.state = TASK_NOT_STARTED}, LIGHT_GREEN, REASON_NONE},
	{"ahead", &usual, {.state = TASK_IN_PROGRESS, .gap = 10000}, LIGHT_GREEN, REASON_NONE},
	{"cancelled, whatever else", &usual, {TASK_CANCELLED, -10000, true, true, true, true, true}, LIGHT_GREY, REASON_CANCELLED},
	{"suspended, whatever else", &usual, {TASK_SUSPENDED, -10000, true, true, true, true, true}, LIGHT_GREY, REASON_SUSPENDED},
	{"verified, whatever else", &usual, {TASK_VERIFIED, -10000, true, true, true, true, true}, LIGHT_BLUE, REASON_VERIFIED},
	{"completed, whatever else", &usual, {TASK_COMPLETED, -10000, true, true, true, true, true}, LIGHT_BLUE, REASON_COMPLETED},
	{"overdue comes before the gap", &usual, {TASK_IN_PROGRESS, -10000, true, true, true, true, true}, LIGHT_RED, REASON_OVERDUE},
	{"overdue comes before unreported", &usual, {.state = TASK_UNREPORTED, .gap = -10000, .overdue = true}, LIGHT_RED, REASON_OVERDUE},
	{"due today is not overdue", &usual, {.state = TASK_IN_PROGRESS, .gap = -100, .any_due = true}, LIGHT_GREEN, REASON_NONE},
	{"unreported, nothing due, far behind", &usual, {.state = TASK_UNREPORTED, .gap = -5000}, LIGHT_GREY, REASON_UNREPORTED},
	{"unreported, something due, far behind", &usual, {.state = TASK_UNREPORTED, .gap = -5000, .any_due = true, .last_missed = true}, LIGHT_RED, REASON_BEHIND},
	{"unreported, the last missed", &usual, {.state = TASK_UNREPORTED, .any_due = true, .last_missed = true}, LIGHT_YELLOW, REASON_MISSED_PERIOD},
	{"nothing due, but it reported and is behind", &usual, {.state = TASK_IN_PROGRESS, .gap = -5000}, LIGHT_RED, REASON_BEHIND},
	{"more than 30 points behind", &usual, {.state = TASK_IN_PROGRESS, .gap = -3001}, LIGHT_RED, REASON_BEHIND},
	{"30 points behind", &usual, {.state = TASK_IN_PROGRESS, .gap = -3000}, LIGHT_YELLOW, REASON_BEHIND},
	{"10 points behind", &usual, {.state = TASK_IN_PROGRESS, .gap = -1000}, LIGHT_YELLOW, REASON_BEHIND},
	{"less than 10 points behind", &usual, {.state = TASK_IN_PROGRESS, .gap = -999}, LIGHT_GREEN, REASON_NONE},
	{"the gap comes before missed periods", &usual, {TASK_BLOCKED, -3001, false, true, true, true, true}, LIGHT_RED, REASON_BEHIND},
	{"two missed come before yellow rules", &usual, {TASK_BLOCKED, -3000, false, true, true, true, true}, LIGHT_RED, REASON_MISSED_PERIODS},
	{"a yellow gap comes before blocked", &usual, {TASK_BLOCKED, -1000, false, true, true, false, true}, LIGHT_YELLOW, REASON_BEHIND},
	{"blocked comes before a missed period", &usual, {TASK_BLOCKED, -999, false, true, true, false, true}, LIGHT_YELLOW, REASON_BLOCKED},
	{"a missed period comes before stale", &usual, {TASK_IN_PROGRESS, -999, false, true, true, false, true}, LIGHT_YELLOW, REASON_MISSED_PERIOD},
	{"stale", &usual, {TASK_IN_PROGRESS, -999, false, true, false, false, true}, LIGHT_YELLOW, REASON_STALE},
	{"the plan's red", &strict, {.state = TASK_IN_PROGRESS, .gap = -601}, LIGHT_RED, REASON_BEHIND},
	{"at the plan's red", &strict, {.state = TASK_IN_PROGRESS, .gap = -600}, LIGHT_YELLOW, REASON_BEHIND},
	{"at the plan's yellow", &strict, {.state = TASK_IN_PROGRESS, .gap = -500}, LIGHT_YELLOW, REASON_BEHIND},
	{"above the plan's yellow", &strict, {.state = TASK_IN_PROGRESS, .gap = -499}, LIGHT_GREEN, REASON_NONE},
	{"yellow from no gap on", &harsh, {.state = TASK_IN_PROGRESS, .gap = 0}, LIGHT_YELLOW, REASON_BEHIND},
	{"a basis point ahead", &harsh, {.state = TASK_IN_PROGRESS, .gap = 1}, LIGHT_GREEN, REASON_NONE},
};

static struct scope_case {
	const char         *name;
	const struct plan  *plan;
	struct light_scope  scope;
	enum light          light;
	enum light_reason   reason;
} scope_cases[] = {
	{"all is well", &usual, {.included = 5, .done = 4, .reported = 5, .any_due = true}, LIGHT_GREEN, REASON_NONE},
	{"nothing is included", &usual, {.any_due = true}, LIGHT_GREY, REASON_EMPTY},
	{"nothing is reported and nothing due", &usual, {.included = 5, .gap = -5000}, LIGHT_GREY, REASON_UNREPORTED},
	{"nothing is reported, something due", &usual, {.included = 5, .gap = -5000, .any_due = true}, LIGHT_RED, REASON_BEHIND},
	{"something is reported, nothing due", &usual, {.included = 5, .reported = 1, .gap = -1000}, LIGHT_YELLOW, REASON_BEHIND},
	{"all are done", &usual, {.included = 5, .done = 5, .reported = 5, .gap = -10000, .any_due = true}, LIGHT_BLUE, REASON_COMPLETED},
	{"all but one are done", &usual, {.included = 5, .done = 4, .reported = 5, .any_due = true}, LIGHT_GREEN, REASON_NONE},
	{"more than 30 points behind", &usual, {.included = 5, .red = 5, .reported = 5, .gap = -3001, .any_due = true}, LIGHT_RED, REASON_BEHIND},
	{"30 points behind", &usual, {.included = 5, .reported = 5, .gap = -3000, .any_due = true}, LIGHT_YELLOW, REASON_BEHIND},
	{"10 points behind", &usual, {.included = 5, .reported = 5, .gap = -1000, .any_due = true}, LIGHT_YELLOW, REASON_BEHIND},
	{"less than 10 points behind", &usual, {.included = 5, .reported = 5, .gap = -999, .any_due = true}, LIGHT_GREEN, REASON_NONE},
	{"a fifth of the tasks is red", &usual, {.included = 5, .red = 1, .reported = 5, .gap = -1000, .any_due = true}, LIGHT_RED, REASON_RED_TASKS},
	{"less than a fifth is red", &usual, {.included = 6, .red = 1, .reported = 6, .gap = -999, .any_due = true}, LIGHT_YELLOW, REASON_RED_TASKS},
	{"less than a fifth is red, and it is behind", &usual, {.included = 6, .red = 1, .reported = 6, .gap = -1000, .any_due = true}, LIGHT_YELLOW, REASON_BEHIND},
	{"half of the tasks is the plan's share", &strict, {.included = 4, .red = 2, .reported = 4, .any_due = true}, LIGHT_RED, REASON_RED_TASKS},
	{"less than half", &strict, {.included = 4, .red = 1, .reported = 4, .any_due = true}, LIGHT_YELLOW, REASON_RED_TASKS},
	{"a share of 0 needs a red task all the same", &harsh, {.included = 4, .reported = 4, .gap = 1, .any_due = true}, LIGHT_GREEN, REASON_NONE},
	{"a share of 0 and a red task", &harsh, {.included = 10000, .red = 1, .reported = 4, .gap = 1, .any_due = true}, LIGHT_RED, REASON_RED_TASKS},
	{"as many as can be", &usual, {.included = UINT32_MAX, .red = UINT32_MAX / 5, .reported = 1, .any_due = true}, LIGHT_RED, REASON_RED_TASKS},
	{"a task less", &usual, {.included = UINT32_MAX, .red = UINT32_MAX / 5 - 1, .reported = 1, .any_due = true}, LIGHT_YELLOW, REASON_RED_TASKS},
};
/* clang-format on */

static int32_t
day_of(const char *date)
{
	int32_t day = 0;

	assert_true(calendar_parse_date(text_of(date), &day));
	return day;
}

static void
assert_judgement(struct judgement got, enum light light, enum light_reason reason)
{
	assert_string_equal(light_name(got.light), light_name(light));
	assert_string_equal(light_reason_name(got.reason), light_reason_name(reason));
}

static void
check_progress_expected(void **state)
{
	const struct expected_case *c = *state;

	assert_int_equal(
	    light_expected(day_of(c->starts), day_of(c->due), day_of(c->day)), c->want);
}

static void
check_worked(void **state)
{
	const struct worked_case *c = *state;
	int32_t                   expected =
	    (int32_t)light_expected(day_of("2026-01-01"), day_of("2026-12-31"), day_of(c->day));
	int32_t            gap = c->percent - expected;
	struct light_task  task = {.state = TASK_IN_PROGRESS, .gap = gap, .any_due = true};
	struct light_scope scope = {.included = 3, .reported = 3, .gap = gap, .any_due = true};

	assert_judgement(light_of_task(&usual, &task), c->light, c->reason);
	assert_judgement(light_of_scope(&usual, &scope), c->light, c->reason);
}

static void
check_task(void **state)
{
	const struct task_case *c = *state;

	assert_judgement(light_of_task(c->plan, &c->task), c->light, c->reason);
}

static void
check_scope(void **state)
{
	const struct scope_case *c = *state;

	assert_judgement(light_of_scope(c->plan, &c->scope), c->light, c->reason);
}

static void
the_outermost_days_do_not_overflow(void **state)
{
	(void)state;
	assert_int_equal(light_expected(INT32_MIN, INT32_MAX, INT32_MAX), 10000);
	assert_int_equal(light_expected(INT32_MIN, INT32_MAX, INT32_MAX - 1), 9999);
	assert_int_equal(light_expected(INT32_MIN, INT32_MAX, -1), 5000);
	assert_int_equal(light_expected(INT32_MIN, INT32_MAX, INT32_MIN), 0);
	assert_int_equal(light_expected(INT32_MAX, INT32_MAX, INT32_MIN), 0);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(expected_cases) + COUNT(worked) + COUNT(task_cases) +
	    COUNT(scope_cases) + 1];
	size_t            n = 0;

	CASES_ADD(tests, n, expected_cases, check_progress_expected);
	CASES_ADD(tests, n, worked, check_worked);
	CASES_ADD(tests, n, task_cases, check_task);
	CASES_ADD(tests, n, scope_cases, check_scope);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_outermost_days_do_not_overflow);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
