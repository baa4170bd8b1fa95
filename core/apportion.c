#include "core/apportion.h"

#include <stdlib.h>

#include "core/mem.h"

struct part {
	int64_t remainder; /* 0 .. denominator - 1 */
	size_t  index;
};

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* For qsort(): the larger remainder first, of equal ones the lower index. */
static int
by_remainder(const void *a, const void *b)
{
	const struct part *left = a, *right = b;

	if (left->remainder != right->remainder)
		return left->remainder > right->remainder ? -1 : 1;
	return left->index < right->index ? -1 : 1;
}

/* Adds 1 to the `count` shares with the largest remainders. */
static void
raise_largest(
    const int64_t *numerators, size_t n, int64_t denominator, int64_t count, int64_t *shares)
{
	struct part *parts = mem_zeroed(n, sizeof(*parts));

	for (size_t i = 0; i < n; i++) {
		int64_t remainder = numerators[i] % denominator;

		parts[i].remainder = remainder < 0 ? remainder + denominator : remainder;
		parts[i].index = i;
	}
	qsort(parts, n, sizeof(*parts), by_remainder);
	for (int64_t i = 0; i < count; i++)
		shares[parts[i].index]++;
	free(parts);
}

void
apportion(const int64_t *numerators, size_t n, int64_t denominator, int64_t total, int64_t *shares)
{
	int64_t left = total, each;

	if (n == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		shares[i] = floor_div(numerators[i], denominator);
		left -= shares[i];
	}
	each = floor_div(left, (int64_t)n);
	for (size_t i = 0; i < n; i++)
		shares[i] += each;
	raise_largest(numerators, n, denominator, left - each * (int64_t)n, shares);
}
