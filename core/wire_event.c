#include "core/wire_event.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/calendar.h"
#include "core/fnv.h"
#include "core/mem.h"
#include "core/wire_alert.h"
#include "core/wire_number.h"
#include "core/wire_object.h"
#include "core/wire_pack.h"
#include "core/wire_shape.h"
#include "core/wire_summary.h"

#define ID_SIZE       (POSITION_SIZE + 24 + ALERT_TOPIC_SIZE)
#define DIGEST_DIGITS 16
#define INSTANT_MAX   INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

static const char *const types[EVENT_KINDS] = {
    [EVENT_SUMMARY] = "tuijin.summary.v1",
    [EVENT_ALERT] = "tuijin.alert.v1",
    [EVENT_TICK] = "tuijin.tick.v1",
};

const char EVENT_SOURCE[] = "tuijin/aggregator";

const char *
event_type(enum event_kind kind)
{
	return types[kind] != NULL ? types[kind] : "";
}

/* The attributes of an event, and the key of its data, which follows. */
static void
pack_attributes(struct buf *out, enum event_kind kind, struct text topic, struct position position,
    int64_t of_ms, int64_t time_ms)
{
	char formatted[POSITION_SIZE], time[CALENDAR_INSTANT_SIZE], id[ID_SIZE];

	assert(topic.len > 0 && topic.at[topic.len - 1] == '/');
	snprintf(id, sizeof(id), "%s:%" PRId64 ":%.*s", position_format(position, formatted), of_ms,
	    (int)topic.len, topic.at);
	pack_map(out, 7);
	pack_key(out, "specversion");
	pack_word(out, "1.0");
	pack_key(out, "id");
	pack_word(out, id);
	pack_key(out, "source");
	pack_word(out, EVENT_SOURCE);
	pack_key(out, "type");
	pack_word(out, types[kind]);
	pack_key(out, "subject");
	pack_text(out, (struct text){topic.at, topic.len - 1});
	pack_key(out, "time");
	pack_word(out, calendar_format_utc(time_ms < INSTANT_MAX ? time_ms : INSTANT_MAX, time));
	pack_key(out, "data");
}

/* The later of the instants of an entry and of a day. */
static int64_t
later(struct position position, int64_t as_of_ms)
{
	uint64_t entry_ms = position.ms < INSTANT_MAX ? position.ms : INSTANT_MAX;

	return (int64_t)entry_ms > as_of_ms ? (int64_t)entry_ms : as_of_ms;
}

void
wire_summary_encode(struct buf *out, struct text topic, const struct summary *s)
{
	pack_attributes(
	    out, EVENT_SUMMARY, topic, s->position, s->as_of_ms, later(s->position, s->as_of_ms));
	wire_summary_pack(out, s);
}

void
wire_alert_encode(
    struct buf *out, struct text topic, const struct plan *p, const struct alert *alert)
{
	pack_attributes(out, EVENT_ALERT, topic, alert->position, alert->as_of_ms,
	    later(alert->position, alert->as_of_ms));
	wire_alert_pack(out, p, alert);
}

static void
pack_seal(struct buf *out, const struct seal *s)
{
	char hash[SHA256_TEXT_SIZE];

	if (position_is_zero(s->position)) {
		pack_nil(out);
		return;
	}
	pack_map(out, 2);
	pack_key(out, "position");
	wire_pack_position(out, s->position);
	pack_key(out, "hash");
	pack_word(out, sha256_format(&s->hash, hash));
}

void
wire_tick_encode(struct buf *out, struct text topic, const struct tick *t)
{
	char digest[DIGEST_DIGITS + 1];

	snprintf(digest, sizeof(digest), "%016" PRIx64, t->digest);
	pack_attributes(out, EVENT_TICK, topic, t->position, t->now_ms, t->now_ms);
	pack_map(out, 8);
	pack_key(out, "plan");
	pack_text(out, t->plan);
	pack_key(out, "position");
	wire_pack_position(out, t->position);
	pack_key(out, "seal");
	pack_seal(out, &t->seal);
	pack_key(out, "as_of");
	pack_int(out, t->as_of_ms);
	pack_key(out, "now");
	pack_int(out, t->now_ms);
	pack_key(out, "store");
	pack_word(out, t->store_ok ? "ok" : "away");
	pack_key(out, "topics");
	pack_uint(out, t->topics);
	pack_key(out, "digest");
	pack_word(out, digest);
}

