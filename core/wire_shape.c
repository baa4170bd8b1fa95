#include "core/wire_shape.h"

#include <stdint.h>

#include "core/wire_text.h"

enum head_kind {
	HEAD_NONE,   /* 0xc1 is not in use */
	HEAD_OPAQUE, /* `length` bytes of no interest: scalars, bin, ext */
	HEAD_STRING, /* `length` bytes of UTF-8 */
	HEAD_ARRAY,  /* `length` objects */
	HEAD_MAP,    /* `length` pairs */
};

/* What a first byte says. The length is the sum of its masked bits, `fixed`, and
 * a big-endian number of `wide` bytes behind it. */
struct head {
	uint8_t kind, mask, fixed, wide;
};

/* clang-format off */
static const struct head heads[256] = {
	[0x00 ... 0x7f] = {HEAD_OPAQUE},
	[0x80 ... 0x8f] = {HEAD_MAP, .mask = 0x0f},
	[0x90 ... 0x9f] = {HEAD_ARRAY, .mask = 0x0f},
	[0xa0 ... 0xbf] = {HEAD_STRING, .mask = 0x1f},
	[0xc0] = {HEAD_OPAQUE}, /* nil */
	[0xc2 ... 0xc3] = {HEAD_OPAQUE}, /* false, true */
	[0xc4] = {HEAD_OPAQUE, .wide = 1}, /* bin */
	[0xc5] = {HEAD_OPAQUE, .wide = 2},
	[0xc6] = {HEAD_OPAQUE, .wide = 4},
	[0xc7] = {HEAD_OPAQUE, .wide = 1, .fixed = 1}, /* ext: its type is one byte more */
	[0xc8] = {HEAD_OPAQUE, .wide = 2, .fixed = 1},
	[0xc9] = {HEAD_OPAQUE, .wide = 4, .fixed = 1},
	[0xca] = {HEAD_OPAQUE, .fixed = 4}, /* float */
	[0xcb] = {HEAD_OPAQUE, .fixed = 8},
	[0xcc] = {HEAD_OPAQUE, .fixed = 1}, /* uint */
	[0xcd] = {HEAD_OPAQUE, .fixed = 2},
	[0xce] = {HEAD_OPAQUE, .fixed = 4},
	[0xcf] = {HEAD_OPAQUE, .fixed = 8},
	[0xd0] = {HEAD_OPAQUE, .fixed = 1}, /* int */
	[0xd1] = {HEAD_OPAQUE, .fixed = 2},
	[0xd2] = {HEAD_OPAQUE, .fixed = 4},
	[0xd3] = {HEAD_OPAQUE, .fixed = 8},
	[0xd4] = {HEAD_OPAQUE, .fixed = 2}, /* fixext: type and data */
	[0xd5] = {HEAD_OPAQUE, .fixed = 3},
	[0xd6] = {HEAD_OPAQUE, .fixed = 5},
	[0xd7] = {HEAD_OPAQUE, .fixed = 9},
	[0xd8] = {HEAD_OPAQUE, .fixed = 17},
	[0xd9] = {HEAD_STRING, .wide = 1},
	[0xda] = {HEAD_STRING, .wide = 2},
	[0xdb] = {HEAD_STRING, .wide = 4},
	[0xdc] = {HEAD_ARRAY, .wide = 2},
	[0xdd] = {HEAD_ARRAY, .wide = 4},
	[0xde] = {HEAD_MAP, .wide = 2},
	[0xdf] = {HEAD_MAP, .wide = 4},
	[0xe0 ... 0xff] = {HEAD_OPAQUE}, /* negative fixint */
};
/* clang-format on */

/* An array or map that is not at its end yet. */
struct level {
	size_t      left; /* objects to come, keys and values alike */
	bool        is_map;
	uint32_t    keys;
	uint64_t    seen; /* key_bit() of each key so far */
	struct text key[WIRE_KEYS_MAX];
};

struct walk {
	const unsigned char *start, *at, *end;
	size_t               objects_max, objects;
	uint32_t             depth; /* levels in use */
	struct level        *levels;
};

static size_t
offset(const struct walk *w)
{
	return (size_t)(w->at - w->start);
}

static size_t
bytes_left(const struct walk *w)
{
	return (size_t)(w->end - w->at);
}

/* One of 64 bits for a key: keys with different bits differ. */
static uint64_t
key_bit(struct text key)
{
	unsigned first = 0, last = 0;

	if (key.len > 0) {
		first = (unsigned char)key.at[0];
		last = (unsigned char)key.at[key.len - 1];
	}
	return UINT64_C(1) << ((key.len + 7 * first + 11 * last) & 63);
}

static int
take_key(struct walk *w, struct level *l, struct text key, struct refusal *why)
{
	uint64_t bit = key_bit(key);
	char     shown[40];

	if ((l->seen & bit) != 0)
		for (uint32_t i = 0; i < l->keys; i++)
			if (text_equal(l->key[i], key))
				return refuse(why, REPORT_MALFORMED,
				    "byte %zu: key \"%s\" comes twice", offset(w),
				    text_escape(key, shown, sizeof(shown)));
	l->seen |= bit;
	l->key[l->keys++] = key;
	return 0;
}

