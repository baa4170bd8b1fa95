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

/* Sleeps at least ms milliseconds or until a signal comes. */
void clock_sleep_ms(int64_t ms);

#endif
