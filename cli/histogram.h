/*
 * histogram -- how often each value came, to better than a hundredth.
 *
 * Log-linear: values below 128 are counted one by one, those above in 128 steps
 * for each doubling. Adding is O(1), and its size does not depend on what is
 * added. A plain value; zero is an empty one.
 */
#ifndef TUIJIN_CLI_HISTOGRAM_H
#define TUIJIN_CLI_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_STEP_BITS 7
#define HISTOGRAM_STEPS     (1u << HISTOGRAM_STEP_BITS) /* of one doubling */
#define HISTOGRAM_VALUE_MAX ((UINT64_C(1) << 40) - 1)   /* larger ones count as this one */
#define HISTOGRAM_CELLS     (HISTOGRAM_STEPS * (40 - HISTOGRAM_STEP_BITS + 1))

struct histogram {
	uint64_t count;
	uint64_t max; /* exact */
	uint64_t cells[HISTOGRAM_CELLS];
};

void histogram_add(struct histogram *h, uint64_t value);

/* The value that `percent` per cent (above 0, at most 100) of all values are not
 * above; never less than the exact one, and less than a hundredth more. 0 when
 * nothing was added. */
uint64_t histogram_percentile(const struct histogram *h, double percent);

#endif
