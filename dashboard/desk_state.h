/*
 * desk_state -- what a desk is made of; for dashboard/desk*.c alone.
 */
#ifndef TUIJIN_DASHBOARD_DESK_STATE_H
#define TUIJIN_DASHBOARD_DESK_STATE_H

#include "common/trouble.h"
#include "core/buf.h"
#include "dashboard/desk.h"
#include "dashboard/desk_early.h"
#include "dashboard/desk_lanes.h"
#include "dashboard/mirror.h"
#include "dashboard/reader.h"
#include "dashboard/stream.h"

/* What a document was made from: it is made anew when any of it is another. */
struct desk_moment {
	uint64_t mirror, ticks, frames, plan;
	bool     live;
};

struct desk {
	const char          *id;     /* borrowed */
	struct mirror       *mirror; /* owned, like the next five */
	struct reader       *reader;
	struct early        *early; /* NULL once the reader has caught up */
	struct stream       *stream;
	struct body         *plan_body, *snapshot_body;
	struct shelf        *shelf; /* owned */
	struct desk_moment   plan_of, snapshot_of;
	struct viewer       *viewers; /* who end by themselves */
	struct desk_counters counters;
	struct trouble       trouble, silence; /* of the ledger, of the aggregator */
	int64_t              opened_ms;        /* monotonic; 0 before the first turn */
	struct buf           line;             /* owned; data of the frame that is being made */

	uint64_t told_mirror; /* what the last frames told of */
	uint64_t told_number, told_records;
	int64_t  cut_ms; /* the last frame was; monotonic; 0: there is none */

	struct desk_lanes lanes;

	uint64_t    told_ticks;
	struct tick shown;         /* the last one whose numbers are all told; zero: none */
	int64_t     tick_at_ms;    /* the next one that says that it is silent; monotonic */
	int64_t     heard_wall_ms; /* the last one was heard, or the desk opened */
	bool        told_live;
};

/* Cuts what there is to tell into frames, and tells how fresh all of it is. Return ms until
 * they want to be called again, -1. */
int64_t desk_cut(struct desk *d, const struct desk_now *now);
int64_t desk_beat(struct desk *d, const struct desk_now *now);

/* There is something new in the stream. */
void desk_wake_viewers(struct desk *d);

/* How many of its viewers have not had all of the first so many frames. */
size_t desk_viewers_behind(const struct desk *d, uint64_t frames);

#endif
