/*
 * keeper -- writes what an aggregator computed back to Redis: the summaries for
 * those who poll, and the checkpoint it would start from.
 *
 * Both are caches of the ledger. Summaries follow a change at once when it is
 * quiet and four times a second under load; checkpoints every ten seconds. Redis takes
 * neither when it has a newer one (LEDGER_KEEP_SCRIPT).
 */
#ifndef TUIJIN_AGGREGATOR_KEEPER_H
#define TUIJIN_AGGREGATOR_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "aggregator/board.h"
#include "common/store.h"
#include "core/err.h"
#include "core/position.h"
#include "core/rollup.h"

#define KEEPER_SUMMARY_MS    250
#define KEEPER_CHECKPOINT_MS 10000

struct keeper;

/* With summaries false it keeps checkpoints only. NULL with *e. */
struct keeper *keeper_open(const char *url, bool summaries, struct err *e);
void           keeper_close(struct keeper *k); /* NULL is fine */
struct store  *keeper_link(struct keeper *k);

/* What there is to keep: the board shows this rollup, folded to position, as of
 * that day. */
struct keeping {
	struct board        *board;
	const struct rollup *rollup;
	struct position      position;
	int64_t              as_of_ms;
};

/* The board was replaced: Redis is to have just its topics. */
void keeper_start_over(struct keeper *k);

/* Writes what is due; with what NULL only keeps the link going. Returns ms until it
 * wants to be called again, or -1. */
int64_t keeper_turn(struct keeper *k, const struct keeping *what, int64_t mono_ms);

/* Writes all of it now, waiting at most timeout_ms. Returns 0, or -1 with *e. */
int keeper_finish(struct keeper *k, const struct keeping *what, int64_t timeout_ms, struct err *e);

#endif
