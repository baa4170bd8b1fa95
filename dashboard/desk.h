/*
 * desk -- one plan as viewers have it: its mirror, its ledger's reader, and the stream of
 * what changes.
 *
 * Each turn takes what has come and cuts it into frames: at once when idle, of numbers and of
 * what the ledger says at most one each in LANES_FRAME_MS, in turns when there is much, and so
 * that all viewers of all desks together are sent no more than DESK_BYTES_PER_S, but one after
 * DESK_PAUSE_MS at the latest. Viewers of a desk that has cut nothing for so long do not count,
 * nor do its own that have not had what was cut before. Logs what keeps it from going on.
 */
#ifndef TUIJIN_DASHBOARD_DESK_H
#define TUIJIN_DASHBOARD_DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bus.h"
#include "common/http.h"
#include "core/err.h"
#include "core/plan.h"
#include "dashboard/chronicle.h"
#include "dashboard/desk_body.h"
#include "dashboard/desk_shelf.h"

#define DESK_BYTES_PER_S (64 << 20)
#define DESK_PAUSE_MS    1000
#define DESK_TICK_MS     1000 /* while the aggregator is silent; otherwise with its own */
#define DESK_WAITS       3

struct desk;

/* Where desks get what they show. All borrowed, for as long as there is a desk. */
struct desk_sources {
	struct bus             *bus;
	const char             *connect; /* the aggregator */
	const struct bus_curve *curve;   /* NULL: plaintext */
	const char             *redis;
	uint64_t                epoch; /* of the streams */
};

/* The desk of a plan (borrowed) of which nothing is known yet. NULL with *e. */
struct desk *desk_open(const struct desk_sources *from, const char *plan, struct err *e);
void         desk_close(struct desk *d); /* after its viewers have ended; NULL is fine */

struct desk_now {
	int64_t mono_ms, wall_ms;
	int64_t until_us; /* monotonic: what may be done later is not begun after that */
	size_t  others;   /* viewers that other desks send frames to: desk_busy_viewers() */
};

/* Returns ms until it wants to be called again. */
int64_t desk_turn(struct desk *d, const struct desk_now *now);

/* Its viewers, if it has cut a frame within the last DESK_PAUSE_MS; else 0. */
size_t desk_busy_viewers(const struct desk *d, int64_t mono_ms);

/* What to wait for, and afterwards what came of it. */
void desk_waits(struct desk *d, struct bus_wait waits[DESK_WAITS]);
void desk_woke(struct desk *d, const struct bus_wait waits[DESK_WAITS]);

const char *desk_id(const struct desk *d);

/* True once all of it can be shown: the aggregator's numbers, and what the ledger says. */
bool desk_is_ready(const struct desk *d);

/* Why its numbers, or (the second) what the ledger says, cannot be had or do not go on;
 * "" where nothing is known to be wrong. The third: one of them, of a desk not ready. */
const char *desk_obstacle(const struct desk *d);
const char *desk_trouble(const struct desk *d);
const char *desk_lack(const struct desk *d);

/* The plan in force, NULL before it is known; and what the ledger says, NULL before it was
 * read for the first time. */
const struct plan *desk_plan(const struct desk *d);
struct chronicle  *desk_chronicle(const struct desk *d);

/* True while the aggregator's ticks come, and the link to Redis is there. */
bool desk_is_live(const struct desk *d);
bool desk_has_store(const struct desk *d);

/* Documents of the web interface, NULL if they cannot be had yet: the plan; all numbers with
 * the place in the stream of events they are of. Borrowed until the next turn. */
struct body *desk_plan_body(struct desk *d);
struct body *desk_snapshot_body(struct desk *d);

/* What was made of its ledger as it is now; of a desk with a chronicle. */
struct shelf *desk_shelf(struct desk *d);

/* Appends the event of one scope ("chapter/2"). False: there is none. */
bool desk_write_scope(const struct desk *d, struct text scope, struct buf *out);

/* Answers the request with the stream of events behind that id. */
void desk_admit(struct desk *d, struct http_exchange *x, struct text id,
    const struct http_header *headers, size_t count);

struct desk_counters {
	size_t   viewers; /* now */
	uint64_t frames;  /* with a number */
	uint64_t bytes;   /* sent to all viewers */
	uint64_t resets;  /* told to a viewer that it has to fetch the whole again */
};
const struct desk_counters *desk_counters(const struct desk *d);

#endif
