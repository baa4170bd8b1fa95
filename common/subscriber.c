#include "common/subscriber.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "core/buf.h"
#include "core/fnv.h"
#include "core/mem.h"
#include "core/scope.h"

#define SNAPSHOT_MS  5000  /* for an answer to come in whole, before asking again */
#define DIFFERENT_MS 1000  /* how long the digest must differ before asking */
#define TOPICS_MAX   65536 /* more than any plan has scopes */
#define NONCE_BYTES  16
#define TOPIC_MAX    (2 * PLAN_ID_MAX + 64)
#define INBOX_SIZE   (sizeof("snap//") + 2 * NONCE_BYTES + PLAN_ID_MAX + 2)

/* One topic of the copy. topic.at NULL: a free slot. */
struct entry {
	struct text     topic; /* owned */
	struct buf      payload;
	struct position position;
	int64_t         as_of_ms;
	uint64_t        digest; /* what it adds to the copy's */
	uint64_t        round;  /* the snapshot during which it was last heard */
};

/* The answer that is being waited for. */
struct snapshot {
	char     inbox[INBOX_SIZE]; /* "": none */
	int64_t  asked_ms;          /* monotonic */
	uint64_t count;             /* messages so far */
	uint64_t round;             /* rises with each */
};

struct subscriber {
	struct bus_socket  *socket; /* owned */
	struct wire_reader *reader; /* owned */
	struct event        event;
	char                prefix[PLAN_ID_MAX + 2]; /* "ipr-2026/" */

	struct entry *slots; /* owned; a power of two, at most half full */
	size_t        room, count;
	uint64_t      digest; /* the copy's: the sum over its topics */

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
	s->snapshot.asked_ms = mono_ms;
	s->snapshot.count = 0;
	s->snapshot.round++;
	bus_subscribe(s->socket, text_of(s->snapshot.inbox));
}

struct subscriber *
subscriber_open(struct bus *b, const char *endpoint, const char *plan, struct err *e)
{
	struct subscriber *s;
	struct bus_socket *socket;

	if (!text_is_name(text_of(plan), PLAN_ID_MAX)) {
		err_set(e, ERR_USAGE, "'%.80s' is not the name of a plan", plan);
		return NULL;
	}
	if ((socket = bus_sub(b, endpoint, e)) == NULL)
		return NULL;
	s = mem_zeroed(1, sizeof(*s));
	s->socket = socket;
	s->reader = wire_reader_new();
	snprintf(s->prefix, sizeof(s->prefix), "%s/", plan);
	s->room = 256;
	s->slots = mem_zeroed(s->room, sizeof(*s->slots));
	/* Live first: what changes while the snapshot is made is then not missed. */
	bus_subscribe(s->socket, text_of(s->prefix));
	return s;
}

static void
entry_fini(struct entry *en)
{
	free((void *)en->topic.at);
	buf_fini(&en->payload);
}

void
subscriber_close(struct subscriber *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->room; i++)
		entry_fini(&s->slots[i]);
	free(s->slots);
	wire_reader_free(s->reader);
	bus_socket_close(s->socket);
	free(s);
}

struct bus_socket *
subscriber_socket(struct subscriber *s)
{
	return s->socket;
}

/* The slot of a topic, or the free one where it would go. */
static struct entry *
slot_of(const struct subscriber *s, struct text topic)
{
	size_t i = (size_t)fnv_add(FNV_START, topic.at, topic.len) & (s->room - 1);

	while (s->slots[i].topic.at != NULL && !text_equal(s->slots[i].topic, topic))
		i = (i + 1) & (s->room - 1);
	return &s->slots[i];
}

/* Moves the entries for which keep() holds to a new row of slots. */
static void
rehash(struct subscriber *s, size_t room, bool (*keep)(const struct entry *, const void *),
    const void *ctx)
{
	struct entry *old = s->slots;
	size_t        old_room = s->room;

	s->slots = mem_zeroed(room, sizeof(*s->slots));
	s->room = room;
	for (size_t i = 0; i < old_room; i++) {
		if (old[i].topic.at == NULL)
			continue;
		if (keep != NULL && !keep(&old[i], ctx)) {
			s->digest -= old[i].digest;
			s->count--;
			entry_fini(&old[i]);
			continue;
		}
		*slot_of(s, old[i].topic) = old[i];
	}
	free(old);
}

static struct entry *
entry_for(struct subscriber *s, struct text topic)
{
	struct entry *en = slot_of(s, topic);

	if (en->topic.at != NULL)
		return en;
	if (s->count >= TOPICS_MAX)
		return NULL;
	if ((s->count + 1) * 2 > s->room) {
		rehash(s, s->room * 2, NULL, NULL);
		en = slot_of(s, topic);
	}
	*en = (struct entry){
	    .topic = {mem_copied(topic.at, topic.len), topic.len},
	    .as_of_ms = INT64_MIN,
	};
	s->count++;
	return en;
}

static bool
is_older(const struct summary *sum, const struct entry *en)
{
	int order = position_compare(sum->position, en->position);

	return order < 0 || (order == 0 && sum->as_of_ms < en->as_of_ms);
}

/* Puts a summary into the copy unless it is older than what is there. Returns
 * whether the copy changed. */
