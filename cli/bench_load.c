#include "cli/bench_load.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/bench_connection.h"
#include "cli/bench_events.h"
#include "common/backoff.h"
#include "common/bus.h"
#include "common/clock.h"
#include "core/mem.h"
#include "core/wire_reply.h"

#define GREETING_MS   5000     /* for the first answer on every connection */
#define SILENCE_US    10000000 /* without an answer for good: give up */
#define EVENTS_US     1000000  /* for the last events, after the last answer */
#define WAIT_MS       50       /* for anything */
#define LOADED_RATE   1000     /* reports a second from which on the sender naps */
#define NAP_US        200      /* instead of getting up for every answer */
#define LATENESS_US   1000     /* of the sender itself; more counts as latency */
#define DECODED_EVERY 1024     /* replies; the others are looked at only */

struct bench_load {
	const struct bench_load_settings *set;
	struct bench_load_result         *result;
	struct bus                       *bus; /* owned, like all pointers below */
	struct bench_connection          *connections;
	struct bus_wait                  *waits;
	struct bench_events              *events;
	struct reply                     *reply;
	uint64_t                          looked_at;
	uint32_t                          turn; /* the connection that sends next */
	int64_t                           begin_us, now_us;
	int64_t        heard_us; /* the last verdict, or when waiting for one began */
	int64_t        again_us; /* when to send again; 0: nothing */
	struct backoff pause;    /* of all together: the store is the same */
};

/* --- coming and going ------------------------------------------------------- */

static void
close_all(struct bench_load *l)
{
	bench_events_close(l->events);
	for (uint32_t i = 0; i < l->set->connections; i++)
		bench_connection_close(&l->connections[i]);
	bus_close(l->bus);
	free(l->connections);
	free(l->waits);
	free(l->reply);
}

static int
open_connection(struct bench_load *l, struct bench_connection *c, uint32_t agency, struct err *e)
{
	const struct bench_load_settings *set = l->set;
	struct identity                   id;
	int rc = identity_of_agency(&id, &set->keys, set->plan->agencies[agency].id, e);

	if (rc == 0)
		rc = bench_connection_open(c, l->bus, set->connect, identity_curve(&id), set->plan,
		    agency, set->outstanding, e);
	identity_wipe(&id);
	return rc;
}

/* With the key of the first agency: any may listen. */
static int
open_events(struct bench_load *l, struct err *e)
{
	const struct bench_load_settings *set = l->set;
	struct identity                   id;

	if (identity_of_agency(&id, &set->events_keys, set->plan->agencies[0].id, e) == 0)
		l->events = bench_events_open(
		    l->bus, set->events, identity_curve(&id), set->plan, GREETING_MS, e);
	identity_wipe(&id);
	return l->events != NULL ? 0 : -1;
}

/* One connection for each of the first agencies that have something to report. */
static int
open_connections(struct bench_load *l, struct err *e)
{
	const struct plan *p = l->set->plan;
	uint32_t           opened = 0;

	for (uint32_t a = 0; a < p->agency_count && opened < l->set->connections; a++) {
		if (p->agencies[a].obligation_count == 0)
			continue;
		if (open_connection(l, &l->connections[opened], a, e) != 0)
			return -1;
		l->waits[opened] =
		    (struct bus_wait){.socket = l->connections[opened].socket, .events = POLLIN};
		opened++;
	}
	if (opened < l->set->connections)
		return err_fail(e, ERR_USAGE,
		    "--connections: plan %s has %u agencies that report, got %u", p->id,
		    (unsigned)opened, (unsigned)l->set->connections);
	return 0;
}

static int
open_all(struct bench_load *l, struct err *e)
{
	const struct bench_load_settings *set = l->set;

	l->bus = bus_open(1);
	l->connections = mem_zeroed(set->connections, sizeof(l->connections[0]));
	l->waits = mem_zeroed((size_t)set->connections + 1, sizeof(l->waits[0]));
	l->reply = mem_zeroed(1, sizeof(*l->reply));
	if (open_connections(l, e) != 0)
		return -1;
	for (uint32_t i = 0; i < set->connections; i++) {
		if (bench_connection_greet(&l->connections[i], set->connect, GREETING_MS, e) != 0)
			return -1;
	}
	l->waits[set->connections] = (struct bus_wait){.fd = -1};
	if (set->events == NULL)
		return 0;
	if (open_events(l, e) != 0)
		return -1;
	l->waits[set->connections] =
	    (struct bus_wait){.socket = bench_events_socket(l->events), .events = POLLIN};
	return 0;
}

