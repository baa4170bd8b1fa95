#include "dashboard/mirror.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/json.h"
#include "common/subscriber.h"
#include "core/mem.h"
#include "core/scope.h"
#include "dashboard/mirror_items.h"

struct mirror {
	struct subscriber  *subscriber; /* owned */
	const char         *plan;       /* borrowed */
	struct mirror_items items;
	size_t              standing; /* alerts */
	struct tick         tick;
	uint64_t            ticks, version;
	int64_t             heard_ms, now_ms; /* monotonic; a tick or a snapshot */
	bool                answered;         /* a snapshot has come, if perhaps an empty one */
	bool                whole, reset;
};

struct mirror *
mirror_open(struct bus *b, const char *endpoint, const struct bus_curve *curve, const char *plan,
    struct err *e)
{
	struct subscriber *s = subscriber_open(b, endpoint, curve, plan, e);
	struct mirror     *m;

	if (s == NULL)
		return NULL;
	m = mem_zeroed(1, sizeof(*m));
	m->subscriber = s;
	m->plan = plan;
	return m;
}

void
mirror_close(struct mirror *m)
{
	if (m == NULL)
		return;
	items_fini(&m->items);
	subscriber_close(m->subscriber);
	free(m);
}

struct bus_socket *
mirror_socket(struct mirror *m)
{
	return subscriber_socket(m->subscriber);
}

static void
keep(struct mirror *m, struct mirror_item *item, const char *topic, const struct event *ev)
{
	buf_reset(&item->json);
	json_write(&item->json, json_event(text_of(topic), ev));
	items_note_change(&m->items, item);
	m->version++;
}

static void
take_summary(struct mirror *m, const struct event *ev)
{
	const struct summary *s = &ev->summary;
	char                  name[SCOPE_NAME_SIZE], topic[SCOPE_TOPIC_SIZE];
	struct mirror_item   *item;
	int                   order;

	snprintf(topic, sizeof(topic), "%s/%s/", m->plan, scope_name(s->kind, s->key, name));
	item = items_get(&m->items, text_of(topic), false);
	order = position_compare(s->position, item->position);
	if (item->json.len > 0 && (order < 0 || (order == 0 && s->as_of_ms < item->as_of_ms)))
		m->reset = true;
	item->position = s->position;
	item->as_of_ms = s->as_of_ms;
	keep(m, item, topic, ev);
}

static const char *
alert_name(const struct mirror *m, const struct alert *a, bool ended, char out[ALERT_TOPIC_SIZE])
{
	char name[SCOPE_NAME_SIZE];

	snprintf(out, ALERT_TOPIC_SIZE, "%s/alert/%s%s/%s/", m->plan, ended ? "resolved/" : "",
	    alarm_name(a->what), scope_name(a->kind, text_of(a->key), name));
	return out;
}

static void
take_alert(struct mirror *m, const struct event *ev)
{
	const struct alert *a = &ev->alert;
	char                raised[ALERT_TOPIC_SIZE], topic[ALERT_TOPIC_SIZE];
	struct mirror_item *item;

	item = items_get(&m->items, text_of(alert_name(m, a, false, raised)), true);
	m->standing -= item->json.len > 0 && !item->ended;
	m->standing += a->standing;
	item->ended = !a->standing;
	keep(m, item, alert_name(m, a, item->ended, topic), ev);
}

/* What the subscriber's copy has; and ends that nobody was told of yet. */
static bool
is_there(void *context, const struct mirror_item *item)
{
	struct mirror *m = context;

	if (subscriber_payload(m->subscriber, text_of(item->topic)).at != NULL)
		return true;
	if (item->ended)
		return item->changed;
	m->standing -= item->is_alert;
	m->reset = true;
	return false;
}

static void
become_whole(struct mirror *m)
{
	m->reset = m->reset || !m->whole;
	m->whole = true;
}

static void
take_snapshot(struct mirror *m)
{
	items_keep(&m->items, is_there, m);
	m->answered = true;
	m->version++;
	if (mirror_topics(m) == 0)
		return;
	m->heard_ms = m->now_ms;
	become_whole(m);
}

