/*
 * tuijin-dashboard -- shows plans to people: one page, and JSON and live events for it.
 *
 * One thread, one loop: take what the aggregator and the ledgers have, cut it into frames,
 * answer requests, wait.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sysexits.h>

#include "common/bus.h"
#include "common/clock.h"
#include "common/http.h"
#include "common/identity.h"
#include "common/log.h"
#include "common/notify.h"
#include "common/options.h"
#include "common/roster.h"
#include "common/stop.h"
#include "common/trouble.h"
#include "core/mem.h"
#include "dashboard/desks.h"
#include "dashboard/metrics.h"
#include "dashboard/site.h"
#include "dashboard/site_seats.h"

#define STATS_MS 60000
#define WAIT_MS  5000  /* for all plans, before it is ready for what there is */
#define TURN_US  10000 /* of the desks, all together: http and the watchdog wait */

enum { WAIT_STOP, WAIT_HTTP, WAIT_ROSTER, WAITS_FIXED };

struct settings {
	const char              *connect, *http, *redis;
	struct option_list       plans, hosts;
	int64_t                  viewers_max;
	struct identity_settings identity;
	struct common_settings   common;
};

#define AT(member) offsetof(struct settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"connect", "ENDPOINT", OPTION_TEXT, AT(connect), "tcp://127.0.0.1:7302", 0, 0,
	    "the aggregator"},
	IDENTITY_SERVER_KEY(struct settings),
	IDENTITY_SECRET_KEY(struct settings),
	{"http", "ADDRESS", OPTION_TEXT, AT(http), "127.0.0.1:7380", 0, 0,
	    "where browsers connect, or a reverse proxy that lets in only who may; port 0 picks a "
	    "free one"},
	{"host", "NAME", OPTION_LIST, AT(hosts), NULL, 0, 0,
	    "the name by which a reverse proxy passes requests on (repeatable); default: IP "
	    "addresses and localhost, or any name if --http lets other machines connect"},
	{"redis", "URL", OPTION_TEXT, AT(redis), "redis://127.0.0.1:6379", 0, 0,
	    "redis://[user[:password]@]host:port[/db] or unix:///path; ?password-file=FILE keeps "
	    "the password out of sight"},
	{"plan", "ID", OPTION_LIST, AT(plans), NULL, 0, 0,
	    "show this plan (repeatable); default: all that are loaded"},
	{"viewers-max", "N", OPTION_NUMBER, AT(viewers_max), "4096", 1, 100000,
	    "live viewers at a time; who comes then is told to come later"},
	OPTIONS_COMMON(struct settings, common),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin-dashboard",
    .summary = "Shows plans on a web page that stays live, and serves what it shows as JSON.",
    .operands = "",
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin-dashboard --redis unix:///run/redis/redis.sock\n"
		"  tuijin-dashboard --connect tcp://10.0.0.5:7302 --server-key aggregator.pub \\\n"
		"      --secret-key dashboard.key --http 127.0.0.1:7380\n"
		"  curl http://127.0.0.1:7380/api/v1/plans\n"
		"  curl -N 'http://127.0.0.1:7380/events?plan=ipr-2026'\n",
};

struct dashboard {
	const struct settings *cfg;
	struct bus            *bus; /* owned, like the next three */
	struct http           *http;
	struct roster         *roster;
	struct notify         *notify; /* NULL: no systemd listens */
	struct identity        identity;
	struct desk_sources    sources;
	struct desks           desks;
	struct vitals          vitals;
	struct site           *site;  /* owned, like the next */
	struct bus_wait       *waits; /* those of the enum, then those of each desk */
	size_t                 wait_room;
	struct trouble         trouble; /* of the link that asks which plans there are */
	struct seats           seats;
	size_t                 seats_told; /* of viewers */
	int                    stop_fd;
	bool                   ready;
	int64_t                began_ms, stats_at_ms, mono_ms, wall_ms;
	char                   unready[ERR_MESSAGE_MAX + 128];
};

static void
log_counters(const char *event, const struct dashboard *a)
{
	struct desk_counters sum = {0};
	struct http_counters http = http_counters(a->http);

	for (size_t i = 0; i < a->desks.count; i++) {
		const struct desk_counters *c = desk_counters(a->desks.at[i]);

		sum.frames += c->frames;
		sum.bytes += c->bytes;
		sum.resets += c->resets;
	}
	log_info("event=%s plans=%zu viewers=%zu connections=%zu requests=%" PRIu64
		 " refused=%" PRIu64 " frames=%" PRIu64 " bytes=%" PRIu64 " resets=%" PRIu64,
	    event, a->desks.count, desks_viewers(&a->desks), http.connections, http.requests,
	    http.refused, sum.frames, sum.bytes, sum.resets);
}

