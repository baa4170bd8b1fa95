/*
 * desk_lanes -- whose turn on the line it is: frames of numbers and frames of what is read
 * from the ledger share it, and where both could have it they alternate, so that neither
 * keeps the other waiting for more than one frame. Pure.
 */
#ifndef TUIJIN_DASHBOARD_DESK_LANES_H
#define TUIJIN_DASHBOARD_DESK_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LANES_FRAME_MS  100 /* of one lane, at most one frame in so long */
#define LANES_GATHER_MS 5   /* for the rest of what one report changes */

enum { LANE_NUMBERS, LANE_LEDGER, LANES };

/* All times are monotonic. Zero is one that nothing was cut of. */
struct desk_lanes {
	int64_t line_at_ms; /* what all viewers are sent keeps the line busy until then */
	size_t  first;      /* the lane that has the line before others that could have it */
	struct {
		int64_t news_ms; /* since when there is something to tell; 0: nothing */
		int64_t next_ms; /* the next frame may be cut then */
	} at[LANES];
};

/* Whether there is something to tell of it now. */
void lanes_note(struct desk_lanes *l, size_t lane, bool has_news, int64_t mono_ms);

/* The lane that a frame is to be cut of now; LANES: none, and *wait_ms is how long until one
 * is, -1. */
size_t lanes_due(const struct desk_lanes *l, int64_t mono_ms, int64_t *wait_ms);

/* Its news were told; the second: in a frame that keeps the line busy for so long. */
void lanes_told(struct desk_lanes *l, size_t lane);
void lanes_keep_busy(struct desk_lanes *l, size_t lane, int64_t mono_ms, int64_t busy_ms);

#endif
