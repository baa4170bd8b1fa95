/*
 * naive_rollup -- the arithmetic of docs/protocol.md once more, from scratch
 * for every scope and as plainly as can be, to compare core/rollup.c with. It shares
 * nothing with it but the structs.
 */
#ifndef TUIJIN_TESTS_NAIVE_ROLLUP_H
#define TUIJIN_TESTS_NAIVE_ROLLUP_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/rollup.h"

struct naive_entry {
	struct record   record;
	struct position position;
};

struct naive {
	const struct plan  *plan;
	struct position     since;
	struct naive_entry *log; /* all records, stale and foreign ones too */
	uint32_t            count, room;
	struct summary_part parts[64]; /* of the task last summed up */
	char                key[SCOPE_KEY_SIZE];
};

static inline void
naive_add(struct naive *n, const struct record *rec, struct position position)
{
	if (n->count == n->room) {
		n->room = n->room > 0 ? 2 * n->room : 64;
		n->log = mem_resized(n->log, n->room, sizeof(n->log[0]));
	}
	n->log[n->count++] = (struct naive_entry){*rec, position};
}

/* Is this record about that task, and by that agency, or (NULL) the office's ruling? */
static inline bool
naive_is_of(const struct record *rec, uint32_t number, const char *agency)
{
	if (rec->report.task != number)
		return false;
	if (agency == NULL)
		return rec->report.kind == REPORT_DISPOSITION;
	return rec->report.kind != REPORT_DISPOSITION && text_equal(rec->agency, text_of(agency));
}

/* The newest record of that task and agency (or the newest ruling). *position goes
 * up to that of the last one that was news when it came. */
static inline const struct record *
naive_newest(const struct naive *n, uint32_t number, const char *agency, struct position *position)
{
	const struct record *newest = NULL;

	for (uint32_t i = 0; i < n->count; i++) {
		const struct record *rec = &n->log[i].record;

		if (!naive_is_of(rec, number, agency) ||
		    (newest != NULL && rec->seq <= newest->seq))
			continue;
		newest = rec;
		if (position_compare(n->log[i].position, *position) > 0)
			*position = n->log[i].position;
	}
	return newest;
}

struct naive_task {
	bool                    included;
	enum task_state         state;
	enum report_disposition disposition;
	uint32_t                percent, reported;
	bool                    above_zero;
	struct position         position;
};

static inline enum task_state
naive_shared_state(const struct summary_part *parts, uint32_t count)
{
	uint32_t reported = 0, blocked = 0, completed = 0, not_started = 0;

	for (uint32_t i = 0; i < count; i++) {
		reported += parts[i].state != REPORT_UNREPORTED;
		blocked += parts[i].state == REPORT_BLOCKED;
		completed += parts[i].state == REPORT_COMPLETED;
		not_started += parts[i].state == REPORT_NOT_STARTED;
	}
	if (reported == 0)
		return TASK_UNREPORTED;
	if (blocked > 0)
		return TASK_BLOCKED;
	if (completed == count)
		return TASK_COMPLETED;
	return not_started == reported ? TASK_NOT_STARTED : TASK_IN_PROGRESS;
}

static inline enum task_state
naive_lead_state(enum report_state state)
{
	switch (state) {
	case REPORT_NOT_STARTED:
		return TASK_NOT_STARTED;
	case REPORT_IN_PROGRESS:
		return TASK_IN_PROGRESS;
	case REPORT_BLOCKED:
		return TASK_BLOCKED;
	case REPORT_COMPLETED:
		return TASK_COMPLETED;
	case REPORT_UNREPORTED:
	case REPORT_STATES:
		break;
	}
	return TASK_UNREPORTED;
}

