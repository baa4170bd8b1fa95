/*
 * quota -- how much an agency may say in a second.
 *
 * For each agency a bucket that empties at the rate and holds one second's worth. While
 * there is room for one entry a message is taken whole, and may make it run over: one of
 * many entries gets through as soon as one of few, and the next waits for longer. Knows
 * no clock. Zero is an empty quota: nothing was said yet.
 */
#ifndef TUIJIN_COMMON_QUOTA_H
#define TUIJIN_COMMON_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define QUOTA_RATE_MAX 1000000 /* entries a second */

struct quota_bucket {
	int64_t fill;    /* thousandths of an entry, as of then */
	int64_t mono_ms; /* then */
};

struct quota {
	struct quota_bucket *at; /* owned; by agency */
	size_t               count;
};

/* Forgets what was said, as when the agencies are others now. */
void quota_reset(struct quota *q);

/* Counts what this agency says at that moment. Returns false, and counts nothing, while
 * it has said more than `rate` entries a second allow (1 to QUOTA_RATE_MAX). */
bool quota_take(struct quota *q, uint32_t agency, uint32_t entries, uint32_t rate, int64_t mono_ms);

#endif
