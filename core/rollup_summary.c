#include "core/rollup.h"

#include <assert.h>

#include "core/calendar.h"
#include "core/rollup_state.h"

/* The obligations that are in force today, in plan order. */
static void
put_parts(struct rollup *r, uint32_t t, struct summary *s)
{
	const struct plan      *p = r->plan;
	const struct plan_task *pt = &p->tasks[t];

	s->parts = r->summary_parts;
	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		uint32_t                  obligation = pt->first_obligation + i;
		const struct rollup_word *word = &r->words[obligation];

		if ((r->marks[obligation] & MARK_IN_FORCE) == 0)
			continue;
		s->parts[s->part_count++] = (struct summary_part){
		    .agency = text_of(p->agencies[p->obligations[obligation].agency].id),
		    .lead = i == 0,
		    .state = word->state,
		    .percent = word->percent,
		    .at_ms = word->at_ms,
		    .received_ms = word->received_ms,
		};
	}
}

static void
put_period(const struct rollup *r, unsigned when, const struct rollup_counts *counts,
    struct summary_period *out)
{
	if (!r->day.there[when])
		return;
	period_name(r->plan->every, r->day.periods[when], out->name);
	out->expected = counts->expected;
	out->reported = counts->reported;
	out->on_time = counts->on_time;
}

static void
put_periods(const struct rollup *r, const struct rollup_counts *counts, struct summary *s)
{
	put_period(r, WHEN_CURRENT, &counts[WHEN_CURRENT], &s->period);
	put_period(r, WHEN_LAST, &counts[WHEN_LAST], &s->last_period);
}

static void
put_task(struct rollup *r, uint32_t t, struct summary *s)
{
	const struct plan_task    *pt = &r->plan->tasks[t];
	const struct rollup_task  *task = &r->tasks[t];
	const struct rollup_share *share = &task->carried;

	s->position = task->position;
	s->state = share->state;
	s->disposition = task->ruling.disposition;
	s->tasks[share->state] = 1;
	s->judgement = share->judgement;
	s->overdue_days = share->overdue_days;
	if (share->state != TASK_CANCELLED) {
		s->figure = (struct figure){
		    .num = (uint64_t)pt->weight * share->percent,
		    .den = pt->weight,
		    .tasks = 1,
		    .above_zero = share->above_zero,
		};
		s->expected = (int32_t)share->expected;
		s->obligations_expected = share->in_force;
		s->obligations_reported = share->reported;
	}
	put_periods(r, share->periods, s);
	put_parts(r, t, s);
}

static void
put_tally(const struct rollup *r, const struct rollup_tally *tally, struct summary *s)
{
	s->position = tally->position;
	s->figure = tally->figure;
	s->lead = tally->lead;
	s->participant = tally->participant;
	memcpy(s->tasks, tally->tasks, sizeof(s->tasks));
	s->obligations_expected = tally->expected;
	s->obligations_reported = tally->reported;
	s->judgement = rollup_tally_judgement(r, tally);
	if (tally->figure.den > 0)
		s->expected = (int32_t)(tally->expected_num / tally->figure.den);
	put_periods(r, tally->periods, s);
}

void
rollup_summary(struct rollup *r, uint32_t row, struct summary *s)
{
	struct scope scope = scope_at(r->plan, row);

	assert(r->first_unsettled == PLAN_NONE); /* settle first */
	*s = (struct summary){
	    .plan = text_of(r->plan->id),
	    .revision = r->plan->revision,
	    .as_of_ms = calendar_day_start(r->day.today, r->plan->utc_offset_min),
	    .kind = scope.kind,
	    .key = text_of(scope_key(r->plan, scope, r->summary_key)),
	};
	if (scope.kind == SCOPE_TASK)
		put_task(r, scope.index, s);
	else
		put_tally(r, rollup_tally(r, scope), s);
	for (unsigned i = 0; i < TASK_STATES; i++)
		s->task_total += s->tasks[i];
	s->task_included = s->task_total - s->tasks[TASK_CANCELLED];
	if (s->figure.den > 0)
		s->gap = summary_percent(&s->figure) - s->expected;
}
