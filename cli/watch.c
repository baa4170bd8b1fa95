#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/command.h"
#include "cli/identity.h"
#include "cli/loaded.h"
#include "cli/watch_view.h"
#include "cli/watch_wanted.h"
#include "common/clock.h"
#include "common/stop.h"
#include "common/subscriber.h"

#define STALE_MS 5000 /* without a tick; there is one every second */
#define WAIT_MS  2000 /* without a word since the beginning */
#define TURN_MS  250  /* the longest wait */

struct watch_settings {
	const char *connect, *redis, *plan;

	struct identity_settings identity;
	struct command_settings  shared;
};

#define AT(member) offsetof(struct watch_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"plan", "ID", OPTION_TEXT, AT(plan), NULL, 0, 0, "the plan; with --redis, the only loaded one if there is just one"},
	{"connect", "ENDPOINT", OPTION_TEXT, AT(connect), COMMAND_EVENTS_DEFAULT, 0, 0, "the aggregator"},
	IDENTITY_SERVER_KEY(struct watch_settings),
	IDENTITY_SECRET_KEY(struct watch_settings),
	COMMAND_REDIS(struct watch_settings, NULL, "the store, for titles beside the scopes (default: none)"),
	COMMAND_JSON(struct watch_settings, "each event as a JSON object, one a line"),
	COMMAND_LANG(struct watch_settings),
	COMMAND_LOG(struct watch_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin watch",
    .summary =
	"Shows the state of all scopes, or of those named, and the alerts that stand, then a\n"
	"line for each change and for each alert that is raised or resolved, until it is\n"
	"interrupted. A scope is overall, chapter/2, section/2.1, task/27 or agency/cnipa;\n"
	"chapter means all chapters. A line has percent / expected percent, the gap between them\n"
	"in points, the light, the state, and how many of the obligations are reported, at all\n"
	"and for the last period due. A new day moves what is expected, the gap and the days\n"
	"overdue of almost every scope: if nothing else has changed there is no line, except\n"
	"with --json.",
    .operands = "[SCOPE…]",
    .operands_min = 0,
    .operands_max = 1000,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin watch --plan ipr-2026\n"
		"  tuijin watch --plan ipr-2026 overall chapter task/27\n"
		"  tuijin watch --plan ipr-2026 --json | jq .data.percent\n",
};

struct watch {
	struct subscriber *subscriber;
	struct watch_view  view;
	struct seen        seen;
	struct seen_alerts alerts;
	struct wanted      wanted;
	const char        *plan, *endpoint;
	bool               shown;    /* the first snapshot has been */
	int64_t            heard_ms; /* when the last tick came, or watching began; monotonic */
	bool               heard;    /* anything has been */
	const char        *told;     /* what was said to stand in the way; NULL: nothing yet */
	bool               stale;
};

static void
take_summary(struct watch *w, const struct event *ev)
{
	struct seen_figures was;
	char                name[SCOPE_NAME_SIZE];
	bool                known;

	if (!wanted_has(&w->wanted, scope_name(ev->summary.kind, ev->summary.key, name)))
		return;
	known = seen_enter(&w->seen, &ev->summary, &was);
	if (w->shown)
		watch_view_change(&w->view, ev, known ? &was : NULL);
}

static void
take_alert(struct watch *w, const struct event *ev)
{
	const struct alert *alert = &ev->alert;
	char                name[SCOPE_NAME_SIZE];

	if (!wanted_has(&w->wanted, scope_name(alert->kind, text_of(alert->key), name)))
		return;
	seen_alert_take(&w->alerts, alert);
	if (w->shown)
		watch_view_alert(&w->view, ev);
}

/* Nothing will ever come of what is not there. */
static int
check_seen(const struct watch *w, struct err *e)
{
	char shown[200];

	if (subscriber_topics(w->subscriber) > 0)
		return wanted_check_seen(&w->wanted, w->plan, &w->seen, e);
	command_note(LOG_WARN, "the aggregator at %s has no plan %s",
	    screen_safe(text_of(w->endpoint), shown, sizeof(shown)), w->plan);
	return 0;
}

