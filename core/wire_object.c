#include "core/wire_object.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/wire_shape.h"

#define ROOM_FIRST_BYTES ((size_t)8192)
#define SHOWN_BYTES      48 /* of a text, escaped, with the NUL */

void
wire_zone_init(struct wire_zone *z, size_t objects_max)
{
	*z = (struct wire_zone){.objects_max = objects_max};
}

void
wire_zone_fini(struct wire_zone *z)
{
	if (z->room > 0)
		msgpack_zone_destroy(&z->zone);
	z->room = 0;
}

/* Makes the zone empty and of one chunk that is large enough for `len` bytes of
 * MessagePack: an object takes one byte or more of them. Clearing a zone frees
 * all chunks but one, so a zone of several would allocate for every message. */
static void
make_room(struct wire_zone *z, size_t len)
{
	size_t objects = len < z->objects_max ? len : z->objects_max;
	size_t need = (objects + 1) * sizeof(msgpack_object);
	size_t room = z->room > 0 ? z->room : ROOM_FIRST_BYTES;

	while (room < need)
		room *= 2;
	if (room == z->room) {
		msgpack_zone_clear(&z->zone);
		return;
	}
	wire_zone_fini(z);
	if (!msgpack_zone_init(&z->zone, room))
		abort(); /* out of memory, as in core/mem.c */
	z->room = room;
}

/* Decodes bytes whose shape was checked and is one object. */
static int
unpack(struct wire_zone *z, const void *bytes, size_t len, msgpack_object *o, struct refusal *why)
{
	size_t                off = 0;
	msgpack_unpack_return rc;

	make_room(z, len);
	rc = msgpack_unpack(bytes, len, &off, &z->zone, o);
	if (rc != MSGPACK_UNPACK_SUCCESS || off != len)
		return refuse(why, REPORT_MALFORMED, "byte %zu: not MessagePack", off);
	return 0;
}

int
wire_decode_first(struct wire_zone *z, const void *bytes, size_t len, size_t *used,
    msgpack_object *o, struct refusal *why)
{
	if (wire_shape_within(bytes, len, z->objects_max, used, why) != 0)
		return -1;
	return unpack(z, bytes, *used, o, why);
}

int
wire_decode(
    struct wire_zone *z, const void *bytes, size_t len, msgpack_object *o, struct refusal *why)
{
	size_t used;

	if (wire_shape_within(bytes, len, z->objects_max, &used, why) != 0)
		return -1;
	if (used != len)
		return refuse(why, REPORT_MALFORMED, "byte %zu: %zu bytes follow the object", used,
		    len - used);
	return unpack(z, bytes, len, o, why);
}

static const msgpack_object *
unless_nil(const msgpack_object *o)
{
	return o->type != MSGPACK_OBJECT_NIL ? o : NULL;
}

const msgpack_object *
wire_find(const msgpack_object *map, struct text key)
{
	if (map == NULL || map->type != MSGPACK_OBJECT_MAP)
		return NULL;
	for (uint32_t i = 0; i < map->via.map.size; i++) {
		const msgpack_object_kv *kv = &map->via.map.ptr[i];

		if (kv->key.via.str.size == key.len &&
		    memcmp(kv->key.via.str.ptr, key.at, key.len) == 0)
			return unless_nil(&kv->val);
	}
	return NULL;
}

const msgpack_object *
wire_at(const msgpack_object *array, size_t i)
{
	if (array == NULL || array->type != MSGPACK_OBJECT_ARRAY || i >= array->via.array.size)
		return NULL;
	return unless_nil(&array->via.array.ptr[i]);
}

bool
wire_take_text(const msgpack_object *o, struct text *out)
{
	if (o == NULL || o->type != MSGPACK_OBJECT_STR)
		return false;
	*out = (struct text){o->via.str.ptr, o->via.str.size};
	return true;
}

