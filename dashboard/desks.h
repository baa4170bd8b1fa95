/*
 * desks -- all plans that are shown: each is opened when it is known of, and they take turns.
 *
 * However many there are, a call takes little longer than it is given (one step of one desk is
 * always done): what is left is for the next call, which begins where the last one ended.
 */
#ifndef TUIJIN_DASHBOARD_DESKS_H
#define TUIJIN_DASHBOARD_DESKS_H

#include <stddef.h>
#include <stdint.h>

#include "common/roster.h"
#include "common/trouble.h"
#include "dashboard/desk.h"

struct desks {
	struct desk **at; /* owned */
	size_t        count;

	const char    *next; /* the plan that is opened next, borrowed; NULL: none is known of */
	struct err     obstacle; /* why it could not be opened; "": nothing */
	struct trouble trouble;
	int64_t        open_at_ms; /* tried again then; monotonic */
	size_t         turn, left; /* whose turn it is, and how many have not had theirs */
	int64_t        wake_at_ms; /* of those that have had it; monotonic */
};

void desks_close(struct desks *all); /* after their viewers have ended */

/* Opens desks for plans that the roster hands out, at most plans_max of them all. One that
 * cannot be opened is a trouble that is told, and is tried again after a second. Returns ms until
 * it wants to be called again, -1. */
int64_t desks_open(struct desks *all, const struct desk_sources *from, struct roster *r,
    size_t plans_max, const struct desk_now *now);

/* Returns ms until it wants to be called again. */
int64_t desks_turn(struct desks *all, struct desk_now now);

size_t desks_viewers(const struct desks *all); /* of all of them */

#endif
