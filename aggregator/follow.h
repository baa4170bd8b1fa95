/*
 * follow -- one plan's ledger, folded and sealed as it grows.
 *
 * Begins from the checkpoint, or from the ledger's first entry where there is
 * none that fits or none with its seal, then waits for new entries (XREAD BLOCK). When the link is
 * lost the rollup stays as it is; on the new link it goes on where it was, unless the ledger no
 * longer has that entry: then it begins again.
 *
 * A day ends when the wall clock says so and everything written on it is folded, by
 * the clock of the store that gives entries their positions. Whoever folds the same
 * ledger thus sees the same entries before each day's end. A store whose clock is more
 * than a minute behind is not waited for: what it then writes on the old day is folded
 * on the new one, and a later fold may see that day's end otherwise.
 */
#ifndef TUIJIN_AGGREGATOR_FOLLOW_H
#define TUIJIN_AGGREGATOR_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "aggregator/ended_day.h"
#include "aggregator/sealer.h"
#include "common/store.h"
#include "core/err.h"
#include "core/fold.h"

struct follow;

/* Evaluates for the day `today`, from the ledger's first entry on; or FOLD_BY_LEDGER:
 * for the days as they are, from the checkpoint. */
struct follow *follow_open(const char *plan, const char *url, int32_t today, struct err *e);
void           follow_close(struct follow *f); /* NULL is fine */

/* Does what can be done now. Returns ms until it wants to be called again, -1. */
int64_t       follow_turn(struct follow *f, int64_t mono_ms, int64_t wall_ms);
struct store *follow_link(struct follow *f);

/* The fold; its rollup is NULL until something is known of the plan. When the plan
 * gets a new revision or the fold begins again, the number is another. */
struct fold *follow_fold(struct follow *f);
uint64_t     follow_fold_number(const struct follow *f);

/* The fold that has caught up: the former one while another is on its way, NULL before
 * the first. */
struct fold *follow_shown(const struct follow *f);

/* The days that ended and were not dropped yet, oldest first; *count of them. New ones
 * come behind. */
const struct ended_day *follow_days(const struct follow *f, size_t *count);
void                    follow_drop_days(struct follow *f, size_t count);
bool                    follow_days_are_many(const struct follow *f);

/* The seals of what was folded; borrowed. When the store loses seals that it had, the
 * fold begins again. */
struct sealer *follow_sealer(struct follow *f);

/* True if nothing more is folded until days are dropped, or seals stored. */
bool follow_is_full(const struct follow *f);

/* The first day that is not over, by the clocks and by the fold, which has begun. */
int32_t follow_first_day_not_over(const struct follow *f);

/* True once the fold had all that the ledger held when it was first read, and today. */
bool follow_is_caught_up(const struct follow *f);
bool follow_is_live(const struct follow *f);  /* it is being read */
bool follow_is_stuck(const struct follow *f); /* no such plan, or one that cannot be read */

/* Why it does not go on, "" when it does. */
const char *follow_trouble(const struct follow *f);

struct fold_counters follow_counters(const struct follow *f);

#endif
