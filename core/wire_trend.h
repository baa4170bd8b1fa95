/*
 * wire_trend -- how every scope of a plan stood at the end of one day, as bytes.
 *
 * Kept in Redis by the aggregator for ever: field "2026-03-31" of tuijin:{plan}:trend.
 *
 *   [ 1, as_of, position, revision, points ]
 *   points: [ [ scope, percent, expected, light, included, verified, completed,
 *               obligations, reported ], ... ]   in the order of core/scope.h
 *
 * scope is "overall", "chapter/2", ...; percent and expected are floats, nil when
 * nothing counts; light is its word; then tasks, then obligations. To change it:
 * append to a point or to the whole; a reader passes over what it does not know.
 */
#ifndef TUIJIN_CORE_WIRE_TREND_H
#define TUIJIN_CORE_WIRE_TREND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/position.h"
#include "core/rollup.h"
#include "core/summary.h"

struct trend_point {
	int64_t         as_of_ms; /* 00:00 of the day */
	struct position position; /* the ledger's, at the end of it */
	uint32_t        revision;
	bool            counts;            /* percent and expected are there */
	int32_t         percent, expected; /* basis points; percent as shown */
	enum light      light;
	uint32_t        included, verified, completed; /* tasks */
	uint32_t        obligations, reported;
};

/* Appends the day that r is of; position is the last entry's folded. */
void wire_trend_encode(struct buf *out, struct rollup *r, struct position position);

/* The point of one scope ("chapter/2") in such bytes. Returns 0 with *found, or -1
 * with *e (ERR_INPUT): the bytes are not what an aggregator writes. */
int wire_trend_decode(const void *bytes, size_t len, struct text scope, struct trend_point *point,
    bool *found, struct err *e);

#endif
