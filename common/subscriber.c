#include "common/subscriber.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/subscriber_copy.h"
#include "core/mem.h"
#include "core/scope.h"

#define SNAPSHOT_MS  5000 /* without a word of the answer, before asking again */
#define DIFFERENT_MS 1000 /* how long the digest must differ before asking */
#define NONCE_BYTES  16
#define TOPIC_MAX    ALERT_TOPIC_SIZE
#define INBOX_SIZE   (sizeof("snap//") + 2 * NONCE_BYTES + PLAN_ID_MAX + 2)

/* The answer that is being waited for. */
struct snapshot {
	char     inbox[INBOX_SIZE]; /* "": none */
	int64_t  heard_ms;          /* asked, or a part of it taken; monotonic */
	uint64_t count;             /* messages so far */
	uint64_t round;             /* rises with each */
};

struct subscriber {
	struct bus_socket  *socket; /* owned */
	struct wire_reader *reader; /* owned */
	struct event        event;
	char                prefix[PLAN_ID_MAX + 2]; /* "ipr-2026/" */

	struct copy     copy;
	struct snapshot snapshot;
	bool            in_step;
	bool            differs;       /* the last tick did */
	int64_t         differs_since; /* monotonic ms of the first of the ticks that do */
	bool            distrust;      /* a whole snapshot has not mended it */
};

static void
ask(struct subscriber *s, int64_t mono_ms)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char     nonce[NONCE_BYTES];
	char              digits[2 * NONCE_BYTES + 1] = "";

	if (s->snapshot.inbox[0] != '\0')
		bus_unsubscribe(s->socket, text_of(s->snapshot.inbox));
	if (getrandom(nonce, sizeof(nonce), 0) != (ssize_t)sizeof(nonce))
		abort(); /* 16 bytes always come whole (getrandom(2)) */
	for (size_t i = 0; i < sizeof(nonce); i++) {
		digits[2 * i] = hex[nonce[i] >> 4];
		digits[2 * i + 1] = hex[nonce[i] & 15];
	}
	snprintf(s->snapshot.inbox, sizeof(s->snapshot.inbox), "snap/%s/%s", digits, s->prefix);
	s->snapshot.heard_ms = mono_ms;
	s->snapshot.count = 0;
	s->snapshot.round++;
	bus_subscribe(s->socket, text_of(s->snapshot.inbox));
}

struct subscriber *
subscriber_open(struct bus *b, const char *endpoint, const struct bus_curve *curve,
    const char *plan, struct err *e)
{
	struct subscriber *s;
	struct bus_socket *socket;

	if (!text_is_name(text_of(plan), PLAN_ID_MAX)) {
		err_set(e, ERR_USAGE, "'%.80s' is not the name of a plan", plan);
		return NULL;
	}
	if ((socket = bus_sub(b, endpoint, curve, e)) == NULL)
		return NULL;
	s = mem_zeroed(1, sizeof(*s));
	s->socket = socket;
	s->reader = wire_reader_new();
	snprintf(s->prefix, sizeof(s->prefix), "%s/", plan);
	copy_init(&s->copy);
	/* Live first: what changes while the snapshot is made is then not missed. */
	bus_subscribe(s->socket, text_of(s->prefix));
	return s;
}

void
subscriber_close(struct subscriber *s)
{
	if (s == NULL)
		return;
	copy_fini(&s->copy);
	wire_reader_free(s->reader);
	bus_socket_close(s->socket);
	free(s);
}

struct bus_socket *
subscriber_socket(struct subscriber *s)
{
	return s->socket;
}

static void
take_tick(struct subscriber *s, int64_t mono_ms)
{
	const struct tick *t = &s->event.tick;

	s->in_step = t->digest == s->copy.digest && t->topics == subscriber_topics(s);
	if (s->in_step) {
		s->differs = s->distrust = false;
		return;
	}
	if (!s->differs) {
		s->differs = true;
		s->differs_since = mono_ms;
	}
	if (s->snapshot.inbox[0] != '\0' || mono_ms - s->differs_since < DIFFERENT_MS)
		return;
	if (s->distrust) /* a whole snapshot did not mend it: the next one is believed */
		copy_forget_order(&s->copy);
	s->distrust = true;
	ask(s, mono_ms);
}

/* Decodes an event of our plan. Anything else is passed over. */
static bool
decode(struct subscriber *s, struct text topic, struct text payload)
{
	size_t len = strlen(s->prefix);

	if (topic.len > TOPIC_MAX || topic.len < len || memcmp(topic.at, s->prefix, len) != 0)
		return false;
	return wire_event_decode(s->reader, payload.at, payload.len, &s->event, NULL) == 0;
}

/* Where the alert in ev is raised, or with `ended` resolved. */
static struct text
alert_name(const struct event *ev, bool ended, char out[ALERT_TOPIC_SIZE])
{
	const struct alert *alert = &ev->alert;
	int len = snprintf(out, ALERT_TOPIC_SIZE, "%.*s/alert/%s%s/%s/%s%s", (int)ev->plan.len,
	    ev->plan.at, ended ? "resolved/" : "", alarm_name(alert->what),
	    scope_kind_name(alert->kind), alert->key, alert->key[0] != '\0' ? "/" : "");

	return (struct text){out, (size_t)len};
}

static struct text
summary_name(const struct summary *m, char out[SCOPE_TOPIC_SIZE])
{
	int len = snprintf(out, SCOPE_TOPIC_SIZE, "%.*s/%s/%.*s%s", (int)m->plan.len, m->plan.at,
	    scope_kind_name(m->kind), (int)m->key.len, m->key.len > 0 ? m->key.at : "",
	    m->key.len > 0 ? "/" : "");

	return (struct text){out, (size_t)len};
}

