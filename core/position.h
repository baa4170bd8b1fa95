/*
 * position -- where an entry stands in a plan's ledger: the id Redis gave it,
 * "<ms>-<n>", of which ms is the store's clock when the entry was written.
 *
 * Positions rise strictly along the ledger. {0, 0} stands before the first.
 */
#ifndef TUIJIN_CORE_POSITION_H
#define TUIJIN_CORE_POSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

#define POSITION_SIZE 44 /* two 20-digit numbers, a dash and a NUL */

struct position {
	uint64_t ms; /* since 1970 UTC, by the store's clock */
	uint64_t n;  /* rises within a millisecond */
};

/* Below, at or above zero as a stands before, at or behind b. */
static inline int
position_compare(struct position a, struct position b)
{
	if (a.ms != b.ms)
		return a.ms < b.ms ? -1 : 1;
	return a.n < b.n ? -1 : a.n > b.n;
}

static inline bool
position_is_zero(struct position p)
{
	return p.ms == 0 && p.n == 0;
}

/* Reads exactly "<ms>-<n>" in decimal. Returns false otherwise. */
bool position_parse(struct text t, struct position *p);

const char *position_format(struct position p, char out[POSITION_SIZE]);

#endif
