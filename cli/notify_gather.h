/*
 * notify_gather -- which tasks need which agency's attention, by a subscriber's copy: what
 * digests are made of.
 */
#ifndef TUIJIN_CLI_NOTIFY_GATHER_H
#define TUIJIN_CLI_NOTIFY_GATHER_H

#include "cli/notify_digest.h"
#include "common/subscriber.h"

struct gathered {
	struct digest_item *at; /* owned */
	size_t              count, room;
	int32_t             day; /* of the copy */
};

/* The day for which the copy's numbers were evaluated. False: it has none of the plan. */
bool gather_day(const struct subscriber *s, const struct plan *p, int32_t *day);

/* Of all tasks and agencies of p. Overdue, red and blocked are about those whose parts are so
 * now; other alerts about the agencies they name. */
void gather_init(struct gathered *g, const struct subscriber *s, const struct plan *p, int32_t day);
void gather_fini(struct gathered *g);

/* All of it, as a value that borrows. */
struct digest gather_digest(const struct gathered *g, const struct plan *p);

#endif
