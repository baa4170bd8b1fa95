#include "core/wire_number.h"

#include <math.h>

#include "core/wire_pack.h"

#define INSTANT_MIN_MS INT64_C(-62135596800000) /* of the years 1 to 9999 */
#define INSTANT_MAX_MS INT64_C(253402300799999)

void
wire_pack_position(struct buf *out, struct position position)
{
	char formatted[POSITION_SIZE];

	pack_word(out, position_format(position, formatted));
}

bool
wire_take_position(const msgpack_object *o, struct position *position)
{
	struct text t;

	return wire_take_text(o, &t) && position_parse(t, position);
}

void
wire_pack_points(struct buf *out, bool there, int32_t basis_points)
{
	if (there)
		pack_percent(out, basis_points);
	else
		pack_nil(out);
}

bool
wire_take_points(const msgpack_object *o, int32_t *basis_points)
{
	uint32_t size;
	double   percent;

	if (!wire_take_double(o, &percent) || !report_percent_parse(fabs(percent), &size))
		return false;
	*basis_points = percent < 0 ? -(int32_t)size : (int32_t)size;
	return true;
}

void
wire_pack_light(struct buf *out, enum light light)
{
	pack_word(out, light_name(light));
}

bool
wire_take_light(const msgpack_object *o, enum light *light)
{
	struct text t;

	return wire_take_text(o, &t) && light_parse(t, light);
}

void
wire_pack_reason(struct buf *out, enum light_reason reason)
{
	if (reason == REASON_NONE)
		pack_nil(out);
	else
		pack_word(out, light_reason_name(reason));
}

bool
wire_take_reason(const msgpack_object *o, enum light_reason *reason)
{
	struct text t;

	*reason = REASON_NONE;
	return o == NULL || (wire_take_text(o, &t) && light_reason_parse(t, reason));
}

bool
wire_take_instant(const msgpack_object *o, int64_t *ms)
{
	int64_t found;

	if (!wire_take_int(o, &found) || found < INSTANT_MIN_MS || found > INSTANT_MAX_MS)
		return false;
	*ms = found;
	return true;
}
