/*
 * wire_checkpoint -- a rollup's raw state as bytes, and back.
 *
 * Kept in Redis by the aggregator (field `state` of tuijin:{plan}:rollup). It is
 * a cache: whoever cannot read it folds the ledger from the start.
 *
 *   [ 3, position, since, day, tasks, words, alerts ]
 *   day:    days since 1970, the one it is of
 *   tasks:  [ [ number, position, seq, at, disposition ], ... ]    those touched
 *   words:  [ [ task, agency, seq, state, percent, at, received, fell_from, help,
 *               [ month, received, month, received, ... ] ], ... ]  those known
 *   alerts: [ the data of an alert event, ... ]                   those that stand
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

#include "core/alert.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/rollup.h"

/* Appends the state of r, folded up to and with `position`; alerts may be NULL. */
void wire_checkpoint_encode(
    struct buf *out, const struct rollup *r, const struct alerts *alerts, struct position position);

/* The rollup of plan p (kept, borrowed) that these bytes hold, settled, the alerts
 * that stand, and the position they are folded to; or NULL with *e (ERR_INPUT). */
struct rollup *wire_checkpoint_decode(const void *bytes, size_t len, const struct plan *p,
    struct position *position, struct alerts **alerts, struct err *e);

/* What a checkpoint is of, without a plan: its position and day. */
int wire_checkpoint_peek(
    const void *bytes, size_t len, struct position *position, int32_t *day, struct err *e);

#endif
