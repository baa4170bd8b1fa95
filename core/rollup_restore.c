#include "core/rollup_state.h"

bool
rollup_restore_word(
    struct rollup *r, uint32_t number, struct text agency, const struct rollup_word *w)
{
	uint32_t task = plan_find_task(r->plan, number);
	uint32_t obligation =
	    task != PLAN_NONE ? rollup_find_obligation(r, task, agency) : PLAN_NONE;

	if (obligation == PLAN_NONE)
		return rollup_aside_put_word(&r->aside, number, agency, w);
	r->words[obligation] = *w;
	rollup_mark_unsettled(r, task);
	return true;
}

bool
rollup_restore_receipt(
    struct rollup *r, uint32_t number, struct text agency, int32_t month, int64_t received_ms)
{
	uint32_t task = plan_find_task(r->plan, number);
	uint32_t obligation =
	    task != PLAN_NONE ? rollup_find_obligation(r, task, agency) : PLAN_NONE;
	struct rollup_aside_word *kept;

	if (obligation != PLAN_NONE) {
		receipts_note(&r->receipts[obligation], month, received_ms);
		rollup_mark(r, obligation);
		rollup_mark_unsettled(r, task);
		return true;
	}
	kept = rollup_aside_find(&r->aside, number, agency);
	if (kept != NULL)
		receipts_note(&kept->receipts, month, received_ms);
	return kept != NULL;
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

static void
rebase_receipts(
    struct rollup *r, uint32_t number, struct text agency, const struct receipts *receipts)
{
	for (uint32_t i = 0; i < receipts->count; i++)
		rollup_restore_receipt(
		    r, number, agency, receipts->at[i].month, receipts->at[i].received_ms);
}

/* The last plan's words first: should there be too many to keep, the longest
 * without a place are forgotten. */
static void
rebase_words(struct rollup *r, const struct rollup *old)
{
	const struct plan *p = old->plan;

	for (uint32_t i = 0; i < p->obligation_count; i++) {
		const struct plan_obligation *po = &p->obligations[i];
		uint32_t                      number = p->tasks[po->task].number;
		struct text                   agency = text_of(p->agencies[po->agency].id);

		if (old->words[i].seq == 0)
			continue;
		rollup_restore_word(r, number, agency, &old->words[i]);
		rebase_receipts(r, number, agency, &old->receipts[i]);
	}
	for (uint32_t i = 0; i < old->aside.word_count; i++) {
		const struct rollup_aside_word *w = rollup_aside_word(&old->aside, i);

		rollup_restore_word(r, w->task, text_of(w->agency), &w->word);
		rebase_receipts(r, w->task, text_of(w->agency), &w->receipts);
	}
}

struct rollup *
rollup_rebased(const struct rollup *old, const struct plan *p, struct position since)
{
	struct rollup *r = rollup_new(p, since, old->day.today);

	rebase_rulings(r, old);
	rebase_words(r, old);
	rollup_settle(r);
	return r;
}
