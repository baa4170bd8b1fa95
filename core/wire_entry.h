/*
 * wire_entry -- one report or disposition as it stands in a message, both
 * directions. The inside of wire_message; a new field of a report goes here.
 */
#ifndef TUIJIN_CORE_WIRE_ENTRY_H
#define TUIJIN_CORE_WIRE_ENTRY_H

#include <msgpack.h>

#include "core/buf.h"
#include "core/report.h"

/* Where an entry stands, for messages: "reports[3]". */
struct wire_place {
	bool     is_disposition;
	uint32_t index; /* within its list */
};

/* Reads the entry o. Returns 0, or -1 with *why (REPORT_BAD_FIELD); r->kind and,
 * where it could be read, r->task are set either way. */
int wire_entry_read(
    const msgpack_object *o, struct wire_place place, struct report *r, struct refusal *why);

void wire_entry_write(struct buf *out, const struct report *r);

#endif
