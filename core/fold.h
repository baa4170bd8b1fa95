/*
 * fold -- a plan's ledger, entry by entry, and the days that end between them.
 *
 * Holds the plan in force, its rollup and its alerts. With FOLD_BY_LEDGER the days
 * turn where they did: before the first entry that was written on a later day, and
 * where the owner says so (fold_turn). Whatever is folded is a pure function of the
 * entries and of those days; the aggregator and every command that proves a number
 * use this one.
 */
#ifndef TUIJIN_CORE_FOLD_H
#define TUIJIN_CORE_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/alert.h"
#include "core/buf.h"
#include "core/entry.h"
#include "core/err.h"
#include "core/rollup.h"

#define FOLD_BY_LEDGER INT32_MIN
#define FOLD_LEAP_MAX  4000 /* days; more between two entries are passed over as one */

struct fold;

struct fold_rules {
	/* The day all of it is evaluated for, or FOLD_BY_LEDGER. */
	int32_t today;

	/* Without, alerts are not kept. */
	bool alerts;

	/* Only what describes moments up to this: a record's `at`, and a revision's entry
	 * but for the first. INT64_MAX: everything. */
	int64_t until_ms;

	/* Told, if not NULL, of every record that was applied, of a revision that has come
	 * into force, of a day that is over and still today of the rollup. */
	void *context;
	void (*on_record)(void *context, struct fold *f, const struct record *rec,
	    struct position position, enum rollup_effect effect);
	void (*on_revision)(void *context, struct fold *f, const struct ledger_entry *entry);
	void (*on_day)(void *context, struct fold *f, int32_t day);
};

struct fold *fold_new(const struct fold_rules *rules); /* copied */
void         fold_free(struct fold *f);                /* NULL is fine */

/* Folds the next entry. Returns 0, or -1 with *e (without saying where): it cannot be
 * read. What of it was folded by then does no harm when it is given again. */
int fold_entry(struct fold *f, const struct ledger_entry *entry, struct err *e);

/* True from the first entry on, which is a plan revision; false for NULL. */
bool fold_has_begun(const struct fold *f);

/* Ends all days before `today`, if the fold has begun; with a fixed day, moves it. */
void fold_turn(struct fold *f, int32_t today);

/* Ends one day before `today`, of a fold whose days turn. Returns true once it is there. */
bool fold_turn_day(struct fold *f, int32_t today);

/* The day on which an entry of that position was written, in the plan's offset; and
 * the last day that an entry, and no clock, has led the fold to. */
int32_t fold_day_of(const struct fold *f, struct position position);
int32_t fold_ledger_day(const struct fold *f);

/* NULL before it has begun. They are replaced with every revision; fold_number() then
 * is another. */
struct rollup     *fold_rollup(const struct fold *f);
const struct plan *fold_plan(const struct fold *f);
struct alerts     *fold_alerts(const struct fold *f); /* NULL if not kept */
uint64_t           fold_number(const struct fold *f);
struct position    fold_position(const struct fold *f); /* of the last entry folded */

struct fold_counters {
	uint64_t entries, records; /* read, those beyond until_ms too */
	uint64_t stale, foreign;
};
struct fold_counters fold_counters(const struct fold *f);

/* Takes the place of a former fold of the same ledger, or of one that came before it:
 * what its alerts told and is true no more ends here, what was told is told. */
void fold_follow_on(struct fold *f, const struct fold *former);

/* Appends a checkpoint (core/wire_checkpoint.h), and begins from one: a new fold that
 * owns the plan, or NULL with *e and the plan freed. */
void         fold_save(const struct fold *f, struct buf *out);
struct fold *fold_restore(
    const struct fold_rules *rules, struct plan *p, struct text checkpoint, struct err *e);

#endif
