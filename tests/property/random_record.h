/*
 * random_record -- days and records that a plan may meet, mostly at the edges where
 * arithmetic goes wrong.
 */
#ifndef TUIJIN_TESTS_RANDOM_RECORD_H
#define TUIJIN_TESTS_RANDOM_RECORD_H

#include "core/report.h"
#include "tests/property/naive_days.h"
#include "tests/property/random_plan.h"

/* A day of the plan or around it: any, or beside one on which something turns. */
static inline int32_t
random_day(struct dice *d, const struct plan *p)
{
	const struct plan_task *pt = &p->tasks[dice_below(d, p->task_count)];
	struct naive_days       days;
	int32_t                 near[6];

	naive_list_periods(p, &days);
	near[0] = p->starts;
	near[1] = p->ends;
	near[2] = pt->starts;
	near[3] = pt->due;
	near[4] = days.all[dice_below(d, (uint32_t)days.count)].last;
	near[5] = near[4] + (int32_t)p->due_days;
	if (dice_once_in(d, 3))
		return dice_between(d, p->starts - 20, p->ends + (int32_t)p->due_days + 60);
	return near[dice_below(d, 6)] + dice_between(d, -1, 1);
}

/* An instant of that day, often its first or its last. */
static inline int64_t
random_instant(struct dice *d, const struct plan *p, int32_t day)
{
	int64_t midnight = naive_midnight(p, day);

	if (dice_once_in(d, 4))
		return midnight;
	if (dice_once_in(d, 4))
		return midnight + 86399999;
	return midnight + dice_below(d, 86400000);
}

/* Mostly round numbers and borders, as they are where arithmetic goes wrong. */
static inline uint32_t
random_percent(struct dice *d)
{
	static const uint32_t borders[] = {0, 1, 2, 3333, 5000, 9998, 9999};

	if (dice_once_in(d, 2))
		return borders[dice_below(d, sizeof(borders) / sizeof(borders[0]))];
	return dice_below(d, 10000);
}

static inline void
random_status(struct dice *d, struct report *r)
{
	r->kind = REPORT_STATUS;
	r->state = (enum report_state)(REPORT_NOT_STARTED + dice_below(d, 4));
	r->help = dice_once_in(d, 6);
	if (r->state == REPORT_COMPLETED)
		r->percent = 10000;
	else if (r->state != REPORT_NOT_STARTED)
		r->percent = random_percent(d);
}

/* Any record, now and then of a task or agency the plan does not have. Seqs come
 * from a narrow range, so that many are old, but never twice with two contents. */
static inline struct record
random_record(struct dice *d, const struct plan *p, uint32_t i)
{
	static const char *const names[RANDOM_AGENCIES + 1] = {
	    "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"};
	uint32_t                      obligation = dice_below(d, p->obligation_count);
	const struct plan_obligation *po = &p->obligations[obligation];
	struct record                 rec = {.agency = text_of(p->agencies[po->agency].id)};

	rec.seq = (uint64_t)dice_below(d, 40) * 100000 + i + 1;
	rec.received_ms = random_instant(d, p, random_day(d, p));
	if (i % 3 > 0)
		rec.key = text_of(i % 3 == 1 ? "0123456789abcdef" : "fedcba9876543210");
	rec.report.task_known = true;
	rec.report.task = p->tasks[po->task].number;
	rec.report.at_ms = random_instant(d, p, random_day(d, p));
	if (dice_once_in(d, 12)) {
		rec.report.task = dice_below(d, p->task_count + 3);
		rec.agency = text_of(names[dice_below(d, RANDOM_AGENCIES + 1)]);
	}
	if (dice_once_in(d, 5)) {
		rec.report.kind = REPORT_DISPOSITION;
		rec.report.disposition =
		    (enum report_disposition)dice_below(d, REPORT_DISPOSITIONS);
		rec.agency = text_of(p->agencies[p->office].id);
	} else if (dice_once_in(d, 6)) {
		rec.report.kind = REPORT_WITHDRAWAL;
	} else {
		random_status(d, &rec.report);
	}
	return rec;
}

#endif