/* This and the next take what was decoded if the topic is the one of its scope:
 * nothing is shown under another's name. */
static enum subscriber_news
take_summary(struct subscriber *s, struct text topic, struct text payload)
{
	const struct summary *sum = &s->event.summary;
	struct copy_arrival   a = {topic, payload, .round = s->snapshot.round};
	char                  name[SCOPE_TOPIC_SIZE];

	if (!text_equal(topic, summary_name(sum, name)))
		return SUBSCRIBER_NOTHING;
	a.position = sum->position;
	a.as_of_ms = sum->as_of_ms;
	return copy_take(&s->copy, &a) ? SUBSCRIBER_SUMMARY : SUBSCRIBER_NOTHING;
}

static enum subscriber_news
take_alert(struct subscriber *s, struct text topic, struct text payload)
{
	const struct alert *alert = &s->event.alert;
	struct copy_arrival a = {topic, payload, .alert = true, .round = s->snapshot.round};
	char                name[ALERT_TOPIC_SIZE];

	a.ended = !alert->standing;
	if (s->event.plan.len > PLAN_ID_MAX ||
	    !text_equal(topic, alert_name(&s->event, a.ended, name)))
		return SUBSCRIBER_NOTHING;
	a.topic = alert_name(&s->event, false, name);
	a.position = alert->position;
	a.as_of_ms = alert->as_of_ms;
	return copy_take(&s->copy, &a) ? SUBSCRIBER_ALERT : SUBSCRIBER_NOTHING;
}

static enum subscriber_news
take_state(struct subscriber *s, struct text topic, struct text payload)
{
	if (s->event.kind == EVENT_SUMMARY)
		return take_summary(s, topic, payload);
	if (s->event.kind == EVENT_ALERT)
		return take_alert(s, topic, payload);
	return SUBSCRIBER_NOTHING;
}

static enum subscriber_news
take_live(struct subscriber *s, const struct text *frames, int64_t mono_ms)
{
	if (!decode(s, frames[0], frames[1]))
		return SUBSCRIBER_NOTHING;
	if (s->event.kind == EVENT_TICK) {
		take_tick(s, mono_ms);
		return SUBSCRIBER_TICK;
	}
	return take_state(s, frames[0], frames[1]);
}

static enum subscriber_news
take_snapshot_end(struct subscriber *s, struct text payload)
{
	struct snapshot_end end;
	struct position     position = {0}; /* how far the ledger was folded in it */
	struct text         plan = {s->prefix, strlen(s->prefix) - 1};

	if (wire_snapshot_end_decode(s->reader, payload.at, payload.len, &end, NULL) != 0 ||
	    end.count != s->snapshot.count)
		return SUBSCRIBER_NOTHING; /* not whole: asked for again when it is late */
	for (size_t i = 0; i < end.plans && i < sizeof(end.plan) / sizeof(end.plan[0]); i++)
		if (text_equal(end.plan[i], plan))
			position = end.position[i];
	copy_keep_round(&s->copy, s->snapshot.round, position);
	bus_unsubscribe(s->socket, text_of(s->snapshot.inbox));
	s->snapshot.inbox[0] = '\0';
	s->differs = false; /* the next tick says whether it helped */
	return SUBSCRIBER_SNAPSHOT;
}

static enum subscriber_news
take_inbox(struct subscriber *s, const struct text *frames, int64_t mono_ms)
{
	if (!text_equal(frames[0], text_of(s->snapshot.inbox)))
		return SUBSCRIBER_NOTHING; /* of an inbox given up on */
	if (frames[1].len == 0)
		return take_snapshot_end(s, frames[2]);
	s->snapshot.heard_ms = mono_ms;
	s->snapshot.count++;
	if (!decode(s, frames[1], frames[2]))
		return SUBSCRIBER_NOTHING;
	return take_state(s, frames[1], frames[2]);
}

/* Asked only when all that has come was taken: after a long pause the answer may be in it. */
static bool
is_late(const struct snapshot *answer, int64_t mono_ms)
{
	return answer->inbox[0] != '\0' && mono_ms - answer->heard_ms >= SNAPSHOT_MS;
}

enum subscriber_news
subscriber_next(struct subscriber *s, int64_t mono_ms, const struct event **event, bool *live)
{
	struct text          frames[3];
	size_t               count;
	enum bus_got         got;
	enum subscriber_news news = SUBSCRIBER_NOTHING;

	*event = &s->event;
	*live = false;
	if (s->snapshot.round == 0)
		ask(s, mono_ms);
	while (news == SUBSCRIBER_NOTHING &&
	    (got = bus_event_take(s->socket, frames, 3, &count)) != BUS_NOTHING) {
		if (got != BUS_MESSAGE || count < 2)
			continue;
		*live = count == 2;
		news = *live ? take_live(s, frames, mono_ms) : take_inbox(s, frames, mono_ms);
	}
	if (news == SUBSCRIBER_NOTHING && is_late(&s->snapshot, mono_ms))
		ask(s, mono_ms);
	return news;
}

const char *
subscriber_obstacle(struct subscriber *s)
{
	return bus_obstacle(s->socket);
}

bool
subscriber_in_step(const struct subscriber *s)
{
	return s->in_step;
}

struct text
subscriber_payload(const struct subscriber *s, struct text topic)
{
	return copy_payload(&s->copy, topic);
}

size_t
subscriber_topics(const struct subscriber *s)
{
	return s->copy.count - s->copy.alerts;
}
