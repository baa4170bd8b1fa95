/*
 * snapshots -- what stands, to those who ask for it: each on an inbox that nobody else
 * listens to (docs/protocol.md, "Late joiners").
 */
#ifndef TUIJIN_AGGREGATOR_SNAPSHOTS_H
#define TUIJIN_AGGREGATOR_SNAPSHOTS_H

#include <stddef.h>
#include <stdint.h>

#include "aggregator/channel.h"
#include "common/bus.h"
#include "common/gate.h"

struct snapshots;

struct snapshots *snapshots_new(const struct gate *gate); /* borrowed */
void              snapshots_free(struct snapshots *s);    /* NULL is fine */

/* Takes what is asked for on the socket and answers it from the channels, for a while:
 * whoever asks without end must not keep the fold waiting. Returns ms until there is more
 * to do, -1: until somebody asks. */
int64_t snapshots_turn(struct snapshots *s, struct bus_socket *socket,
    struct channel *const *channels, size_t count, int64_t wall_ms);

struct snapshot_counters {
	uint64_t answered, passed_over;
};
struct snapshot_counters snapshots_counters(const struct snapshots *s);

#endif
