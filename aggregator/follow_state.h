/*
 * follow_state -- what is inside a follower; for aggregator/follow*.c alone.
 *
 * What is asked and when is in follow.c, where to begin in follow_begin.c, how entries
 * are read and folded in follow_entries.c, how days end in follow_day.c.
 */
#ifndef TUIJIN_AGGREGATOR_FOLLOW_STATE_H
#define TUIJIN_AGGREGATOR_FOLLOW_STATE_H

#include "aggregator/follow.h"
#include "core/fold.h"
#include "core/text.h"

#define FOLLOW_STUCK_MS   5000       /* between tries to read what cannot be read */
#define FOLLOW_DAYS_BYTES (1u << 20) /* of ended days that may wait to be kept */
#define FOLLOW_COUNT_MIN  16         /* entries asked for at once: one can be 256 KiB */

enum phase { PHASE_AWAY, PHASE_LOADING, PHASE_READING };

/* The question that is out; there is one at the most. */
enum asked {
	ASKED_NOTHING,
	ASKED_BEGINNING,
	ASKED_ENTRIES,
	ASKED_CLOCK,
	ASKED_IN_VAIN, /* its answer is of no use any more */
};

struct follow {
	char                *id; /* owned, like all below */
	struct store        *link;
	struct fold         *fold;
	struct fold         *former; /* what is shown while another fold is on its way; or NULL */
	struct sealer        sealer; /* of what was folded: its seal is of the fold's position */
	struct ended_day    *days;
	size_t               day_first, day_count, day_room, day_bytes;
	int32_t              today;    /* for which it evaluates, or FOLD_BY_LEDGER */
	struct position      target;   /* the ledger's end when it was loaded */
	struct position      sure;     /* of an entry that was in the ledger when last looked at */
	uint64_t             replaced; /* folds there were before */
	uint64_t             epoch;
	enum phase           phase;
	enum asked           asked;
	bool                 absent, caught_up;
	bool                 hush;  /* the first alerts have been told by who was here before */
	bool                 stuck; /* something in the store cannot be read */
	int                  count;
	int64_t              asked_ms, retry_at_ms, clock_at_ms;
	int64_t              wall_ms;  /* of this turn */
	int64_t              store_ms; /* what time it was for the store when it was asked last */
	struct err           trouble;
	struct fold_counters counters; /* of the folds there were before */
};

/* True if a plan revision comes next, and it was not looked whether the ledger still has
 * our last entry: if not, it begins another ledger, in a Redis that was emptied. */
bool follow_may_be_another_ledger(const struct follow *f, const struct store_reply *entries);

/* How the ledger is folded. */
struct fold_rules follow_rules(struct follow *f);

/* Asks what there is to begin from, and takes the answer: the fold so far if the
 * ledger still has its last entry, the checkpoint, or the ledger's first entry. */
void follow_ask_to_begin(struct follow *f, int64_t mono_ms);
void follow_hear_begin(struct follow *f, const struct store_reply *r, int64_t mono_ms);

/* Asks for the entries behind `from`; folds what comes. */
void follow_ask_entries(struct follow *f, struct position from, int64_t mono_ms);
void follow_hear_entries(struct follow *f, const struct store_reply *r, int64_t mono_ms);

/* Notes that this question is out now. */
void follow_asked(struct follow *f, enum asked what, int64_t mono_ms);

/* Folded up to and with, zero before the first entry; whether that is where the ledger
 * ended when it was loaded, or behind. */
struct position follow_position(const struct follow *f);
bool            follow_is_at_target(const struct follow *f);

/* Goes on with another fold, which is owned from now on. */
void follow_replace_fold(struct follow *f, struct fold *fold);

/* Ends days until that one, as far as there is room. Returns true if it got there. */
bool follow_turn_days(struct follow *f, int32_t to);

/* True if the fold's day is one that no clock has come to, nor the ledger itself: a
 * clock was wrong. */
bool follow_is_ahead(const struct follow *f, const struct fold *fold);

/* True if the day of the fold is not the wall clock's, and it is time to ask the store
 * whether that day may end. */
bool follow_wants_clock(const struct follow *f, int64_t mono_ms);
void follow_ask_clock(struct follow *f, int64_t mono_ms);
void follow_hear_clock(struct follow *f, const struct store_reply *r, int64_t mono_ms);

/* ms until the wall clock's next day; a whole day when the day does not turn. */
int64_t follow_ms_to_midnight(const struct follow *f);

/* True once today is the fold's day too. */
bool follow_is_today(const struct follow *f);

/* Something is wrong: begins again after a pause. */
void follow_falter(struct follow *f, int64_t mono_ms, const struct err *why);

#endif
