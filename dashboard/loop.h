/*
 * loop -- the dashboard at work: takes what the aggregator and the ledgers have, cuts it into
 * frames, answers requests, waits. What it works with is opened in dashboard/main.c.
 */
#ifndef TUIJIN_DASHBOARD_LOOP_H
#define TUIJIN_DASHBOARD_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/bus.h"
#include "common/http.h"
#include "common/identity.h"
#include "common/roster.h"
#include "common/supervisor.h"
#include "common/trouble.h"
#include "dashboard/desks.h"
#include "dashboard/site.h"
#include "dashboard/site_seats.h"

struct dashboard {
	struct bus         *bus; /* owned, like the next three */
	struct http        *http;
	struct roster      *roster;
	struct supervisor  *supervisor; /* NULL: no systemd listens */
	struct identity     identity;
	struct desk_sources sources; /* borrowed, in part of the former */
	struct desks        desks;
	struct vitals       vitals;
	struct site        *site;  /* owned, like the next */
	struct bus_wait    *waits; /* those of the enum, then those of each desk */
	size_t              wait_room;
	struct trouble      trouble; /* of the link that asks which plans there are */
	struct seats        seats;
	size_t              viewers_max; /* that are wanted */
	size_t              seats_told;  /* of viewers */
	int                 stop_fd;
	bool                ready;
	int64_t             began_ms, stats_at_ms, mono_ms, wall_ms;
	char                unready[ERR_MESSAGE_MAX + 128];
};

/* Finds out how many viewers there is room for, and warns if they are fewer than wanted. */
void loop_take_seats(struct dashboard *d, size_t viewers_max);

/* What /metrics and /readyz have of it. */
void loop_vitals(struct dashboard *d, const char *program);

/* Until a stop is asked for. */
void loop_run(struct dashboard *d);

#endif
