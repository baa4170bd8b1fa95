/*
 * follow_state -- what is inside a follower; for aggregator/follow*.c alone.
 *
 * The tail of the ledger and the fold are in follow.c, where to begin is in
 * follow_begin.c.
 */
#ifndef TUIJIN_AGGREGATOR_FOLLOW_STATE_H
#define TUIJIN_AGGREGATOR_FOLLOW_STATE_H

#include "aggregator/follow.h"
#include "core/text.h"
#include "core/wire_record.h"

#define FOLLOW_STUCK_MS 5000 /* between tries to read what cannot be read */

enum phase { PHASE_AWAY, PHASE_LOADING, PHASE_READING };

struct follow {
	char                  *id; /* owned, like all below */
	struct store          *link;
	struct wire_records   *decoder;
	struct plan           *plan;
	struct rollup         *rollup;
	struct position        position, target; /* target: the ledger's end when it was loaded */
	uint64_t               fold_number, epoch;
	enum phase             phase;
	bool                   asked, absent, caught_up;
	bool                   stuck; /* something in the store cannot be read */
	int                    count;
	int64_t                asked_ms, retry_at_ms;
	struct err             trouble;
	struct follow_counters counters;
};

/* Asks what there is to begin from, and takes the answer: the fold so far if the
 * ledger still has its last entry, the checkpoint, or the ledger's first entry. */
void follow_ask_to_begin(struct follow *f, int64_t mono_ms);
void follow_hear_begin(struct follow *f, const struct store_reply *r, int64_t mono_ms);

/* The plan in yaml, or NULL with *e (ERR_ENV). */
struct plan *follow_parse_plan(const struct follow *f, struct text yaml, struct err *e);

/* The fold goes on with another rollup over another plan; both are owned. */
void follow_replace_fold(struct follow *f, struct plan *plan, struct rollup *rollup);

/* Something is wrong: begins again after a pause. */
void follow_falter(struct follow *f, int64_t mono_ms, const struct err *why);

#endif
