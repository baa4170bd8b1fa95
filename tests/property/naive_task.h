/*
 * naive_task -- what is known of each obligation and of each task, read from the whole
 * log once more for every day; for naive_rollup.h.
 */
#ifndef TUIJIN_TESTS_NAIVE_TASK_H
#define TUIJIN_TESTS_NAIVE_TASK_H

#include "core/rollup.h"
#include "tests/property/naive_log.h"

struct naive_heard {
	bool expected, reported, on_time;
};

struct naive_obligation {
	struct summary_part part;
	bool                in_force, counts, help;
	uint32_t            fell_from;
	bool                missed, missed_before; /* the last due period, the one before it */
	struct naive_heard  current, last;
};

struct naive_task {
	bool                    included;
	enum task_state         state;
	enum report_disposition disposition;
	int64_t                 ruled_ms; /* `at` of the disposition */
	uint32_t                percent, expected, overdue_days, in_force, reported, alarms;
	bool                    above_zero;
	struct judgement        judgement;
	struct position         position;
};

struct naive {
	const struct plan       *plan;
	struct position          since;
	struct naive_log         log;
	int32_t                  today;
	struct naive_days        days;
	struct naive_task       *tasks;       /* by task, as of today */
	struct naive_obligation *obligations; /* by obligation, as of today */
	struct summary_part     *parts;       /* of the task last summed up */
	char                     key[SCOPE_KEY_SIZE];
};

/* Who is a member at the end of a period is to report for it. */
static inline struct naive_heard
naive_hear(const struct naive *n, const struct plan_obligation *po, int period)
{
	const struct plan         *p = n->plan;
	const struct naive_period *of;
	int32_t                    last;
	int64_t                    first;

	if (period < 0)
		return (struct naive_heard){0};
	of = &n->days.all[period];
	last = of->last < p->ends ? of->last : p->ends;
	if (last < po->from || last > po->until)
		return (struct naive_heard){0};
	first =
	    naive_first_heard(&n->log, p->tasks[po->task].number, p->agencies[po->agency].id, of);
	return (struct naive_heard){true, first < INT64_MAX,
	    first < INT64_MAX && naive_day_of(p, first) <= of->last + (int32_t)p->due_days};
}

/* What is known of an obligation, its task's ruling aside. *position goes up. */
static inline void
naive_look_at_obligation(struct naive *n, uint32_t i, struct position *position)
{
	const struct plan_obligation *po = &n->plan->obligations[i];
	const struct plan_task       *pt = &n->plan->tasks[po->task];
	const char                   *id = n->plan->agencies[po->agency].id;
	struct naive_obligation      *o = &n->obligations[i];
	const struct record          *rec;
	struct naive_heard            before;

	*o = (struct naive_obligation){.part = {.agency = text_of(id)}};
	o->part.lead = i == pt->first_obligation;
	o->counts = o->part.lead || pt->duty == PLAN_SHARED;
	o->in_force = n->today >= po->from && n->today <= po->until;
	rec = naive_newest(&n->log, pt->number, id, position, &o->fell_from);
	naive_reach_receipts(&n->log, pt->number, id, position);
	if (rec != NULL && rec->report.kind == REPORT_STATUS) {
		o->part.state = rec->report.state;
		o->part.percent = rec->report.percent;
		o->part.at_ms = rec->report.at_ms;
		o->part.received_ms = rec->received_ms;
		o->help = rec->report.help;
	}
	o->current = naive_hear(n, po, n->days.current);
	o->last = naive_hear(n, po, n->days.last_due);
	before = naive_hear(n, po, n->days.before);
	o->missed = o->counts && o->last.expected && !o->last.reported;
	o->missed_before = o->counts && before.expected && !before.reported;
}

/* Counted obligations of a task that are in force, by what they say. */
struct naive_said {
	uint32_t count, sum, reported, blocked, completed, not_started;
	int64_t  newest_ms;
};

static inline struct naive_said
naive_listen(const struct naive *n, const struct plan_task *pt)
{
	struct naive_said said = {.newest_ms = -1};

	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		const struct naive_obligation *o = &n->obligations[pt->first_obligation + i];

		if (!o->in_force || !o->counts)
			continue;
		said.count++;
		said.sum += o->part.percent;
		said.reported += o->part.state != REPORT_UNREPORTED;
		said.blocked += o->part.state == REPORT_BLOCKED;
		said.completed += o->part.state == REPORT_COMPLETED;
		said.not_started += o->part.state == REPORT_NOT_STARTED;
		if (o->part.state != REPORT_UNREPORTED && o->part.at_ms > said.newest_ms)
			said.newest_ms = o->part.at_ms;
	}
	return said;
}

