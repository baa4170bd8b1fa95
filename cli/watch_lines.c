#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/watch_source.h"
#include "cli/watch_view.h"
#include "common/clock.h"
#include "common/stop.h"

#define STALE_MS 5000 /* without a tick; there is one every second */
#define WAIT_MS  2000 /* without a word since the beginning */
#define TURN_MS  250  /* the longest wait */

struct watch {
	const struct watch_source *from;
	struct watch_view          view;
	struct seen                seen;
	struct seen_alerts         alerts;
	bool                       shown; /* the first snapshot has been */
	int64_t     heard_ms; /* when the last tick came, or watching began; monotonic */
	bool        heard;    /* anything has been */
	const char *told;     /* what was said to stand in the way; NULL: nothing yet */
	bool        stale;
};

static void
take_summary(struct watch *w, const struct event *ev)
{
	struct seen_figures was;
	char                name[SCOPE_NAME_SIZE];
	bool                known;

	if (!wanted_has(&w->from->wanted, scope_name(ev->summary.kind, ev->summary.key, name)))
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

	if (!wanted_has(&w->from->wanted, scope_name(alert->kind, text_of(alert->key), name)))
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

	if (subscriber_topics(w->from->subscriber) > 0)
		return wanted_check_seen(&w->from->wanted, w->from->plan_id, &w->seen, e);
	command_note(LOG_WARN, "the aggregator at %s has no plan %s",
	    screen_safe(text_of(w->from->endpoint), shown, sizeof(shown)), w->from->plan_id);
	return 0;
}

/* Reads what the copy has of a topic. False: it does not have it. */
static bool
read_copy(struct watch *w, struct wire_reader *reader, const char *topic, struct event *ev)
{
	struct text payload = subscriber_payload(w->from->subscriber, text_of(topic));

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
		snprintf(topic, sizeof(topic), "%s/%s/", w->from->plan_id, w->seen.at[i].name);
		if (read_copy(w, reader, topic, &ev))
			watch_view_state(&w->view, &ev);
	}
	for (size_t i = 0; i < w->alerts.count;) {
		seen_alert_topic(w->from->plan_id, &w->alerts.at[i], topic);
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
		seen_alert_topic(w->from->plan_id, &w->alerts.at[i], topic);
		if (subscriber_payload(w->from->subscriber, text_of(topic)).at != NULL) {
			i++;
			continue;
		}
		watch_view_gone(&w->view, w->from->plan_id, &w->alerts.at[i]);
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

	while ((news = subscriber_next(w->from->subscriber, mono_ms, &ev, &live)) !=
	    SUBSCRIBER_NOTHING) {
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
	const char *why = subscriber_obstacle(w->from->subscriber);
	bool        known = why[0] != '\0';
	char        shown[200];

	if (mono_ms - w->heard_ms < (w->heard ? STALE_MS : WAIT_MS))
		return;
	if (known ? w->told != NULL && strcmp(w->told, why) == 0 : w->told != NULL || w->heard)
		return;
	w->told = why;
	command_note(known ? LOG_WARN : LOG_INFO, "waiting for %s%s%s",
	    screen_safe(text_of(w->from->endpoint), shown, sizeof(shown)), known ? ": " : "", why);
}

static void
check_stale(struct watch *w, int64_t mono_ms)
{
	static const struct phrase words =
	    PHRASE("no word from the aggregator for 5 s", "已有 5 秒未收到汇总服务的消息");

	if (w->stale || mono_ms - w->heard_ms < STALE_MS)
		return;
	w->stale = true;
	watch_view_notice(&w->view, "stale", &words, w->from->endpoint);
}

/* Until a stop is asked for or nobody reads what is printed. */
static int
follow(struct watch *w, struct err *e)
{
	struct bus_wait waits[] = {
	    {.socket = subscriber_socket(w->from->subscriber), .events = POLLIN},
	    {.fd = w->from->stop_fd, .events = POLLIN},
	};

	w->heard_ms = clock_mono_ms();
	while (!stop_asked(w->from->stop_fd) && !ferror(stdout)) {
		if (take_news(w, clock_mono_ms(), e) != 0)
			return -1;
		check_waiting(w, clock_mono_ms());
		check_stale(w, clock_mono_ms());
		bus_wait(waits, OPTIONS_COUNT(waits), TURN_MS);
	}
	return 0;
}

int
watch_lines(const struct watch_source *from, bool json, struct err *e)
{
	struct watch w = {
	    .from = from,
	    .view = {.run = from->run, .plan = from->plan, .json = json},
	};
	int rc = follow(&w, e);

	buf_fini(&w.view.out);
	free(w.seen.at);
	free(w.alerts.at);
	return rc;
}
