/*
 * tuijin-collector -- takes agencies' reports, stores them, acknowledges them.
 *
 * One thread, one loop: take what has arrived, let every plan's session do what
 * it can, wait. What arrives while a batch is being stored is the next batch.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "collector/answer.h"
#include "collector/intake.h"
#include "collector/metrics.h"
#include "collector/sessions.h"
#include "common/bus.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/options.h"
#include "common/quota.h"
#include "common/service.h"
#include "core/mem.h"

#define SESSIONS_OF_A_KEY 20   /* new ones in a second: see gate_limit() */
#define TURN_MAX          256  /* messages taken before the store is looked at again */
#define GATHER_MS         1    /* messages may wait in their queue while a batch is being stored */
#define FINISH_MS         3000 /* for the batch in hand, at the end */
#define WAITS_FIXED       (1 + SERVICE_WAITS)

struct settings {
	const char             *bind;
	int64_t                 rate_per_agency;
	struct service_settings service;
};

/* clang-format off */
static const struct option_row rows[] = {
	{"bind", "ENDPOINT", OPTION_TEXT, offsetof(struct settings, bind), "tcp://127.0.0.1:7301", 0, 0,
	    "where agencies connect; port * picks a free one"},
	{"rate-per-agency", "N", OPTION_NUMBER, offsetof(struct settings, rate_per_agency), "0", 0,
	    QUOTA_RATE_MAX, "reports, rulings and questions that are taken of one agency in a "
	    "second; what is more is to come again later (0: no limit)"},
	OPTIONS_SERVICE(struct settings, "768", "127.0.0.1:9301"),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin-collector",
    .summary = "Takes progress reports from agencies, checks and stores them, acknowledges them.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin-collector --redis unix:///run/redis/redis.sock\n"
		"  tuijin-collector --bind tcp://127.0.0.1:7301 --plan ipr-2026\n",
};

struct collector {
	const struct settings *cfg;
	struct service         service;
	struct sessions        sessions;
	struct answer          answer;
	struct intake          intake;
	struct bus_wait       *waits; /* owned: bus, those of service, then a link per session */
	size_t                 wait_room;
	bool                   ready, finishing;
	char                   unready[COLLECTOR_UNREADY_SIZE];
};

static void
log_counters(const char *event, const struct collector *c)
{
	const struct answer *a = &c->answer;
	struct gate_counters gate = gate_counters(c->service.gate);
	uint64_t             refused = 0;

	for (size_t i = 0; i < REPORT_CODES; i++)
		refused += a->codes[i];
	log_info("event=%s plans=%zu messages=%" PRIu64 " acks=%" PRIu64 " accepted=%" PRIu64
		 " duplicate=%" PRIu64 " superseded=%" PRIu64 " conflict=%" PRIu64
		 " rejected=%" PRIu64 " refused=%" PRIu64 " unavailable=%" PRIu64
		 " not_authorized=%" PRIu64 " busy=%" PRIu64 " batches=%" PRIu64 " lost=%" PRIu64
		 " sessions_admitted=%" PRIu64 " sessions_refused=%" PRIu64,
	    event, c->sessions.count, c->intake.messages, a->acks, a->verdicts[REPORT_ACCEPTED],
	    a->verdicts[REPORT_DUPLICATE], a->verdicts[REPORT_SUPERSEDED],
	    a->verdicts[REPORT_CONFLICT], a->verdicts[REPORT_REJECTED], refused,
	    a->codes[REPORT_UNAVAILABLE], a->codes[REPORT_NOT_AUTHORIZED], a->codes[REPORT_BUSY],
	    a->batches, a->lost, gate.admitted, gate.refused);
}

static void
warn_of_weakness(const struct session *s)
{
	log_warn("event=weak_store plan=%s durability=%s reason=\"%s\"", session_id(s),
	    durability_name(session_durability(s)), session_weakness(s));
}

