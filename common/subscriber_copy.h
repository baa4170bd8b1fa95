/*
 * subscriber_copy -- the newest payload of each topic, for common/subscriber.c.
 *
 * Newest is the greater (position, as_of). An alert has one entry, under the topic it
 * is raised on: an ended one stays, so that what is older does not raise it again.
 */
#ifndef TUIJIN_COMMON_SUBSCRIBER_COPY_H
#define TUIJIN_COMMON_SUBSCRIBER_COPY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/position.h"
#include "core/text.h"

struct copy_entry;

struct copy {
	struct copy_entry *slots; /* owned; a power of two, at most half full */
	size_t             room, count;
	size_t             alerts; /* how many of the count */
	uint64_t           digest; /* the sum over the summaries' topics */
};

/* An event as it is to go into the copy. */
struct copy_arrival {
	struct text     topic, payload; /* topic: that of its entry */
	struct position position;
	int64_t         as_of_ms;
	bool            alert, ended;
	uint64_t        round; /* the snapshot during which it comes */
};

void copy_init(struct copy *c);
void copy_fini(struct copy *c);

/* Puts it into the copy unless that has newer. Returns whether the copy changed. */
bool copy_take(struct copy *c, const struct copy_arrival *a);

/* A snapshot is whole, of a ledger folded up to position: drops what was not heard
 * during its round, unless that is newer than the snapshot. */
void copy_keep_round(struct copy *c, uint64_t round, struct position position);

/* From now on whatever comes is newer than what is there. */
void copy_forget_order(struct copy *c);

/* The payload of a topic; {NULL, 0}: none, or of an alert that has ended. */
struct text copy_payload(const struct copy *c, struct text topic);

#endif
