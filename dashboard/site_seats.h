/*
 * site_seats -- how many viewers and plans the process has descriptors for.
 */
#ifndef TUIJIN_DASHBOARD_SITE_SEATS_H
#define TUIJIN_DASHBOARD_SITE_SEATS_H

#include <stddef.h>

#define SEATS_OF_PLAN 6 /* descriptors: its socket and what watches it, two links to Redis */

struct seats {
	size_t viewers;     /* there can be, beside that many plans */
	size_t connections; /* each viewer has one for its stream, and now and then another */
	size_t plans;       /* there can be, at most */
};

/* Has the system give as many descriptors as that many viewers and plans take, or as many
 * as it may: then there are fewer viewers. Half of what there is is theirs, if they want it;
 * plans that do not go into the other half are too many. */
struct seats seats_take(size_t viewers, size_t plans);

#endif
