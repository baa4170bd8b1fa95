/*
 * tuijin-aggregator -- folds the ledgers, publishes every number that changes.
 *
 * One thread, one loop: let every plan's channel do what it can, answer who asks
 * for a snapshot, tick once a second, wait.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "aggregator/channel.h"
#include "common/bus.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/options.h"
#include "common/roster.h"
#include "common/stop.h"
#include "common/trouble.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/scope.h"
#include "core/wire_event.h"

#define TICK_MS       1000
#define STATS_MS      60000
#define FINISH_MS     2000 /* for the checkpoints of all plans */
#define SNAPSHOTS_MAX 64   /* answered in a turn */
#define WAITS_FIXED   3    /* bus, stop, roster */

/* The high-water mark of a subscriber, besides room for two snapshots of what there is
 * at the start, with all the alerts that can stand: for plans that come later, of which
 * the largest has some 20,000 topics. It cannot be raised afterwards: libzmq 4.3.4 gives
 * new connections the mark of the time of the binding, and can crash when it changes
 * that of existing ones. */
#define EVENTS_MIN 50000

struct settings {
	const char            *bind, *redis, *today;
	struct option_list     plans;
	int64_t                publish_interval_ms;
	bool                   plaintext;
	struct common_settings common;
};

/* clang-format off */
static const struct option_row rows[] = {
	{"bind", "ENDPOINT", OPTION_TEXT, offsetof(struct settings, bind), "tcp://127.0.0.1:7302", 0, 0,
	    "where subscribers connect; port * picks a free one"},
	OPTIONS_SERVICE(struct settings),
	{"publish-interval", "MS", OPTION_NUMBER, offsetof(struct settings, publish_interval_ms), "50", 0, 60000,
	    "publish a scope at most that often under load, ms"},
	{"today", "YYYY-MM-DD", OPTION_TEXT, offsetof(struct settings, today), NULL, 0, 0,
	    "evaluate for this day instead of today, for exercises; keeps nothing in Redis"},
	OPTIONS_COMMON(struct settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin-aggregator",
    .summary = "Computes completion from the ledger and publishes a summary event for each change.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin-aggregator --redis unix:///run/redis/redis.sock\n"
		"  tuijin-aggregator --plan ipr-2026 --today 2026-06-30\n",
};

struct aggregator {
	const struct settings *cfg;
	struct bus            *bus;
	struct bus_socket     *xpub; /* NULL until ready */
	struct roster         *roster;
	struct channel       **channels; /* owned, like waits */
	size_t                 count;
	struct bus_wait       *waits; /* bus, stop, roster, then two links per channel */
	size_t                 wait_room;
	int                    stop_fd;
	int32_t                today;
	uint64_t               snapshots;
	int64_t                tick_at_ms, stats_at_ms;
	struct trouble         trouble; /* of the link that asks which plans there are */
};

static void
log_counters(const char *event, const struct aggregator *a)
{
	uint64_t records = 0, entries = 0, published = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct fold_counters counters = follow_counters(a->channels[i]->follow);

		records += counters.records;
		entries += counters.entries;
		if (a->channels[i]->board != NULL)
			published += a->channels[i]->board->published;
	}
	log_info("event=%s plans=%zu entries=%" PRIu64 " records=%" PRIu64 " published=%" PRIu64
		 " snapshots=%" PRIu64,
	    event, a->count, entries, records, published, a->snapshots);
}

static int
add_channels(struct aggregator *a, struct err *e)
{
	const char *id;

	while ((id = roster_next(a->roster)) != NULL) {
		struct channel *c = channel_open(id, a->cfg->redis, a->today, e);

		if (c == NULL)
			return -1;
		a->channels = mem_resized(a->channels, a->count + 1, sizeof(a->channels[0]));
		a->channels[a->count++] = c;
		log_info("event=plan plan=%s", id);
	}
	return 0;
}

static size_t
count_topics(const struct aggregator *a)
{
	size_t topics = 0;

	for (size_t i = 0; i < a->count; i++) {
		if (a->channels[i]->board != NULL)
			topics += a->channels[i]->board->count;
	}
	return topics;
}