/* --- answers ---------------------------------------------------------------- */

static void
settle(struct bench_load *l, struct bench_slot *slot)
{
	slot->waiting = false;
	backoff_reset(&l->pause);
	l->heard_us = l->now_us;
	l->result->answered++;
	histogram_add(&l->result->ack_us, (uint64_t)(l->now_us - slot->sent_us));
}

/* Takes the verdict from the reply in full. */
static void
read_reply(struct bench_load *l, struct bench_slot *slot, struct text bytes)
{
	struct reply *r = l->reply;

	if (wire_reply_decode(bytes.at, bytes.len, r, NULL) != 0) {
		l->result->strange++;
		return;
	}
	if (r->kind == REPLY_ACK && r->count == 1) {
		l->result->verdicts[r->results[0].verdict]++;
		settle(l, slot);
	} else if (r->kind == REPLY_ERROR && r->retry) {
		slot->again = true;
		if (l->again_us == 0)
			l->again_us = l->now_us + backoff_next(&l->pause) * 1000;
	} else if (r->kind == REPLY_ERROR) {
		l->result->refused[r->code]++;
		settle(l, slot);
	} else {
		l->result->strange++;
	}
	reply_fini(r);
}

static void
hear(struct bench_load *l, struct bench_connection *c, struct text bytes)
{
	struct bench_slot *slot = bench_connection_slot(c, bytes, l->set->verify);

	if (slot == NULL) {
		l->result->strange++;
	} else if (l->set->verify &&
	    (l->looked_at++ % DECODED_EVERY == 0 || !bench_reply_is_accepted(bytes))) {
		read_reply(l, slot, bytes);
	} else {
		l->result->verdicts[REPORT_ACCEPTED]++;
		settle(l, slot);
	}
}

/* Takes all that has arrived. Returns whether anything had. */
static bool
take_answers(struct bench_load *l)
{
	bool any = false;

	for (uint32_t i = 0; i < l->set->connections; i++) {
		struct bench_connection *c = &l->connections[i];
		struct text              bytes;
		enum bus_got             got = bus_dealer_take(c->socket, &bytes);

		if (got == BUS_NOTHING)
			continue;
		any = true;
		l->now_us = clock_mono_us();
		for (; got != BUS_NOTHING; got = bus_dealer_take(c->socket, &bytes)) {
			if (got == BUS_MESSAGE)
				hear(l, c, bytes);
			else
				l->result->strange++;
		}
	}
	if (l->events != NULL)
		any |= bench_events_take(l->events, clock_mono_us(), &l->result->event_us);
	return any;
}

/* --- sending ---------------------------------------------------------------- */

/* When the wait for the next report's answer begins. */
static int64_t
since_us(const struct bench_load *l)
{
	int64_t due_us;

	if (l->set->rate <= 0)
		return l->now_us;
	due_us = l->begin_us + (int64_t)((double)l->result->sent * 1e6 / l->set->rate);
	return l->now_us - due_us < LATENESS_US ? l->now_us : due_us;
}

static bool
send_next(struct bench_load *l, struct bench_connection *c)
{
	struct bench_slot *slot = &c->slots[c->sent % l->set->outstanding];

	if (slot->waiting || !bench_connection_send(c, c->sent))
		return false;
	if (l->result->answered == l->result->sent)
		l->heard_us = l->now_us;
	*slot = (struct bench_slot){.n = c->sent, .sent_us = since_us(l), .waiting = true};
	if (l->events != NULL)
		bench_events_sent(l->events, c->obligations[c->sent % c->message_count],
		    bench_connection_percent(c, c->sent), slot->sent_us);
	c->sent++;
	l->result->sent++;
	return true;
}

static bool
is_sending(const struct bench_load *l)
{
	const struct bench_load_settings *set = l->set;

	return (set->reports == 0 || l->result->sent < set->reports) &&
	    (set->duration_us == 0 || l->now_us - l->begin_us < set->duration_us);
}

