/*
 * naive_days -- what a day means for a plan, as plainly as can be: its periods by
 * walking the months since 1970, expected progress and the lights as the rules read.
 */
#ifndef TUIJIN_TESTS_NAIVE_DAYS_H
#define TUIJIN_TESTS_NAIVE_DAYS_H

#include <stdio.h>

#include "core/summary.h"

#define NAIVE_PERIODS_MAX 64
#define NAIVE_LONG_AGO    INT64_C(1000000) /* days, to divide numbers above 0 only */

struct naive_period {
	int32_t first, last;
	char    name[PERIOD_NAME_SIZE];
};

/* The periods of a plan, and which of them a day looks at: indices, or -1. */
struct naive_days {
	struct naive_period all[NAIVE_PERIODS_MAX];
	int                 count, current, last_due, before;
};

static inline int32_t
naive_day_of(const struct plan *p, int64_t ms)
{
	int64_t local = ms + p->utc_offset_min * INT64_C(60000);

	return (int32_t)((local + NAIVE_LONG_AGO * 86400000) / 86400000 - NAIVE_LONG_AGO);
}

static inline int64_t
naive_midnight(const struct plan *p, int32_t day)
{
	return day * INT64_C(86400000) - p->utc_offset_min * INT64_C(60000);
}

static inline int32_t
naive_month_days(int year, int month)
{
	static const int32_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool                 leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* Which month since 1970 a day of or after that year is in. */
static inline int32_t
naive_month_of(int32_t day)
{
	int32_t month = 0;

	for (int32_t end = 31; end <= day; month++)
		end += naive_month_days(1970 + (month + 1) / 12, (month + 1) % 12 + 1);
	return month;
}

static inline int
naive_months(enum plan_every every)
{
	switch (every) {
	case PLAN_MONTH:
		return 1;
	case PLAN_QUARTER:
		return 3;
	case PLAN_HALF:
		return 6;
	case PLAN_YEAR:
	case PLAN_EVERIES:
		break;
	}
	return 12;
}

static inline void
naive_name(char out[PERIOD_NAME_SIZE], enum plan_every every, int year, int month)
{
	if (every == PLAN_MONTH)
		snprintf(out, PERIOD_NAME_SIZE, "%d-%02d", year, month);
	if (every == PLAN_QUARTER)
		snprintf(out, PERIOD_NAME_SIZE, "%d-Q%d", year, (month + 2) / 3);
	if (every == PLAN_HALF)
		snprintf(out, PERIOD_NAME_SIZE, "%d-H%d", year, month <= 6 ? 1 : 2);
	if (every == PLAN_YEAR)
		snprintf(out, PERIOD_NAME_SIZE, "%d", year);
}

/* The periods that share a day with the plan. */
static inline void
naive_list_periods(const struct plan *p, struct naive_days *d)
{
	int32_t             day = 0;
	struct naive_period now = {0};

	d->count = 0;
	for (int year = 1970; day <= p->ends; year++) {
		for (int month = 1; month <= 12; month++) {
			if ((month - 1) % naive_months(p->every) == 0)
				now.first = day;
			day += naive_month_days(year, month);
			now.last = day - 1;
			if (month % naive_months(p->every) != 0 || now.last < p->starts ||
			    now.first > p->ends)
				continue;
			naive_name(now.name, p->every, year, month);
			d->all[d->count++] = now;
		}
	}
}

static inline void
naive_look_at(const struct plan *p, int32_t today, struct naive_days *d)
{
	naive_list_periods(p, d);
	d->current = d->last_due = -1;
	for (int i = 0; i < d->count; i++) {
		bool within = today >= p->starts && today <= p->ends;

		if (within && today >= d->all[i].first && today <= d->all[i].last)
			d->current = i;
		if (today > d->all[i].last + (int32_t)p->due_days)
			d->last_due = i;
	}
	d->before = d->last_due > 0 ? d->last_due - 1 : -1;
}

static inline uint32_t
naive_expected(int32_t starts, int32_t due, int32_t day)
{
	int32_t length = due - starts + 1, past = day - starts + 1;

	if (past < 0)
		past = 0;
	if (past > length)
		past = length;
	return (uint32_t)(INT64_C(10000) * past / length);
}

/* What the light of a task or scope is read from. */
struct naive_facts {
	enum task_state state; /* of a task */
	int32_t         gap;   /* basis points */
	bool            overdue, any_due, missed, missed_two, stale;
	uint32_t        included, done, red, reported; /* of a scope */
};

static inline struct judgement
naive_task_light(const struct plan *p, const struct naive_facts *f)
{
	const int32_t red = -100 * (int32_t)p->light_red;
	const int32_t yellow = -100 * (int32_t)p->light_yellow;

	if (f->state == TASK_CANCELLED)
		return (struct judgement){LIGHT_GREY, REASON_CANCELLED};
	if (f->state == TASK_SUSPENDED)
		return (struct judgement){LIGHT_GREY, REASON_SUSPENDED};
	if (f->state == TASK_VERIFIED)
		return (struct judgement){LIGHT_BLUE, REASON_VERIFIED};
	if (f->state == TASK_COMPLETED)
		return (struct judgement){LIGHT_BLUE, REASON_COMPLETED};
	if (f->overdue)
		return (struct judgement){LIGHT_RED, REASON_OVERDUE};
	if (f->state == TASK_UNREPORTED && !f->any_due)
		return (struct judgement){LIGHT_GREY, REASON_UNREPORTED};
	if (f->gap < red)
		return (struct judgement){LIGHT_RED, REASON_BEHIND};
	if (f->missed_two)
		return (struct judgement){LIGHT_RED, REASON_MISSED_PERIODS};
	if (f->gap <= yellow)
		return (struct judgement){LIGHT_YELLOW, REASON_BEHIND};
	if (f->state == TASK_BLOCKED)
		return (struct judgement){LIGHT_YELLOW, REASON_BLOCKED};
	if (f->missed)
		return (struct judgement){LIGHT_YELLOW, REASON_MISSED_PERIOD};
	if (f->stale)
		return (struct judgement){LIGHT_YELLOW, REASON_STALE};
	return (struct judgement){LIGHT_GREEN, REASON_NONE};
}

static inline struct judgement
naive_scope_light(const struct plan *p, const struct naive_facts *f)
{
	if (f->included == 0)
		return (struct judgement){LIGHT_GREY, REASON_EMPTY};
	if (f->reported == 0 && !f->any_due)
		return (struct judgement){LIGHT_GREY, REASON_UNREPORTED};
	if (f->done == f->included)
		return (struct judgement){LIGHT_BLUE, REASON_COMPLETED};
	if (f->gap < -100 * (int32_t)p->light_red)
		return (struct judgement){LIGHT_RED, REASON_BEHIND};
	if (f->red > 0 && f->red * 100 >= p->light_red_share * f->included)
		return (struct judgement){LIGHT_RED, REASON_RED_TASKS};
	if (f->gap <= -100 * (int32_t)p->light_yellow)
		return (struct judgement){LIGHT_YELLOW, REASON_BEHIND};
	if (f->red > 0)
		return (struct judgement){LIGHT_YELLOW, REASON_RED_TASKS};
	return (struct judgement){LIGHT_GREEN, REASON_NONE};
}

#endif
