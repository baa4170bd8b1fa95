#include "core/wire_summary_type.h"

#include "core/wire_number.h"
#include "core/wire_pack.h"
#include "core/wire_parts.h"

static void
text_pack(struct buf *out, const void *member)
{
	pack_text(out, *(const struct text *)member);
}

/* Only ids and numbers are texts here, and they are shown to people as they are. */
static bool
text_take(const msgpack_object *o, void *member)
{
	struct text t;

	if (!wire_take_text(o, &t) || (t.len > 0 && !text_is_name(t, PLAN_ID_MAX)))
		return false;
	*(struct text *)member = t;
	return true;
}

static void
u32_pack(struct buf *out, const void *member)
{
	pack_uint(out, *(const uint32_t *)member);
}

static bool
u32_take(const msgpack_object *o, void *member)
{
	return wire_take_u32(o, member);
}

static void
instant_pack(struct buf *out, const void *member)
{
	pack_int(out, *(const int64_t *)member);
}

static bool
instant_take(const msgpack_object *o, void *member)
{
	return wire_take_instant(o, member);
}

static void
position_pack(struct buf *out, const void *member)
{
	wire_pack_position(out, *(const struct position *)member);
}

static bool
position_take(const msgpack_object *o, void *member)
{
	return wire_take_position(o, member);
}

static void
scope_pack(struct buf *out, const void *member)
{
	pack_word(out, scope_kind_name(*(const enum scope_kind *)member));
}

static bool
scope_take(const msgpack_object *o, void *member)
{
	struct text t;

	return wire_take_text(o, &t) && scope_kind_parse(t, member);
}

static void
percent_pack(struct buf *out, const void *member)
{
	int32_t percent = summary_percent(member);

	if (percent < 0)
		pack_nil(out);
	else
		pack_percent(out, percent);
}

/* num and den say all but whether a floor of 0 hides a little. */
static bool
percent_take(const msgpack_object *o, void *member)
{
	struct figure *f = member;
	uint32_t       basis_points = 0;
	double         percent;

	if (o != NULL &&
	    (!wire_take_double(o, &percent) || !report_percent_parse(percent, &basis_points)))
		return false;
	f->above_zero = basis_points > 0;
	return true;
}

bool
wire_summary_percent_fits(const msgpack_object *o, const struct figure *f)
{
	int32_t percent = -1;

	return (o == NULL || wire_take_points(o, &percent)) && percent == summary_percent(f);
}

static void
num_pack(struct buf *out, const void *member)
{
	pack_uint(out, ((const struct figure *)member)->num);
}

static bool
num_take(const msgpack_object *o, void *member)
{
	return wire_take_uint(o, UINT64_MAX, &((struct figure *)member)->num);
}

static void
den_pack(struct buf *out, const void *member)
{
	pack_uint(out, ((const struct figure *)member)->den);
}

/* Behind num: no mean is above 100 percent. */
static bool
den_take(const msgpack_object *o, void *member)
{
	struct figure *f = member;

	return wire_take_uint(o, UINT32_MAX, &f->den) && f->num <= f->den * REPORT_PERCENT_MAX;
}

static void
figure_pack(struct buf *out, const void *member)
{
	pack_map(out, 4);
	pack_key(out, "percent");
	percent_pack(out, member);
	pack_key(out, "num");
	num_pack(out, member);
	pack_key(out, "den");
	den_pack(out, member);
	pack_key(out, "tasks");
	pack_uint(out, ((const struct figure *)member)->tasks);
}

static bool
figure_take(const msgpack_object *o, void *member)
{
	struct figure *f = member;

	return percent_take(wire_get(o, "percent"), f) && num_take(wire_get(o, "num"), f) &&
	    den_take(wire_get(o, "den"), f) && wire_take_u32(wire_get(o, "tasks"), &f->tasks) &&
	    wire_summary_percent_fits(wire_get(o, "percent"), f);
}

/* expected and gap stand behind the figure: without it they are nil. */
static void
expected_pack(struct buf *out, const void *member)
{
	const struct summary *s = member;

	wire_pack_points(out, s->figure.den > 0, s->expected);
}

static bool
points_take(const msgpack_object *o, const struct summary *s, int32_t *points)
{
	return s->figure.den == 0 ? o == NULL : wire_take_points(o, points);
}

static bool
expected_take(const msgpack_object *o, void *member)
{
	struct summary *s = member;

	return points_take(o, s, &s->expected) && s->expected >= 0;
}

static void
gap_pack(struct buf *out, const void *member)
{
	const struct summary *s = member;

	wire_pack_points(out, s->figure.den > 0, s->gap);
}

static bool
gap_take(const msgpack_object *o, void *member)
{
	struct summary *s = member;

	return points_take(o, s, &s->gap);
}

static void
light_pack(struct buf *out, const void *member)
{
	wire_pack_light(out, ((const struct judgement *)member)->light);
}

static bool
light_take(const msgpack_object *o, void *member)
{
	return wire_take_light(o, &((struct judgement *)member)->light);
}

static void
reason_pack(struct buf *out, const void *member)
{
	wire_pack_reason(out, ((const struct judgement *)member)->reason);
}

static bool
reason_take(const msgpack_object *o, void *member)
{
	return wire_take_reason(o, &((struct judgement *)member)->reason);
}