static inline enum task_state
naive_shared_state(const struct naive_said *said)
{
	if (said->reported == 0)
		return TASK_UNREPORTED;
	if (said->blocked > 0)
		return TASK_BLOCKED;
	if (said->completed == said->count)
		return TASK_COMPLETED;
	return said->not_started == said->reported ? TASK_NOT_STARTED : TASK_IN_PROGRESS;
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

static inline void
naive_rule(struct naive_task *task)
{
	if (task->disposition == REPORT_VERIFIED) {
		task->percent = 10000;
		task->above_zero = true;
		task->state = TASK_VERIFIED;
	}
	if (task->disposition == REPORT_RETURNED && task->percent > 9999)
		task->percent = 9999;
	if (task->disposition == REPORT_RETURNED && task->state == TASK_COMPLETED)
		task->state = TASK_IN_PROGRESS;
	if (task->disposition == REPORT_SUSPENDED)
		task->state = TASK_SUSPENDED;
	if (task->disposition == REPORT_CANCELLED)
		task->state = TASK_CANCELLED;
	task->included = task->disposition != REPORT_CANCELLED;
}

static inline bool
naive_is_stale(const struct naive *n, const struct naive_said *said)
{
	const struct naive_period *now;
	int32_t                    length;

	if (n->days.current < 0 || said->reported == 0)
		return false;
	now = &n->days.all[n->days.current];
	length = now->last - now->first + 1;
	return naive_day_of(n->plan, said->newest_ms) <
	    n->today - (length + (int32_t)n->plan->due_days);
}

/* What single obligations that are in force raise. */
static inline uint32_t
naive_calls(const struct naive *n, const struct plan_task *pt)
{
	uint32_t alarms = 0;

	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		const struct naive_obligation *o = &n->obligations[pt->first_obligation + i];

		if (!o->in_force)
			continue;
		alarms |= (uint32_t)(o->part.state == REPORT_BLOCKED) << ALARM_BLOCKED;
		alarms |= (uint32_t)o->help << ALARM_HELP;
		alarms |= (uint32_t)(o->fell_from > 0) << ALARM_REGRESSED;
	}
	return alarms;
}

static inline void
naive_judge(struct naive *n, uint32_t t, const struct naive_said *said)
{
	const struct plan_task *pt = &n->plan->tasks[t];
	struct naive_task      *task = &n->tasks[t];
	enum task_state         state = task->state;
	bool ruled = state == TASK_VERIFIED || state == TASK_SUSPENDED || state == TASK_CANCELLED;
	bool open = !ruled && state != TASK_COMPLETED, before = false;
	struct naive_facts facts = {.state = state, .any_due = n->days.last_due >= 0};
	uint32_t           shown = task->percent == 0 && task->above_zero ? 1 : task->percent;

	task->expected = naive_expected(pt->starts, pt->due,
	    state == TASK_SUSPENDED ? naive_day_of(n->plan, task->ruled_ms) : n->today);
	facts.gap = (int32_t)shown - (int32_t)task->expected;
	facts.overdue = open && n->today > pt->due;
	task->overdue_days = facts.overdue ? (uint32_t)(n->today - pt->due) : 0;
	facts.stale = naive_is_stale(n, said);
	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		facts.missed = facts.missed || n->obligations[pt->first_obligation + i].missed;
		before = before || n->obligations[pt->first_obligation + i].missed_before;
	}
	facts.missed_two = facts.missed && before;
	task->judgement = naive_task_light(n->plan, &facts);
	task->alarms = ruled ? 0 : naive_calls(n, pt);
	task->alarms |= (uint32_t)facts.overdue << ALARM_OVERDUE;
	task->alarms |= (uint32_t)(task->judgement.light == LIGHT_RED) << ALARM_BEHIND;
	task->alarms |= (uint32_t)(facts.missed && open) << ALARM_MISSED_PERIOD;
}

/* A task that was verified before a period began is not to be reported on for it. */
static inline void
naive_excuse(
    const struct naive *n, const struct naive_task *task, int period, struct naive_heard *heard)
{
	bool verified = period >= 0 && task->disposition == REPORT_VERIFIED &&
	    task->ruled_ms < naive_midnight(n->plan, n->days.all[period].first);

	if (!task->included || verified)
		*heard = (struct naive_heard){0};
}

static inline void
naive_look_at_task(struct naive *n, uint32_t t)
{
	const struct plan_task *pt = &n->plan->tasks[t];
	struct naive_task      *task = &n->tasks[t];
	const struct record    *ruling;
	struct naive_said       said;
	uint32_t                fell_from;

	*task = (struct naive_task){.position = n->since};
	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		struct naive_obligation *o = &n->obligations[pt->first_obligation + i];

		naive_look_at_obligation(n, pt->first_obligation + i, &task->position);
		task->in_force += o->in_force;
		task->reported += o->in_force && o->part.state != REPORT_UNREPORTED;
	}
	said = naive_listen(n, pt);
	task->percent = said.sum / said.count;
	task->above_zero = said.sum > 0;
	task->state = pt->duty == PLAN_SHARED
	    ? naive_shared_state(&said)
	    : naive_lead_state(n->obligations[pt->first_obligation].part.state);
	ruling = naive_newest(&n->log, pt->number, NULL, &task->position, &fell_from);
	task->disposition = ruling != NULL ? ruling->report.disposition : REPORT_OPEN;
	task->ruled_ms = ruling != NULL ? ruling->report.at_ms : 0;
	naive_rule(task);
	naive_judge(n, t, &said);
	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		struct naive_obligation *o = &n->obligations[pt->first_obligation + i];

		naive_excuse(n, task, n->days.current, &o->current);
		naive_excuse(n, task, n->days.last_due, &o->last);
	}
}

#endif
