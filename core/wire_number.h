/*
 * wire_number -- the values that summaries, alerts and trends share: positions,
 * points of a percent, lights and their reasons. Both directions; the takers are as
 * those of core/wire_object.h.
 */
#ifndef TUIJIN_CORE_WIRE_NUMBER_H
#define TUIJIN_CORE_WIRE_NUMBER_H

#include "core/buf.h"
#include "core/position.h"
#include "core/summary.h"
#include "core/wire_object.h"

/* A ledger position as "<ms>-<n>". */
void wire_pack_position(struct buf *out, struct position position);
bool wire_take_position(const msgpack_object *o, struct position *position);

/* ms since 1970 UTC, of the years 1 to 9999 alone. */
bool wire_take_instant(const msgpack_object *o, int64_t *ms);

/* Basis points as a float percent, of either sign: -3120 is -31.2. Not there: nil. */
void wire_pack_points(struct buf *out, bool there, int32_t basis_points);
bool wire_take_points(const msgpack_object *o, int32_t *basis_points); /* at most 100 % */

void wire_pack_light(struct buf *out, enum light light);
bool wire_take_light(const msgpack_object *o, enum light *light);

/* nil is REASON_NONE. */
void wire_pack_reason(struct buf *out, enum light_reason reason);
bool wire_take_reason(const msgpack_object *o, enum light_reason *reason);

#endif
