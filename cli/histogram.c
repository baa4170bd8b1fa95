#include "cli/histogram.h"

#include <math.h>

/* How far a value is shifted to leave its leading one and the bits of its step. */
static unsigned
shift_of(uint64_t value)
{
	unsigned bits = 64 - (unsigned)__builtin_clzll(value | 1);

	return bits > HISTOGRAM_STEP_BITS + 1 ? bits - (HISTOGRAM_STEP_BITS + 1) : 0;
}

/* Without a shift a cell is its value; each shift has HISTOGRAM_STEPS cells more. */
static unsigned
cell_of(uint64_t value)
{
	unsigned shift = shift_of(value);

	return shift * HISTOGRAM_STEPS + (unsigned)(value >> shift);
}

/* The largest value that falls into the cell. */
static uint64_t
top_of(unsigned cell)
{
	unsigned shift = cell < 2 * HISTOGRAM_STEPS ? 0 : cell / HISTOGRAM_STEPS - 1;

	return ((uint64_t)(cell - shift * HISTOGRAM_STEPS + 1) << shift) - 1;
}

void
histogram_add(struct histogram *h, uint64_t value)
{
	if (value > HISTOGRAM_VALUE_MAX)
		value = HISTOGRAM_VALUE_MAX;
	h->count++;
	h->cells[cell_of(value)]++;
	if (value > h->max)
		h->max = value;
}

uint64_t
histogram_percentile(const struct histogram *h, double percent)
{
	uint64_t wanted = (uint64_t)ceil((double)h->count * percent / 100), seen = 0;

	for (unsigned cell = 0; cell < HISTOGRAM_CELLS; cell++) {
		seen += h->cells[cell];
		if (seen > 0 && seen >= wanted)
			return top_of(cell) < h->max ? top_of(cell) : h->max;
	}
	return h->max;
}