/* Reads the head of the next object and moves behind it. */
static int
take_head(struct walk *w, const struct head **head, size_t *length, struct refusal *why)
{
	const struct head *h;
	size_t             n;

	if (w->at == w->end)
		return refuse(why, REPORT_MALFORMED, "byte %zu: cut short", offset(w));
	if (++w->objects > w->objects_max)
		return refuse(why, REPORT_MALFORMED, "byte %zu: more than %zu objects", offset(w),
		    w->objects_max);

	h = &heads[*w->at];
	if (h->kind == HEAD_NONE)
		return refuse(why, REPORT_MALFORMED, "byte %zu: 0xc1 is no MessagePack", offset(w));
	if (bytes_left(w) < 1u + h->wide)
		return refuse(why, REPORT_MALFORMED, "byte %zu: cut short", offset(w));

	n = *w->at++ & h->mask;
	for (uint32_t i = 0; i < h->wide; i++)
		n = n << 8 | *w->at++;
	*head = h;
	*length = n + h->fixed;
	return 0;
}

/* Enters an array of `count` objects or a map of `count` pairs. */
static int
enter(struct walk *w, bool is_map, size_t count, struct refusal *why)
{
	const char   *what = is_map ? "map" : "array";
	size_t        objects_each = is_map ? 2 : 1;
	struct level *l;

	if (w->depth == WIRE_DEPTH_MAX)
		return refuse(why, REPORT_MALFORMED, "byte %zu: nested deeper than %d levels",
		    offset(w), WIRE_DEPTH_MAX);
	if (count > bytes_left(w) / objects_each)
		return refuse(why, REPORT_MALFORMED, "byte %zu: %s of %zu in the %zu bytes left",
		    offset(w), what, count, bytes_left(w));
	if (is_map && count > WIRE_KEYS_MAX)
		return refuse(why, REPORT_MALFORMED, "byte %zu: map of %zu keys, at most %d",
		    offset(w), count, WIRE_KEYS_MAX);

	l = &w->levels[w->depth++];
	l->left = count * objects_each;
	l->is_map = is_map;
	l->keys = 0;
	l->seen = 0;
	return 0;
}

/* Passes over the bytes of a string or an opaque object. */
static int
pass(struct walk *w, enum head_kind kind, size_t length, struct level *key_of, struct refusal *why)
{
	struct text t = {(const char *)w->at, length};

	if (length > bytes_left(w))
		return refuse(why, REPORT_MALFORMED, "byte %zu: %zu bytes where %zu are left",
		    offset(w), length, bytes_left(w));
	if (kind == HEAD_STRING && !wire_text_is_ascii(t) && !wire_text_is_utf8(t))
		return refuse(why, REPORT_MALFORMED, "byte %zu: text that is not UTF-8", offset(w));
	if (key_of != NULL && take_key(w, key_of, t, why) != 0)
		return -1;
	w->at += length;
	return 0;
}

static int
walk_object(struct walk *w, struct refusal *why)
{
	struct level      *l = w->depth > 0 ? &w->levels[w->depth - 1] : NULL;
	struct level      *key_of = l != NULL && l->is_map && l->left % 2 == 0 ? l : NULL;
	const struct head *h;
	size_t             length;

	if (take_head(w, &h, &length, why) != 0)
		return -1;
	if (key_of != NULL && h->kind != HEAD_STRING)
		return refuse(why, REPORT_MALFORMED, "byte %zu: a key that is not text", offset(w));
	if (l != NULL)
		l->left--;
	if (h->kind == HEAD_ARRAY || h->kind == HEAD_MAP)
		return enter(w, h->kind == HEAD_MAP, length, why);
	return pass(w, h->kind, length, key_of, why);
}

int
wire_shape_within(
    const void *bytes, size_t len, size_t objects_max, size_t *used, struct refusal *why)
{
	struct level levels[WIRE_DEPTH_MAX]; /* not zeroed: 8 KiB, of which few are used */
	struct walk w = {.start = bytes, .at = bytes, .objects_max = objects_max, .levels = levels};

	if (len == 0)
		return refuse(why, REPORT_MALFORMED, "no bytes at all");
	w.end = w.start + len;
	do {
		if (walk_object(&w, why) != 0)
			return -1;
		while (w.depth > 0 && levels[w.depth - 1].left == 0)
			w.depth--;
	} while (w.depth > 0);
	*used = offset(&w);
	return 0;
}

int
wire_shape_first(const void *bytes, size_t len, size_t *used, struct refusal *why)
{
	return wire_shape_within(bytes, len, WIRE_OBJECTS_MAX, used, why);
}

int
wire_shape_check(const void *bytes, size_t len, struct refusal *why)
{
	size_t used;

	if (wire_shape_first(bytes, len, &used, why) != 0)
		return -1;
	if (used != len)
		return refuse(why, REPORT_MALFORMED, "byte %zu: %zu bytes follow the object", used,
		    len - used);
	return 0;
}