struct wire_reader {
	struct wire_zone  zone;
	struct wire_parts parts;
	void             *agencies; /* owned; of the last alert */
};

struct wire_reader *
wire_reader_new(void)
{
	struct wire_reader *w = mem_zeroed(1, sizeof(*w));

	wire_zone_init(&w->zone, WIRE_OBJECTS_MAX);
	return w;
}

void
wire_reader_free(struct wire_reader *w)
{
	if (w == NULL)
		return;
	wire_zone_fini(&w->zone);
	wire_parts_fini(&w->parts);
	free(w->agencies);
	free(w);
}

static int
wrong(const char *what, const msgpack_object *got, struct err *e)
{
	char shown[WIRE_SHOW_SIZE];

	return err_fail(e, ERR_INPUT, "%s: got %s", what, wire_show(got, shown));
}

static bool
take_digest(const msgpack_object *o, uint64_t *digest)
{
	struct text t;
	uint64_t    n = 0;

	if (!wire_take_text(o, &t) || t.len != DIGEST_DIGITS)
		return false;
	for (size_t i = 0; i < DIGEST_DIGITS; i++) {
		int digit = text_hex_digit(t.at[i]);

		if (digit < 0)
			return false;
		n = n << 4 | (uint64_t)digit;
	}
	*digest = n;
	return true;
}

static bool
take_store(const msgpack_object *o, bool *ok)
{
	struct text t;

	if (!wire_take_text(o, &t))
		return false;
	*ok = text_equal(t, text_of("ok"));
	return *ok || text_equal(t, text_of("away"));
}

/* Absent or nil: there is none. */
static bool
take_seal(const msgpack_object *o, struct seal *s)
{
	struct text hash;

	return o == NULL ||
	    (wire_take_position(wire_get(o, "position"), &s->position) &&
		wire_take_text(wire_get(o, "hash"), &hash) && sha256_parse(hash, &s->hash));
}

static int
take_tick(const msgpack_object *data, struct tick *t, struct err *e)
{
	if (!wire_take_text(wire_get(data, "plan"), &t->plan))
		return wrong("data.plan", wire_get(data, "plan"), e);
	if (!wire_take_position(wire_get(data, "position"), &t->position))
		return wrong("data.position", wire_get(data, "position"), e);
	if (!take_seal(wire_get(data, "seal"), &t->seal))
		return wrong("data.seal", wire_get(data, "seal"), e);
	if (!wire_take_int(wire_get(data, "as_of"), &t->as_of_ms))
		return wrong("data.as_of", wire_get(data, "as_of"), e);
	if (!wire_take_int(wire_get(data, "now"), &t->now_ms))
		return wrong("data.now", wire_get(data, "now"), e);
	if (!take_store(wire_get(data, "store"), &t->store_ok))
		return wrong("data.store", wire_get(data, "store"), e);
	if (!wire_take_u32(wire_get(data, "topics"), &t->topics))
		return wrong("data.topics", wire_get(data, "topics"), e);
	if (!take_digest(wire_get(data, "digest"), &t->digest))
		return wrong("data.digest", wire_get(data, "digest"), e);
	return 0;
}

static int
take_alert(struct wire_reader *w, const msgpack_object *data, struct event *ev, struct err *e)
{
	free(w->agencies);
	w->agencies = NULL;
	if (wire_alert_take(data, &ev->plan, &ev->alert, e) != 0)
		return -1;
	w->agencies = ev->alert.agencies;
	return 0;
}

