/*
 * naive_rollup -- the arithmetic of docs/protocol.md once more, from scratch
 * for every scope and as plainly as can be, to compare core/rollup.c with. It shares
 * nothing with it but the structs.
 */
#ifndef TUIJIN_TESTS_NAIVE_ROLLUP_H
#define TUIJIN_TESTS_NAIVE_ROLLUP_H

#include <string.h>

#include "tests/property/naive_task.h"

/* Reads all records anew, as of a day; the summaries are then of that day. */
static inline void
naive_look(struct naive *n, int32_t today)
{
	const struct plan *p = n->plan;

	n->today = today;
	n->tasks = mem_resized(n->tasks, p->task_count, sizeof(n->tasks[0]));
	n->obligations = mem_resized(n->obligations, p->obligation_count, sizeof(*n->obligations));
	n->parts = mem_resized(n->parts, p->obligation_count, sizeof(n->parts[0]));
	naive_look_at(p, today, &n->days);
	for (uint32_t t = 0; t < p->task_count; t++)
		naive_look_at_task(n, t);
}

static inline void
naive_fini(struct naive *n)
{
	free(n->log.entries);
	free(n->tasks);
	free(n->obligations);
	free(n->parts);
}

/* The obligation that the agency has in task t, or NULL. */
static inline const struct naive_obligation *
naive_held(const struct naive *n, uint32_t t, uint32_t agency)
{
	const struct plan_task *pt = &n->plan->tasks[t];

	for (uint32_t i = 0; i < pt->obligation_count; i++)
		if (n->plan->obligations[pt->first_obligation + i].agency == agency)
			return &n->obligations[pt->first_obligation + i];
	return NULL;
}

static inline bool
naive_belongs(const struct naive *n, uint32_t t, struct scope s)
{
	const struct plan_task *pt = &n->plan->tasks[t];

	switch (s.kind) {
	case SCOPE_CHAPTER:
		return pt->chapter == s.index;
	case SCOPE_SECTION:
		return pt->section == s.index;
	case SCOPE_TASK:
		return t == s.index;
	case SCOPE_AGENCY:
		return naive_held(n, t, s.index) != NULL;
	case SCOPE_OVERALL:
	case SCOPE_KINDS:
		break;
	}
	return true;
}

static inline void
naive_count(struct figure *f, uint64_t weight, uint32_t percent, bool above_zero)
{
	f->num += weight * percent;
	f->den += weight;
	f->tasks += 1;
	f->above_zero += above_zero;
}

static inline void
naive_add_heard(struct summary_period *period, const struct naive_heard *heard)
{
	period->expected += heard->expected;
	period->reported += heard->reported;
	period->on_time += heard->on_time;
}

/* The sums that a summary gives only divided, or as a light. */
struct naive_sums {
	uint64_t           expected; /* weight * E */
	struct naive_facts facts;
};

/* Adds a task to the counts of a scope. */
static inline void
naive_add_task(struct summary *s, struct naive_sums *sums, const struct plan_task *pt,
    const struct naive_task *t)
{
	s->task_total++;
	s->task_included += t->included;
	s->tasks[t->state]++;
	if (!t->included)
		return;
	sums->expected += (uint64_t)pt->weight * t->expected;
	sums->facts.included++;
	sums->facts.done += t->state == TASK_VERIFIED || t->state == TASK_COMPLETED;
	sums->facts.red += t->judgement.light == LIGHT_RED;
}

/* Adds a task to what an agency holds, if it does so today. */
static inline void
naive_add_own(struct summary *s, struct naive_sums *sums, const struct plan_task *pt,
    const struct naive_task *task, const struct naive_obligation *o)
{
	naive_add_heard(&s->period, &o->current);
	naive_add_heard(&s->last_period, &o->last);
	if (!o->in_force)
		return;
	naive_add_task(s, sums, pt, task);
	if (!task->included)
		return;
	naive_count(&s->figure, pt->weight, o->part.percent, o->part.percent > 0);
	if (o->part.lead)
		naive_count(&s->lead, pt->weight, task->percent, task->above_zero);
	else
		naive_count(&s->participant, pt->weight, o->part.percent, o->part.percent > 0);
	s->obligations_expected += 1;
	s->obligations_reported += o->part.state != REPORT_UNREPORTED;
}

