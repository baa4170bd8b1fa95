/*
 * rollup_aside -- what was said of obligations and ruled on tasks that the plan in
 * force does not have, kept until a revision has them again. It counts for nothing.
 *
 * Words are found by task number and agency id in O(log n), whatever the ledger
 * holds; rulings by task number. What no plan can have (a task number above
 * PLAN_TASKS_MAX, an id that is none) and more than PLAN_OBLIGATIONS_MAX words is
 * not kept. Without anything kept aside it takes no memory of its own.
 */
#ifndef TUIJIN_CORE_ROLLUP_ASIDE_H
#define TUIJIN_CORE_ROLLUP_ASIDE_H

#include "core/rollup.h"

struct rollup_aside_word {
	struct rollup_word word;
	struct receipts    receipts;
	uint32_t           task; /* number */
	char               agency[PLAN_ID_MAX + 1];
};

struct rollup_aside {
	struct rollup_aside_word *words; /* owned; as they came */
	uint32_t                 *order; /* owned; into words, by task number and agency id */
	uint32_t                  word_count, word_room;
	struct rollup_ruling     *rulings; /* owned; by task number - 1; NULL: none at all */
};

void rollup_aside_fini(struct rollup_aside *a);

/* Keeps a word or ruling, if it is newer than what is kept of the same. Returns
 * false where it cannot be kept at all, or its seq is 0. */
bool rollup_aside_put_word(
    struct rollup_aside *a, uint32_t task, struct text agency, const struct rollup_word *word);
bool rollup_aside_put_ruling(
    struct rollup_aside *a, uint32_t task, const struct rollup_ruling *ruling);

/* The word of that task number and agency id, a new one of seq 0 if none is kept; it is
 * to be filled at once, and not to be kept. NULL where it cannot be kept at all. */
struct rollup_aside_word *rollup_aside_find(
    struct rollup_aside *a, uint32_t task, struct text agency);

/* Word i of word_count, by task number and agency id. */
const struct rollup_aside_word *rollup_aside_word(const struct rollup_aside *a, uint32_t i);

/* The ruling on a task number of 1 to PLAN_TASKS_MAX: seq 0 where none is kept. */
const struct rollup_ruling *rollup_aside_ruling(const struct rollup_aside *a, uint32_t task);

#endif