/* Binds and says event=ready once every plan there is has been folded. Before
 * that nobody can connect, so that nobody takes half a picture for the whole. */
static int
become_ready(struct aggregator *a, struct err *e)
{
	size_t topics;

	if (a->xpub != NULL || !roster_is_known(a->roster))
		return 0;
	for (size_t i = 0; i < a->count; i++) {
		if (!channel_is_ready(a->channels[i]) && !channel_is_stuck(a->channels[i]))
			return 0;
	}
	topics = count_topics(a);
	a->xpub = bus_xpub(a->bus, a->cfg->bind, (int)(EVENTS_MIN + 2 * topics * (1 + ALARMS)), e);
	if (a->xpub == NULL)
		return -1;
	log_info(
	    "event=ready bind=%s plans=%zu topics=%zu", bus_endpoint(a->xpub), a->count, topics);
	return 0;
}

static int64_t
turn_channels(struct aggregator *a)
{
	struct channel_now now = {
	    .mono_ms = clock_mono_ms(),
	    .wall_ms = clock_wall_ms(),
	    .publish_interval_ms = a->cfg->publish_interval_ms,
	};
	int64_t wait_ms = -1;

	for (size_t i = 0; i < a->count; i++) {
		struct channel *c = a->channels[i];

		wait_ms = clock_sooner(wait_ms, channel_turn(c, &now, a->xpub));
		trouble_tell(&c->trouble, c->id, channel_trouble(c), now.mono_ms);
	}
	return wait_ms;
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
answer_snapshot(struct aggregator *a, struct text inbox, struct text prefix)
{
	struct buf  end = {0};
	struct text frames[3] = {inbox, {"", 0}};
	uint64_t    count = 0;
	uint32_t    plans = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct channel *c = a->channels[i];

		if (c->board == NULL || !is_asked_for(c, prefix))
			continue;
		count += channel_answer(c, inbox, prefix, a->xpub);
		plans++;
	}
	wire_snapshot_begin_end(&end, count, plans);
	for (size_t i = 0; i < a->count; i++) {
		const struct channel *c = a->channels[i];

		if (c->board != NULL && is_asked_for(c, prefix))
			wire_snapshot_plan(&end, text_of(c->id), c->shown);
	}
	frames[2] = buf_text(&end);
	bus_publish(a->xpub, frames, 3);
	buf_fini(&end);
	a->snapshots++;
}

static void
answer_snapshots(struct aggregator *a)
{
	struct text topic, prefix;

	for (int i = 0; i < SNAPSHOTS_MAX; i++) {
		if (bus_subscription_take(a->xpub, &topic) != BUS_MESSAGE)
			return;
		if (wire_snapshot_topic(topic, &prefix))
			answer_snapshot(a, topic, prefix);
	}
}

/* Returns ms to the next tick. */
static int64_t
tick(struct aggregator *a)
{
	int64_t mono_ms = clock_mono_ms();

	if (mono_ms >= a->tick_at_ms) {
		int64_t wall_ms = clock_wall_ms();

		for (size_t i = 0; i < a->count; i++)
			channel_tick(a->channels[i], wall_ms, a->xpub);
		a->tick_at_ms = mono_ms + TICK_MS;
	}
	return a->tick_at_ms - mono_ms;
}

static void
wait_for_work(struct aggregator *a, int64_t wait_ms)
{
	struct store *link = roster_link(a->roster);
	size_t        need = WAITS_FIXED + 2 * a->count;

	if (need > a->wait_room) {
		a->wait_room = 2 * need;
		a->waits = mem_resized(a->waits, a->wait_room, sizeof(a->waits[0]));
	}
	a->waits[0] = (struct bus_wait){.socket = a->xpub, .fd = -1};
	if (a->xpub != NULL)
		a->waits[0].events = POLLIN;
	a->waits[1] = (struct bus_wait){.fd = a->stop_fd, .events = POLLIN};
	a->waits[2] = (struct bus_wait){.fd = -1};
	if (link != NULL)
		a->waits[2] = (struct bus_wait){.fd = store_fd(link), .events = store_events(link)};
	for (size_t i = 0; i < a->count; i++) {
		struct store *tail = follow_link(a->channels[i]->follow);
		struct store *side = keeper_link(a->channels[i]->keeper);

		a->waits[WAITS_FIXED + 2 * i] =
		    (struct bus_wait){.fd = store_fd(tail), .events = store_events(tail)};
		a->waits[WAITS_FIXED + 2 * i + 1] =
		    (struct bus_wait){.fd = store_fd(side), .events = store_events(side)};
	}
	bus_wait(a->waits, need, wait_ms);
	if (link != NULL)
		store_woke(link, a->waits[2].revents);
	for (size_t i = 0; i < a->count; i++) {
		store_woke(
		    follow_link(a->channels[i]->follow), a->waits[WAITS_FIXED + 2 * i].revents);
		store_woke(
		    keeper_link(a->channels[i]->keeper), a->waits[WAITS_FIXED + 2 * i + 1].revents);
	}
}

