/*
 * append -- a batch as the one script call that stores it (common/ledger.h,
 * LEDGER_APPEND_SCRIPT), and the answer to it.
 */
#ifndef TUIJIN_COLLECTOR_APPEND_H
#define TUIJIN_COLLECTOR_APPEND_H

#include "collector/batch.h"
#include "collector/stored.h"
#include "common/store.h"
#include "core/position.h"

/* Room for the arguments, used again for each call. Zero is an empty one. */
struct append {
	struct text *args; /* owned */
	size_t       room;
	struct buf   fields; /* names of fields of `latest` */
};

void append_fini(struct append *a);

/* Queues the call: batch b, the last one entered in the book of what is stored. */
void append_send(struct append *a, struct store *link, struct batch *b, const struct stored *s);

enum append_outcome {
	APPEND_STORED,  /* *position is where; unchanged if there was nothing to store */
	APPEND_BEHIND,  /* nothing stored; *missed has the entries that came before */
	APPEND_REPLAN,  /* nothing stored; the plan is another one now */
	APPEND_REFUSED, /* the store would not: read-only, out of memory, disk full, ... */
};

enum append_outcome append_read(
    const struct store_reply *r, struct position *position, const struct store_reply **missed);

#endif
