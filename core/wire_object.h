/*
 * wire_object -- MessagePack from outside, as objects to look into.
 *
 * A wire_zone is the only way to msgpack-c's decoder, and it checks the shape of
 * the bytes first (core/wire_shape.h). It keeps its memory: decode over and over
 * and it soon allocates no more.
 *
 * The takers give false for an absent object (NULL), for nil and for any other
 * type than theirs, and then leave *out as it was.
 */
#ifndef TUIJIN_CORE_WIRE_OBJECT_H
#define TUIJIN_CORE_WIRE_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <msgpack.h>

#include "core/report.h"
#include "core/text.h"

#define WIRE_SHOW_SIZE 96 /* enough for any value that wire_show writes */

struct wire_zone {
	msgpack_zone zone;        /* owned */
	size_t       room;        /* bytes it holds without another chunk; 0: no zone yet */
	size_t       objects_max; /* of one decode */
};

/* objects_max: WIRE_OBJECTS_MAX (wire_shape.h) unless a format needs its own. */
void wire_zone_init(struct wire_zone *z, size_t objects_max);
void wire_zone_fini(struct wire_zone *z);

/* The one object that bytes hold, in *o; its strings are borrowed from the bytes,
 * its arrays and maps from z: both until the next decode. Returns 0, or -1 with
 * REPORT_MALFORMED. The second takes the first object of several: *used is its
 * length. */
int wire_decode(
    struct wire_zone *z, const void *bytes, size_t len, msgpack_object *o, struct refusal *why);
int wire_decode_first(struct wire_zone *z, const void *bytes, size_t len, size_t *used,
    msgpack_object *o, struct refusal *why);

/* What map has under key; NULL where it is no map, has no such key or nil there. */
const msgpack_object *wire_find(const msgpack_object *map, struct text key);

/* wire_get(o, "seq"): the same for a literal key. */
#define wire_get(map, key) wire_find((map), (struct text){"" key, sizeof(key) - 1})

/* Element i; NULL where array is no array, ends before it or has nil there. */
const msgpack_object *wire_at(const msgpack_object *array, size_t i);

bool wire_take_text(const msgpack_object *o, struct text *out);
bool wire_take_bool(const msgpack_object *o, bool *out);
bool wire_take_uint(const msgpack_object *o, uint64_t max, uint64_t *out);
bool wire_take_u32(const msgpack_object *o, uint32_t *out);
bool wire_take_int(const msgpack_object *o, int64_t *out);      /* either sign, 64 bits */
bool wire_take_double(const msgpack_object *o, double *out);    /* a float or an integer */
bool wire_take_array(const msgpack_object *o, uint32_t *count); /* elements: wire_at */
bool wire_take_map(const msgpack_object *o, uint32_t *count);

/* Writes the value for an error message: `"cnipa"`, `-3`, `62.555`, `nothing`,
 * `an array of 3`; a long text cut, with its length. Returns out. */
const char *wire_show(const msgpack_object *o, char out[WIRE_SHOW_SIZE]);

#endif
