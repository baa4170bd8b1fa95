/*
 * random_ledger -- a ledger of entries as Redis has them: plan revisions, and batches of
 * records, days apart or within a millisecond.
 */
#ifndef TUIJIN_TESTS_RANDOM_LEDGER_H
#define TUIJIN_TESTS_RANDOM_LEDGER_H

#include "core/entry.h"
#include "core/wire_record.h"
#include "tests/property/random_record.h"

#define LEDGER_ENTRIES_MAX 40
#define LEDGER_BATCH_MAX   6

struct ledger_draft {
	struct position position;
	struct buf      bytes; /* of the records, or of a plan's file */
	bool            is_plan;
};

struct random_ledger {
	struct ledger_draft entries[LEDGER_ENTRIES_MAX];
	uint32_t            count;
};

static inline struct ledger_entry
random_ledger_entry(const struct random_ledger *l, uint32_t i)
{
	const struct ledger_draft *draft = &l->entries[i];
	struct ledger_entry        entry = {.position = draft->position};

	if (draft->is_plan)
		entry.yaml = buf_text(&draft->bytes);
	else
		entry.records = buf_text(&draft->bytes);
	return entry;
}

/* The plan in force behind entry i. The caller frees it. */
static inline struct plan *
random_ledger_plan(const struct random_ledger *l, uint32_t i)
{
	while (!l->entries[i].is_plan)
		i--;
	return plan_from_text(l->entries[i].bytes.at, l->entries[i].bytes.len);
}

/* Mostly some hours or days on; or the same moment; or a season. */
static inline struct position
random_position(struct dice *d, struct position before)
{
	static const uint32_t days[] = {1, 1, 3, 20, 200};

	if (dice_once_in(d, 5))
		return (struct position){before.ms, before.n + 1};
	return (struct position){
	    before.ms + 1 + dice_roll(d) % (days[dice_below(d, 5)] * UINT64_C(86400000)), 0};
}

static inline void
random_batch(struct dice *d, const struct plan *p, uint32_t i, struct buf *out)
{
	uint32_t count = 1 + dice_below(d, LEDGER_BATCH_MAX);

	for (uint32_t j = 0; j < count; j++) {
		struct record rec = random_record(d, p, i * LEDGER_BATCH_MAX + j);

		if (rec.report.task == 0)
			rec.report.task = 1;
		wire_record_encode(out, &rec);
	}
}

static inline void
random_ledger_make(struct dice *d, struct random_ledger *l)
{
	uint32_t        revision = 1;
	struct plan    *p = NULL;
	struct position at;

	*l = (struct random_ledger){.count = 2 + dice_below(d, LEDGER_ENTRIES_MAX - 1)};
	for (uint32_t i = 0; i < l->count; i++) {
		struct ledger_draft *draft = &l->entries[i];

		draft->is_plan = i == 0 || dice_once_in(d, 15);
		if (draft->is_plan) {
			random_plan_file(d, revision++, &draft->bytes);
			plan_free(p);
			p = random_ledger_plan(l, i);
		} else {
			random_batch(d, p, i, &draft->bytes);
		}
		if (i == 0)
			at = (struct position){
			    (uint64_t)random_instant(d, p, p->starts + dice_between(d, -5, 100)),
			    0};
		else
			at = random_position(d, at);
		draft->position = at;
	}
	plan_free(p);
}

static inline void
random_ledger_fini(struct random_ledger *l)
{
	for (uint32_t i = 0; i < l->count; i++)
		buf_fini(&l->entries[i].bytes);
}

#endif
