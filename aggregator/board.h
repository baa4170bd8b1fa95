/*
 * board -- the last event of each summary topic of one plan: what snapshots are
 * made of, what the digest in the ticks is of, what is written to Redis.
 */
#ifndef TUIJIN_AGGREGATOR_BOARD_H
#define TUIJIN_AGGREGATOR_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/bus.h"
#include "core/buf.h"
#include "core/plan.h"
#include "core/rollup.h"
#include "core/text.h"

struct board_topic {
	char      *name; /* owned */
	struct buf payload;
	uint64_t   digest; /* what it adds to the board's */
	bool       unkept; /* newer than what Redis has */
};

struct board {
	struct board_topic *topics; /* owned; by scope row (core/scope.h) */
	uint32_t            count, unkept;
	uint64_t            digest; /* sum over topics, modulo 2^64 */
	uint64_t            published;
};

/* A board for a plan, with nothing on it yet. */
struct board *board_new(const struct plan *p);
void          board_free(struct board *b); /* NULL is fine */

/* Puts up what has changed in the rollup and publishes it, unless bus is NULL. */
void board_publish(struct board *b, struct rollup *r, int64_t as_of_ms, struct bus_socket *bus);

/* Sends [inbox][topic][payload] for every topic with that byte prefix. Returns how
 * many it sent. */
uint64_t board_answer(
    const struct board *b, struct text inbox, struct text prefix, struct bus_socket *bus);

/* Marks a topic as kept, or all of them as not. */
void board_mark_kept(struct board *b, uint32_t row);
void board_mark_unkept(struct board *b);

#endif