/* Reads what the copy has of a topic. False: it does not have it. */
static bool
read_copy(struct watch *w, struct wire_reader *reader, const char *topic, struct event *ev)
{
	struct text payload = subscriber_payload(w->subscriber, text_of(topic));

	return payload.at != NULL &&
	    wire_event_decode(reader, payload.at, payload.len, ev, NULL) == 0;
}

/* The copy is whole for the first time: shows all of it, in order. */
static int
show_all(struct watch *w, struct err *e)
{
	static const struct phrase words =
	    PHRASE("up to date; changes follow", "已是最新，以下为变化");
	struct wire_reader *reader = wire_reader_new();
	char                topic[ALERT_TOPIC_SIZE];
	struct event        ev;

	if (check_seen(w, e) != 0) {
		wire_reader_free(reader);
		return -1;
	}
	for (size_t i = 0; i < w->seen.count; i++) {
		snprintf(topic, sizeof(topic), "%s/%s/", w->plan, w->seen.at[i].name);
		if (read_copy(w, reader, topic, &ev))
			watch_view_state(&w->view, &ev);
	}
	for (size_t i = 0; i < w->alerts.count;) {
		seen_alert_topic(w->plan, &w->alerts.at[i], topic);
		if (read_copy(w, reader, topic, &ev)) {
			watch_view_alert(&w->view, &ev);
			i++;
		} else { /* ended, and the snapshot does not name it */
			seen_alert_drop(&w->alerts, i);
		}
	}
	wire_reader_free(reader);
	w->shown = true;
	watch_view_notice(&w->view, "snapshot", &words, NULL);
	return 0;
}

/* Another snapshot is whole: alerts that the copy no longer has ended unheard. */
static void
drop_gone(struct watch *w)
{
	char topic[ALERT_TOPIC_SIZE];

	for (size_t i = 0; i < w->alerts.count;) {
		seen_alert_topic(w->plan, &w->alerts.at[i], topic);
		if (subscriber_payload(w->subscriber, text_of(topic)).at != NULL) {
			i++;
			continue;
		}
		watch_view_gone(&w->view, w->plan, &w->alerts.at[i]);
		seen_alert_drop(&w->alerts, i);
	}
}

static int
take_snapshot(struct watch *w, struct err *e)
{
	if (!w->shown)
		return show_all(w, e);
	drop_gone(w);
	return 0;
}

static void
take_tick(struct watch *w, int64_t mono_ms)
{
	static const struct phrase words = PHRASE("the aggregator is back", "汇总服务已恢复");

	if (w->stale)
		watch_view_notice(&w->view, "back", &words, NULL);
	w->stale = false;
	w->told = NULL;
	w->heard_ms = mono_ms;
}

static int
take_news(struct watch *w, int64_t mono_ms, struct err *e)
{
	const struct event  *ev;
	bool                 live;
	enum subscriber_news news;

	while ((news = subscriber_next(w->subscriber, mono_ms, &ev, &live)) != SUBSCRIBER_NOTHING) {
		w->heard = true;
		if (news == SUBSCRIBER_SUMMARY)
			take_summary(w, ev);
		else if (news == SUBSCRIBER_ALERT)
			take_alert(w, ev);
		else if (news == SUBSCRIBER_TICK)
			take_tick(w, mono_ms);
		else if (take_snapshot(w, e) != 0)
			return -1;
	}
	return 0;
}

/* Perhaps there is no aggregator at that endpoint, or none that lets us in: says so, and
 * again if it becomes something else. */
static void
check_waiting(struct watch *w, int64_t mono_ms)
{
	const char *why = subscriber_obstacle(w->subscriber);
	bool        known = why[0] != '\0';
	char        shown[200];

	if (mono_ms - w->heard_ms < (w->heard ? STALE_MS : WAIT_MS))
		return;
	if (known ? w->told != NULL && strcmp(w->told, why) == 0 : w->told != NULL || w->heard)
		return;
	w->told = why;
	command_note(known ? LOG_WARN : LOG_INFO, "waiting for %s%s%s",
	    screen_safe(text_of(w->endpoint), shown, sizeof(shown)), known ? ": " : "", why);
}

