/*
 * board -- the last event of each summary topic of one plan: what snapshots are
 * made of, what the digest in the ticks is of, what is written to Redis. Alerts pass
 * through it; those that stand are in the fold.
 */
#ifndef TUIJIN_AGGREGATOR_BOARD_H
#define TUIJIN_AGGREGATOR_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "common/bus.h"
#include "core/buf.h"
#include "core/fold.h"
#include "core/plan.h"
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

/* True if something of the fold is not up yet. */
bool board_is_behind(const struct fold *f);

/* Puts up what has changed in the fold and publishes it, and the alerts that were
 * raised or ended, unless bus is NULL. */
void board_publish(struct board *b, struct fold *f, struct bus_socket *bus);

/* Sends [inbox][topic][payload] for every topic with that byte prefix, also of the
 * alerts that stand in f, which may be NULL. Returns how many it sent. */
uint64_t board_answer(const struct board *b, const struct fold *f, struct text inbox,
    struct text prefix, struct bus_socket *bus);

/* Marks a topic as kept, or all of them as not. */
void board_mark_kept(struct board *b, uint32_t row);
void board_mark_unkept(struct board *b);

#endif
