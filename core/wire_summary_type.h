/*
 * wire_summary_type -- the types of a summary's fields: how each is written and
 * taken; for core/wire_summary.c.
 */
#ifndef TUIJIN_CORE_WIRE_SUMMARY_TYPE_H
#define TUIJIN_CORE_WIRE_SUMMARY_TYPE_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/summary.h"
#include "core/wire_object.h"

/* member points into a struct summary. An absent or nil value comes to take() as
 * NULL; false is "that cannot be". */
struct wire_summary_type {
	void (*pack)(struct buf *out, const void *member);
	bool (*take)(const msgpack_object *o, void *member);
};

/* Of one member each. */
extern const struct wire_summary_type wire_summary_text, wire_summary_u32, wire_summary_instant,
    wire_summary_position, wire_summary_scope, wire_summary_percent, wire_summary_num,
    wire_summary_den, wire_summary_figure, wire_summary_light, wire_summary_reason,
    wire_summary_period, wire_summary_state, wire_summary_disposition;

/* Of several members: they are handed the summary itself. */
extern const struct wire_summary_type wire_summary_expected, wire_summary_gap, wire_summary_tasks,
    wire_summary_obligations, wire_summary_parts;

/* True if the percent that came with a figure is the one that it gives. */
bool wire_summary_percent_fits(const msgpack_object *o, const struct figure *f);

#endif
