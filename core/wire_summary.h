/*
 * wire_summary -- the `data` of a summary event, both directions; for
 * core/wire_event.c.
 *
 * A new field of a summary goes: into struct summary, into fields[] of
 * wire_summary.c at the place it has on the wire, and into docs/protocol.md.
 */
#ifndef TUIJIN_CORE_WIRE_SUMMARY_H
#define TUIJIN_CORE_WIRE_SUMMARY_H

#include "core/buf.h"
#include "core/err.h"
#include "core/summary.h"
#include "core/wire_object.h"
#include "core/wire_parts.h"

void wire_summary_pack(struct buf *out, const struct summary *s);

/* Takes a summary from `data`. Its texts are borrowed from the bytes, its parts
 * from *memory. Returns 0, or -1 with *e (ERR_INPUT) naming the field. */
int wire_summary_take(
    const msgpack_object *data, struct wire_parts *memory, struct summary *s, struct err *e);

#endif
