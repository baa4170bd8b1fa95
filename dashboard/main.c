/*
 * tuijin-dashboard -- shows plans to people: one page, and JSON and live events for it.
 *
 * Its settings, and all that is opened before dashboard/loop begins.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/random.h>

#include "common/bus.h"
#include "common/http.h"
#include "common/identity.h"
#include "common/log.h"
#include "common/options.h"
#include "common/roster.h"
#include "common/stop.h"
#include "common/store.h"
#include "common/supervisor.h"
#include "core/text.h"
#include "dashboard/desks.h"
#include "dashboard/loop.h"
#include "dashboard/site.h"

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

static int
connect_with_keys(struct dashboard *d, const struct settings *cfg, struct err *e)
{
	char shown[200];

	if (cfg->identity.secret_key != NULL) /* no core, no look by others of the same user */
		prctl(PR_SET_DUMPABLE, 0);
	if (identity_load(&d->identity, &cfg->identity, e) != 0)
		return -1;
	if (identity_curve(&d->identity) == NULL &&
	    bus_check_exposure(cfg->connect, false, NULL) != 0)
		log_warn("event=plaintext connect=\"%s\" reason=\"without --server-key and "
			 "--secret-key others can read and change what the aggregator sends\"",
		    text_escape(text_of(cfg->connect), shown, sizeof(shown)));
	d->bus = bus_open(1);
	d->sources = (struct desk_sources){
	    .bus = d->bus,
	    .connect = cfg->connect,
	    .curve = identity_curve(&d->identity),
	    .redis = cfg->redis,
	};
	if (getrandom(&d->sources.epoch, sizeof(d->sources.epoch), 0) !=
	    (ssize_t)sizeof(d->sources.epoch))
		abort(); /* not with so few bytes */
	return 0;
}

/* What is off with an address shows at the start, and not with the first plan. */
static int
check_addresses(const struct dashboard *d, const struct settings *cfg, struct err *e)
{
	struct bus_socket *trial = bus_sub(d->bus, cfg->connect, d->sources.curve, e);
	struct store      *link;

	if (trial == NULL) {
		err_wrap(e, "--connect");
		return -1;
	}
	bus_socket_close(trial);
	if ((link = store_open(cfg->redis, e)) == NULL)
		return -1;
	store_close(link);
	return 0;
}

static int
listen_for_viewers(struct dashboard *d, const struct settings *cfg, struct err *e)
{
	loop_take_seats(d, (size_t)cfg->viewers_max);
	loop_vitals(d, page.program);
	d->site = site_new(&d->desks, &d->vitals, d->seats.viewers);
	d->http = http_open(cfg->http, d->seats.connections, site_answer, d->site, e);
	if (d->http == NULL) {
		err_wrap(e, "--http");
		return -1;
	}
	if (http_allow_hosts(d->http, cfg->hosts.at, cfg->hosts.count, e) != 0) {
		err_wrap(e, "--host");
		return -1;
	}
	if (http_is_exposed(d->http))
		log_warn("event=exposed http=%s reason=\"whoever reaches it can read everything: "
			 "only a proxy that asks who they are keeps others out\"",
		    http_address(d->http));
	return 0;
}

static int
start(struct dashboard *d, const struct settings *cfg, struct err *e)
{
	signal(SIGHUP, SIG_IGN); /* for those who have a list to read again */
	if (options_open_log(page.program, &cfg->common, e) != 0 ||
	    (d->stop_fd = stop_open(e)) < 0 ||
	    (d->roster = roster_open(cfg->redis, &cfg->plans, e)) == NULL ||
	    connect_with_keys(d, cfg, e) != 0 || check_addresses(d, cfg, e) != 0 ||
	    listen_for_viewers(d, cfg, e) != 0)
		return -1;
	d->supervisor = supervisor_open();
	supervisor_status(d->supervisor, "starting");
	return 0;
}

static void
tear_down(struct dashboard *d)
{
	http_close(d->http); /* ends all streams, before the desks they are of */
	desks_close(&d->desks);
	site_free(d->site);
	roster_close(d->roster);
	bus_close(d->bus);
	identity_wipe(&d->identity);
	supervisor_close(d->supervisor);
	free(d->waits);
}

int
main(int argc, char **argv)
{
	struct settings  cfg = {0};
	struct dashboard d = {0};
	struct err       err = {0};
	int              status;

	if (!options_begin(&page, argc, argv, &cfg, &status))
		return status;
	if (start(&d, &cfg, &err) == 0)
		loop_run(&d);
	else
		status = log_exit(&err);
	tear_down(&d);
	return status;
}
