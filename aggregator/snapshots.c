#include "aggregator/snapshots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/requests.h"
#include "common/clock.h"
#include "core/mem.h"
#include "core/wire_event.h"

#define TAKES_MAX   2048 /* subscriptions looked at in a turn */
#define TURN_MAX_MS 10   /* spent on answers in a turn; one may take longer */

struct snapshots {
	const struct gate       *gate;
	struct requests         *requests; /* owned */
	struct snapshot_counters counters;
};

struct snapshots *
snapshots_new(const struct gate *gate)
{
	struct snapshots *s = mem_zeroed(1, sizeof(*s));

	s->gate = gate;
	s->requests = requests_new();
	return s;
}

void
snapshots_free(struct snapshots *s)
{
	if (s == NULL)
		return;
	requests_free(s->requests);
	free(s);
}

/* True if topics of this plan begin with prefix, or may. */
static bool
is_asked_for(const struct channel *c, struct text prefix)
{
	char   begin[PLAN_ID_MAX + 2];
	size_t len = (size_t)snprintf(begin, sizeof(begin), "%s/", c->id);

	return memcmp(begin, prefix.at, prefix.len < len ? prefix.len : len) == 0;
}

/* Who asks, and all that there is to tell. */
struct audience {
	struct bus_socket     *socket;
	struct channel *const *channels;
	size_t                 count;
};

/* Everything that stands, to one inbox that nobody else listens to. */
static void
answer(const struct audience *a, struct text inbox, struct text prefix)
{
	struct buf  end = {0};
	struct text frames[3] = {inbox, {"", 0}};
	uint64_t    count = 0;
	uint32_t    plans = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct channel *c = a->channels[i];

		if (c->board == NULL || !is_asked_for(c, prefix))
			continue;
		count += channel_answer(c, inbox, prefix, a->socket);
		plans++;
	}
	wire_snapshot_begin_end(&end, count, plans);
	for (size_t i = 0; i < a->count; i++) {
		const struct channel *c = a->channels[i];

		if (c->board != NULL && is_asked_for(c, prefix))
			wire_snapshot_plan(&end, text_of(c->id), c->shown);
	}
	frames[2] = buf_text(&end);
	bus_publish(a->socket, frames, 3);
	buf_fini(&end);
}

/* A key that was taken out of the list, or has expired, asks in vain. */
static bool
may_ask(const struct gate *gate, struct text sender, int64_t wall_ms)
{
	return gate_is_open(gate) || gate_caller(gate, sender, wall_ms) != NULL;
}

static void
take_requests(struct snapshots *s, struct bus_socket *socket, int64_t wall_ms)
{
	struct text topic, prefix;

	for (int i = 0; i < TAKES_MAX; i++) {
		struct text sender;

		if (bus_subscription_take(socket, &topic) != BUS_MESSAGE)
			return;
		sender = bus_sender(socket);
		if (wire_snapshot_topic(topic, &prefix) && may_ask(s->gate, sender, wall_ms) &&
		    !requests_add(s->requests, topic, sender))
			s->counters.passed_over++;
	}
}

int64_t
snapshots_turn(struct snapshots *s, struct bus_socket *socket, struct channel *const *channels,
    size_t count, int64_t wall_ms)
{
	struct audience a = {socket, channels, count};
	int64_t         end_ms = clock_mono_ms() + TURN_MAX_MS;
	struct request  r;

	if (socket == NULL)
		return -1;
	take_requests(s, socket, wall_ms);
	while (requests_take(s->requests, &r)) {
		struct text inbox = {r.inbox, r.inbox_len}, prefix;

		if (wire_snapshot_topic(inbox, &prefix)) {
			answer(&a, inbox, prefix);
			s->counters.answered++;
		}
		if (clock_mono_ms() >= end_ms)
			break;
	}
	return requests_waiting(s->requests) > 0 ? 0 : -1;
}

struct snapshot_counters
snapshots_counters(const struct snapshots *s)
{
	return s->counters;
}
