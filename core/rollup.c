#include "core/rollup.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/rollup_state.h"

/* Moves the task's sums from what they say of an obligation to the new word. */
static void
put_word(struct rollup *r, uint32_t obligation, const struct rollup_word *word)
{
	struct rollup_word *was = &r->words[obligation];
	struct rollup_task *task = &r->tasks[r->plan->obligations[obligation].task];

	task->reported -= was->state != REPORT_UNREPORTED;
	task->reported += word->state != REPORT_UNREPORTED;
	if (plan_counts(r->plan, obligation)) {
		task->sum += word->percent - was->percent;
		task->counted[was->state]--;
		task->counted[word->state]++;
	}
	*was = *word;
}

static enum rollup_effect
apply_ruling(struct rollup *r, uint32_t task, const struct record *rec)
{
	struct rollup_ruling *ruling = &r->tasks[task].ruling;

	if (rec->seq <= ruling->seq)
		return ROLLUP_STALE;
	*ruling = (struct rollup_ruling){
	    .seq = rec->seq,
	    .at_ms = rec->report.at_ms,
	    .disposition = rec->report.disposition,
	};
	return ROLLUP_APPLIED;
}

static enum rollup_effect
apply_word(struct rollup *r, uint32_t task, const struct record *rec)
{
	const struct report *report = &rec->report;
	bool                 status = report->kind == REPORT_STATUS;
	uint32_t             agency = plan_find_agency(r->plan, rec->agency);
	uint32_t             obligation = PLAN_NONE;

	if (agency != PLAN_NONE)
		obligation = plan_find_obligation(r->plan, task, agency);
	if (obligation == PLAN_NONE)
		return ROLLUP_FOREIGN;
	if (rec->seq <= r->words[obligation].seq)
		return ROLLUP_STALE;
	put_word(r, obligation,
	    &(struct rollup_word){
		.seq = rec->seq,
		.at_ms = report->at_ms,
		.received_ms = rec->received_ms,
		.state = status ? report->state : REPORT_UNREPORTED,
		.percent = status ? report->percent : 0,
	    });
	return ROLLUP_APPLIED;
}

enum rollup_effect
rollup_apply(struct rollup *r, const struct record *rec, struct position position)
{
	uint32_t           task = plan_find_task(r->plan, rec->report.task);
	enum rollup_effect effect;

	if (task == PLAN_NONE)
		return ROLLUP_FOREIGN;
	if (rec->report.kind == REPORT_DISPOSITION)
		effect = apply_ruling(r, task, rec);
	else
		effect = apply_word(r, task, rec);
	if (effect == ROLLUP_APPLIED) {
		r->tasks[task].position = position;
		rollup_mark_unsettled(r, task);
	}
	return effect;
}

static uint32_t
largest_task(const struct plan *p)
{
	uint32_t most = 0;

	for (uint32_t t = 0; t < p->task_count; t++)
		if (p->tasks[t].obligation_count > most)
			most = p->tasks[t].obligation_count;
	return most;
}

/* A task begins as a cancelled one, of which the scopes above hold nothing but
 * the count: the first settling then makes it the unreported one it is. */
static void
begin_task(struct rollup *r, uint32_t t)
{
	const struct plan_task *pt = &r->plan->tasks[t];
	struct rollup_task     *task = &r->tasks[t];

	task->position = r->since;
	task->counted[REPORT_UNREPORTED] = plan_counted(r->plan, t);
	task->carried.state = TASK_CANCELLED;
	rollup_tally(r, (struct scope){SCOPE_OVERALL, 0})->tasks[TASK_CANCELLED]++;
	rollup_tally(r, (struct scope){SCOPE_CHAPTER, pt->chapter})->tasks[TASK_CANCELLED]++;
	if (pt->section != PLAN_NONE)
		rollup_tally(r, (struct scope){SCOPE_SECTION, pt->section})
		    ->tasks[TASK_CANCELLED]++;
	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		uint32_t agency = r->plan->obligations[pt->first_obligation + i].agency;

		rollup_tally(r, (struct scope){SCOPE_AGENCY, agency})->tasks[TASK_CANCELLED]++;
	}
	rollup_mark_unsettled(r, t);
}