bool
wire_take_bool(const msgpack_object *o, bool *out)
{
	if (o == NULL || o->type != MSGPACK_OBJECT_BOOLEAN)
		return false;
	*out = o->via.boolean;
	return true;
}

bool
wire_take_uint(const msgpack_object *o, uint64_t max, uint64_t *out)
{
	if (o == NULL || o->type != MSGPACK_OBJECT_POSITIVE_INTEGER || o->via.u64 > max)
		return false;
	*out = o->via.u64;
	return true;
}

bool
wire_take_u32(const msgpack_object *o, uint32_t *out)
{
	uint64_t n;

	if (!wire_take_uint(o, UINT32_MAX, &n))
		return false;
	*out = (uint32_t)n;
	return true;
}

bool
wire_take_int(const msgpack_object *o, int64_t *out)
{
	uint64_t n;

	if (wire_take_uint(o, INT64_MAX, &n)) {
		*out = (int64_t)n;
		return true;
	}
	if (o == NULL || o->type != MSGPACK_OBJECT_NEGATIVE_INTEGER)
		return false;
	*out = o->via.i64;
	return true;
}

bool
wire_take_double(const msgpack_object *o, double *out)
{
	if (o == NULL)
		return false;
	switch (o->type) {
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		*out = o->via.f64;
		return true;
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		*out = (double)o->via.u64;
		return true;
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		*out = (double)o->via.i64;
		return true;
	default:
		return false;
	}
}

bool
wire_take_array(const msgpack_object *o, uint32_t *count)
{
	if (o == NULL || o->type != MSGPACK_OBJECT_ARRAY)
		return false;
	*count = o->via.array.size;
	return true;
}

bool
wire_take_map(const msgpack_object *o, uint32_t *count)
{
	if (o == NULL || o->type != MSGPACK_OBJECT_MAP)
		return false;
	*count = o->via.map.size;
	return true;
}

/* Always so that it does not look like an integer, which is not the same here. */
static void
show_float(double value, char out[WIRE_SHOW_SIZE])
{
	snprintf(out, WIRE_SHOW_SIZE - 2, "%.10g", value);
	if (strspn(out, "-0123456789") == strlen(out))
		strcat(out, ".0");
}

static void
show_text(struct text t, char out[WIRE_SHOW_SIZE])
{
	char escaped[SHOWN_BYTES];

	text_escape(t, escaped, sizeof(escaped));
	if (t.len < SHOWN_BYTES)
		snprintf(out, WIRE_SHOW_SIZE, "\"%s\"", escaped);
	else
		snprintf(out, WIRE_SHOW_SIZE, "\"%s\" (%zu bytes)", escaped, t.len);
}

const char *
wire_show(const msgpack_object *o, char out[WIRE_SHOW_SIZE])
{
	switch (o != NULL ? o->type : MSGPACK_OBJECT_NIL) {
	case MSGPACK_OBJECT_NIL:
		snprintf(out, WIRE_SHOW_SIZE, "nothing");
		break;
	case MSGPACK_OBJECT_BOOLEAN:
		snprintf(out, WIRE_SHOW_SIZE, o->via.boolean ? "true" : "false");
		break;
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		snprintf(out, WIRE_SHOW_SIZE, "%" PRIu64, o->via.u64);
		break;
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		snprintf(out, WIRE_SHOW_SIZE, "%" PRId64, o->via.i64);
		break;
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		show_float(o->via.f64, out);
		break;
	case MSGPACK_OBJECT_STR:
		show_text((struct text){o->via.str.ptr, o->via.str.size}, out);
		break;
	case MSGPACK_OBJECT_ARRAY:
		snprintf(out, WIRE_SHOW_SIZE, "an array of %" PRIu32, o->via.array.size);
		break;
	case MSGPACK_OBJECT_MAP:
		snprintf(out, WIRE_SHOW_SIZE, "a map of %" PRIu32, o->via.map.size);
		break;
	default: /* bin, ext */
		snprintf(out, WIRE_SHOW_SIZE, "bytes");
	}
	return out;
}
