#include "core/calendar.h"
#include "core/explain.h"

static const char *const heard_names[EXPLAIN_HEARDS] = {
    [EXPLAIN_ON_TIME] = "on_time",
    [EXPLAIN_LATE] = "late",
    [EXPLAIN_MISSED] = "missed",
    [EXPLAIN_AWAITED] = "awaited",
    [EXPLAIN_UNASKED] = "not_expected",
};

const char *
explain_heard_name(enum explain_heard h)
{
	return heard_names[h];
}

enum explain_why
explain_part(const struct rollup *r, uint32_t obligation)
{
	const struct plan *p = rollup_plan(r);

	if (rollup_ruling(r, p->obligations[obligation].task)->disposition == REPORT_CANCELLED)
		return EXPLAIN_CANCELLED;
	if (!plan_in_force(p, obligation, rollup_today(r)))
		return EXPLAIN_NOT_IN_FORCE;
	return plan_counts(p, obligation) ? EXPLAIN_COUNTS : EXPLAIN_PARTICIPANT;
}

struct explain_mean
explain_mean(const struct rollup *r, uint32_t task)
{
	const struct plan_task *t = &rollup_plan(r)->tasks[task];
	struct explain_mean     m = {0};

	for (uint32_t i = 0; i < t->obligation_count; i++) {
		uint32_t obligation = t->first_obligation + i;

		if (explain_part(r, obligation) != EXPLAIN_COUNTS)
			continue;
		m.sum += rollup_word(r, obligation)->percent;
		m.parts++;
	}
	m.mean = m.parts == 0 ? 0 : m.sum / m.parts;
	m.percent = m.mean;
	if (rollup_ruling(r, task)->disposition == REPORT_VERIFIED)
		m.percent = REPORT_PERCENT_MAX;
	if (rollup_ruling(r, task)->disposition == REPORT_RETURNED && m.mean == REPORT_PERCENT_MAX)
		m.percent = REPORT_PERCENT_MAX - 1;
	return m;
}

struct explain_days
explain_days(const struct rollup *r, uint32_t task)
{
	const struct plan          *p = rollup_plan(r);
	const struct plan_task     *t = &p->tasks[task];
	const struct rollup_ruling *ruling = rollup_ruling(r, task);
	struct explain_days         d = {.length = (uint32_t)(t->due - t->starts) + 1};
	int32_t                     day = rollup_today(r);

	d.frozen = ruling->disposition == REPORT_SUSPENDED;
	if (d.frozen)
		day = calendar_day_at(ruling->at_ms, p->utc_offset_min);
	if (day >= t->due)
		d.passed = d.length;
	else if (day >= t->starts)
		d.passed = (uint32_t)(day - t->starts) + 1;
	return d;
}

/* Whether this agency is to report on this task for the period: a member at its end is,
 * unless the task is cancelled or was verified before it began. */
static bool
is_asked(const struct rollup *r, uint32_t obligation, struct period period)
{
	const struct plan          *p = rollup_plan(r);
	const struct rollup_ruling *ruling = rollup_ruling(r, p->obligations[obligation].task);
	int32_t                     last = period.last < p->ends ? period.last : p->ends;

	if (ruling->disposition == REPORT_CANCELLED || !plan_in_force(p, obligation, last))
		return false;
	return ruling->disposition != REPORT_VERIFIED ||
	    ruling->at_ms >= calendar_day_start(period.first, p->utc_offset_min);
}

struct explain_receipt
explain_receipt(const struct rollup *r, uint32_t obligation, struct period period)
{
	const struct plan     *p = rollup_plan(r);
	int32_t                due = period_due(p, period);
	struct explain_receipt heard = {0};

	heard.received = rollup_receipt(r, obligation, period, &heard.received_ms);
	if (!is_asked(r, obligation, period))
		heard.how = EXPLAIN_UNASKED;
	else if (!heard.received)
		heard.how = rollup_today(r) > due ? EXPLAIN_MISSED : EXPLAIN_AWAITED;
	else if (calendar_day_at(heard.received_ms, p->utc_offset_min) > due)
		heard.how = EXPLAIN_LATE;
	else
		heard.how = EXPLAIN_ON_TIME;
	return heard;
}

uint32_t
explain_periods(const struct rollup *r, uint32_t max, struct period *periods)
{
	const struct plan *p = rollup_plan(r);
	int32_t            today = rollup_today(r), last = today < p->ends ? today : p->ends;
	struct period      period = period_at(p->every, last);
	uint32_t           count = 0;

	if (today < p->starts || max == 0)
		return 0;
	do
		periods[max - ++count] = period;
	while (count < max && period_previous(p, period, &period));
	for (uint32_t i = 0; i < count; i++)
		periods[i] = periods[max - count + i];
	return count;
}

/* The obligations of a scope behind one of its addends: an agency's own, or all. */
static void
obligations_of(
    const struct plan *p, const struct explain_addend *a, uint32_t *first, uint32_t *count)
{
	*first = a->obligation;
	*count = 1;
	if (a->obligation != PLAN_NONE)
		return;
	*first = p->tasks[a->task].first_obligation;
	*count = p->tasks[a->task].obligation_count;
}

bool
explain_next_failing(const struct rollup *r, const struct explanation *x, struct period period,
    struct explain_walk *walk, struct explain_failing *f)
{
	uint32_t first, count;

	for (; walk->addend < x->count; walk->addend++, walk->obligation = 0) {
		obligations_of(rollup_plan(r), &x->addends[walk->addend], &first, &count);
		while (walk->obligation < count) {
			f->obligation = first + walk->obligation++;
			f->receipt = explain_receipt(r, f->obligation, period);
			if (f->receipt.how != EXPLAIN_MISSED && f->receipt.how != EXPLAIN_LATE)
				continue;
			walk->found++;
			return true;
		}
	}
	return false;
}