struct rollup *
rollup_new(const struct plan *p, struct position since)
{
	struct rollup *r = mem_zeroed(1, sizeof(*r));
	uint32_t       tallies;

	r->plan = p;
	r->since = since;
	for (unsigned k = 0; k < SCOPE_KINDS; k++)
		r->first_row[k] = scope_row(p, (struct scope){(enum scope_kind)k, 0});
	r->rows = scope_count(p);
	r->first_unsettled = PLAN_NONE;
	tallies = r->rows - p->task_count;
	r->words = mem_zeroed(p->obligation_count, sizeof(r->words[0]));
	r->parts = mem_zeroed(p->obligation_count, sizeof(r->parts[0]));
	r->tasks = mem_zeroed(p->task_count, sizeof(r->tasks[0]));
	r->tallies = mem_zeroed(tallies, sizeof(r->tallies[0]));
	r->changed = mem_zeroed((r->rows + 63) / 64, sizeof(r->changed[0]));
	r->summary_parts = mem_zeroed(largest_task(p), sizeof(r->summary_parts[0]));
	for (uint32_t i = 0; i < tallies; i++)
		r->tallies[i].position = since;
	for (uint32_t t = 0; t < p->task_count; t++)
		begin_task(r, t);
	rollup_settle(r);
	rollup_mark_all_changed(r);
	return r;
}

void
rollup_free(struct rollup *r)
{
	if (r == NULL)
		return;
	free(r->words);
	free(r->parts);
	free(r->tasks);
	free(r->tallies);
	free(r->changed);
	free(r->summary_parts);
	free(r);
}

const struct plan *
rollup_plan(const struct rollup *r)
{
	return r->plan;
}

const struct rollup_word *
rollup_word(const struct rollup *r, uint32_t obligation)
{
	return &r->words[obligation];
}

const struct rollup_ruling *
rollup_ruling(const struct rollup *r, uint32_t task)
{
	return &r->tasks[task].ruling;
}

struct position
rollup_task_position(const struct rollup *r, uint32_t task)
{
	return r->tasks[task].position;
}

struct position
rollup_since(const struct rollup *r)
{
	return r->since;
}

void
rollup_restore_word(struct rollup *r, uint32_t obligation, const struct rollup_word *w)
{
	put_word(r, obligation, w);
	rollup_mark_unsettled(r, r->plan->obligations[obligation].task);
}

void
rollup_restore_task(
    struct rollup *r, uint32_t task, const struct rollup_ruling *ruling, struct position position)
{
	r->tasks[task].ruling = *ruling;
	r->tasks[task].position = position;
	rollup_mark_unsettled(r, task);
}

static void
rebase_task(struct rollup *r, uint32_t t, const struct rollup *old)
{
	const struct plan_task *pt = &r->plan->tasks[t];
	uint32_t                old_task = plan_find_task(old->plan, pt->number);

	if (old_task == PLAN_NONE)
		return;
	rollup_restore_task(r, t, &old->tasks[old_task].ruling, r->since);
	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		uint32_t    obligation = pt->first_obligation + i;
		uint32_t    agency = r->plan->obligations[obligation].agency;
		const char *id = r->plan->agencies[agency].id;
		uint32_t    old_agency = plan_find_agency(old->plan, text_of(id));
		uint32_t    old_obligation = PLAN_NONE;

		if (old_agency != PLAN_NONE)
			old_obligation = plan_find_obligation(old->plan, old_task, old_agency);
		if (old_obligation != PLAN_NONE)
			rollup_restore_word(r, obligation, &old->words[old_obligation]);
	}
}

struct rollup *
rollup_rebased(const struct rollup *old, const struct plan *p, struct position since)
{
	struct rollup *r = rollup_new(p, since);

	for (uint32_t t = 0; t < p->task_count; t++)
		rebase_task(r, t, old);
	rollup_settle(r);
	return r;
}
