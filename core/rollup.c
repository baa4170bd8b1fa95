#include "core/rollup.h"

#include <stdlib.h>

#include "core/calendar.h"
#include "core/mem.h"
#include "core/rollup_state.h"

uint32_t
rollup_find_obligation(const struct rollup *r, uint32_t task, struct text agency)
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

/* What a percent fell from, until it is back there. */
static uint32_t
fell_from(const struct rollup_word *was, uint32_t percent)
{
	uint32_t high = was->percent > was->fell_from ? was->percent : was->fell_from;

	return was->state != REPORT_UNREPORTED && percent < high ? high : 0;
}

/* The word that follows on `was`. */
static struct rollup_word
word_of(const struct record *rec, const struct rollup_word *was)
{
	const struct report *report = &rec->report;
	struct rollup_word   word = {
	      .seq = rec->seq,
	      .at_ms = report->at_ms,
	      .received_ms = rec->received_ms,
        };

	if (report->kind == REPORT_STATUS) {
		word.state = report->state;
		word.percent = report->percent;
		word.help = report->help;
		word.fell_from = fell_from(was, report->percent);
	}
	return word;
}

static void
keep_word_aside(struct rollup *r, const struct record *rec)
{
	struct rollup_aside_word *kept =
	    rollup_aside_find(&r->aside, rec->report.task, rec->agency);

	if (kept == NULL)
		return;
	if (rec->seq > kept->word.seq)
		kept->word = word_of(rec, &kept->word);
	rollup_note_receipt(r, &kept->receipts, rec);
}

/* What cannot be kept can have no place in any later plan either, or is one too
 * many; foreign it is in every case. */
static enum rollup_effect
keep_aside(struct rollup *r, const struct record *rec)
{
	struct rollup_ruling ruling;

	if (rec->report.kind == REPORT_DISPOSITION) {
		ruling = ruling_of(rec);
		rollup_aside_put_ruling(&r->aside, rec->report.task, &ruling);
	} else if (rec->seq > 0) {
		keep_word_aside(r, rec);
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

/* Also a report that another one has overtaken was received when it was. */
static enum rollup_effect
apply_word(struct rollup *r, uint32_t task, const struct record *rec)
{
	uint32_t            obligation = rollup_find_obligation(r, task, rec->agency);
	struct rollup_word *word;
	bool                heard;

	if (obligation == PLAN_NONE)
		return keep_aside(r, rec);
	word = &r->words[obligation];
	heard = rollup_note_receipt(r, &r->receipts[obligation], rec);
	if (heard)
		rollup_mark(r, obligation);
	if (rec->seq <= word->seq)
		return heard ? ROLLUP_APPLIED : ROLLUP_STALE;
	*word = word_of(rec, word);
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
	task->carried.state = TASK_CANCELLED;
	rollup_tally(r, (struct scope){SCOPE_OVERALL, 0})->tasks[TASK_CANCELLED]++;
	rollup_tally(r, (struct scope){SCOPE_CHAPTER, pt->chapter})->tasks[TASK_CANCELLED]++;
	if (pt->section != PLAN_NONE)
		rollup_tally(r, (struct scope){SCOPE_SECTION, pt->section})
		    ->tasks[TASK_CANCELLED]++;
	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		uint32_t obligation = pt->first_obligation + i;
		uint32_t agency = r->plan->obligations[obligation].agency;

		if ((r->marks[obligation] & MARK_IN_FORCE) == 0)
			continue;
		r->parts[obligation].marks = MARK_IN_FORCE;
		rollup_tally(r, (struct scope){SCOPE_AGENCY, agency})->tasks[TASK_CANCELLED]++;
	}
}

static void
allocate(struct rollup *r, uint32_t tallies)
{
	const struct plan *p = r->plan;

	r->words = mem_zeroed(p->obligation_count, sizeof(r->words[0]));
	r->receipts = mem_zeroed(p->obligation_count, sizeof(r->receipts[0]));
	r->marks = mem_zeroed(p->obligation_count, sizeof(r->marks[0]));
	r->parts = mem_zeroed(p->obligation_count, sizeof(r->parts[0]));
	r->tasks = mem_zeroed(p->task_count, sizeof(r->tasks[0]));
	r->tallies = mem_zeroed(tallies, sizeof(r->tallies[0]));
	r->summary_parts = mem_zeroed(largest_task(p), sizeof(r->summary_parts[0]));
	for (unsigned reader = 0; reader < ROLLUP_READERS; reader++)
		r->changed[reader].bits = mem_zeroed((r->rows + 63) / 64, sizeof(uint64_t));
}

struct rollup *
rollup_new(const struct plan *p, struct position since, int32_t today)
{
	struct rollup *r = mem_zeroed(1, sizeof(*r));
	uint32_t       tallies;

	r->plan = p;
	r->since = since;
	r->begin_ms = calendar_day_start(p->starts, p->utc_offset_min);
	r->end_ms = calendar_day_start(p->ends + 1, p->utc_offset_min);
	for (unsigned k = 0; k < SCOPE_KINDS; k++)
		r->first_row[k] = scope_row(p, (struct scope){(enum scope_kind)k, 0});
	r->rows = scope_count(p);
	r->first_unsettled = PLAN_NONE;
	tallies = r->rows - p->task_count;
	allocate(r, tallies);
	for (uint32_t i = 0; i < tallies; i++)
		r->tallies[i].position = since;
	rollup_set_day(r, today);
	for (uint32_t t = 0; t < p->task_count; t++)
		begin_task(r, t);
	rollup_settle(r);
	for (unsigned reader = 0; reader < ROLLUP_READERS; reader++)
		rollup_mark_all_changed(r, (enum rollup_reader)reader);
	return r;
}

void
rollup_free(struct rollup *r)
{
	if (r == NULL)
		return;
	for (uint32_t i = 0; i < r->plan->obligation_count; i++)
		receipts_fini(&r->receipts[i]);
	for (unsigned reader = 0; reader < ROLLUP_READERS; reader++)
		free(r->changed[reader].bits);
	free(r->words);
	free(r->receipts);
	free(r->marks);
	free(r->parts);
	free(r->tasks);
	free(r->tallies);
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

const struct receipts *
rollup_receipts(const struct rollup *r, uint32_t obligation)
{
	return &r->receipts[obligation];
}