static void
check_stale(struct watch *w, int64_t mono_ms)
{
	static const struct phrase words =
	    PHRASE("no word from the aggregator for 5 s", "已有 5 秒未收到汇总服务的消息");

	if (w->stale || mono_ms - w->heard_ms < STALE_MS)
		return;
	w->stale = true;
	watch_view_notice(&w->view, "stale", &words, w->endpoint);
}

/* Until a stop is asked for or nobody reads what is printed. */
static int
follow(struct watch *w, int stop_fd, struct err *e)
{
	struct bus_wait waits[] = {
	    {.socket = subscriber_socket(w->subscriber), .events = POLLIN},
	    {.fd = stop_fd, .events = POLLIN},
	};

	w->heard_ms = clock_mono_ms();
	while (!stop_asked(stop_fd) && !ferror(stdout)) {
		if (take_news(w, clock_mono_ms(), e) != 0)
			return -1;
		check_waiting(w, clock_mono_ms());
		check_stale(w, clock_mono_ms());
		bus_wait(waits, OPTIONS_COUNT(waits), TURN_MS);
	}
	return 0;
}

/* Connects, with the keys that the settings name. */
static struct subscriber *
connect_to(struct bus *bus, const struct watch_settings *cfg, const char *plan, struct err *e)
{
	struct identity    id = {0};
	struct subscriber *s = NULL;

	if (identity_read(&id, &cfg->identity, cfg->connect, e) == 0)
		s = subscriber_open(bus, cfg->connect, identity_curve(&id), plan, e);
	identity_wipe(&id);
	return s;
}

/* The plan for titles, where there is a store to ask; and which plan it is. */
static int
look_up(const struct watch_settings *cfg, struct plan **p, const char **id, struct err *e)
{
	*id = cfg->plan;
	if (cfg->redis != NULL) {
		if ((*p = loaded_plan_at(cfg->redis, cfg->plan, e)) == NULL)
			return -1;
		*id = (*p)->id;
	}
	if (*id == NULL || **id == '\0')
		return err_fail(e, ERR_USAGE,
		    "--plan is missing (or TUIJIN_PLAN): without --redis, watch talks to the "
		    "aggregator alone and cannot look up which plan is loaded");
	return 0;
}

int
watch_command(int argc, char **argv)
{
	struct watch_settings cfg = {0};
	struct command_run    run;
	struct watch          w = {0};
	struct plan          *p = NULL;
	struct bus           *bus = NULL;
	struct err            err = {0};
	int                   stop_fd;
	int                   status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);

	if (status >= 0)
		return status;
	status = 0;
	w.endpoint = cfg.connect;
	w.wanted = (struct wanted){argv + run.first, argc - run.first};
	if (wanted_check(&w.wanted, &err) != 0 ||
	    command_check_endpoint("connect", cfg.connect, &err) != 0 ||
	    (stop_fd = stop_open(&err)) < 0 || look_up(&cfg, &p, &w.plan, &err) != 0 ||
	    (p != NULL && wanted_check_plan(&w.wanted, p, &err) != 0) ||
	    (bus = bus_open(1)) == NULL ||
	    (w.subscriber = connect_to(bus, &cfg, w.plan, &err)) == NULL) {
		status = command_fail(&err);
	} else {
		w.view = (struct watch_view){.run = &run, .plan = p, .json = cfg.shared.json};
		status = follow(&w, stop_fd, &err) != 0 ? command_fail(&err) : 0;
	}
	buf_fini(&w.view.out);
	free(w.seen.at);
	free(w.alerts.at);
	subscriber_close(w.subscriber);
	bus_close(bus);
	plan_free(p);
	return status;
}