/* Fills n->parts and gives what they come to. */
static inline struct naive_task
naive_sum_up(struct naive *n, uint32_t t)
{
	const struct plan_task *pt = &n->plan->tasks[t];
	struct naive_task       task = {.position = n->since};
	const struct record    *ruling;
	uint32_t                sum = 0, counted = 0;

	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		const struct plan_obligation *po = &n->plan->obligations[pt->first_obligation + i];
		const char                   *id = n->plan->agencies[po->agency].id;
		const struct record          *rec = naive_newest(n, pt->number, id, &task.position);
		struct summary_part          *part = &n->parts[i];

		*part = (struct summary_part){.agency = text_of(id), .lead = i == 0};
		if (rec != NULL && rec->report.kind == REPORT_STATUS) {
			part->state = rec->report.state;
			part->percent = rec->report.percent;
			part->at_ms = rec->report.at_ms;
			part->received_ms = rec->received_ms;
			task.reported++;
		}
		if (i == 0 || pt->duty == PLAN_SHARED) {
			counted++;
			sum += part->percent;
			task.above_zero = task.above_zero || part->percent > 0;
		}
	}
	task.percent = sum / counted;
	task.state = pt->duty == PLAN_SHARED ? naive_shared_state(n->parts, pt->obligation_count)
					     : naive_lead_state(n->parts[0].state);

	ruling = naive_newest(n, pt->number, NULL, &task.position);
	task.disposition = ruling != NULL ? ruling->report.disposition : REPORT_OPEN;
	if (task.disposition == REPORT_VERIFIED) {
		task.percent = 10000;
		task.above_zero = true;
		task.state = TASK_VERIFIED;
	}
	if (task.disposition == REPORT_RETURNED && task.percent > 9999)
		task.percent = 9999;
	if (task.disposition == REPORT_RETURNED && task.state == TASK_COMPLETED)
		task.state = TASK_IN_PROGRESS;
	if (task.disposition == REPORT_SUSPENDED)
		task.state = TASK_SUSPENDED;
	if (task.disposition == REPORT_CANCELLED)
		task.state = TASK_CANCELLED;
	task.included = task.disposition != REPORT_CANCELLED;
	return task;
}

/* Part of task t in an agency's scope: where it stands among the parts, or -1. */
static inline int
naive_place(const struct naive *n, uint32_t t, uint32_t agency)
{
	const struct plan_task *pt = &n->plan->tasks[t];

	for (uint32_t i = 0; i < pt->obligation_count; i++)
		if (n->plan->obligations[pt->first_obligation + i].agency == agency)
			return (int)i;
	return -1;
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
		return naive_place(n, t, s.index) >= 0;
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

/* Adds an included task to what an agency holds. */
static inline void
naive_add_own(struct summary *s, const struct naive *n, uint32_t t, uint32_t agency,
    const struct naive_task *task)
{
	int                        place = naive_place(n, t, agency);
	const struct summary_part *part = &n->parts[place];
	uint64_t                   weight = n->plan->tasks[t].weight;

	naive_count(&s->figure, weight, part->percent, part->percent > 0);
	if (place == 0)
		naive_count(&s->lead, weight, task->percent, task->above_zero);
	else
		naive_count(&s->participant, weight, part->percent, part->percent > 0);
	s->obligations_expected += 1;
	s->obligations_reported += part->state != REPORT_UNREPORTED;
}

static inline void
naive_summary(struct naive *n, uint32_t row, int64_t as_of_ms, struct summary *s)
{
	struct scope scope = scope_at(n->plan, row);

	*s = (struct summary){.plan = text_of(n->plan->id), .revision = n->plan->revision};
	s->position = n->since;
	s->as_of_ms = as_of_ms;
	s->kind = scope.kind;
	s->key = text_of(scope_key(n->plan, scope, n->key));
	for (uint32_t t = 0; t < n->plan->task_count; t++) {
		const struct plan_task *pt = &n->plan->tasks[t];
		struct naive_task       task;

		if (!naive_belongs(n, t, scope))
			continue;
		task = naive_sum_up(n, t);
		s->task_total++;
		s->task_included += task.included;
		s->tasks[task.state]++;
		if (position_compare(task.position, s->position) > 0)
			s->position = task.position;
		if (scope.kind == SCOPE_TASK) {
			s->state = task.state;
			s->disposition = task.disposition;
			s->parts = n->parts;
			s->part_count = pt->obligation_count;
		}
		if (!task.included)
			continue;
		if (scope.kind == SCOPE_AGENCY) {
			naive_add_own(s, n, t, scope.index, &task);
			continue;
		}
		naive_count(&s->figure, pt->weight, task.percent, task.above_zero);
		s->obligations_expected += pt->obligation_count;
		s->obligations_reported += task.reported;
	}
}

#endif
