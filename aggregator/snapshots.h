/*
 * outlet -- where events go out: the one socket that subscribers connect to, and the
 * snapshots that they ask for.
 *
 * libzmq can end no session by itself. When somebody may listen no more, the socket is
 * closed and bound again: all sessions end, and those who still may come back at once.
 */
#ifndef TUIJIN_AGGREGATOR_OUTLET_H
#define TUIJIN_AGGREGATOR_OUTLET_H

#include <stdint.h>

#include "aggregator/channel.h"
#include "common/bus.h"
#include "common/gate.h"
#include "core/err.h"

struct outlet;

/* All borrowed. Binds nothing yet. */
struct outlet *outlet_new(struct bus *b, struct gate *gate, const char *bind);
void           outlet_free(struct outlet *o); /* NULL is fine */

/* Binds, for the first time; events_max is the high-water mark of each subscriber, in
 * messages, from now on. Returns 0, or -1 with *e. */
int outlet_open(struct outlet *o, int events_max, struct err *e);

/* The socket, NULL while it is not bound; and the endpoint as bound, "" before. */
struct bus_socket *outlet_socket(const struct outlet *o);
const char        *outlet_endpoint(const struct outlet *o);

/* Ends all sessions if one of them may listen no more. *wait_ms is brought forward to
 * when it wants another turn. Returns 1 once they have ended, 0 while there is nothing to
 * tell, or -1 with *e: the port is somebody else's now. */
int outlet_turn(struct outlet *o, int64_t mono_ms, int64_t *wait_ms, struct err *e);

/* Takes what is asked for and answers it from the channels, for a while: whoever asks
 * without end must not keep the fold waiting. Returns ms until there is more to do, -1:
 * until somebody asks. */
int64_t outlet_answer(
    struct outlet *o, struct channel *const *channels, size_t count, int64_t wall_ms);

struct outlet_counters {
	uint64_t snapshots, passed_over; /* answered; asked for in vain */
};
struct outlet_counters outlet_counters(const struct outlet *o);

#endif
