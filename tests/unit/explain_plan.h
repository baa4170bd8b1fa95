/*
 * explain_plan -- for tests of explanations: a small plan with a weight, a group whose
 * members come and go, and dates of a task's own; and what agencies say, in short.
 */
#ifndef TUIJIN_TESTS_UNIT_EXPLAIN_PLAN_H
#define TUIJIN_TESTS_UNIT_EXPLAIN_PLAN_H

#include "core/calendar.h"
#include "core/explain.h"
#include "tests/cases.h"
#include "tests/plan_file.h"

#define OFFSET_MIN 480

static const char small_yaml[] =
    "format: 1\n"
    "id: small\n"
    "revision: 1\n"
    "title: {zh: 小, en: Small}\n"
    "starts: 2026-01-01\n"
    "ends: 2026-12-31\n"
    "utc_offset: \"+08:00\"\n"
    "reporting: {every: quarter, due_days: 10}\n"
    "office: a\n"
    "agencies:\n"
    "  - {id: a, zh: 甲}\n"
    "  - {id: b, zh: 乙}\n"
    "  - {id: c, zh: 丙}\n"
    "groups:\n"
    "  - id: all\n"
    "    zh: 全\n"
    "    agencies: [{id: b, until: 2026-06-30}, {id: c, from: 2026-07-01}]\n"
    "chapters:\n"
    "  - number: 1\n"
    "    zh: 章\n"
    "    tasks:\n"
    "      - {number: 1, zh: 一, duty: lead, weight: 3, agencies: [a, b]}\n"
    "      - {number: 2, zh: 二, duty: shared, agencies: [a, \"@all\"]}\n"
    "      - {number: 3, zh: 三, starts: 2026-03-01, due: 2026-03-10, agencies: [c]}\n";

static struct plan *real, *small; /* the plan of 2026, and the small one */

static inline int32_t
day_of(const char *date)
{
	int32_t day = 0;

	assert_true(calendar_parse_date(text_of(date), &day));
	return day;
}

/* Noon of that day in the plan's offset. */
static inline int64_t
noon(const char *date)
{
	return calendar_day_start(day_of(date), OFFSET_MIN) + CALENDAR_DAY_MS / 2;
}

static inline struct rollup *
rollup_on(const struct plan *p, const char *today)
{
	return rollup_new(p, (struct position){1, 0}, day_of(today));
}

static uint64_t seqs;

static inline void
enter(struct rollup *r, const char *agency, struct report report, int64_t received_ms)
{
	struct record rec = {
	    .seq = ++seqs,
	    .received_ms = received_ms,
	    .agency = text_of(agency),
	    .report = report,
	};

	rec.report.task_known = true;
	assert_int_equal(rollup_apply(r, &rec, (struct position){seqs + 1, 0}), ROLLUP_APPLIED);
	rollup_settle(r);
}

static inline void
say(struct rollup *r, const char *agency, uint32_t task, uint32_t percent, const char *at,
    const char *received)
{
	enter(r, agency,
	    (struct report){
		.kind = REPORT_STATUS,
		.task = task,
		.at_ms = noon(at),
		.state = percent == REPORT_PERCENT_MAX ? REPORT_COMPLETED : REPORT_IN_PROGRESS,
		.percent = percent,
	    },
	    noon(received));
}

static inline void
rule(struct rollup *r, uint32_t task, enum report_disposition d, const char *at)
{
	enter(r, rollup_plan(r)->agencies[rollup_plan(r)->office].id,
	    (struct report){
		.kind = REPORT_DISPOSITION,
		.task = task,
		.at_ms = noon(at),
		.disposition = d,
	    },
	    noon(at));
}

static inline void
take_apart(struct rollup *r, const char *name, struct explanation *x)
{
	struct scope s;

	assert_true(scope_parse(rollup_plan(r), text_of(name), &s));
	explain(r, s, x);
}

static inline uint32_t
obligation_of(const struct plan *p, uint32_t number, const char *agency)
{
	uint32_t found = plan_find_obligation(
	    p, plan_find_task(p, number), plan_find_agency(p, text_of(agency)));

	assert_true(found != PLAN_NONE);
	return found;
}

static inline int
read_plans(void **state)
{
	(void)state;
	real = plan_from_file(PLAN_FILE);
	small = plan_from_text(small_yaml, sizeof(small_yaml) - 1);
	return 0;
}

static inline int
free_plans(void **state)
{
	(void)state;
	plan_free(real);
	plan_free(small);
	return 0;
}

#endif