/* Adds a task to any other scope. */
static inline void
naive_add_whole(struct summary *s, struct naive_sums *sums, const struct naive *n, uint32_t t)
{
	const struct plan_task  *pt = &n->plan->tasks[t];
	const struct naive_task *task = &n->tasks[t];

	naive_add_task(s, sums, pt, task);
	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		naive_add_heard(&s->period, &n->obligations[pt->first_obligation + i].current);
		naive_add_heard(&s->last_period, &n->obligations[pt->first_obligation + i].last);
	}
	if (!task->included)
		return;
	naive_count(&s->figure, pt->weight, task->percent, task->above_zero);
	s->obligations_expected += task->in_force;
	s->obligations_reported += task->reported;
}

static inline void
naive_put_task(struct naive *n, uint32_t t, struct summary *s)
{
	const struct plan_task *pt = &n->plan->tasks[t];

	s->state = n->tasks[t].state;
	s->disposition = n->tasks[t].disposition;
	s->overdue_days = n->tasks[t].overdue_days;
	s->parts = n->parts;
	for (uint32_t i = 0; i < pt->obligation_count; i++)
		if (n->obligations[pt->first_obligation + i].in_force)
			n->parts[s->part_count++] = n->obligations[pt->first_obligation + i].part;
}

/* The percent that is to be shown, in basis points. */
static inline int32_t
naive_shown(const struct figure *f)
{
	if (f->den == 0)
		return -1;
	if (f->num / f->den == 0 && f->above_zero > 0)
		return 1;
	return (int32_t)(f->num / f->den);
}

static inline void
naive_name_periods(const struct naive *n, struct summary *s)
{
	const struct naive_days *d = &n->days;

	if (d->current >= 0)
		memcpy(s->period.name, d->all[d->current].name, PERIOD_NAME_SIZE);
	if (d->last_due >= 0)
		memcpy(s->last_period.name, d->all[d->last_due].name, PERIOD_NAME_SIZE);
}

static inline void
naive_conclude(struct naive *n, struct scope scope, struct naive_sums *sums, struct summary *s)
{
	if (s->figure.den > 0) {
		s->expected = (int32_t)(sums->expected / s->figure.den);
		s->gap = naive_shown(&s->figure) - s->expected;
	}
	sums->facts.gap = s->gap;
	sums->facts.reported = s->obligations_reported;
	sums->facts.any_due = n->days.last_due >= 0;
	if (scope.kind == SCOPE_TASK)
		s->judgement = n->tasks[scope.index].judgement;
	else
		s->judgement = naive_scope_light(n->plan, &sums->facts);
}

static inline void
naive_summary(struct naive *n, uint32_t row, struct summary *s)
{
	struct scope      scope = scope_at(n->plan, row);
	struct naive_sums sums = {0};

	*s = (struct summary){.plan = text_of(n->plan->id), .revision = n->plan->revision};
	s->position = n->since;
	s->as_of_ms = naive_midnight(n->plan, n->today);
	s->kind = scope.kind;
	s->key = text_of(scope_key(n->plan, scope, n->key));
	naive_name_periods(n, s);
	for (uint32_t t = 0; t < n->plan->task_count; t++) {
		if (!naive_belongs(n, t, scope))
			continue;
		naive_reach(&s->position, n->tasks[t].position);
		if (scope.kind == SCOPE_TASK)
			naive_put_task(n, t, s);
		if (scope.kind == SCOPE_AGENCY)
			naive_add_own(s, &sums, &n->plan->tasks[t], &n->tasks[t],
			    naive_held(n, t, scope.index));
		else
			naive_add_whole(s, &sums, n, t);
	}
	naive_conclude(n, scope, &sums, s);
}

/* The alarms that hold for a scope whose summary is s: a bit for each. */
static inline uint32_t
naive_alarms(const struct naive *n, uint32_t row, const struct summary *s)
{
	struct scope scope = scope_at(n->plan, row);

	if (scope.kind == SCOPE_TASK)
		return n->tasks[scope.index].alarms;
	return (uint32_t)(s->judgement.light == LIGHT_RED) << ALARM_BEHIND;
}

#endif