static int
serve(struct aggregator *a, struct err *e)
{
	while (!stop_asked(a->stop_fd)) {
		int64_t wait_ms = roster_turn(a->roster, clock_mono_ms());

		trouble_tell(&a->trouble, "*", roster_trouble(a->roster), clock_mono_ms());
		if (add_channels(a, e) != 0)
			return -1;
		wait_ms = clock_sooner(wait_ms, turn_channels(a));
		if (become_ready(a, e) != 0)
			return -1;
		if (a->xpub != NULL) {
			answer_snapshots(a);
			wait_ms = clock_sooner(wait_ms, tick(a));
		}
		if (clock_mono_ms() >= a->stats_at_ms) {
			if (a->stats_at_ms > 0)
				log_counters("stats", a);
			a->stats_at_ms = clock_mono_ms() + STATS_MS;
		}
		wait_for_work(a, clock_sooner(wait_ms, STATS_MS));
	}
	return 0;
}

/* A checkpoint that cannot be written costs the next start a longer fold. */
static void
finish(struct aggregator *a)
{
	int64_t    end_ms = clock_mono_ms() + FINISH_MS;
	struct err err = {0};

	for (size_t i = 0; i < a->count; i++) {
		int64_t left_ms = end_ms - clock_mono_ms();

		if (channel_finish(a->channels[i], a->xpub, left_ms > 0 ? left_ms : 0, &err) != 0)
			log_warn("event=no_checkpoint plan=%s reason=\"%s\"", a->channels[i]->id,
			    err.msg);
	}
}

static int
start(struct aggregator *a, struct err *e)
{
	const struct settings *cfg = a->cfg;

	a->today = FOLD_BY_LEDGER;
	if (cfg->today != NULL && !calendar_parse_date(text_of(cfg->today), &a->today))
		return err_fail(
		    e, ERR_USAGE, "--today: got '%.40s', expected a date YYYY-MM-DD", cfg->today);
	a->stop_fd = stop_open(e);
	if (a->stop_fd < 0 || bus_check_exposure(cfg->bind, cfg->plaintext, e) != 0)
		return -1;
	a->roster = roster_open(cfg->redis, &cfg->plans, e);
	if (a->roster == NULL)
		return -1;
	a->bus = bus_open(1);
	return 0;
}

int
main(int argc, char **argv)
{
	struct settings   cfg = {0};
	struct aggregator a = {.cfg = &cfg};
	struct err        err = {0};
	int               first, rc = 0;

	switch (options_parse(&page, argc, argv, &cfg, &first, &err)) {
	case OPTIONS_SHOWN:
		return 0;
	case OPTIONS_WRONG:
		fprintf(stderr, "%s: %s\n", page.program, err.msg);
		return EX_USAGE;
	case OPTIONS_RUN:
		break;
	}
	if (options_open_log(page.program, &cfg.common, &err) != 0 || start(&a, &err) != 0 ||
	    serve(&a, &err) != 0) {
		rc = log_exit(&err);
	} else {
		finish(&a);
		log_counters("stopped", &a);
	}
	bus_socket_close(a.xpub);
	bus_close(a.bus);
	for (size_t i = 0; i < a.count; i++)
		channel_close(a.channels[i]);
	roster_close(a.roster);
	free(a.channels);
	free(a.waits);
	return rc;
}
