/*
 * tuijin-aggregator -- folds the ledgers, publishes every number that changes.
 *
 * One thread, one loop: let every plan's channel do what it can, answer who asks
 * for a snapshot, tick once a second, wait.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "aggregator/channel.h"
#include "aggregator/metrics.h"
#include "aggregator/redis_room.h"
#include "aggregator/snapshots.h"
#include "common/bus.h"
#include "common/clock.h"
#include "common/log.h"
#include "common/options.h"
#include "common/service.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/scope.h"
#include "core/wire_event.h"

#define TICK_MS     1000
#define FINISH_MS   2000 /* for the checkpoints of all plans */
#define WAITS_FIXED (2 + SERVICE_WAITS)

/* The high-water mark of a subscriber, besides room for two snapshots of what there is
 * at the start, with all the alerts that can stand: for plans that come later, of which
 * the largest has some 20,000 topics. It cannot be raised afterwards: libzmq 4.3.4 gives
 * new connections the mark of the time of the binding, and can crash when it changes
 * that of existing ones. */
#define EVENTS_MIN 50000

struct settings {
	const char             *bind, *today, *redis_disk;
	int64_t                 publish_interval_ms;
	struct service_settings service;
};

/* clang-format off */
static const struct option_row rows[] = {
	{"bind", "ENDPOINT", OPTION_TEXT, offsetof(struct settings, bind), "tcp://127.0.0.1:7302", 0, 0,
	    "where subscribers connect; port * picks a free one"},
	{"publish-interval", "MS", OPTION_NUMBER, offsetof(struct settings, publish_interval_ms),
	    "50", 0, 60000, "publish a scope at most that often under load, ms"},
	{"today", "YYYY-MM-DD", OPTION_TEXT, offsetof(struct settings, today), NULL, 0, 0,
	    "evaluate for this day instead of today, for exercises; keeps nothing in Redis"},
	{"redis-disk", "DIR", OPTION_TEXT, offsetof(struct settings, redis_disk), NULL, 0, 0,
	    "a folder on the disk where Redis keeps its data: /metrics has how full that is"},
	OPTIONS_SERVICE(struct settings, "1536", "127.0.0.1:9302"),
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
	struct service         service;
	struct snapshots      *snapshots; /* owned, like room, channels and waits */
	struct redis_room     *room;      /* NULL: nobody can ask for it */
	struct channel       **channels;
	size_t                 count;
	struct bus_wait       *waits; /* bus, those of service, room, two links per channel */
	size_t                 wait_room;
	int32_t                today;
	int64_t                tick_at_ms;
	char                   unready[AGGREGATOR_UNREADY_SIZE];
};

static void
log_counters(const char *event, const struct aggregator *a)
{
	struct gate_counters     gate = gate_counters(a->service.gate);
	struct snapshot_counters snap = snapshots_counters(a->snapshots);
	uint64_t                 records = 0, entries = 0, published = 0;

	for (size_t i = 0; i < a->count; i++) {
		struct fold_counters counters = follow_counters(a->channels[i]->follow);

		records += counters.records;
		entries += counters.entries;
		published += channel_published(a->channels[i]);
	}
	log_info("event=%s plans=%zu entries=%" PRIu64 " records=%" PRIu64 " published=%" PRIu64
		 " snapshots=%" PRIu64 " snapshots_passed_over=%" PRIu64
		 " sessions_admitted=%" PRIu64 " sessions_refused=%" PRIu64,
	    event, a->count, entries, records, published, snap.answered, snap.passed_over,
	    gate.admitted, gate.refused);
}

