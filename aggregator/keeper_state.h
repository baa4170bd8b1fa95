/*
 * keeper_state -- what is inside a keeper; for aggregator/keeper*.c alone.
 *
 * Checkpoints and summaries are in keeper.c, days in keeper_days.c, seals in
 * keeper_seals.c, the ledger's end in keeper_end.c.
 */
#ifndef TUIJIN_AGGREGATOR_KEEPER_STATE_H
#define TUIJIN_AGGREGATOR_KEEPER_STATE_H

#include "aggregator/keeper.h"
#include "common/ledger.h"
#include "core/calendar.h"
#include "core/text.h"

#define KEEPER_FIXED_ARGS 14 /* at the most, besides days, seals and summaries */
#define KEEPER_DAYS_MAX   64 /* of one write */
#define KEEPER_SEALS_MAX  64
#define KEEPER_RETRY_MS   1000

/* The write that is out, or the question where the ledger ends. */
enum keeper_asked { ASKED_NOTHING, ASKED_STATE, ASKED_DAYS, ASKED_SEALS, ASKED_END, ASKED_KINDS };

struct keeper {
	struct store     *link; /* owned */
	bool              keeps;
	uint64_t          epoch;
	enum keeper_asked asked;
	bool              asked_checkpoint, asked_summaries;
	size_t            asked_days, kept_days; /* under way; done and not yet told */
	size_t            asked_seals;
	struct position   asked_behind; /* where seals were believed to end in the last write */
	struct position   stored;       /* where they do */
	bool              stored_news;  /* the sealer has not been told yet */
	bool              seals_stay;   /* those of the last write did not get in, */
	bool              seals_merge;  /* and none of them ever will by itself */
	struct err        trouble[ASKED_KINDS]; /* by what was asked */
	bool              unsure; /* what Redis has is not known: all is to be written again */
	bool              whole;  /* the next write of summaries is of all there are */
	struct position   checkpointed;
	int32_t           checkpointed_day;
	int64_t           summary_at_ms, checkpoint_at_ms, days_at_ms, seals_at_ms; /* not before */
	int64_t           kept_wall_ms; /* when Redis took the last checkpoint; 0: none yet */
	bool              watches_end;
	int64_t           end_at_ms;       /* not asked before */
	struct position   end, end_before; /* of the ledger when last asked; the time before */
	struct buf        state;
	struct text      *args; /* owned; into what stands above, below and on the board */
	char              keys[4][LEDGER_KEY_SIZE], numbers[5][POSITION_SIZE];
};

/* Texts of a call that keeps seals: for as long as it takes to send it. */
struct seal_texts {
	char positions[KEEPER_SEALS_MAX][POSITION_SIZE], hashes[KEEPER_SEALS_MAX][SHA256_TEXT_SIZE];
};

/* Adds behind the n arguments so far where the seals are believed to end, then the first
 * that wait, `most` of them or fewer. Returns the number of arguments now. */
size_t keeper_add_seals(
    struct keeper *k, const struct sealer *s, size_t most, struct seal_texts *texts, size_t n);

/* Notes what is wrong with one kind of write, or that nothing is: which does not take
 * back the trouble with another. */
void keeper_note(struct keeper *k, enum keeper_asked what, const struct store_reply *r);

/* Take the answer; of seals where they end, or what is wrong with them. */
void keeper_hear_seals(struct keeper *k, const struct store_reply *r, int64_t mono_ms);
void keeper_hear_days(struct keeper *k, const struct store_reply *r, int64_t mono_ms);

void keeper_hear_end(struct keeper *k, const struct store_reply *r);

/* What keeper_finish() does first. Each returns 0 once all of them are kept, or -1 with
 * *e. */
int keeper_finish_days(struct keeper *k, struct keeper_days past, int64_t until_ms, struct err *e);
int keeper_finish_seals(
    struct keeper *k, const struct keeping *what, int64_t until_ms, struct err *e);

#endif