static bool
take_summary(struct subscriber *s, struct text topic, struct text payload)
{
	const struct summary *sum = &s->event.summary;
	struct entry         *en = entry_for(s, topic);

	if (en == NULL)
		return false;
	en->round = s->snapshot.round;
	if (is_older(sum, en))
		return false;
	en->position = sum->position;
	en->as_of_ms = sum->as_of_ms;
	if (en->payload.len > 0 && text_equal(buf_text(&en->payload), payload))
		return false;
	s->digest -= en->digest;
	buf_reset(&en->payload);
	buf_add(&en->payload, payload.at, payload.len);
	en->digest = wire_event_digest(topic, payload);
	s->digest += en->digest;
	return true;
}

/* After a difference that a whole snapshot did not mend (the aggregator's ledger
 * went back, say), the next snapshot is believed whatever its positions. */
static void
forget_order(struct subscriber *s)
{
	for (size_t i = 0; i < s->room; i++) {
		s->slots[i].position = (struct position){0};
		s->slots[i].as_of_ms = INT64_MIN;
	}
}

static void
take_tick(struct subscriber *s, int64_t mono_ms)
{
	const struct tick *t = &s->event.tick;

	s->in_step = t->digest == s->digest && t->topics == s->count;
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
	if (s->distrust)
		forget_order(s);
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

/* True if ev is a summary and the topic the one of its scope: nothing is shown under
 * another's name. */
static bool
is_its_topic(const struct event *ev, struct text topic)
{
	const struct summary *m = &ev->summary;
	char                  want[SCOPE_TOPIC_SIZE];
	int                   len;

	if (ev->kind != EVENT_SUMMARY)
		return false;
	len = snprintf(want, sizeof(want), "%.*s/%s/%.*s%s", (int)m->plan.len, m->plan.at,
	    scope_kind_name(m->kind), (int)m->key.len, m->key.len > 0 ? m->key.at : "",
	    m->key.len > 0 ? "/" : "");
	return text_equal(topic, (struct text){want, (size_t)len});
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
	if (!is_its_topic(&s->event, frames[0]) || !take_summary(s, frames[0], frames[1]))
		return SUBSCRIBER_NOTHING;
	return SUBSCRIBER_SUMMARY;
}

/* A snapshot that is whole: which one, and how far the ledger was folded in it. */
struct whole {
	uint64_t        round;
	struct position position;
};

/* True for what is to stay when a snapshot is whole: what was heard since it was
 * asked for, and what is newer than it. The rest no longer exists. */
static bool
still_exists(const struct entry *en, const void *ctx)
{
	const struct whole *w = ctx;

	return en->round == w->round || position_compare(en->position, w->position) > 0;
}

static enum subscriber_news
take_snapshot_end(struct subscriber *s, struct text payload)
{
	struct snapshot_end end;
	struct whole        whole = {.round = s->snapshot.round};
	struct text         plan = {s->prefix, strlen(s->prefix) - 1};

	if (wire_snapshot_end_decode(s->reader, payload.at, payload.len, &end, NULL) != 0 ||
	    end.count != s->snapshot.count)
		return SUBSCRIBER_NOTHING; /* not whole: asked for again when it is late */
	for (size_t i = 0; i < end.plans && i < sizeof(end.plan) / sizeof(end.plan[0]); i++)
		if (text_equal(end.plan[i], plan))
			whole.position = end.position[i];
	rehash(s, s->room, still_exists, &whole);
	bus_unsubscribe(s->socket, text_of(s->snapshot.inbox));
	s->snapshot.inbox[0] = '\0';
	s->differs = false; /* the next tick says whether it helped */
	return SUBSCRIBER_SNAPSHOT;
}

static enum subscriber_news
take_inbox(struct subscriber *s, const struct text *frames)
{
	if (!text_equal(frames[0], text_of(s->snapshot.inbox)))
		return SUBSCRIBER_NOTHING; /* of an inbox given up on */
	if (frames[1].len == 0)
		return take_snapshot_end(s, frames[2]);
	s->snapshot.count++;
	if (!decode(s, frames[1], frames[2]) || !is_its_topic(&s->event, frames[1]) ||
	    !take_summary(s, frames[1], frames[2]))
		return SUBSCRIBER_NOTHING;
	return SUBSCRIBER_SUMMARY;
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
	if (s->snapshot.round == 0 ||
	    (s->snapshot.inbox[0] != '\0' && mono_ms - s->snapshot.asked_ms >= SNAPSHOT_MS))
		ask(s, mono_ms);
	while (news == SUBSCRIBER_NOTHING &&
	    (got = bus_event_take(s->socket, frames, 3, &count)) != BUS_NOTHING) {
		if (got != BUS_MESSAGE || count < 2)
			continue;
		*live = count == 2;
		news = *live ? take_live(s, frames, mono_ms) : take_inbox(s, frames);
	}
	return news;
}

bool
subscriber_in_step(const struct subscriber *s)
{
	return s->in_step;
}

struct text
subscriber_payload(const struct subscriber *s, struct text topic)
{
	const struct entry *en = slot_of(s, topic);

	return en->topic.at == NULL ? (struct text){0} : buf_text(&en->payload);
}

size_t
subscriber_topics(const struct subscriber *s)
{
	return s->count;
}
