/*
 * tuijin-collector -- takes agencies' reports, stores them, acknowledges them.
 *
 * One thread, one loop: take what has arrived, let every plan's session do what
 * it can, wait. What arrives while a batch is being stored is the next batch.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <sysexits.h>

#include "collector/answer.h"
#include "collector/intake.h"
#include "collector/sessions.h"
#include "common/bus.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/options.h"
#include "common/roster.h"
#include "common/stop.h"
#include "common/trouble.h"
#include "core/mem.h"

#define TURN_MAX    256   /* messages taken before the store is looked at again */
#define GATHER_MS   1     /* messages may wait in their queue while a batch is being stored */
#define STATS_MS    60000 /* between event=stats lines */
#define FINISH_MS   3000  /* for the batch in hand, at the end */
#define WAITS_FIXED 3     /* bus, stop, roster */

struct settings {
	const char            *bind, *redis;
	struct option_list     plans;
	bool                   plaintext;
	struct common_settings common;
};

/* clang-format off */
static const struct option_row rows[] = {
	{"bind", "ENDPOINT", OPTION_TEXT, offsetof(struct settings, bind), "tcp://127.0.0.1:7301", 0, 0,
	    "where agencies connect; port * picks a free one"},
	OPTIONS_SERVICE(struct settings),
	OPTIONS_COMMON(struct settings),
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
	struct bus_socket     *bus;
	struct roster         *roster;
	struct sessions        sessions;
	struct answer          answer;
	struct intake          intake;
	struct bus_wait       *waits; /* owned: bus, stop, roster, then a link per session */
	size_t                 wait_room;
	int                    stop_fd;
	bool                   ready, finishing;
	struct trouble         trouble; /* of the link that asks which plans there are */
	int64_t                stats_at_ms;
};

static void
log_counters(const char *event, const struct collector *c)
{
	const struct answer *a = &c->answer;
	uint64_t             refused = 0;

	for (size_t i = 0; i < REPORT_CODES; i++)
		refused += a->codes[i];
	log_info("event=%s plans=%zu messages=%" PRIu64 " acks=%" PRIu64 " accepted=%" PRIu64
		 " duplicate=%" PRIu64 " superseded=%" PRIu64 " conflict=%" PRIu64
		 " rejected=%" PRIu64 " refused=%" PRIu64 " unavailable=%" PRIu64
		 " batches=%" PRIu64 " lost=%" PRIu64,
	    event, c->sessions.count, c->intake.messages, a->acks, a->verdicts[REPORT_ACCEPTED],
	    a->verdicts[REPORT_DUPLICATE], a->verdicts[REPORT_SUPERSEDED],
	    a->verdicts[REPORT_CONFLICT], a->verdicts[REPORT_REJECTED], refused,
	    a->codes[REPORT_UNAVAILABLE], a->batches, a->lost);
}

static void
warn_of_weakness(const struct session *s)
{
	enum durability d = session_durability(s);

	log_warn("event=weak_store plan=%s durability=%s reason=\"acked reports can be lost "
		 "when Redis or the machine stops; set appendonly yes and appendfsync always\"",
	    session_id(s), durability_name(d));
}

/* Says event=ready once every plan there is can be reported on. */
static void
look_if_ready(struct collector *c)
{
	if (c->ready || !roster_is_known(c->roster))
		return;
	for (size_t i = 0; i < c->sessions.count; i++) {
		const struct session *s = c->sessions.at[i];

		if (session_state(s) != SESSION_OPEN && !session_is_stuck(s))
			return;
	}
	c->ready = true;
	log_info("event=ready bind=%s plans=%zu", bus_endpoint(c->bus), c->sessions.count);
}

