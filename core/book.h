/*
 * book -- what a collector knows to be stored: the newest word on each
 * obligation and the newest ruling on each task.
 *
 * It decides a report's verdict. Slots 0 .. obligations-1 are the plan's
 * obligations; behind them one slot per task holds the office's ruling. Pure: a
 * judged report is entered by the caller, and who reads the ledger feeds it too.
 */
#ifndef TUIJIN_CORE_BOOK_H
#define TUIJIN_CORE_BOOK_H

#include <stdint.h>

#include "core/plan.h"
#include "core/report.h"

struct book_slot {
	uint64_t          seq;    /* 0: nothing stored */
	uint64_t          digest; /* of the content (wire_record_digest) */
	int64_t           at_ms, received_ms;
	enum report_state state; /* REPORT_UNREPORTED after a withdrawal */
	uint32_t          percent;
};

struct book;

struct book *book_new(const struct plan *p); /* keeps p (borrowed) */
void         book_free(struct book *b);      /* NULL is fine */
void         book_clear(struct book *b);     /* forgets all */

/* The slot of agency index `agency`'s word on task index `task`, or with
 * `ruling` of the office's ruling on it; PLAN_NONE without an obligation. */
uint32_t book_find(const struct book *b, uint32_t task, uint32_t agency, bool ruling);

const struct book_slot *book_slot(const struct book *b, uint32_t slot);

/* Where a stored record belongs; PLAN_NONE if this plan has no place for it. */
uint32_t book_find_record(const struct book *b, const struct record *rec);

/* What a slot holds once this record, of this content digest, is stored. */
struct book_slot book_slot_of(const struct record *rec, uint64_t digest);

/* What said would be: accepted, duplicate, superseded or conflict. Changes
 * nothing. */
enum report_verdict book_judge(const struct book *b, uint32_t slot, const struct book_slot *said);

/* Sets a slot: enters what was accepted, or puts back what was there before. */
void book_set(struct book *b, uint32_t slot, const struct book_slot *value);

#endif