static int
add_channels(struct aggregator *a, struct err *e)
{
	const char *id;

	while ((id = roster_next(a->service.roster)) != NULL) {
		struct channel *c = channel_open(id, a->cfg->service.redis, a->today, e);

		if (c == NULL)
			return -1;
		a->channels = mem_resized(a->channels, a->count + 1, sizeof(a->channels[0]));
		a->channels[a->count++] = c;
		if (a->room != NULL)
			keeper_watch_end(c->keeper);
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

static bool
are_channels_ready(const struct aggregator *a)
{
	if (!roster_is_known(a->service.roster))
		return false;
	for (size_t i = 0; i < a->count; i++) {
		if (!channel_is_ready(a->channels[i]) && !channel_is_stuck(a->channels[i]))
			return false;
	}
	return true;
}

/* Binds and says event=ready once every plan there is has been folded. Before
 * that nobody can connect, so that nobody takes half a picture for the whole. */
static int
become_ready(struct aggregator *a, struct err *e)
{
	size_t topics;

	if (a->service.ready || !are_channels_ready(a))
		return 0;
	topics = count_topics(a);
	if (service_bind(&a->service, bus_xpub, EVENTS_MIN + 2 * topics * (1 + ALARMS), false, e) !=
	    0)
		return -1;
	service_ready(&a->service, a->count);
	log_info("event=ready bind=%s http=%s plans=%zu topics=%zu", service_endpoint(&a->service),
	    service_http_address(&a->service), a->count, topics);
	return 0;
}

static int64_t
turn_channels(struct aggregator *a)
{
	struct channel_now now = {
	    .mono_ms = a->service.mono_ms,
	    .wall_ms = a->service.wall_ms,
	    .publish_interval_ms = a->cfg->publish_interval_ms,
	};
	int64_t wait_ms = -1;

	for (size_t i = 0; i < a->count; i++) {
		struct channel *c = a->channels[i];

		wait_ms = clock_sooner(wait_ms, channel_turn(c, &now, service_socket(&a->service)));
		trouble_tell(&c->trouble, c->id, channel_trouble(c), now.mono_ms);
	}
	return wait_ms;
}

/* Returns ms to the next tick, -1: nobody can hear one. */
static int64_t
tick(struct aggregator *a)
{
	struct bus_socket *out = service_socket(&a->service);
	int64_t            mono_ms = clock_mono_ms();

	if (out == NULL)
		return -1;
	if (mono_ms >= a->tick_at_ms) {
		int64_t wall_ms = clock_wall_ms();

		for (size_t i = 0; i < a->count; i++)
			channel_tick(a->channels[i], wall_ms, out);
		a->tick_at_ms = mono_ms + TICK_MS;
	}
	return a->tick_at_ms - mono_ms;
}

static struct bus_wait
wait_for_link(const struct store *link)
{
	return (struct bus_wait){.fd = store_fd(link), .events = store_events(link)};
}

static void
wait_for_work(struct aggregator *a, int64_t wait_ms)
{
	size_t need = WAITS_FIXED + 2 * a->count;

	if (need > a->wait_room) {
		a->wait_room = 2 * need;
		a->waits = mem_resized(a->waits, a->wait_room, sizeof(a->waits[0]));
	}
	a->waits[0] = (struct bus_wait){.socket = service_socket(&a->service), .fd = -1};
	if (a->waits[0].socket != NULL)
		a->waits[0].events = POLLIN;
	service_waits(&a->service, a->waits + 1);
	a->waits[WAITS_FIXED - 1] = (struct bus_wait){.fd = -1};
	if (a->room != NULL)
		a->waits[WAITS_FIXED - 1] = wait_for_link(redis_room_link(a->room));
	for (size_t i = 0; i < a->count; i++) {
		struct store *tail = follow_link(a->channels[i]->follow);
		struct store *side = keeper_link(a->channels[i]->keeper);

		a->waits[WAITS_FIXED + 2 * i] = wait_for_link(tail);
		a->waits[WAITS_FIXED + 2 * i + 1] = wait_for_link(side);
	}
	bus_wait(a->waits, need, wait_ms);
	service_woke(&a->service, a->waits + 1);
	if (a->room != NULL)
		store_woke(redis_room_link(a->room), a->waits[WAITS_FIXED - 1].revents);
	for (size_t i = 0; i < a->count; i++) {
		store_woke(
		    follow_link(a->channels[i]->follow), a->waits[WAITS_FIXED + 2 * i].revents);
		store_woke(
		    keeper_link(a->channels[i]->keeper), a->waits[WAITS_FIXED + 2 * i + 1].revents);
	}
}

/* A checkpoint that cannot be written costs the next start a longer fold. */
static void
finish(struct aggregator *a)
{
	int64_t    end_ms = clock_mono_ms() + FINISH_MS;
	struct err err = {0};

	for (size_t i = 0; i < a->count; i++) {
		int64_t left_ms = end_ms - clock_mono_ms();

		if (channel_finish(a->channels[i], service_socket(&a->service),
			left_ms > 0 ? left_ms : 0, &err) != 0)
			log_warn("event=no_checkpoint plan=%s reason=\"%s\"", a->channels[i]->id,
			    err.msg);
	}
}

static int
serve(struct aggregator *a, struct err *e)
{
	int64_t wait_ms;

	while (!service_has_to_stop(&a->service)) {
		if (service_turn(&a->service, &wait_ms, e) != 0 || add_channels(a, e) != 0)
			return -1;
		wait_ms = clock_sooner(wait_ms, turn_channels(a));
		if (become_ready(a, e) != 0)
			return -1;
		wait_ms = clock_sooner(wait_ms,
		    snapshots_turn(a->snapshots, service_socket(&a->service), a->channels, a->count,
			a->service.wall_ms));
		wait_ms = clock_sooner(wait_ms, tick(a));
		if (a->room != NULL)
			wait_ms =
			    clock_sooner(wait_ms, redis_room_turn(a->room, a->service.mono_ms));
		if (service_has_stats_due(&a->service))
			log_counters("stats", a);
		wait_for_work(a, wait_ms);
	}
	finish(a);
	return 0;
}

static void
write_metrics(void *owner, struct metrics *m)
{
	struct aggregator        *a = owner;
	struct aggregator_numbers numbers = {
	    .channels = a->channels,
	    .count = a->count,
	    .bus = a->service.bus,
	    .socket = service_socket(&a->service),
	    .snapshots = a->snapshots,
	    .room = a->room,
	};

	aggregator_metrics_write(&numbers, m);
}

static const char *
unready(void *owner)
{
	struct aggregator *a = owner;

	if (roster_is_known(a->service.roster) && a->count == 0)
		return "no plan is loaded";
	return aggregator_unready(a->channels, a->count, a->unready);
}

static int
start(struct aggregator *a, struct err *e)
{
	const struct settings *cfg = a->cfg;

	a->today = FOLD_BY_LEDGER;
	if (cfg->today != NULL && !calendar_parse_date(text_of(cfg->today), &a->today))
		return err_fail(
		    e, ERR_USAGE, "--today: got '%.40s', expected a date YYYY-MM-DD", cfg->today);
	if (service_open(&a->service, &cfg->service, page.program, "aggregator", cfg->bind, e) != 0)
		return -1;
	a->snapshots = snapshots_new(a->service.gate);
	service_vitals(&a->service, a, write_metrics, unready);
	if (cfg->redis_disk != NULL && redis_room_check_disk(cfg->redis_disk, e) != 0)
		return -1;
	if (a->service.http == NULL)
		return 0;
	a->room = redis_room_open(cfg->service.redis, cfg->redis_disk, e);
	return a->room != NULL ? 0 : -1;
}

static void
tear_down(struct aggregator *a)
{
	snapshots_free(a->snapshots);
	redis_room_close(a->room);
	for (size_t i = 0; i < a->count; i++)
		channel_close(a->channels[i]);
	service_close(&a->service);
	free(a->channels);
	free(a->waits);
}

int
main(int argc, char **argv)
{
	struct settings   cfg = {0};
	struct aggregator a = {.cfg = &cfg};
	struct err        err = {0};
	int               status;

	if (!options_begin(&page, argc, argv, &cfg, &status))
		return status;
	if (start(&a, &err) == 0 && serve(&a, &err) == 0)
		log_counters("stopped", &a);
	else
		status = log_exit(&err);
	tear_down(&a);
	return status;
}