static int
add_sessions(struct collector *c, struct err *e)
{
	const char *id;

	while ((id = roster_next(c->roster)) != NULL) {
		struct session *s = session_open(id, c->cfg->redis, &c->answer, e);

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

/* Takes what has arrived, at most a turn's worth. Returns whether there may be
 * more that could be taken now. */
static bool
take_messages(struct collector *c)
{
	int64_t wall_ms = clock_wall_ms();

	if (any_full(c))
		return false;
	for (int i = 0; i < TURN_MAX; i++) {
		struct bus_peer peer;
		struct text     payload;

		switch (bus_router_take(c->bus, &peer, &payload)) {
		case BUS_NOTHING:
			return false;
		case BUS_MESSAGE:
			if (!intake_take(&c->intake, &peer, payload, wall_ms))
				return false;
			break;
		case BUS_WRONG_FRAMES:
			intake_refuse_frames(&c->intake, &peer);
			break;
		}
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
	bool          gather = may_gather(c);
	struct store *link = roster_link(c->roster);
	size_t        need = WAITS_FIXED + c->sessions.count;

	if (need > c->wait_room) {
		c->wait_room = 2 * need;
		c->waits = mem_resized(c->waits, c->wait_room, sizeof(c->waits[0]));
	}
	c->waits[0] = (struct bus_wait){.socket = c->bus, .fd = -1};
	if (!c->finishing && !gather && !any_full(c))
		c->waits[0].events = POLLIN;
	if (!c->finishing && gather && !any_full(c))
		wait_ms = clock_sooner(wait_ms, GATHER_MS);
	c->waits[1] = (struct bus_wait){.fd = c->finishing ? -1 : c->stop_fd, .events = POLLIN};
	c->waits[2] = (struct bus_wait){.fd = -1};
	if (link != NULL && !c->finishing)
		c->waits[2] = (struct bus_wait){.fd = store_fd(link), .events = store_events(link)};
	for (size_t i = 0; i < c->sessions.count; i++) {
		struct store *s = session_link(c->sessions.at[i]);

		c->waits[WAITS_FIXED + i] =
		    (struct bus_wait){.fd = store_fd(s), .events = store_events(s)};
	}
	bus_wait(c->waits, need, wait_ms);
	if (link != NULL)
		store_woke(link, c->waits[2].revents);
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
	while (!stop_asked(c->stop_fd)) {
		int64_t wait_ms = roster_turn(c->roster, clock_mono_ms());

		trouble_tell(&c->trouble, "*", roster_trouble(c->roster), clock_mono_ms());
		if (add_sessions(c, e) != 0)
			return -1;
		c->intake.plans_known = roster_is_known(c->roster);
		if (take_messages(c))
			wait_ms = 0;
		wait_ms = clock_sooner(wait_ms, turn_sessions(c));
		look_if_ready(c);
		if (clock_mono_ms() >= c->stats_at_ms) {
			if (c->stats_at_ms > 0)
				log_counters("stats", c);
			c->stats_at_ms = clock_mono_ms() + STATS_MS;
		}
		wait_for_work(c, clock_sooner(wait_ms, STATS_MS));
	}
	finish(c);
	return 0;
}

int
main(int argc, char **argv)
{
	struct settings  cfg = {0};
	struct collector c = {.cfg = &cfg};
	struct bus      *bus = NULL;
	struct err       err = {0};
	int              first, rc = 0;

	switch (options_parse(&page, argc, argv, &cfg, &first, &err)) {
	case OPTIONS_SHOWN:
		return 0;
	case OPTIONS_WRONG:
		fprintf(stderr, "%s: %s\n", page.program, err.msg);
		return EX_USAGE;
	case OPTIONS_RUN:
		break;
	}
	intake_init(&c.intake, &c.answer, &c.sessions);
	if (options_open_log(page.program, &cfg.common, &err) != 0 ||
	    (c.stop_fd = stop_open(&err)) < 0 ||
	    bus_check_exposure(cfg.bind, cfg.plaintext, &err) != 0 ||
	    (c.roster = roster_open(cfg.redis, &cfg.plans, &err)) == NULL) {
		rc = log_exit(&err);
		goto out;
	}
	bus = bus_open(1);
	c.bus = c.answer.bus = bus_router(bus, cfg.bind, REPORT_MESSAGE_MAX, &err);
	if (c.bus == NULL || serve(&c, &err) != 0)
		rc = log_exit(&err);
	else
		log_counters("stopped", &c);
out:
	bus_socket_close(c.bus);
	bus_close(bus);
	sessions_fini(&c.sessions);
	roster_close(c.roster);
	intake_fini(&c.intake);
	answer_fini(&c.answer);
	free(c.waits);
	return rc;
}
