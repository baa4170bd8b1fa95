#include "core/rollup.h"

#include <assert.h>

#include "core/rollup_state.h"

static void
put_parts(struct rollup *r, uint32_t t, struct summary *s)
{
	const struct plan      *p = r->plan;
	const struct plan_task *pt = &p->tasks[t];

	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		uint32_t                  obligation = pt->first_obligation + i;
		const struct rollup_word *word = &r->words[obligation];

		r->summary_parts[i] = (struct summary_part){
		    .agency = text_of(p->agencies[p->obligations[obligation].agency].id),
		    .lead = i == 0,
		    .state = word->state,
		    .percent = word->percent,
		    .at_ms = word->at_ms,
		    .received_ms = word->received_ms,
		};
	}
	s->parts = r->summary_parts;
	s->part_count = pt->obligation_count;
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
	if (share->state != TASK_CANCELLED) {
		s->figure = (struct figure){
		    .num = (uint64_t)pt->weight * share->percent,
		    .den = pt->weight,
		    .tasks = 1,
		    .above_zero = share->above_zero,
		};
		s->obligations_expected = pt->obligation_count;
		s->obligations_reported = share->reported;
	}
	put_parts(r, t, s);
}

static void
put_tally(const struct rollup_tally *tally, struct summary *s)
{
	s->position = tally->position;
	s->figure = tally->figure;
	s->lead = tally->lead;
	s->participant = tally->participant;
	memcpy(s->tasks, tally->tasks, sizeof(s->tasks));
	s->obligations_expected = tally->expected;
	s->obligations_reported = tally->reported;
}

void
rollup_summary(struct rollup *r, uint32_t row, int64_t as_of_ms, struct summary *s)
{
	struct scope scope = scope_at(r->plan, row);

	assert(r->first_unsettled == PLAN_NONE); /* settle first */
	*s = (struct summary){
	    .plan = text_of(r->plan->id),
	    .revision = r->plan->revision,
	    .as_of_ms = as_of_ms,
	    .kind = scope.kind,
	    .key = text_of(scope_key(r->plan, scope, r->summary_key)),
	};
	if (scope.kind == SCOPE_TASK)
		put_task(r, scope.index, s);
	else
		put_tally(rollup_tally(r, scope), s);
	for (unsigned i = 0; i < TASK_STATES; i++)
		s->task_total += s->tasks[i];
	s->task_included = s->task_total - s->tasks[TASK_CANCELLED];
}
