/*
 * follow -- one plan's ledger, folded as it grows.
 *
 * Begins from the checkpoint, or from the ledger's first entry where there is
 * none that fits, then waits for new entries (XREAD BLOCK). When the link is lost
 * the rollup stays as it is; on the new link it goes on where it was, unless the
 * ledger no longer has that entry: then it begins again.
 */
#ifndef TUIJIN_AGGREGATOR_FOLLOW_H
#define TUIJIN_AGGREGATOR_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "common/store.h"
#include "core/err.h"
#include "core/rollup.h"

struct follow;

struct follow *follow_open(const char *plan, const char *url, struct err *e);
void           follow_close(struct follow *f); /* NULL is fine */

/* Does what can be done now. Returns ms until it wants to be called again, -1. */
int64_t       follow_turn(struct follow *f, int64_t mono_ms);
struct store *follow_link(struct follow *f);

/* The fold: NULL until something is known of the plan. It is replaced when the
 * plan gets a new revision or the fold begins again; each has its own number. */
struct rollup  *follow_rollup(struct follow *f);
uint64_t        follow_fold_number(const struct follow *f);
struct position follow_position(const struct follow *f); /* folded up to and with */

/* True once the fold had all that the ledger held when it was first read. */
bool follow_is_caught_up(const struct follow *f);
bool follow_is_live(const struct follow *f);  /* it is being read */
bool follow_is_stuck(const struct follow *f); /* no such plan, or one that cannot be read */

/* Why it does not go on, "" when it does. */
const char *follow_trouble(const struct follow *f);

struct follow_counters {
	uint64_t entries, records, stale, foreign;
};
struct follow_counters follow_counters(const struct follow *f);

#endif
