/*
 * wire_shape -- is this one whole MessagePack object of a size we accept?
 *
 * msgpack-c allocates what a header claims (5 bytes: 512 MiB), so nothing from
 * outside reaches it unchecked. One pass over the bytes, no allocation, no
 * recursion deeper than WIRE_DEPTH_MAX.
 */
#ifndef TUIJIN_CORE_WIRE_SHAPE_H
#define TUIJIN_CORE_WIRE_SHAPE_H

#include <stddef.h>

#include "core/report.h"

#define WIRE_DEPTH_MAX   8
#define WIRE_OBJECTS_MAX 131072 /* of one message: bounds what decoding takes to 3 MiB */
#define WIRE_KEYS_MAX    64     /* of one map */

/* Checks that bytes hold exactly one object: every count and length fits the
 * bytes left, strings are UTF-8, map keys are strings and none comes twice, the
 * limits above hold, nothing follows. Returns 0, or -1 with REPORT_MALFORMED. */
int wire_shape_check(const void *bytes, size_t len, struct refusal *why);

/* The same for the first object only; *used is its length. */
int wire_shape_first(const void *bytes, size_t len, size_t *used, struct refusal *why);

/* The same again with another limit than WIRE_OBJECTS_MAX: for what is larger than
 * any message from outside (checkpoints, status replies). */
int wire_shape_within(
    const void *bytes, size_t len, size_t objects_max, size_t *used, struct refusal *why);

#endif
