/*
 * dice -- a small seeded random generator, for property tests.
 */
#ifndef TUIJIN_TESTS_DICE_H
#define TUIJIN_TESTS_DICE_H

#include <stdbool.h>
#include <stdint.h>

/* xorshift64: any state but 0. */
struct dice {
	uint64_t state;
};

static inline struct dice
dice_of(uint64_t seed)
{
	return (struct dice){seed * UINT64_C(0x9e3779b97f4a7c15) | 1};
}

static inline uint64_t
dice_roll(struct dice *d)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return d->state * UINT64_C(0x2545f4914f6cdd1d) >> 16;
}

/* 0 .. n-1, n > 0. */
static inline uint32_t
dice_below(struct dice *d, uint32_t n)
{
	return (uint32_t)(dice_roll(d) % n);
}

/* True once in n times. */
static inline bool
dice_once_in(struct dice *d, uint32_t n)
{
	return dice_below(d, n) == 0;
}

/* from .. to, both inclusive. */
static inline int32_t
dice_between(struct dice *d, int32_t from, int32_t to)
{
	return from + (int32_t)dice_below(d, (uint32_t)(to - from) + 1);
}

#endif
