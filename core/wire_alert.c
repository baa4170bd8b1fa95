#include "core/wire_alert.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/wire_number.h"
#include "core/wire_pack.h"

#define FIELDS 18

static void
pack_agencies(struct buf *out, const struct alert *alert)
{
	pack_key(out, "agencies");
	pack_array(out, alert->agency_count);
	for (uint32_t i = 0; i < alert->agency_count; i++)
		pack_word(out, alert->agencies[i]);
}

static void
pack_numbers(struct buf *out, const struct alert *alert)
{
	pack_key(out, "percent");
	wire_pack_points(out, alert->counts, alert->percent);
	pack_key(out, "expected");
	wire_pack_points(out, alert->counts, alert->expected);
	pack_key(out, "gap");
	wire_pack_points(out, alert->counts, alert->gap);
	pack_key(out, "light");
	wire_pack_light(out, alert->judgement.light);
	pack_key(out, "reason");
	wire_pack_reason(out, alert->judgement.reason);
	pack_key(out, "overdue_days");
	pack_uint(out, alert->overdue_days);
	pack_key(out, "period");
	if (alert->period[0] != '\0')
		pack_word(out, alert->period);
	else
		pack_nil(out);
}

void
wire_alert_pack(struct buf *out, const struct plan *p, const struct alert *alert)
{
	pack_map(out, FIELDS);
	pack_key(out, "plan");
	pack_word(out, p->id);
	pack_key(out, "revision");
	pack_uint(out, alert->revision);
	pack_key(out, "position");
	wire_pack_position(out, alert->position);
	pack_key(out, "as_of");
	pack_int(out, alert->as_of_ms);
	pack_key(out, "what");
	pack_word(out, alarm_name(alert->what));
	pack_key(out, "scope");
	pack_word(out, scope_kind_name(alert->kind));
	pack_key(out, "key");
	pack_word(out, alert->key);
	pack_key(out, "standing");
	pack_bool(out, alert->standing);
	pack_key(out, "since");
	pack_int(out, alert->since_ms);
	pack_key(out, "ended");
	if (alert->standing)
		pack_nil(out);
	else
		pack_int(out, alert->ended_ms);
	pack_numbers(out, alert);
	pack_agencies(out, alert);
}

static bool
take_what(const msgpack_object *o, struct alert *alert)
{
	struct text t;

	return wire_take_text(o, &t) && alarm_parse(t, &alert->what);
}

static bool
take_scope(const msgpack_object *o, struct alert *alert)
{
	struct text t;

	return wire_take_text(o, &t) && scope_kind_parse(t, &alert->kind);
}

/* A short name as a NUL-terminated word; the empty one too. */
static bool
take_word(const msgpack_object *o, char *out, size_t size)
{
	struct text t;

	if (!wire_take_text(o, &t) || t.len >= size || (t.len > 0 && !text_is_name(t, size - 1)))
		return false;
	memcpy(out, t.at, t.len);
	out[t.len] = '\0';
	return true;
}

static bool
take_key(const msgpack_object *o, struct alert *alert)
{
	return take_word(o, alert->key, sizeof(alert->key));
}

static bool
take_ended(const msgpack_object *o, struct alert *alert)
{
	return o == NULL || wire_take_instant(o, &alert->ended_ms);
}

static bool
take_percent(const msgpack_object *o, struct alert *alert)
{
	alert->counts = o != NULL;
	if (!alert->counts)
		alert->percent = -1;
	return !alert->counts || (wire_take_points(o, &alert->percent) && alert->percent >= 0);
}

static bool
take_expected(const msgpack_object *o, struct alert *alert)
{
	return !alert->counts || (wire_take_points(o, &alert->expected) && alert->expected >= 0);
}

static bool
take_period(const msgpack_object *o, struct alert *alert)
{
	enum plan_every every;
	struct period   period;
	struct text     t;

	if (o == NULL)
		return true;
	if (!wire_take_text(o, &t) || t.len >= sizeof(alert->period) ||
	    !period_parse(t, &every, &period))
		return false;
	memcpy(alert->period, t.at, t.len);
	return true;
}

static bool
take_agencies(const msgpack_object *o, struct alert *alert)
{
	uint32_t count;

	if (!wire_take_array(o, &count) || count > PLAN_AGENCIES_MAX)
		return false;
	alert->agencies = mem_zeroed(count, sizeof(alert->agencies[0]));
	for (uint32_t i = 0; i < count; i++)
		if (!take_word(wire_at(o, i), alert->agencies[i], sizeof(alert->agencies[i])) ||
		    alert->agencies[i][0] == '\0')
			return false;
	alert->agency_count = count;
	return true;
}

static int
wrong(const char *field, const msgpack_object *data, struct err *e)
{
	char shown[WIRE_SHOW_SIZE];

	return err_fail(e, ERR_INPUT, "data.%s: got %s", field,
	    wire_show(wire_find(data, text_of(field)), shown));
}

static int
take_head(const msgpack_object *data, struct text *plan, struct alert *alert, struct err *e)
{
	if (!wire_take_text(wire_get(data, "plan"), plan))
		return wrong("plan", data, e);
	if (!wire_take_u32(wire_get(data, "revision"), &alert->revision))
		return wrong("revision", data, e);
	if (!wire_take_position(wire_get(data, "position"), &alert->position))
		return wrong("position", data, e);
	if (!wire_take_instant(wire_get(data, "as_of"), &alert->as_of_ms))
		return wrong("as_of", data, e);
	if (!take_what(wire_get(data, "what"), alert))
		return wrong("what", data, e);
	if (!take_scope(wire_get(data, "scope"), alert))
		return wrong("scope", data, e);
	if (!take_key(wire_get(data, "key"), alert))
		return wrong("key", data, e);
	if (!wire_take_bool(wire_get(data, "standing"), &alert->standing))
		return wrong("standing", data, e);
	if (!wire_take_instant(wire_get(data, "since"), &alert->since_ms))
		return wrong("since", data, e);
	return take_ended(wire_get(data, "ended"), alert) ? 0 : wrong("ended", data, e);
}

static int
take_numbers(const msgpack_object *data, struct alert *alert, struct err *e)
{
	if (!take_percent(wire_get(data, "percent"), alert))
		return wrong("percent", data, e);
	if (!take_expected(wire_get(data, "expected"), alert))
		return wrong("expected", data, e);
	if (alert->counts && !wire_take_points(wire_get(data, "gap"), &alert->gap))
		return wrong("gap", data, e);
	if (!wire_take_light(wire_get(data, "light"), &alert->judgement.light))
		return wrong("light", data, e);
	if (!wire_take_reason(wire_get(data, "reason"), &alert->judgement.reason))
		return wrong("reason", data, e);
	if (!wire_take_u32(wire_get(data, "overdue_days"), &alert->overdue_days))
		return wrong("overdue_days", data, e);
	if (!take_period(wire_get(data, "period"), alert))
		return wrong("period", data, e);
	return 0;
}

int
wire_alert_take(const msgpack_object *data, struct text *plan, struct alert *alert, struct err *e)
{
	*alert = (struct alert){0};
	if (take_head(data, plan, alert, e) != 0 || take_numbers(data, alert, e) != 0)
		return -1;
	if (take_agencies(wire_get(data, "agencies"), alert))
		return 0;
	free(alert->agencies);
	alert->agencies = NULL;
	alert->agency_count = 0;
	return wrong("agencies", data, e);
}
