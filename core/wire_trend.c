#include "core/wire_trend.h"

#include <inttypes.h>

#include "core/calendar.h"
#include "core/wire_number.h"
#include "core/wire_object.h"
#include "core/wire_pack.h"

#define TREND_VERSION 1
#define AS_OF_MIN_MS  INT64_C(-62135596800000) /* of the years 1 to 9999 */
#define AS_OF_MAX_MS  INT64_C(253402300799999)
#define POINTS_MAX                                                                                 \
	(1 + PLAN_CHAPTERS_MAX * (1 + PLAN_SECTIONS_MAX) + PLAN_TASKS_MAX + PLAN_AGENCIES_MAX)
#define POINT_OBJECTS 32 /* of a point at most, with what may be appended */
#define HEAD_OBJECTS  64

/* Where things stand in a day's bytes, and in a point. */
enum { AT_VERSION, AT_AS_OF, AT_POSITION, AT_REVISION, AT_POINTS, TREND_COUNT };
enum {
	POINT_SCOPE,
	POINT_PERCENT,
	POINT_EXPECTED,
	POINT_LIGHT,
	POINT_INCLUDED,
	POINT_VERIFIED,
	POINT_COMPLETED,
	POINT_OBLIGATIONS,
	POINT_REPORTED,
	POINT_COUNT
};

static void
pack_scope(struct buf *out, const struct plan *p, struct scope s)
{
	char name[SCOPE_NAME_SIZE];

	pack_word(out, scope_name_in(p, s, name));
}

static void
pack_point(struct buf *out, struct rollup *r, uint32_t row)
{
	const struct plan *p = rollup_plan(r);
	struct summary     s;
	bool               counts;

	rollup_summary(r, row, &s);
	counts = s.figure.den > 0;
	pack_array(out, POINT_COUNT);
	pack_scope(out, p, scope_at(p, row));
	wire_pack_points(out, counts, summary_percent(&s.figure));
	wire_pack_points(out, counts, s.expected);
	wire_pack_light(out, s.judgement.light);
	pack_uint(out, s.task_included);
	pack_uint(out, s.tasks[TASK_VERIFIED]);
	pack_uint(out, s.tasks[TASK_COMPLETED]);
	pack_uint(out, s.obligations_expected);
	pack_uint(out, s.obligations_reported);
}

void
wire_trend_encode(struct buf *out, struct rollup *r, struct position position)
{
	const struct plan *p = rollup_plan(r);
	uint32_t           count = scope_count(p);

	pack_array(out, TREND_COUNT);
	pack_uint(out, TREND_VERSION);
	pack_int(out, calendar_day_start(rollup_today(r), p->utc_offset_min));
	wire_pack_position(out, position);
	pack_uint(out, p->revision);
	pack_array(out, count);
	for (uint32_t row = 0; row < count; row++)
		pack_point(out, r, row);
}

/* Percent and expected are both there, from 0 to 100, or both nil. */
static bool
take_percents(const msgpack_object *o, struct trend_point *point)
{
	const msgpack_object *percent = wire_at(o, POINT_PERCENT);
	const msgpack_object *expected = wire_at(o, POINT_EXPECTED);

	point->counts = percent != NULL;
	if (!point->counts)
		return expected == NULL;
	return wire_take_points(percent, &point->percent) && point->percent >= 0 &&
	    wire_take_points(expected, &point->expected) && point->expected >= 0;
}

static bool
take_counts(const msgpack_object *o, struct trend_point *point)
{
	return wire_take_u32(wire_at(o, POINT_INCLUDED), &point->included) &&
	    wire_take_u32(wire_at(o, POINT_VERIFIED), &point->verified) &&
	    wire_take_u32(wire_at(o, POINT_COMPLETED), &point->completed) &&
	    wire_take_u32(wire_at(o, POINT_OBLIGATIONS), &point->obligations) &&
	    wire_take_u32(wire_at(o, POINT_REPORTED), &point->reported) &&
	    point->verified <= point->included &&
	    point->completed <= point->included - point->verified &&
	    point->reported <= point->obligations;
}

static int
take_head(const msgpack_object *o, struct trend_point *point, struct err *e)
{
	uint64_t version;

	if (!wire_take_uint(wire_at(o, AT_VERSION), UINT64_MAX, &version) ||
	    version != TREND_VERSION)
		return err_fail(e, ERR_INPUT, "trend: not of version %d", TREND_VERSION);
	if (!wire_take_int(wire_at(o, AT_AS_OF), &point->as_of_ms) ||
	    point->as_of_ms < AS_OF_MIN_MS || point->as_of_ms > AS_OF_MAX_MS)
		return err_fail(e, ERR_INPUT, "trend: no such day");
	if (!wire_take_position(wire_at(o, AT_POSITION), &point->position))
		return err_fail(e, ERR_INPUT, "trend: no such position");
	if (!wire_take_u32(wire_at(o, AT_REVISION), &point->revision))
		return err_fail(e, ERR_INPUT, "trend: no such revision");
	return 0;
}

static int
take_point(const msgpack_object *points, struct text scope, struct trend_point *point, bool *found,
    struct err *e)
{
	uint32_t count;

	if (!wire_take_array(points, &count))
		return err_fail(e, ERR_INPUT, "trend: points: no array");
	for (uint32_t i = 0; i < count; i++) {
		const msgpack_object *o = wire_at(points, i);
		struct text           name;

		if (!wire_take_text(wire_at(o, POINT_SCOPE), &name))
			return err_fail(e, ERR_INPUT, "trend: points[%" PRIu32 "]: no scope", i);
		if (!text_equal(name, scope))
			continue;
		if (!take_percents(o, point) ||
		    !wire_take_light(wire_at(o, POINT_LIGHT), &point->light) ||
		    !take_counts(o, point))
			return err_fail(
			    e, ERR_INPUT, "trend: points[%" PRIu32 "]: no such point", i);
		*found = true;
		return 0;
	}
	return 0;
}

int
wire_trend_decode(const void *bytes, size_t len, struct text scope, struct trend_point *point,
    bool *found, struct err *e)
{
	const size_t     objects_max = HEAD_OBJECTS + (size_t)POINTS_MAX * POINT_OBJECTS;
	struct wire_zone zone;
	struct refusal   why;
	msgpack_object   o;
	int              rc;

	*found = false;
	*point = (struct trend_point){0};
	wire_zone_init(&zone, len < objects_max ? len : objects_max);
	if (wire_decode(&zone, bytes, len, &o, &why) != 0)
		rc = err_fail(e, ERR_INPUT, "trend: %s", why.message);
	else if ((rc = take_head(&o, point, e)) == 0)
		rc = take_point(wire_at(&o, AT_POINTS), scope, point, found, e);
	wire_zone_fini(&zone);
	return rc;
}
