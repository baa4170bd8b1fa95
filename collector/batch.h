/*
 * batch -- messages that are stored and answered together.
 *
 * Each message keeps its sender, each of its reports its verdict; the accepted
 * ones' records lie back to back, ready for the ledger. A batch is judged
 * against a book and enters it as it goes; it can be taken back and judged again
 * when it turns out that somebody else was first. Room is kept from batch to
 * batch: once warm, nothing is allocated.
 */
#ifndef TUIJIN_COLLECTOR_BATCH_H
#define TUIJIN_COLLECTOR_BATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/stored.h"
#include "common/bus.h"
#include "core/book.h"
#include "core/buf.h"
#include "core/plan.h"
#include "core/report.h"

#define BATCH_MESSAGES_MAX  4096
#define BATCH_ENTRIES_MAX   16384
#define BATCH_QUESTIONS_MAX 64
#define BATCH_BYTES_MAX     (256u << 10) /* of records, and of texts; one message may go over it */

struct batch_message {
	struct bus_peer peer;
	bool            status;   /* a question, not reports */
	bool            stranger; /* the plan has no such agency; why is in texts */
	bool     outdated; /* something was rejected by a plan that is not in force any more */
	uint32_t agency;   /* index; PLAN_NONE: gone with a plan revision */
	uint64_t seq;
	int64_t  taken_us;     /* when, by the monotonic clock */
	uint32_t first, count; /* entries */
	uint32_t at, len;      /* of a stranger's, in texts */
};

struct batch_entry {
	bool                task_known;
	uint32_t            task; /* number */
	enum report_verdict verdict;
	enum report_code    code;    /* of a rejected one, whose text is in texts */
	uint32_t            slot;    /* of the book; PLAN_NONE: rejected before judging */
	uint32_t            at, len; /* in records, or in texts */
	struct book_slot    said, was;
};

struct batch {
	struct batch_message *messages; /* owned */
	struct batch_entry   *entries;  /* owned */
	uint32_t              message_count, message_room, entry_count, entry_room;
	uint32_t              accepted, questions;
	int64_t               now_us;  /* when the messages that are added now were taken */
	struct buf            records; /* of all judged entries, in order */
	struct buf            chosen;  /* of the accepted ones, when not all are */
	struct buf            texts;   /* why entries were rejected */
};

struct batch *batch_new(void);
void          batch_free(struct batch *b); /* NULL is fine */
void          batch_reset(struct batch *b);

static inline bool
batch_is_full(const struct batch *b)
{
	return b->message_count >= BATCH_MESSAGES_MAX || b->entry_count >= BATCH_ENTRIES_MAX ||
	    b->questions >= BATCH_QUESTIONS_MAX || b->records.len >= BATCH_BYTES_MAX ||
	    b->texts.len >= BATCH_BYTES_MAX;
}

/* Begins a message; the entries that follow are its. */
void batch_message(
    struct batch *b, const struct bus_peer *peer, bool status, uint32_t agency, uint64_t seq);

/* Adds a message of an agency that the plan does not have: it is refused when the store
 * has confirmed that this is the plan in force. */
void batch_stranger(struct batch *b, const struct bus_peer *peer, bool status, uint64_t seq,
    const struct refusal *why);

/* Adds a report that belongs in `slot`: judges it and enters it. */
void batch_add(struct batch *b, struct book *book, uint32_t slot, const struct record *rec);

/* Adds one that is refused already. */
void batch_add_rejected(struct batch *b, const struct report *r, const struct refusal *why);

/* Takes all that was entered out of the book again, newest first. */
void batch_undo(struct batch *b, struct book *book);

/* Judges all again, in order, and enters what is accepted. */
void batch_judge(struct batch *b, struct book *book);

/* Finds the place of everything in the plan that came after `old`; what has none
 * any more, or none on its day, is rejected. Judge afterwards. */
void batch_resolve(struct batch *b, const struct plan *old, const struct stored *now);

/* The accepted records, back to back. Borrowed until b changes. */
struct text batch_records(struct batch *b);

/* True if entry i was accepted and is the newest of its slot: what `latest` is
 * to hold. The batch must be the last one entered. */
bool batch_is_latest(const struct batch *b, const struct book *book, uint32_t i);

#endif
