#include "common/subscriber_copy.h"

#include <stdlib.h>

#include "core/buf.h"
#include "core/fnv.h"
#include "core/mem.h"
#include "core/wire_event.h"

#define TOPICS_MAX 131072 /* more than any plan has scopes and alerts */
#define ROOM_FIRST 256

/* topic.at NULL: a free slot. */
struct copy_entry {
	struct text     topic; /* owned */
	struct buf      payload;
	struct position position;
	int64_t         as_of_ms;
	bool            alert, ended;
	uint64_t        digest; /* what it adds to the copy's; 0 of an alert */
	uint64_t        round;  /* the snapshot during which it was last heard */
};

void
copy_init(struct copy *c)
{
	*c = (struct copy){.room = ROOM_FIRST};
	c->slots = mem_zeroed(c->room, sizeof(*c->slots));
}

static void
entry_fini(struct copy_entry *en)
{
	free((void *)en->topic.at);
	buf_fini(&en->payload);
}

void
copy_fini(struct copy *c)
{
	for (size_t i = 0; i < c->room; i++)
		entry_fini(&c->slots[i]);
	free(c->slots);
}

/* The slot of a topic, or the free one where it would go. */
static struct copy_entry *
slot_of(const struct copy *c, struct text topic)
{
	size_t i = (size_t)fnv_add(FNV_START, topic.at, topic.len) & (c->room - 1);

	while (c->slots[i].topic.at != NULL && !text_equal(c->slots[i].topic, topic))
		i = (i + 1) & (c->room - 1);
	return &c->slots[i];
}

/* Moves the entries for which keep() holds to a new row of slots. */
static void
rehash(struct copy *c, size_t room, bool (*keep)(const struct copy_entry *, const void *),
    const void *ctx)
{
	struct copy_entry *old = c->slots;
	size_t             old_room = c->room;

	c->slots = mem_zeroed(room, sizeof(*c->slots));
	c->room = room;
	for (size_t i = 0; i < old_room; i++) {
		if (old[i].topic.at == NULL)
			continue;
		if (keep != NULL && !keep(&old[i], ctx)) {
			c->digest -= old[i].digest;
			c->alerts -= old[i].alert;
			c->count--;
			entry_fini(&old[i]);
			continue;
		}
		*slot_of(c, old[i].topic) = old[i];
	}
	free(old);
}

static struct copy_entry *
entry_for(struct copy *c, const struct copy_arrival *a)
{
	struct copy_entry *en = slot_of(c, a->topic);

	if (en->topic.at != NULL)
		return en;
	if (c->count >= TOPICS_MAX)
		return NULL;
	if ((c->count + 1) * 2 > c->room) {
		rehash(c, c->room * 2, NULL, NULL);
		en = slot_of(c, a->topic);
	}
	*en = (struct copy_entry){
	    .topic = {mem_copied(a->topic.at, a->topic.len), a->topic.len},
	    .as_of_ms = INT64_MIN,
	    .alert = a->alert,
	};
	c->count++;
	c->alerts += a->alert;
	return en;
}

static bool
is_older(const struct copy_arrival *a, const struct copy_entry *en)
{
	int order = position_compare(a->position, en->position);

	return order < 0 || (order == 0 && a->as_of_ms < en->as_of_ms);
}

bool
copy_take(struct copy *c, const struct copy_arrival *a)
{
	struct copy_entry *en = entry_for(c, a);

	if (en == NULL)
		return false;
	en->round = a->round;
	if (is_older(a, en))
		return false;
	en->position = a->position;
	en->as_of_ms = a->as_of_ms;
	if (en->payload.len > 0 && text_equal(buf_text(&en->payload), a->payload))
		return false;
	en->ended = a->ended;
	c->digest -= en->digest;
	buf_reset(&en->payload);
	buf_add(&en->payload, a->payload.at, a->payload.len);
	en->digest = a->alert ? 0 : wire_event_digest(a->topic, a->payload);
	c->digest += en->digest;
	return true;
}

struct whole {
	uint64_t        round;
	struct position position;
};

static bool
still_exists(const struct copy_entry *en, const void *ctx)
{
	const struct whole *w = ctx;

	return en->round == w->round || position_compare(en->position, w->position) > 0;
}

void
copy_keep_round(struct copy *c, uint64_t round, struct position position)
{
	struct whole whole = {round, position};

	rehash(c, c->room, still_exists, &whole);
}

void
copy_forget_order(struct copy *c)
{
	for (size_t i = 0; i < c->room; i++) {
		c->slots[i].position = (struct position){0};
		c->slots[i].as_of_ms = INT64_MIN;
	}
}

struct text
copy_payload(const struct copy *c, struct text topic)
{
	const struct copy_entry *en = slot_of(c, topic);

	return en->topic.at == NULL || en->ended ? (struct text){0} : buf_text(&en->payload);
}