static void
write_metrics(void *owner, struct metrics *m)
{
	const struct dashboard *a = owner;

	dashboard_metrics(m, &a->desks);
}

/* It can do its work if it can show a plan, or if there is none. */
static const char *
unready(void *owner)
{
	struct dashboard *a = owner;

	a->unready[0] = '\0';
	if (!roster_is_known(a->roster)) {
		snprintf(a->unready, sizeof(a->unready), "which plans there are is not known: %s",
		    roster_trouble(a->roster));
		return a->unready;
	}
	for (size_t i = 0; i < a->desks.count; i++) {
		const struct desk *d = a->desks.at[i];

		if (desk_is_ready(d))
			return "";
		snprintf(a->unready, sizeof(a->unready), "plan %s cannot be shown yet: %s",
		    desk_id(d), desk_lack(d));
	}
	if (a->desks.count == 0 && a->desks.next != NULL)
		snprintf(a->unready, sizeof(a->unready), "plan %s cannot be shown yet: %s",
		    a->desks.next, a->desks.obstacle.msg);
	return a->unready;
}

static void
tell_seats(struct dashboard *a)
{
	if (a->seats.viewers >= a->seats_told)
		return;
	a->seats_told = a->seats.viewers;
	log_warn("event=few_descriptors viewers_max=%zu plans=%zu reason=\"the system gives the "
		 "process no more descriptors\"",
	    a->seats.viewers, a->desks.count);
}

/* Each plan leaves fewer for viewers. Of many, it is told after the last one. */
static void
share_seats(struct dashboard *a, bool more)
{
	a->seats = seats_take((size_t)a->cfg->viewers_max, a->desks.count);
	site_set_viewers_max(a->site, a->seats.viewers);
	if (!more)
		tell_seats(a);
}

static int64_t
turn_desks(struct dashboard *a)
{
	struct desk_now now = {
	    .mono_ms = a->mono_ms,
	    .wall_ms = a->wall_ms,
	    .until_us = clock_mono_us() + TURN_US,
	    .viewers = desks_viewers(&a->desks),
	};
	size_t  count = a->desks.count;
	int64_t wait_ms = desks_open(&a->desks, &a->sources, a->roster, a->seats.plans, &now);

	if (a->desks.count > count)
		share_seats(a, wait_ms == 0);
	return clock_sooner(wait_ms, desks_turn(&a->desks, now));
}

static bool
is_all_there(const struct dashboard *a)
{
	if (!roster_is_known(a->roster) || a->desks.next != NULL)
		return false;
	for (size_t i = 0; i < a->desks.count; i++) {
		if (!desk_is_ready(a->desks.at[i]))
			return false;
	}
	return true;
}

/* It answers from the start; it is ready once it can show all there is, or has waited for
 * what is away. */
static void
become_ready(struct dashboard *a)
{
	if (a->ready || (!is_all_there(a) && a->mono_ms - a->began_ms < WAIT_MS))
		return;
	a->ready = true;
	notify_ready(a->notify, "serving");
	log_info("event=ready http=%s plans=%zu", http_address(a->http), a->desks.count);
}

static void
tell_stats(struct dashboard *a)
{
	if (a->mono_ms < a->stats_at_ms)
		return;
	a->stats_at_ms = a->mono_ms + STATS_MS;
	log_counters("stats", a);
}

static void
wait_for_work(struct dashboard *a, int64_t wait_ms)
{
	size_t        need = WAITS_FIXED + DESK_WAITS * a->desks.count;
	struct store *link = roster_link(a->roster);

	if (need > a->wait_room) {
		a->wait_room = 2 * need;
		a->waits = mem_resized(a->waits, a->wait_room, sizeof(a->waits[0]));
	}
	a->waits[WAIT_STOP] = (struct bus_wait){.fd = a->stop_fd, .events = POLLIN};
	a->waits[WAIT_HTTP] = (struct bus_wait){.fd = http_fd(a->http), .events = POLLIN};
	a->waits[WAIT_ROSTER] = (struct bus_wait){.fd = -1};
	if (link != NULL)
		a->waits[WAIT_ROSTER] =
		    (struct bus_wait){.fd = store_fd(link), .events = store_events(link)};
	for (size_t i = 0; i < a->desks.count; i++)
		desk_waits(a->desks.at[i], a->waits + WAITS_FIXED + DESK_WAITS * i);
	bus_wait(a->waits, need, wait_ms);
	if (link != NULL)
		store_woke(link, a->waits[WAIT_ROSTER].revents);
	for (size_t i = 0; i < a->desks.count; i++)
		desk_woke(a->desks.at[i], a->waits + WAITS_FIXED + DESK_WAITS * i);
}

