/*
 * channel -- one plan at the aggregator: its ledger followed, its board
 * published, what was computed kept. Logs once, at once, what an operator has to know
 * of the ledger's seals: event=seals_gone, event=ledger_changed.
 */
#ifndef TUIJIN_AGGREGATOR_CHANNEL_H
#define TUIJIN_AGGREGATOR_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "aggregator/board.h"
#include "aggregator/follow.h"
#include "aggregator/keeper.h"
#include "common/trouble.h"

struct channel {
	char           *id; /* owned, like all below */
	struct follow  *follow;
	struct keeper  *keeper;
	struct board   *board;       /* NULL until the ledger has been read once */
	uint64_t        fold_number; /* of the fold the board shows */
	struct position shown;    /* how far along the ledger the board is; the fold may be ahead */
	struct seal     seal;     /* of all up to there */
	int64_t         as_of_ms; /* of the board, like shown */
	int64_t         publish_at_ms;
	uint64_t        published;    /* by the boards there were before */
	bool            days_lost;    /* some could not be kept: no checkpoint may be behind them */
	struct err      seals_lost;   /* why seals were given up */
	uint32_t        losses_told;  /* of seals, as the sealer counts them */
	bool            changed_told; /* that the ledger was changed */
	struct trouble  trouble;      /* what has been told of the follower's */
};

/* For the day `today` throughout, an exercise of which nothing is kept in Redis; or
 * FOLD_BY_LEDGER. NULL with *e. */
struct channel *channel_open(const char *plan, const char *url, int32_t today, struct err *e);
void            channel_close(struct channel *c); /* NULL is fine */

struct channel_now {
	int64_t mono_ms, wall_ms;
	int64_t publish_interval_ms;
};

/* Folds what has come, publishes what has changed, keeps what is due. Nothing is
 * published while bus is NULL. Returns ms until it wants to be called again, -1. */
int64_t channel_turn(struct channel *c, const struct channel_now *now, struct bus_socket *bus);

/* True once its events may be served; and while there is no hope of that soon. */
bool channel_is_ready(const struct channel *c);
bool channel_is_stuck(const struct channel *c);

/* Events that were published, without ticks and snapshots. */
uint64_t channel_published(const struct channel *c);

/* Why it does not go on, or does not keep something; "" when all is well. */
const char *channel_trouble(const struct channel *c);

/* Sends all that stands under that prefix to one inbox. Returns how many messages. */
uint64_t channel_answer(
    struct channel *c, struct text inbox, struct text prefix, struct bus_socket *bus);

/* Publishes the tick, if there is something to tick for. */
void channel_tick(struct channel *c, int64_t wall_ms, struct bus_socket *bus);

/* Publishes and keeps what has not been yet, at the end. Returns 0, or -1 with *e: there
 * is no checkpoint of it. */
int channel_finish(struct channel *c, struct bus_socket *bus, int64_t timeout_ms, struct err *e);

#endif
