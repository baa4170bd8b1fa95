#include "aggregator/outlet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/requests.h"
#include "common/clock.h"
#include "core/mem.h"
#include "core/wire_event.h"

#define TAKES_MAX       2048  /* subscriptions looked at in a turn */
#define SNAPSHOTS_MS    10    /* spent on answers in a turn; one may take longer */
#define REBIND_MS       10000 /* for the port to become free again */
#define REBIND_PAUSE_MS 5

struct outlet {
	struct bus            *bus;
	struct gate           *gate;
	const char            *bind;
	int                    events_max;
	struct bus_socket     *socket; /* owned */
	char                   bound[BUS_ENDPOINT_SIZE];
	int64_t                rebind_until_ms; /* 0: not under way */
	struct requests       *requests;        /* owned */
	struct outlet_counters counters;
};

struct outlet *
outlet_new(struct bus *b, struct gate *gate, const char *bind)
{
	struct outlet *o = mem_zeroed(1, sizeof(*o));

	*o = (struct outlet){.bus = b, .gate = gate, .bind = bind, .requests = requests_new()};
	return o;
}

void
outlet_free(struct outlet *o)
{
	if (o == NULL)
		return;
	bus_socket_close(o->socket);
	requests_free(o->requests);
	free(o);
}

static int
bind_to(struct outlet *o, const char *endpoint, struct err *e)
{
	o->socket = bus_xpub(o->bus, endpoint, o->events_max, gate_curve(o->gate), e);
	return o->socket != NULL ? 0 : -1;
}

int
outlet_open(struct outlet *o, int events_max, struct err *e)
{
	o->events_max = events_max;
	if (bind_to(o, o->bind, e) != 0)
		return -1;
	snprintf(o->bound, sizeof(o->bound), "%s", bus_endpoint(o->socket));
	return 0;
}

struct bus_socket *
outlet_socket(const struct outlet *o)
{
	return o->socket;
}

const char *
outlet_endpoint(const struct outlet *o)
{
	return o->bound;
}

int
outlet_turn(struct outlet *o, int64_t mono_ms, int64_t *wait_ms, struct err *e)
{
	if (gate_has_shut_out(o->gate) && o->socket != NULL) {
		bus_socket_close(o->socket);
		o->socket = NULL;
		o->rebind_until_ms = mono_ms + REBIND_MS;
	}
	if (o->rebind_until_ms == 0)
		return 0;
	if (bind_to(o, o->bound, e) != 0) {
		*wait_ms = clock_sooner(*wait_ms, REBIND_PAUSE_MS);
		return mono_ms < o->rebind_until_ms ? 0 : -1;
	}
	o->rebind_until_ms = 0;
	return 1;
}

/* True if topics of this plan begin with prefix, or may. */
static bool
is_asked_for(const struct channel *c, struct text prefix)
{
	char   begin[PLAN_ID_MAX + 2];
	size_t len = (size_t)snprintf(begin, sizeof(begin), "%s/", c->id);

	return memcmp(begin, prefix.at, prefix.len < len ? prefix.len : len) == 0;
}

/* Everything that stands, to one inbox that nobody else listens to. */
static void
answer(struct outlet *o, struct channel *const *channels, size_t channel_count, struct text inbox,
    struct text prefix)
{
	struct buf  end = {0};
	struct text frames[3] = {inbox, {"", 0}};
	uint64_t    count = 0;
	uint32_t    plans = 0;

	for (size_t i = 0; i < channel_count; i++) {
		struct channel *c = channels[i];

		if (c->board == NULL || !is_asked_for(c, prefix))
			continue;
		count += channel_answer(c, inbox, prefix, o->socket);
		plans++;
	}
	wire_snapshot_begin_end(&end, count, plans);
	for (size_t i = 0; i < channel_count; i++) {
		const struct channel *c = channels[i];

		if (c->board != NULL && is_asked_for(c, prefix))
			wire_snapshot_plan(&end, text_of(c->id), c->shown);
	}
	frames[2] = buf_text(&end);
	bus_publish(o->socket, frames, 3);
	buf_fini(&end);
	o->counters.snapshots++;
}

/* A key that was taken out of the list, or has expired, asks in vain. */
static bool
may_ask(const struct outlet *o, int64_t wall_ms)
{
	return gate_is_open(o->gate) ||
	    gate_caller(o->gate, bus_sender(o->socket), wall_ms) != NULL;
}

static void
take_requests(struct outlet *o, int64_t wall_ms)
{
	struct text topic, prefix;

	for (int i = 0; i < TAKES_MAX; i++) {
		if (bus_subscription_take(o->socket, &topic) != BUS_MESSAGE)
			return;
		if (wire_snapshot_topic(topic, &prefix) && may_ask(o, wall_ms) &&
		    !requests_add(o->requests, topic, bus_sender(o->socket)))
			o->counters.passed_over++;
	}
}

int64_t
outlet_answer(struct outlet *o, struct channel *const *channels, size_t count, int64_t wall_ms)
{
	int64_t        end_ms = clock_mono_ms() + SNAPSHOTS_MS;
	struct request r;

	if (o->socket == NULL)
		return -1;
	take_requests(o, wall_ms);
	while (requests_take(o->requests, &r)) {
		struct text inbox = {r.inbox, r.inbox_len}, prefix;

		if (wire_snapshot_topic(inbox, &prefix))
			answer(o, channels, count, inbox, prefix);
		if (clock_mono_ms() >= end_ms)
			break;
	}
	return requests_waiting(o->requests) > 0 ? 0 : -1;
}

struct outlet_counters
outlet_counters(const struct outlet *o)
{
	return o->counters;
}