/* Says event=ready once every plan there is can be reported on. */
static void
look_if_ready(struct collector *c)
{
	if (c->ready || !roster_is_known(c->service.roster))
		return;
	for (size_t i = 0; i < c->sessions.count; i++) {
		const struct session *s = c->sessions.at[i];

		if (session_state(s) != SESSION_OPEN && !session_is_stuck(s))
			return;
	}
	c->ready = true;
	service_ready(&c->service, c->sessions.count);
	log_info("event=ready bind=%s http=%s plans=%zu", service_endpoint(&c->service),
	    service_http_address(&c->service), c->sessions.count);
}

static int
add_sessions(struct collector *c, struct err *e)
{
	const char *id;

	while ((id = roster_next(c->service.roster)) != NULL) {
		struct session *s = session_open(id, c->cfg->service.redis, &c->answer, e);

		if (s == NULL)
			return -1;
		sessions_add(&c->sessions, s);
		log_info("event=plan plan=%s", id);
	}
	return 0;
}

/* Gives every session its turn. Returns ms until the next is wanted, -1: none. */
static int64_t
turn_sessions(struct collector *c)
{
	int64_t mono_ms = clock_mono_ms(), wait_ms = -1;

	for (size_t i = 0; i < c->sessions.count; i++) {
		struct session *s = c->sessions.at[i];

		wait_ms = clock_sooner(wait_ms, session_turn(s, mono_ms));
		if (session_has_weakened(s))
			warn_of_weakness(s);
		trouble_tell(session_told(s), session_id(s), session_trouble(s), mono_ms);
	}
	return wait_ms;
}

static bool
any_full(const struct collector *c)
{
	for (size_t i = 0; i < c->sessions.count; i++) {
		if (session_is_full(c->sessions.at[i]))
			return true;
	}
	return false;
}

static struct caller
caller_of_last(const struct collector *c)
{
	if (gate_is_open(c->service.gate))
		return (struct caller){.open = true};
	return (struct caller){.key = service_caller(&c->service)};
}

/* Takes what has arrived, at most a turn's worth. Returns whether there may be
 * more that could be taken now. */
static bool
take_messages(struct collector *c)
{
	struct bus_peer peer;
	struct arrival  a = {
	     .peer = &peer,
	     .wall_ms = c->service.wall_ms,
	     .mono_ms = c->service.mono_ms,
	     .mono_us = clock_mono_us(),
        };

	if (any_full(c) || c->answer.bus == NULL)
		return false;
	for (int i = 0; i < TURN_MAX; i++) {
		enum bus_got got = bus_router_take(c->answer.bus, &peer, &a.payload);

		if (got == BUS_NOTHING)
			return false;
		a.caller = caller_of_last(c);
		if (got == BUS_WRONG_FRAMES)
			intake_refuse_frames(&c->intake, &a);
		else if (!intake_take(&c->intake, &a))
			return false;
	}
	return true;
}

/* True while no message could be sent on at once: every plan has a batch under way.
 * Then it costs less to let a few gather than to get up for each. */
static bool
may_gather(const struct collector *c)
{
	for (size_t i = 0; i < c->sessions.count; i++) {
		if (!session_is_storing(c->sessions.at[i]))
			return false;
	}
	return c->sessions.count > 0;
}

/* A full batch stops the intake: ZeroMQ holds the rest back at the senders. */
static void
wait_for_work(struct collector *c, int64_t wait_ms)
{
	bool   gather = may_gather(c);
	size_t need = WAITS_FIXED + c->sessions.count;

	if (need > c->wait_room) {
		c->wait_room = 2 * need;
		c->waits = mem_resized(c->waits, c->wait_room, sizeof(c->waits[0]));
	}
	c->waits[0] = (struct bus_wait){.socket = c->answer.bus, .fd = -1};
	if (c->answer.bus != NULL && !c->finishing && !gather && !any_full(c))
		c->waits[0].events = POLLIN;
	if (!c->finishing && gather && !any_full(c))
		wait_ms = clock_sooner(wait_ms, GATHER_MS);
	service_waits(&c->service, c->waits + 1);
	for (size_t i = 0; i < c->sessions.count; i++) {
		struct store *s = session_link(c->sessions.at[i]);

		c->waits[WAITS_FIXED + i] =
		    (struct bus_wait){.fd = store_fd(s), .events = store_events(s)};
	}
	bus_wait(c->waits, need, wait_ms);
	service_woke(&c->service, c->waits + 1);
	for (size_t i = 0; i < c->sessions.count; i++)
		store_woke(session_link(c->sessions.at[i]), c->waits[WAITS_FIXED + i].revents);
}

