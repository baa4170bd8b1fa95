/*
 * keeper -- writes what an aggregator computed back to Redis: the summaries for
 * those who poll, the checkpoint it would start from, for the trend how every
 * scope stood at the end of each day, and seals of the ledger.
 *
 * All are made from the ledger. Summaries follow a change at once when it is quiet
 * and four times a second under load; checkpoints every ten seconds, each with its
 * seal, but not before all days that are over and all other seals are kept. Redis
 * takes neither when it has a newer one (LEDGER_KEEP_SCRIPT); a day may be written by
 * any aggregator, and again (LEDGER_KEEP_DAYS_SCRIPT); seals are only ever added
 * (LEDGER_KEEP_SEALS_SCRIPT).
 */
#ifndef TUIJIN_AGGREGATOR_KEEPER_H
#define TUIJIN_AGGREGATOR_KEEPER_H

#include <stdbool.h>
#include <stdint.h>

#include "aggregator/board.h"
#include "aggregator/ended_day.h"
#include "aggregator/sealer.h"
#include "common/store.h"
#include "core/err.h"
#include "core/fold.h"

#define KEEPER_SUMMARY_MS    250
#define KEEPER_CHECKPOINT_MS 10000

struct keeper;

/* With keeps false it keeps nothing, whatever it is given. NULL with *e. */
struct keeper *keeper_open(const char *url, bool keeps, struct err *e);
void           keeper_close(struct keeper *k); /* NULL is fine */
struct store  *keeper_link(struct keeper *k);
bool           keeper_keeps(const struct keeper *k);

/* Days that are over, oldest first, and today: the trend holds none from then on. */
struct keeper_days {
	const char             *plan;
	const struct ended_day *days;
	size_t                  count;
	int32_t                 today;
};

/* What there is to keep: the board shows this fold, as of that day. While days or seals
 * cannot be kept there is no checkpoint, nor for any other reason that is given. */
struct keeping {
	struct board      *board;
	const struct fold *fold;
	int64_t            as_of_ms;
	struct keeper_days days;
	struct sealer     *sealer; /* stands where the fold does */
	const char        *unfit;  /* why there may be no checkpoint, or NULL */
};

/* Writes some of them, if it can. */
void keeper_keep_days(struct keeper *k, const struct keeper_days *past, int64_t mono_ms);

/* How many of the first days given need not be given again. */
size_t keeper_take_kept_days(struct keeper *k);

/* True if Redis did not take the last of them. */
bool keeper_has_days_trouble(const struct keeper *k);

/* None of the days given so far will be given again. */
void keeper_forget_days(struct keeper *k);

/* Tells the sealer how far Redis has seals, and writes some that wait, if it can. */
void keeper_keep_seals(struct keeper *k, const char *plan, struct sealer *s, int64_t mono_ms);

/* True if Redis did not take the last of them. */
bool keeper_has_seals_trouble(const struct keeper *k);

/* The board was replaced: Redis is to have just its topics. */
void keeper_start_over(struct keeper *k);

/* Writes what is due; with what NULL only keeps the link going. Returns ms until it
 * wants to be called again, or -1. */
int64_t keeper_turn(struct keeper *k, const struct keeping *what, int64_t mono_ms);

/* Why something is not kept, "" when all is. */
const char *keeper_trouble(const struct keeper *k);

/* When Redis last took a checkpoint, by the wall clock; 0: it has not since the start. */
int64_t keeper_checkpoint_ms(const struct keeper *k);

/* From now on asks every second where the plan's ledger ends, while nothing else is under
 * way. keeper_ask_end() is for the end of a turn; it returns ms until it wants to be called
 * again, or -1. */
void    keeper_watch_end(struct keeper *k);
int64_t keeper_ask_end(struct keeper *k, const char *plan, int64_t mono_ms);

/* How much older the last entry folded is than the ledger's last; 0: it is in step, as of
 * the last two looks; -1: not known. */
int64_t keeper_lag_ms(const struct keeper *k, struct position folded);

/* Writes all of it now, waiting at most timeout_ms. Returns 0 once Redis has a checkpoint
 * of it, or a newer one, or if none is to be kept; or -1 with *e. */
int keeper_finish(struct keeper *k, const struct keeping *what, int64_t timeout_ms, struct err *e);

#endif
