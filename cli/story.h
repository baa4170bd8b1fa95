/*
 * story -- how work on a task plausibly goes: what an agency would report next.
 *
 * A function of the state so far and of a random number; knows no clock and no
 * socket. For `tuijin simulate`.
 */
#ifndef TUIJIN_CLI_STORY_H
#define TUIJIN_CLI_STORY_H

#include <stdint.h>

#include "core/report.h"

struct story_random {
	uint64_t state;
};

/* 0 .. below-1 */
uint32_t story_random(struct story_random *rng, uint32_t below);

/* Where one obligation stands. Zero: nothing reported yet. */
struct story {
	enum report_state state;
	uint32_t          percent; /* basis points */
};

/* Moves the story on and puts into *r what is to be reported, but for task and
 * at; texts are borrowed from the program itself. */
void story_go_on(struct story *s, struct story_random *rng, struct report *r);

/* The same for work that has come to `percent` (basis points; never back), in state: one
 * of not started, in progress, blocked; completed follows from the percent. */
void story_reach(struct story *s, struct story_random *rng, uint32_t percent,
    enum report_state state, struct report *r);

#endif
