/*
 * reader_state -- what is inside a reader; for dashboard/reader*.c alone.
 *
 * What is asked and how answers are taken is in reader_ask.c, how entries are folded and
 * days end in reader.c.
 */
#ifndef TUIJIN_DASHBOARD_READER_STATE_H
#define TUIJIN_DASHBOARD_READER_STATE_H

#include "dashboard/reader.h"

#define READER_COUNT_MIN 16 /* entries asked for at once: one can be 256 KiB */

/* The question that is out; there is one at the most. */
enum asked {
	ASKED_NOTHING,
	ASKED_ENTRIES,
	ASKED_FOR_THE_BELL, /* whether there is something more */
	ASKED_IN_VAIN,      /* the answer is of no use any more */
};

/* Entries that are being folded. */
struct page {
	struct store_reply *reply; /* owned; NULL: none */
	size_t              at, count;
};

struct reader {
	char             *id; /* owned, like all below */
	struct store     *link;
	struct chronicle *chronicle;
	struct chronicle *former;   /* what is shown while another is on its way; or NULL */
	uint64_t          replaced; /* the last number of those that were shown before */
	struct page       page;
	enum asked        asked;
	uint64_t          epoch;
	bool              caught_up, stuck;
	bool              at_end;     /* there was nothing more behind the last answer */
	struct position   asked_from; /* an entry that has to be there; zero: none */
	size_t            asked_count;
	int32_t           today;       /* the aggregator's, or INT32_MIN */
	int32_t           asked_today; /* the same when the question went out */
	int32_t           turn_to;     /* days before it may end; INT32_MIN: none */
	int               count;       /* entries to ask for, beside that one */
	int64_t           began_ms, now_ms, asked_ms, retry_at_ms;
	int64_t           sure_ms;  /* when it was last heard that the ledger is the same */
	int64_t           ahead_ms; /* since when it is on a day that nobody has come to; or -1 */
	struct err        trouble;
};

bool reader_has_begun(const struct reader *r);

/* True if the aggregator's day is later than the chronicle's. */
bool reader_is_behind_today(const struct reader *r);

/* Asks for what it lacks; takes the answer, which is owned from now on. */
void reader_ask(struct reader *r);
void reader_hear(struct reader *r, struct store_reply *reply);

/* Reads from the first entry. What was shown stays until the new one has caught up. */
void reader_begin_again(struct reader *r);

/* Something is wrong: goes on after a pause. */
void reader_falter(struct reader *r, const struct err *why, int64_t pause_ms);

#endif
