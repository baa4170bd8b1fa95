#include "core/wire_parts.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/wire_pack.h"

void
wire_parts_fini(struct wire_parts *memory)
{
	free(memory->at);
	*memory = (struct wire_parts){0};
}

struct summary_part *
wire_parts_room(struct wire_parts *memory, const msgpack_object *o)
{
	uint32_t count;

	if (wire_take_array(o, &count) && count > memory->room) {
		memory->at = mem_resized(memory->at, count, sizeof(memory->at[0]));
		memory->room = count;
	}
	return memory->at;
}

/* What only a reported part has. */
static void
pack_instant(struct buf *out, bool reported, int64_t ms)
{
	if (reported)
		pack_int(out, ms);
	else
		pack_nil(out);
}

static void
part_pack(struct buf *out, const struct summary_part *part)
{
	bool reported = part->state != REPORT_UNREPORTED;

	pack_map(out, 6);
	pack_key(out, "agency");
	pack_text(out, part->agency);
	pack_key(out, "role");
	pack_word(out, part->lead ? "lead" : "participant");
	pack_key(out, "state");
	pack_word(out, report_state_name(part->state));
	pack_key(out, "percent");
	pack_percent(out, part->percent);
	pack_key(out, "at");
	pack_instant(out, reported, part->at_ms);
	pack_key(out, "received");
	pack_instant(out, reported, part->received_ms);
}

static bool
part_take(const msgpack_object *o, struct summary_part *part)
{
	struct text role, state;
	double      percent;

	*part = (struct summary_part){0};
	if (!wire_take_text(wire_get(o, "agency"), &part->agency) ||
	    !text_is_name(part->agency, PLAN_ID_MAX) ||
	    !wire_take_text(wire_get(o, "role"), &role) ||
	    !wire_take_text(wire_get(o, "state"), &state) ||
	    !wire_take_double(wire_get(o, "percent"), &percent) ||
	    !report_percent_parse(percent, &part->percent))
		return false;
	part->lead = text_equal(role, text_of("lead"));
	if (!part->lead && !text_equal(role, text_of("participant")))
		return false;
	if (text_equal(state, text_of(report_state_name(REPORT_UNREPORTED))))
		return part->percent == 0;
	return report_state_parse(state, &part->state) &&
	    wire_take_int(wire_get(o, "at"), &part->at_ms) &&
	    wire_take_int(wire_get(o, "received"), &part->received_ms);
}

void
wire_parts_pack(struct buf *out, const struct summary_part *parts, uint32_t count)
{
	pack_array(out, count);
	for (uint32_t i = 0; i < count; i++)
		part_pack(out, &parts[i]);
}

bool
wire_parts_take(const msgpack_object *o, struct summary_part *parts)
{
	uint32_t count = 0;

	if (!wire_take_array(o, &count))
		return false;
	for (uint32_t i = 0; i < count; i++)
		if (!part_take(wire_at(o, i), &parts[i]))
			return false;
	return true;
}
