/*
 * session_state -- what is inside a session; for collector/session*.c alone.
 *
 * The turn and the life of a batch are in session.c, what the store answers is in
 * session_hear.c.
 */
#ifndef TUIJIN_COLLECTOR_SESSION_STATE_H
#define TUIJIN_COLLECTOR_SESSION_STATE_H

#include "collector/append.h"
#include "collector/session.h"
#include "collector/stored.h"
#include "core/err.h"

enum phase { PHASE_AWAY, PHASE_LOADING, PHASE_SERVING };

struct session {
	struct stored  stored;
	struct store  *link;   /* owned */
	struct answer *answer; /* borrowed */
	struct append  append;
	struct quota   quota;
	struct tally   tally;

	enum phase      phase;
	bool            loading;          /* the question for plan and book is out */
	bool            absent;           /* it was answered: there is no such plan */
	bool            refused;          /* the last batch was refused by a store that is there */
	bool            flying;           /* flight is with the store */
	bool            unsure;           /* it was when a link was lost: it may be stored */
	bool            stuck;            /* something in the store cannot be read */
	bool            late;             /* the trouble lasts longer than messages can wait */
	uint64_t        epoch;            /* of the link that loading and flying belong to */
	int64_t         trouble_since_ms; /* -1: none */
	int64_t         sent_ms, sent_us, retry_at_ms, asked_durability_ms;
	struct err      trouble;
	enum durability durability; /* as of the last look */
	struct trouble  told;

	struct batch *flight, *next; /* owned; both are entered in the book */
};

/* Answers the batch under way: it is stored at that position. */
void session_confirm(struct session *s, const struct position *position);

/* Judges both batches afresh against a book that holds what is stored, and sends
 * the first. */
void session_judge_again(struct session *s, int64_t mono_ms);

/* Something is wrong: plan and book are to be read again after a pause. */
void session_falter(struct session *s, int64_t mono_ms, int64_t pause_ms, const struct err *why);

/* All is well again. */
void session_recover(struct session *s);

/* Takes what the store has answered, and goes on from there. */
void session_hear(struct session *s, int64_t mono_ms);

#endif