/* One that the aggregator takes up later it tells of as things that change. */
static void
take_tick(struct mirror *m, const struct tick *t)
{
	m->tick = *t;
	m->tick.plan = (struct text){0};
	m->heard_ms = m->now_ms;
	m->ticks++;
	if (!m->whole && m->answered && mirror_topics(m) > 0 && subscriber_in_step(m->subscriber))
		become_whole(m);
}

static void
take(struct mirror *m, enum subscriber_news news, const struct event *ev)
{
	switch (news) {
	case SUBSCRIBER_SUMMARY:
		take_summary(m, ev);
		break;
	case SUBSCRIBER_ALERT:
		take_alert(m, ev);
		break;
	case SUBSCRIBER_SNAPSHOT:
		take_snapshot(m);
		break;
	case SUBSCRIBER_TICK:
		take_tick(m, &ev->tick);
		break;
	case SUBSCRIBER_NOTHING:
		break;
	}
}

int64_t
mirror_turn(struct mirror *m, int64_t mono_ms, int64_t until_us)
{
	enum subscriber_news news;
	const struct event  *ev;
	bool                 live;

	m->now_ms = mono_ms;
	do {
		news = subscriber_next(m->subscriber, mono_ms, &ev, &live);
		take(m, news, ev);
	} while (news != SUBSCRIBER_NOTHING && clock_mono_us() < until_us);
	if (news != SUBSCRIBER_NOTHING)
		return 0;
	return mirror_is_live(m) ? m->heard_ms + MIRROR_STALE_MS - mono_ms : MIRROR_STALE_MS;
}

bool
mirror_is_whole(const struct mirror *m)
{
	return m->whole;
}

bool
mirror_is_live(const struct mirror *m)
{
	return (m->ticks > 0 || m->whole) && m->now_ms - m->heard_ms < MIRROR_STALE_MS;
}

const struct tick *
mirror_tick(const struct mirror *m)
{
	return &m->tick;
}

uint64_t
mirror_ticks(const struct mirror *m)
{
	return m->ticks;
}

static bool
lacks_plan(const struct mirror *m)
{
	return m->answered && mirror_topics(m) == 0;
}

const char *
mirror_reason(const struct mirror *m)
{
	const char *why = subscriber_obstacle(m->subscriber);

	if (strcmp(why, "nobody listens there") == 0)
		return "unreachable";
	if (why[0] != '\0')
		return "refused";
	if (lacks_plan(m))
		return "no_plan";
	return m->ticks == 0 ? "starting" : "silent";
}

const char *
mirror_obstacle(const struct mirror *m)
{
	const char *why = subscriber_obstacle(m->subscriber);

	if (mirror_is_live(m))
		return "";
	if (why[0] == '\0' && lacks_plan(m))
		return "the aggregator does not have this plan";
	return why;
}

bool
mirror_has_changes(const struct mirror *m)
{
	return m->whole && items_have_changes(&m->items);
}

bool
mirror_take_changes(struct mirror *m, struct buf *out)
{
	if (!mirror_has_changes(m))
		return false;
	items_take_changes(&m->items, MIRROR_CHANGES_BYTES, out);
	return true;
}

bool
mirror_take_reset(struct mirror *m)
{
	if (!m->whole || !m->reset)
		return false;
	items_drop_changes(&m->items);
	m->reset = false;
	return true;
}

uint64_t
mirror_version(const struct mirror *m)
{
	return m->version;
}

void
mirror_write(const struct mirror *m, struct buf *out)
{
	items_write(&m->items, out);
}

bool
mirror_write_scope(const struct mirror *m, struct text scope, struct buf *out)
{
	const struct mirror_item *item;
	char                      topic[SCOPE_TOPIC_SIZE];

	if (scope.len >= SCOPE_NAME_SIZE || memchr(scope.at, '\0', scope.len) != NULL)
		return false;
	snprintf(topic, sizeof(topic), "%s/%.*s/", m->plan, (int)scope.len, scope.at);
	item = items_find(&m->items, text_of(topic));
	if (item == NULL || item->is_alert)
		return false;
	buf_add(out, item->json.at, item->json.len);
	return true;
}

size_t
mirror_topics(const struct mirror *m)
{
	return m->items.count - m->items.alerts;
}

size_t
mirror_alerts(const struct mirror *m)
{
	return m->standing;
}