static enum event_kind
kind_of(struct text type)
{
	for (unsigned k = 0; k < EVENT_OTHER; k++)
		if (text_equal(type, text_of(types[k])))
			return (enum event_kind)k;
	return EVENT_OTHER;
}

int
wire_event_decode(
    struct wire_reader *w, const void *bytes, size_t len, struct event *ev, struct err *e)
{
	msgpack_object        root;
	const msgpack_object *data;
	struct refusal        why;
	struct text           type;

	if (wire_decode(&w->zone, bytes, len, &root, &why) != 0)
		return err_fail(e, ERR_INPUT, "event: %s", why.message);
	*ev = (struct event){0};
	if (!wire_take_text(wire_get(&root, "type"), &type))
		return wrong("type", wire_get(&root, "type"), e);
	if (!wire_take_text(wire_get(&root, "id"), &ev->id))
		return wrong("id", wire_get(&root, "id"), e);
	if (!wire_take_text(wire_get(&root, "time"), &ev->time))
		return wrong("time", wire_get(&root, "time"), e);
	data = wire_get(&root, "data");
	ev->kind = kind_of(type);
	if (ev->kind == EVENT_SUMMARY)
		return wire_summary_take(data, &w->parts, &ev->summary, e);
	if (ev->kind == EVENT_TICK)
		return take_tick(data, &ev->tick, e);
	if (ev->kind == EVENT_ALERT)
		return take_alert(w, data, ev, e);
	return 0;
}

void
wire_snapshot_begin_end(struct buf *out, uint64_t count, uint32_t plans)
{
	pack_map(out, 2);
	pack_key(out, "count");
	pack_uint(out, count);
	pack_key(out, "positions");
	pack_map(out, plans);
}

void
wire_snapshot_plan(struct buf *out, struct text plan, struct position position)
{
	pack_text(out, plan);
	wire_pack_position(out, position);
}

int
wire_snapshot_end_decode(
    struct wire_reader *w, const void *bytes, size_t len, struct snapshot_end *end, struct err *e)
{
	const uint32_t        room = sizeof(end->plan) / sizeof(end->plan[0]);
	msgpack_object        root;
	const msgpack_object *positions;
	struct refusal        why;

	if (wire_decode(&w->zone, bytes, len, &root, &why) != 0)
		return err_fail(e, ERR_INPUT, "snapshot: %s", why.message);
	*end = (struct snapshot_end){0};
	positions = wire_get(&root, "positions");
	if (!wire_take_uint(wire_get(&root, "count"), UINT64_MAX, &end->count))
		return wrong("count", wire_get(&root, "count"), e);
	if (!wire_take_map(positions, &end->plans))
		return wrong("positions", positions, e);
	for (uint32_t i = 0; i < end->plans && i < room; i++) {
		const msgpack_object_kv *kv = &positions->via.map.ptr[i];

		wire_take_text(&kv->key, &end->plan[i]); /* keys are text: wire_shape.h */
		if (!wire_take_position(&kv->val, &end->position[i]))
			return wrong("positions", &kv->val, e);
	}
	return 0;
}

bool
wire_snapshot_topic(struct text topic, struct text *prefix)
{
	const struct text head = text_of("snap/");
	size_t            nonce = 0;

	if (topic.len < head.len || memcmp(topic.at, head.at, head.len) != 0)
		return false;
	topic.at += head.len;
	topic.len -= head.len;
	while (nonce < topic.len && text_hex_digit(topic.at[nonce]) >= 0)
		nonce++;
	if (nonce < WIRE_NONCE_MIN || nonce > WIRE_NONCE_MAX || nonce == topic.len ||
	    topic.at[nonce] != '/')
		return false;
	*prefix = (struct text){topic.at + nonce + 1, topic.len - nonce - 1};
	return true;
}

uint64_t
wire_event_digest(struct text topic, struct text payload)
{
	uint64_t h = fnv_add(FNV_START, topic.at, topic.len);

	h = fnv_add(h, "", 1);
	return fnv_add(h, payload.at, payload.len);
}
