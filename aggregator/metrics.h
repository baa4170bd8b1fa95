/*
 * metrics -- what an aggregator tells to Prometheus: of itself, of its plans, of Redis
 * (docs/metrics.md).
 */
#ifndef TUIJIN_AGGREGATOR_METRICS_H
#define TUIJIN_AGGREGATOR_METRICS_H

#include <stddef.h>

#include "aggregator/channel.h"
#include "aggregator/redis_room.h"
#include "aggregator/snapshots.h"
#include "common/bus.h"
#include "common/metrics.h"

/* Agencies that have numbers of their own, of all plans together: those of the first plans,
 * by id. All others of a plan are one agency, "other". */
#define AGGREGATOR_METRICS_AGENCIES_MAX 2000

/* All borrowed. */
struct aggregator_numbers {
	struct channel *const   *channels;
	size_t                   count;
	const struct bus        *bus;
	struct bus_socket       *socket; /* NULL: nobody can listen now */
	const struct snapshots  *snapshots;
	const struct redis_room *room; /* NULL: it is not asked */
};

#define AGGREGATOR_UNREADY_SIZE (ERR_MESSAGE_MAX + PLAN_ID_MAX + 16)

/* The first plan whose ledger is away, or whose numbers are not kept, and why. A plan that is
 * broken itself, or not loaded, is told only where no other is served. "": all is well.
 * Snapshots of what was last known are sent in any case. */
const char *aggregator_unready(
    struct channel *const *channels, size_t count, char out[AGGREGATOR_UNREADY_SIZE]);

void aggregator_metrics_write(const struct aggregator_numbers *a, struct metrics *m);

#endif
