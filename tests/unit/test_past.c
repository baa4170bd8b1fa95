/*
 * A made-up past: what a collector could have accepted, in the order it came.
 */
#include "tests/cases.h"

#include "cli/past.h"
#include "core/calendar.h"
#include "tests/plan_file.h"

#define NOW_MS INT64_C(1795338298000) /* 2026-11-22 in the plan's offset */

static struct plan *
real_plan(void)
{
	return plan_from_file(PLAN_FILE);
}

static void
check_record(const struct plan *p, const struct record *rec, const struct record *before)
{
	const struct report *r = &rec->report;
	uint32_t             agency = plan_find_agency(p, rec->agency);
	uint32_t             task = plan_find_task(p, r->task);

	assert_true(rec->received_ms < NOW_MS);
	assert_true(r->at_ms <= rec->received_ms);
	assert_true(r->at_ms >= plan_earliest_ms(p));
	assert_int_not_equal(task, PLAN_NONE);
	if (r->kind == REPORT_DISPOSITION)
		assert_int_equal(agency, p->office);
	else
		assert_int_not_equal(plan_find_obligation(p, task, agency), PLAN_NONE);
	if (before != NULL) {
		assert_true(rec->received_ms >= before->received_ms);
		assert_true(rec->seq > before->seq);
	}
}

static void
check_real_plan(void **state)
{
	struct plan *p = real_plan();
	struct past  past = {0};
	size_t       kinds[REPORT_KINDS] = {0}, states[REPORT_STATES] = {0};

	(void)state;
	past_invent(&past, p, 3, NOW_MS);
	assert_true(past.count > 1000);
	for (size_t i = 0; i < past.count; i++) {
		check_record(p, &past.records[i], i == 0 ? NULL : &past.records[i - 1]);
		kinds[past.records[i].report.kind]++;
		states[past.records[i].report.state]++;
	}
	/* Something of everything that there is to see. */
	assert_true(kinds[REPORT_DISPOSITION] > 5);
	assert_true(states[REPORT_IN_PROGRESS] > 100);
	assert_true(states[REPORT_BLOCKED] > 5);
	assert_true(states[REPORT_COMPLETED] > 10);
	past_fini(&past);
	plan_free(p);
}

static void
check_same_seed(void **state)
{
	struct plan *p = real_plan();
	struct past  one = {0}, two = {0}, other = {0};

	(void)state;
	past_invent(&one, p, 7, NOW_MS);
	past_invent(&two, p, 7, NOW_MS);
	past_invent(&other, p, 8, NOW_MS);
	assert_int_equal(one.count, two.count);
	for (size_t i = 0; i < one.count; i++) {
		assert_int_equal(one.records[i].seq, two.records[i].seq);
		assert_int_equal(one.records[i].report.percent, two.records[i].report.percent);
	}
	assert_int_not_equal(one.count, other.count);
	past_fini(&one);
	past_fini(&two);
	past_fini(&other);
	plan_free(p);
}

static void
check_before_it_begins(void **state)
{
	struct plan *p = real_plan();
	struct past  past = {0};
	int64_t      ms = calendar_day_start(p->starts - 30, p->utc_offset_min);

	(void)state;
	past_invent(&past, p, 1, ms);
	assert_int_equal(past.count, 0);
	assert_int_equal(past_begin_ms(p, ms), ms);
	assert_true(past_begin_ms(p, NOW_MS) < calendar_day_start(p->starts, p->utc_offset_min));
	past_fini(&past);
	plan_free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(check_real_plan),
	    cmocka_unit_test(check_same_seed),
	    cmocka_unit_test(check_before_it_begins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
