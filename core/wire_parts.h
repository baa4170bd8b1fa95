/*
 * wire_parts -- the `parts` of a task's summary: what each of its agencies says;
 * for core/wire_summary.c.
 */
#ifndef TUIJIN_CORE_WIRE_PARTS_H
#define TUIJIN_CORE_WIRE_PARTS_H

#include "core/buf.h"
#include "core/summary.h"
#include "core/wire_object.h"

/* Memory for parts that is used again for each summary; zero is empty. */
struct wire_parts {
	struct summary_part *at; /* owned */
	uint32_t             room;
};

void wire_parts_fini(struct wire_parts *memory);

/* Room for as many parts as o, if it is an array, has elements. */
struct summary_part *wire_parts_room(struct wire_parts *memory, const msgpack_object *o);

void wire_parts_pack(struct buf *out, const struct summary_part *parts, uint32_t count);

/* Takes the parts in array o. False: they cannot be. */
bool wire_parts_take(const msgpack_object *o, struct summary_part *parts);

#endif
