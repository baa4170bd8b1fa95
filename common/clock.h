/*
 * clock -- the two clocks: durations by the monotonic one, dates by the wall's.
 */
#ifndef TUIJIN_COMMON_CLOCK_H
#define TUIJIN_COMMON_CLOCK_H

#include <stdint.h>

int64_t clock_mono_ms(void); /* since some start; never goes back */
int64_t clock_mono_us(void);
int64_t clock_wall_ms(void); /* since 1970 UTC */
int64_t clock_wall_us(void);

/* Sleeps at least that long or until a signal comes. */
void clock_sleep_us(int64_t us);

/* The shorter of two waits, in ms, of which -1 is no limit. */
static inline int64_t
clock_sooner(int64_t a_ms, int64_t b_ms)
{
	if (a_ms < 0 || b_ms < 0)
		return a_ms < 0 ? b_ms : a_ms;
	return a_ms < b_ms ? a_ms : b_ms;
}

/* The same of a wait and a moment on the monotonic clock. */
static inline int64_t
clock_sooner_at(int64_t wait_ms, int64_t at_mono_ms, int64_t mono_ms)
{
	return clock_sooner(wait_ms, at_mono_ms > mono_ms ? at_mono_ms - mono_ms : 0);
}

#endif
