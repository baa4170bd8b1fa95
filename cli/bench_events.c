#include "cli/bench_events.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/identity.h"
#include "common/clock.h"
#include "core/mem.h"
#include "core/wire_event.h"

struct said {
	uint32_t percent;
	int64_t  sent_us;
};

/* What was said of one obligation and has not been seen, oldest first. */
struct said_queue {
	uint32_t    first, count;
	struct said at[BENCH_EVENTS_MAX];
};

struct bench_events {
	const struct plan  *plan;   /* borrowed */
	struct bus_socket  *socket; /* owned, like the rest */
	struct wire_reader *reader;
	struct said_queue  *queues; /* by obligation */
	uint64_t            waiting, lost;
};

/* Subscriptions take effect in their order: once a tick comes, so will the events
 * of tasks. */
static int
wait_for_tick(struct bench_events *v, const char *endpoint, int64_t timeout_ms, struct err *e)
{
	int64_t         end_ms = clock_mono_ms() + timeout_ms;
	struct bus_wait wait = {.socket = v->socket, .events = POLLIN};

	for (;;) {
		struct text frames[2];
		size_t      count;

		while (bus_event_take(v->socket, frames, 2, &count) != BUS_NOTHING) {
			if (memmem(frames[0].at, frames[0].len, "/tick/", 6) != NULL)
				return 0;
		}
		if (clock_mono_ms() >= end_ms) {
			err_set(e, ERR_AGAIN, "%s: no tick of plan %s within %d ms", endpoint,
			    v->plan->id, (int)timeout_ms);
			return identity_explain(e, bus_obstacle(v->socket));
		}
		bus_wait(&wait, 1, end_ms - clock_mono_ms());
	}
}

static void
subscribe(struct bench_events *v, const char *what)
{
	char prefix[PLAN_ID_MAX + 8];

	snprintf(prefix, sizeof(prefix), "%s/%s/", v->plan->id, what);
	bus_subscribe(v->socket, text_of(prefix));
}

struct bench_events *
bench_events_open(struct bus *b, const char *endpoint, const struct bus_curve *curve,
    const struct plan *p, int64_t timeout_ms, struct err *e)
{
	struct bench_events *v;
	struct bus_socket   *socket = bus_sub(b, endpoint, curve, e);

	if (socket == NULL)
		return NULL;
	v = mem_zeroed(1, sizeof(*v));
	v->plan = p;
	v->socket = socket;
	v->reader = wire_reader_new();
	v->queues = mem_zeroed(p->obligation_count, sizeof(v->queues[0]));
	subscribe(v, "task");
	subscribe(v, "tick");
	if (wait_for_tick(v, endpoint, timeout_ms, e) != 0) {
		bench_events_close(v);
		return NULL;
	}
	return v;
}

void
bench_events_close(struct bench_events *v)
{
	if (v == NULL)
		return;
	bus_socket_close(v->socket);
	wire_reader_free(v->reader);
	free(v->queues);
	free(v);
}

struct bus_socket *
bench_events_socket(struct bench_events *v)
{
	return v->socket;
}

void
bench_events_sent(struct bench_events *v, uint32_t obligation, uint32_t percent, int64_t sent_us)
{
	struct said_queue *q = &v->queues[obligation];

	if (q->count == BENCH_EVENTS_MAX) {
		q->first++;
		q->count--;
		v->waiting--;
		v->lost++;
	}
	q->at[(q->first + q->count) % BENCH_EVENTS_MAX] = (struct said){percent, sent_us};
	q->count++;
	v->waiting++;
}

/* The newest word seen is `percent`: it and all before it are in. */
static void
seen(struct bench_events *v, struct said_queue *q, uint32_t percent, int64_t now_us,
    struct histogram *us)
{
	uint32_t known = 0;

	while (known < q->count && q->at[(q->first + known) % BENCH_EVENTS_MAX].percent != percent)
		known++;
	if (known == q->count)
		return; /* of before, or somebody else's */
	for (uint32_t i = 0; i <= known; i++, q->first++, q->count--, v->waiting--)
		histogram_add(us, (uint64_t)(now_us - q->at[q->first % BENCH_EVENTS_MAX].sent_us));
}

static void
take_event(struct bench_events *v, const struct summary *s, int64_t now_us, struct histogram *us)
{
	char     key[16];
	uint32_t task;

	snprintf(key, sizeof(key), "%.*s", (int)s->key.len, s->key.at);
	task = plan_find_task(v->plan, strtoul(key, NULL, 10));
	if (task == PLAN_NONE || s->part_count != v->plan->tasks[task].obligation_count)
		return;
	for (uint32_t i = 0; i < s->part_count; i++)
		seen(v, &v->queues[v->plan->tasks[task].first_obligation + i], s->parts[i].percent,
		    now_us, us);
}

bool
bench_events_take(struct bench_events *v, int64_t now_us, struct histogram *us)
{
	struct text  frames[2];
	size_t       count;
	struct event ev;
	bool         any = false;

	while (bus_event_take(v->socket, frames, 2, &count) == BUS_MESSAGE) {
		any = true;
		if (count == 2 &&
		    wire_event_decode(v->reader, frames[1].at, frames[1].len, &ev, NULL) == 0 &&
		    ev.kind == EVENT_SUMMARY && ev.summary.kind == SCOPE_TASK)
			take_event(v, &ev.summary, now_us, us);
	}
	return any;
}

uint64_t
bench_events_waiting(const struct bench_events *v)
{
	return v->waiting;
}

uint64_t
bench_events_lost(const struct bench_events *v)
{
	return v->lost;
}