/* How many may be sent now. */
static uint64_t
due(const struct bench_load *l)
{
	uint64_t sent = l->result->sent, most = UINT64_MAX, by_now;

	if (!is_sending(l))
		return 0;
	if (l->set->reports > 0)
		most = l->set->reports - sent;
	if (l->set->rate <= 0)
		return most;
	by_now = 1 + (uint64_t)((double)(l->now_us - l->begin_us) * l->set->rate / 1e6);
	by_now = by_now > sent ? by_now - sent : 0;
	return by_now < most ? by_now : most;
}

/* One of each connection in turn, until nothing is due or all are full. */
static void
send_due(struct bench_load *l)
{
	uint64_t left = due(l);
	uint32_t full = 0; /* connections in a row that could take none */

	while (left > 0 && full < l->set->connections) {
		if (send_next(l, &l->connections[l->turn])) {
			left--;
			full = 0;
		} else {
			full++;
		}
		l->turn = (l->turn + 1) % l->set->connections;
	}
}

/* What was answered "later" goes out again; what cannot stays for the next time. */
static void
send_again(struct bench_load *l)
{
	if (l->again_us == 0 || l->now_us < l->again_us)
		return;
	l->again_us = 0;
	for (uint32_t i = 0; i < l->set->connections * l->set->outstanding; i++) {
		struct bench_connection *c = &l->connections[i / l->set->outstanding];
		struct bench_slot       *slot = &c->slots[i % l->set->outstanding];

		if (!slot->waiting || !slot->again)
			continue;
		slot->again = !bench_connection_send(c, slot->n);
		if (slot->again && l->again_us == 0)
			l->again_us = l->now_us + backoff_next(&l->pause) * 1000;
		else if (!slot->again)
			l->result->resent++;
	}
}

/* --- the run ---------------------------------------------------------------- */

/* Under load the sender shares the processors with what it measures, and looking
 * at all connections costs it more than the answers do: it takes them by the nap. */
static bool
is_loaded(const struct bench_load *l)
{
	return l->set->rate <= 0 ? l->set->outstanding > 1 : l->set->rate >= LOADED_RATE;
}

static void
wait_for_answers(struct bench_load *l)
{
	int64_t  wait_ms = WAIT_MS;
	uint64_t waiting = l->result->sent - l->result->answered;

	if (is_loaded(l)) {
		clock_sleep_us(NAP_US);
		return;
	}
	if (l->set->rate > 0 && waiting < (uint64_t)l->set->connections * l->set->outstanding) {
		double next_us = (double)l->result->sent * 1e6 / l->set->rate -
		    (double)(l->now_us - l->begin_us);

		wait_ms = next_us < 1000 ? 1 : (int64_t)(next_us / 1000);
		wait_ms = wait_ms < WAIT_MS ? wait_ms : WAIT_MS;
	}
	bus_wait(l->waits, (size_t)l->set->connections + 1, wait_ms);
}

/* True once nothing is left to send and everything is answered, and seen where
 * events are measured. */
static bool
is_over(const struct bench_load *l)
{
	if (is_sending(l) || l->result->answered < l->result->sent)
		return false;
	return l->events == NULL || bench_events_waiting(l->events) == 0 ||
	    l->now_us - l->heard_us > EVENTS_US;
}

static int
run(struct bench_load *l, struct err *e)
{
	l->begin_us = l->now_us = l->heard_us = clock_mono_us();
	backoff_init_resend(&l->pause, (uint64_t)l->begin_us);
	while (!is_over(l)) {
		bool moved = take_answers(l);

		l->now_us = clock_mono_us();
		send_due(l);
		send_again(l);
		if (l->result->answered < l->result->sent && l->now_us - l->heard_us > SILENCE_US)
			return err_fail(e, ERR_AGAIN,
			    "%s: %" PRIu64 " of %" PRIu64 " reports without a verdict for %d s",
			    l->set->connect, l->result->sent - l->result->answered, l->result->sent,
			    SILENCE_US / 1000000);
		if (!moved || is_loaded(l))
			wait_for_answers(l);
	}
	l->result->elapsed_us = l->heard_us - l->begin_us;
	if (l->events != NULL)
		l->result->unseen = bench_events_waiting(l->events) + bench_events_lost(l->events);
	return 0;
}

int
bench_load_run(
    const struct bench_load_settings *set, struct bench_load_result *result, struct err *e)
{
	struct bench_load l = {.set = set, .result = result};
	int               rc = open_all(&l, e);

	if (rc == 0)
		rc = run(&l, e);
	close_all(&l);
	return rc;
}
