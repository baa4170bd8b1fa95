/*
 * wire_checkpoint -- a rollup's raw state as bytes, and back.
 *
 * Kept in Redis by the aggregator (field `state` of tuijin:{plan}:rollup). It is
 * a cache: whoever cannot read it folds the ledger from the start.
 *
 *   [ 2, position, since, tasks, words ]
 *   tasks: [ [ number, position, seq, at, disposition ], ... ]    those touched
 *   words: [ [ task, agency, seq, state, percent, at, received ], ... ]  those known
 *
 * Positions are "<ms>-<n>"; the state of a withdrawn word is nil. Behind the plan's
 * own, by task number and agency id, stand the rulings (their position is `since`)
 * and words that the plan has no place for and the rollup keeps aside. To change it:
 * raise the number in front; an older one is then unreadable, which costs one
 * whole fold.
 */
#ifndef TUIJIN_CORE_WIRE_CHECKPOINT_H
#define TUIJIN_CORE_WIRE_CHECKPOINT_H

#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/rollup.h"

/* Appends the state of r, folded up to and with `position`. */
void wire_checkpoint_encode(struct buf *out, const struct rollup *r, struct position position);

/* The rollup of plan p (kept, borrowed) that these bytes hold, settled, and the
 * position it is folded to; or NULL with *e (ERR_INPUT). */
struct rollup *wire_checkpoint_decode(
    const void *bytes, size_t len, const struct plan *p, struct position *position, struct err *e);

#endif