/* Lets the batches in hand be stored and acknowledged; those that cannot be are told
 * to come again. What is still in ZeroMQ's queues stays unanswered and is sent again
 * by the agencies. */
static void
finish(struct collector *c)
{
	int64_t end_ms = clock_mono_ms() + FINISH_MS;

	c->finishing = true;
	for (;;) {
		bool    idle = true;
		int64_t wait_ms = turn_sessions(c);

		for (size_t i = 0; i < c->sessions.count; i++)
			idle &= session_is_idle(c->sessions.at[i]);
		if (idle || clock_mono_ms() >= end_ms)
			break;
		wait_for_work(c, clock_sooner(wait_ms, end_ms - clock_mono_ms()));
	}
	for (size_t i = 0; i < c->sessions.count; i++)
		session_give_up(c->sessions.at[i]);
}

static int
serve(struct collector *c, struct err *e)
{
	int64_t wait_ms;

	while (!service_has_to_stop(&c->service)) {
		if (service_turn(&c->service, &wait_ms, e) != 0 || add_sessions(c, e) != 0)
			return -1;
		c->answer.bus = service_socket(&c->service);
		c->answer.wall_ms = c->service.wall_ms;
		c->intake.plans_known = roster_is_known(c->service.roster);
		if (take_messages(c))
			wait_ms = 0;
		wait_ms = clock_sooner(wait_ms, turn_sessions(c));
		look_if_ready(c);
		if (service_has_stats_due(&c->service))
			log_counters("stats", c);
		wait_for_work(c, wait_ms);
	}
	finish(c);
	return 0;
}

static void
write_metrics(void *owner, struct metrics *m)
{
	struct collector        *c = owner;
	struct collector_numbers numbers = {&c->sessions, &c->answer, &c->intake};

	collector_metrics_write(&numbers, m);
}

static const char *
unready(void *owner)
{
	struct collector *c = owner;

	if (roster_is_known(c->service.roster) && c->sessions.count == 0)
		return "no plan is loaded";
	return collector_unready(&c->sessions, c->unready);
}

static int
start(struct collector *c, struct err *e)
{
	const struct settings *cfg = c->cfg;

	intake_init(&c->intake, &c->answer, &c->sessions);
	c->intake.rate_per_agency = (uint32_t)cfg->rate_per_agency;
	if (service_open(&c->service, &cfg->service, page.program, "collector", cfg->bind, e) != 0)
		return -1;
	service_vitals(&c->service, c, write_metrics, unready);
	gate_limit(c->service.gate, SESSIONS_OF_A_KEY);
	return service_bind(&c->service, bus_router, REPORT_MESSAGE_MAX, true, e);
}

static void
tear_down(struct collector *c)
{
	sessions_fini(&c->sessions);
	intake_fini(&c->intake);
	answer_fini(&c->answer);
	service_close(&c->service);
	free(c->waits);
}

int
main(int argc, char **argv)
{
	struct settings  cfg = {0};
	struct collector c = {.cfg = &cfg};
	struct err       err = {0};
	int              status;

	if (!options_begin(&page, argc, argv, &cfg, &status))
		return status;
	if (start(&c, &err) == 0 && serve(&c, &err) == 0)
		log_counters("stopped", &c);
	else
		status = log_exit(&err);
	tear_down(&c);
	return status;
}
