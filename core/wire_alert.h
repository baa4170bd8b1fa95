/*
 * wire_alert -- the `data` of an alert event, both directions; for
 * core/wire_event.c, and for core/wire_checkpoint.c, which keeps standing alerts in
 * the same form.
 */
#ifndef TUIJIN_CORE_WIRE_ALERT_H
#define TUIJIN_CORE_WIRE_ALERT_H

#include "core/alert.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/wire_object.h"

void wire_alert_pack(struct buf *out, const struct plan *p, const struct alert *alert);

/* Takes an alert from `data`, and the plan it is of (borrowed). The caller frees its
 * agencies. Returns 0, or -1 with *e (ERR_INPUT) naming the field. */
int wire_alert_take(
    const msgpack_object *data, struct text *plan, struct alert *alert, struct err *e);

#endif
