/*
 * mirror_items -- the last event of each topic as JSON, and which of them have changed; for
 * dashboard/mirror.c.
 */
#ifndef TUIJIN_DASHBOARD_MIRROR_ITEMS_H
#define TUIJIN_DASHBOARD_MIRROR_ITEMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/position.h"

/* A scope's summary, or an alert. */
struct mirror_item {
	char           *topic; /* owned; of an alert where it is raised */
	struct buf      json;  /* owned; empty while it is new */
	struct position position;
	int64_t         as_of_ms;
	bool            is_alert, ended;
	bool            changed; /* and nobody was told yet */
};

/* Zero is an empty one. */
struct mirror_items {
	struct mirror_item *at; /* owned, in the order they came */
	size_t              count, room;
	size_t              alerts; /* how many of the count */
	uint32_t           *slots;  /* owned; open addressing: 1 + index of an item, or 0 */
	size_t              slot_count;
	uint32_t           *changed; /* owned, room of them: indices, in the order they changed */
	size_t              changed_first, changed_end;
};

void items_fini(struct mirror_items *s);

/* The item of a topic, made if there is none; and NULL if there is none. Lasts until the
 * next call of the first or of items_keep(). */
struct mirror_item       *items_get(struct mirror_items *s, struct text topic, bool is_alert);
const struct mirror_item *items_find(const struct mirror_items *s, struct text topic);

void items_note_change(struct mirror_items *s, struct mirror_item *item);
bool items_have_changes(const struct mirror_items *s);

/* Writes what has changed and forgets that it did, until it is `bytes` or more; forgets it
 * alone; writes all that stand. As the members of a JSON object: "events", "alerts". */
void items_take_changes(struct mirror_items *s, size_t bytes, struct buf *out);
void items_drop_changes(struct mirror_items *s);
void items_write(const struct mirror_items *s, struct buf *out);

/* Drops those that keep() does not want. */
typedef bool items_keep_fn(void *context, const struct mirror_item *item);
void         items_keep(struct mirror_items *s, items_keep_fn *keep, void *context);

#endif