static void
period_pack(struct buf *out, const void *member)
{
	const struct summary_period *period = member;

	if (period->name[0] == '\0') {
		pack_nil(out);
		return;
	}
	pack_map(out, 4);
	pack_key(out, "name");
	pack_word(out, period->name);
	pack_key(out, "expected");
	pack_uint(out, period->expected);
	pack_key(out, "reported");
	pack_uint(out, period->reported);
	pack_key(out, "on_time");
	pack_uint(out, period->on_time);
}

static bool
period_take(const msgpack_object *o, void *member)
{
	struct summary_period *period = member;
	enum plan_every        every;
	struct period          days;
	struct text            name;

	if (o == NULL)
		return true;
	if (!wire_take_text(wire_get(o, "name"), &name) || name.len >= sizeof(period->name) ||
	    !period_parse(name, &every, &days))
		return false;
	memcpy(period->name, name.at, name.len);
	return wire_take_u32(wire_get(o, "expected"), &period->expected) &&
	    wire_take_u32(wire_get(o, "reported"), &period->reported) &&
	    wire_take_u32(wire_get(o, "on_time"), &period->on_time) &&
	    period->on_time <= period->reported && period->reported <= period->expected;
}

static void
tasks_pack(struct buf *out, const void *member)
{
	const struct summary *s = member;

	pack_map(out, 2 + TASK_STATES);
	pack_key(out, "total");
	pack_uint(out, s->task_total);
	pack_key(out, "included");
	pack_uint(out, s->task_included);
	for (unsigned i = 0; i < TASK_STATES; i++) {
		pack_key(out, task_state_name((enum task_state)i));
		pack_uint(out, s->tasks[i]);
	}
}

static bool
tasks_take(const msgpack_object *o, void *member)
{
	struct summary *s = member;
	bool            ok = wire_take_u32(wire_get(o, "total"), &s->task_total) &&
	    wire_take_u32(wire_get(o, "included"), &s->task_included);

	for (unsigned i = 0; i < TASK_STATES; i++) {
		struct text name = text_of(task_state_name((enum task_state)i));

		ok = ok && wire_take_u32(wire_find(o, name), &s->tasks[i]);
	}
	return ok;
}

static void
obligations_pack(struct buf *out, const void *member)
{
	const struct summary *s = member;

	pack_map(out, 2);
	pack_key(out, "expected");
	pack_uint(out, s->obligations_expected);
	pack_key(out, "reported");
	pack_uint(out, s->obligations_reported);
}

static bool
obligations_take(const msgpack_object *o, void *member)
{
	struct summary *s = member;

	return wire_take_u32(wire_get(o, "expected"), &s->obligations_expected) &&
	    wire_take_u32(wire_get(o, "reported"), &s->obligations_reported);
}

static void
state_pack(struct buf *out, const void *member)
{
	pack_word(out, task_state_name(*(const enum task_state *)member));
}

static bool
state_take(const msgpack_object *o, void *member)
{
	struct text t;

	return wire_take_text(o, &t) && task_state_parse(t, member);
}

static void
disposition_pack(struct buf *out, const void *member)
{
	pack_word(out, report_disposition_name(*(const enum report_disposition *)member));
}

static bool
disposition_take(const msgpack_object *o, void *member)
{
	struct text t;

	return wire_take_text(o, &t) && report_disposition_parse(t, member);
}

static void
parts_pack(struct buf *out, const void *member)
{
	const struct summary *s = member;

	wire_parts_pack(out, s->parts, s->part_count);
}

/* s->parts has room for them already (wire_summary_take). */
static bool
parts_take(const msgpack_object *o, void *member)
{
	struct summary *s = member;

	return wire_take_array(o, &s->part_count) && wire_parts_take(o, s->parts);
}

const struct wire_summary_type wire_summary_text = {text_pack, text_take};
const struct wire_summary_type wire_summary_u32 = {u32_pack, u32_take};
const struct wire_summary_type wire_summary_instant = {instant_pack, instant_take};
const struct wire_summary_type wire_summary_position = {position_pack, position_take};
const struct wire_summary_type wire_summary_scope = {scope_pack, scope_take};
const struct wire_summary_type wire_summary_percent = {percent_pack, percent_take};
const struct wire_summary_type wire_summary_num = {num_pack, num_take};
const struct wire_summary_type wire_summary_den = {den_pack, den_take};
const struct wire_summary_type wire_summary_figure = {figure_pack, figure_take};
const struct wire_summary_type wire_summary_expected = {expected_pack, expected_take};
const struct wire_summary_type wire_summary_gap = {gap_pack, gap_take};
const struct wire_summary_type wire_summary_light = {light_pack, light_take};
const struct wire_summary_type wire_summary_reason = {reason_pack, reason_take};
const struct wire_summary_type wire_summary_period = {period_pack, period_take};
const struct wire_summary_type wire_summary_tasks = {tasks_pack, tasks_take};
const struct wire_summary_type wire_summary_obligations = {obligations_pack, obligations_take};
const struct wire_summary_type wire_summary_state = {state_pack, state_take};
const struct wire_summary_type wire_summary_disposition = {disposition_pack, disposition_take};
const struct wire_summary_type wire_summary_parts = {parts_pack, parts_take};
