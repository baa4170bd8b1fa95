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

static uint32_t
find_obligation(const struct rollup *r, uint32_t task, struct text agency)
{
	uint32_t found = plan_find_agency(r->plan, agency);

	return found != PLAN_NONE ? plan_find_obligation(r->plan, task, found) : PLAN_NONE;
}

static struct rollup_ruling
ruling_of(const struct record *rec)
{
	return (struct rollup_ruling){
	    .seq = rec->seq,
	    .at_ms = rec->report.at_ms,
	    .disposition = rec->report.disposition,
	};
}

static struct rollup_word
word_of(const struct record *rec)
{
	const struct report *report = &rec->report;
	bool                 status = report->kind == REPORT_STATUS;

	return (struct rollup_word){
	    .seq = rec->seq,
	    .at_ms = report->at_ms,
	    .received_ms = rec->received_ms,
	    .state = status ? report->state : REPORT_UNREPORTED,
	    .percent = status ? report->percent : 0,
	};
}

/* What cannot be kept can have no place in any later plan either, or is one too
 * many; foreign it is in every case. */
static enum rollup_effect
keep_aside(struct rollup *r, const struct record *rec)
{
	if (rec->report.kind == REPORT_DISPOSITION) {
		struct rollup_ruling ruling = ruling_of(rec);

		rollup_aside_put_ruling(&r->aside, rec->report.task, &ruling);
	} else {
		struct rollup_word word = word_of(rec);

		rollup_aside_put_word(&r->aside, rec->report.task, rec->agency, &word);
	}
	return ROLLUP_FOREIGN;
}

static enum rollup_effect
apply_ruling(struct rollup *r, uint32_t task, const struct record *rec)
{
	struct rollup_ruling *ruling = &r->tasks[task].ruling;

	if (rec->seq <= ruling->seq)
		return ROLLUP_STALE;
	*ruling = ruling_of(rec);
	return ROLLUP_APPLIED;
}

static enum rollup_effect
apply_word(struct rollup *r, uint32_t task, const struct record *rec)
{
	uint32_t           obligation = find_obligation(r, task, rec->agency);
	struct rollup_word word;

	if (obligation == PLAN_NONE)
		return keep_aside(r, rec);
	if (rec->seq <= r->words[obligation].seq)
		return ROLLUP_STALE;
	word = word_of(rec);
	put_word(r, obligation, &word);
	return ROLLUP_APPLIED;
}

enum rollup_effect
rollup_apply(struct rollup *r, const struct record *rec, struct position position)
{
	uint32_t           task = plan_find_task(r->plan, rec->report.task);
	enum rollup_effect effect;

	if (task == PLAN_NONE)
		return keep_aside(r, rec);
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
	rollup_aside_fini(&r->aside);
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

const struct rollup_aside *
rollup_aside(const struct rollup *r)
{
	return &r->aside;
}

bool
rollup_restore_word(
    struct rollup *r, uint32_t number, struct text agency, const struct rollup_word *w)
{
	uint32_t task = plan_find_task(r->plan, number);
	uint32_t obligation = task != PLAN_NONE ? find_obligation(r, task, agency) : PLAN_NONE;

	if (obligation == PLAN_NONE)
		return rollup_aside_put_word(&r->aside, number, agency, w);
	put_word(r, obligation, w);
	rollup_mark_unsettled(r, task);
	return true;
}

bool
rollup_restore_task(
    struct rollup *r, uint32_t number, const struct rollup_ruling *ruling, struct position position)
{
	uint32_t task = plan_find_task(r->plan, number);

	if (task == PLAN_NONE)
		return rollup_aside_put_ruling(&r->aside, number, ruling);
	r->tasks[task].ruling = *ruling;
	r->tasks[task].position = position;
	rollup_mark_unsettled(r, task);
	return true;
}

static void
rebase_rulings(struct rollup *r, const struct rollup *old)
{
	for (uint32_t number = 1; number <= PLAN_TASKS_MAX; number++) {
		uint32_t                    task = plan_find_task(old->plan, number);
		const struct rollup_ruling *ruling = task != PLAN_NONE
		    ? &old->tasks[task].ruling
		    : rollup_aside_ruling(&old->aside, number);

		if (ruling->seq > 0)
			rollup_restore_task(r, number, ruling, r->since);
	}
}

/* The last plan's words first: should there be too many to keep, the longest
 * without a place are forgotten. */
static void
rebase_words(struct rollup *r, const struct rollup *old)
{
	const struct plan *p = old->plan;

	for (uint32_t i = 0; i < p->obligation_count; i++) {
		const struct plan_obligation *po = &p->obligations[i];

		if (old->words[i].seq > 0)
			rollup_restore_word(r, p->tasks[po->task].number,
			    text_of(p->agencies[po->agency].id), &old->words[i]);
	}
	for (uint32_t i = 0; i < old->aside.word_count; i++) {
		const struct rollup_aside_word *w = rollup_aside_word(&old->aside, i);

		rollup_restore_word(r, w->task, text_of(w->agency), &w->word);
	}
}

struct rollup *
rollup_rebased(const struct rollup *old, const struct plan *p, struct position since)
{
	struct rollup *r = rollup_new(p, since);

	rebase_rulings(r, old);
	rebase_words(r, old);
	rollup_settle(r);
	return r;
}