static void
serve(struct dashboard *a)
{
	int64_t wait_ms;

	a->began_ms = clock_mono_ms();
	a->stats_at_ms = a->began_ms + STATS_MS;
	while (!stop_asked(a->stop_fd)) {
		a->mono_ms = clock_mono_ms();
		a->wall_ms = clock_wall_ms();
		wait_ms = roster_turn(a->roster, a->mono_ms);
		trouble_tell(&a->trouble, "*", roster_trouble(a->roster), a->mono_ms);
		wait_ms = clock_sooner(wait_ms, turn_desks(a));
		become_ready(a);
		tell_stats(a);
		wait_ms = clock_sooner(wait_ms, notify_turn(a->notify, a->mono_ms));
		wait_ms = clock_sooner(wait_ms, http_turn(a->http));
		wait_for_work(a, wait_ms);
	}
	notify_stopping(a->notify, "ending all streams");
}

static int
connect_with_keys(struct dashboard *a, struct err *e)
{
	const struct settings *cfg = a->cfg;
	char                   shown[200];

	if (cfg->identity.secret_key != NULL) /* no core, no look by others of the same user */
		prctl(PR_SET_DUMPABLE, 0);
	if (identity_load(&a->identity, &cfg->identity, e) != 0)
		return -1;
	if (identity_curve(&a->identity) == NULL &&
	    bus_check_exposure(cfg->connect, false, NULL) != 0)
		log_warn("event=plaintext connect=\"%s\" reason=\"without --server-key and "
			 "--secret-key others can read and change what the aggregator sends\"",
		    text_escape(text_of(cfg->connect), shown, sizeof(shown)));
	a->bus = bus_open(1);
	a->sources = (struct desk_sources){
	    .bus = a->bus,
	    .connect = cfg->connect,
	    .curve = identity_curve(&a->identity),
	    .redis = cfg->redis,
	};
	if (getrandom(&a->sources.epoch, sizeof(a->sources.epoch), 0) !=
	    (ssize_t)sizeof(a->sources.epoch))
		abort(); /* not with so few bytes */
	return 0;
}

/* What is off with an address shows at the start, and not with the first plan. */
static int
check_addresses(const struct dashboard *a, struct err *e)
{
	struct bus_socket *trial = bus_sub(a->bus, a->cfg->connect, a->sources.curve, e);
	struct store      *link;

	if (trial == NULL) {
		err_wrap(e, "--connect");
		return -1;
	}
	bus_socket_close(trial);
	if ((link = store_open(a->cfg->redis, e)) == NULL)
		return -1;
	store_close(link);
	return 0;
}

static int
listen_for_viewers(struct dashboard *a, struct err *e)
{
	a->seats_told = (size_t)a->cfg->viewers_max;
	a->seats = seats_take(a->seats_told, 0);
	tell_seats(a);
	a->vitals = (struct vitals){
	    .program = page.program,
	    .owner = a,
	    .write = write_metrics,
	    .unready = unready,
	};
	a->site = site_new(&a->desks, &a->vitals, a->seats.viewers);
	a->http = http_open(a->cfg->http, a->seats.connections, site_answer, a->site, e);
	if (a->http == NULL) {
		err_wrap(e, "--http");
		return -1;
	}
	if (http_allow_hosts(a->http, a->cfg->hosts.at, a->cfg->hosts.count, e) != 0) {
		err_wrap(e, "--host");
		return -1;
	}
	if (http_is_exposed(a->http))
		log_warn("event=exposed http=%s reason=\"whoever reaches it can read everything: "
			 "only a proxy that asks who they are keeps others out\"",
		    http_address(a->http));
	return 0;
}

static int
start(struct dashboard *a, struct err *e)
{
	const struct settings *cfg = a->cfg;

	signal(SIGHUP, SIG_IGN); /* for those who have a list to read again */
	if (options_open_log(page.program, &cfg->common, e) != 0 ||
	    (a->stop_fd = stop_open(e)) < 0 ||
	    (a->roster = roster_open(cfg->redis, &cfg->plans, e)) == NULL ||
	    connect_with_keys(a, e) != 0 || check_addresses(a, e) != 0 ||
	    listen_for_viewers(a, e) != 0)
		return -1;
	a->notify = notify_open();
	notify_status(a->notify, "starting");
	return 0;
}

static void
finish(struct dashboard *a)
{
	http_close(a->http); /* ends all streams, before the desks they are of */
	desks_close(&a->desks);
	site_free(a->site);
	roster_close(a->roster);
	bus_close(a->bus);
	identity_wipe(&a->identity);
	notify_close(a->notify);
	free(a->waits);
}

int
main(int argc, char **argv)
{
	struct settings  cfg = {0};
	struct dashboard a = {.cfg = &cfg};
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
	if (start(&a, &err) == 0) {
		serve(&a);
		log_counters("stopped", &a);
	} else {
		rc = log_exit(&err);
	}
	finish(&a);
	return rc;
}
