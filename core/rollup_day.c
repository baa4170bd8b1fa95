#include "core/calendar.h"
#include "core/rollup_state.h"

static int64_t
begin_of(const struct plan *p, int32_t day)
{
	return calendar_day_start(day, p->utc_offset_min);
}

static void
find_periods(struct rollup_day *d, const struct plan *p)
{
	d->there[WHEN_CURRENT] = period_current(p, d->today, &d->periods[WHEN_CURRENT]);
	d->there[WHEN_LAST] = period_last_due(p, d->today, &d->periods[WHEN_LAST]);
	d->there[WHEN_BEFORE_LAST] = d->there[WHEN_LAST] &&
	    period_previous(p, d->periods[WHEN_LAST], &d->periods[WHEN_BEFORE_LAST]);
	for (unsigned when = 0; when < WHENS; when++)
		if (d->there[when])
			d->begin_ms[when] = begin_of(p, d->periods[when].first);
}

/* A report is stale that is older than the current period is long, and due_days. */
static int64_t
stale_before(const struct rollup_day *d, const struct plan *p)
{
	const struct period *current = &d->periods[WHEN_CURRENT];
	int32_t              days;

	if (!d->there[WHEN_CURRENT])
		return INT64_MIN;
	days = current->last - current->first + 1 + (int32_t)p->due_days;
	return begin_of(p, d->today - days);
}

/* Whoever is a member at the period's end is to report for it. */
static bool
is_to_report(const struct rollup *r, uint32_t obligation, const struct period *period)
{
	int32_t last = period->last < r->plan->ends ? period->last : r->plan->ends;

	return plan_in_force(r->plan, obligation, last);
}

static unsigned
mark_for(const struct rollup *r, uint32_t obligation, const struct period *period)
{
	const struct plan *p = r->plan;
	int64_t            received_ms;

	if (!is_to_report(r, obligation, period))
		return 0;
	if (!rollup_receipt(r, obligation, *period, &received_ms))
		return MARK_MEMBER;
	if (received_ms >= begin_of(p, period_due(p, *period) + 1))
		return MARK_MEMBER | MARK_HEARD;
	return MARK_MEMBER | MARK_HEARD | MARK_ON_TIME;
}

void
rollup_mark(struct rollup *r, uint32_t obligation)
{
	const struct rollup_day *d = &r->day;
	unsigned                 marks = 0;

	if (plan_in_force(r->plan, obligation, d->today))
		marks |= MARK_IN_FORCE;
	for (unsigned when = 0; when < WHENS; when++)
		if (d->there[when])
			marks |= MARK_OF(mark_for(r, obligation, &d->periods[when]), when);
	r->marks[obligation] = (uint16_t)marks;
}

void
rollup_set_day(struct rollup *r, int32_t today)
{
	struct rollup_day *d = &r->day;

	*d = (struct rollup_day){.today = today};
	find_periods(d, r->plan);
	d->stale_ms = stale_before(d, r->plan);
	for (uint32_t i = 0; i < r->plan->obligation_count; i++)
		rollup_mark(r, i);
	for (uint32_t t = 0; t < r->plan->task_count; t++)
		rollup_mark_unsettled(r, t);
}

void
rollup_turn(struct rollup *r, int32_t today)
{
	if (r->day.today == today)
		return;
	rollup_set_day(r, today);
	rollup_settle(r);
	for (unsigned reader = 0; reader < ROLLUP_READERS; reader++)
		rollup_mark_all_changed(r, (enum rollup_reader)reader);
}

int32_t
rollup_today(const struct rollup *r)
{
	return r->day.today;
}

bool
rollup_last_due(const struct rollup *r, struct period *period)
{
	*period = r->day.periods[WHEN_LAST];
	return r->day.there[WHEN_LAST];
}

bool
rollup_receipt(
    const struct rollup *r, uint32_t obligation, struct period period, int64_t *received_ms)
{
	return receipts_first(&r->receipts[obligation], period_month(period.first),
	    period_month(period.last), received_ms);
}

/* The whole month that contains `at`, and is kept for the next one. */
static int32_t
month_of(struct rollup *r, int64_t at_ms)
{
	int32_t              day;
	struct period        month;
	struct rollup_month *kept = &r->month;

	if (at_ms >= kept->from_ms && at_ms < kept->to_ms)
		return kept->month;
	day = calendar_day_at(at_ms, r->plan->utc_offset_min);
	month = period_at(PLAN_MONTH, day);
	*kept = (struct rollup_month){
	    .from_ms = begin_of(r->plan, month.first),
	    .to_ms = begin_of(r->plan, month.last + 1),
	    .month = period_month(day),
	};
	return kept->month;
}

bool
rollup_note_receipt(struct rollup *r, struct receipts *receipts, const struct record *rec)
{
	int64_t at_ms = rec->report.at_ms;

	if (rec->report.kind != REPORT_STATUS || at_ms < r->begin_ms || at_ms >= r->end_ms)
		return false;
	return receipts_note(receipts, month_of(r, at_ms), rec->received_ms);
}
