#include "dashboard/mirror_items.h"

#include <stdlib.h>

#include "core/fnv.h"
#include "core/mem.h"

#define FIRST_SLOTS 256

static void
free_item(struct mirror_item *item)
{
	free(item->topic);
	buf_fini(&item->json);
}

void
items_fini(struct mirror_items *s)
{
	for (size_t i = 0; i < s->count; i++)
		free_item(&s->at[i]);
	free(s->at);
	free(s->slots);
	free(s->changed);
	*s = (struct mirror_items){0};
}

/* The slot of a topic: that of its item, or the free one where it belongs. */
static uint32_t *
slot_of(const struct mirror_items *s, struct text topic)
{
	size_t at = fnv_add(FNV_START, topic.at, topic.len) & (s->slot_count - 1);

	while (s->slots[at] != 0 && !text_equal(topic, text_of(s->at[s->slots[at] - 1].topic)))
		at = (at + 1) & (s->slot_count - 1);
	return &s->slots[at];
}

static void
index_items(struct mirror_items *s, size_t slot_count)
{
	free(s->slots);
	s->slots = mem_zeroed(slot_count, sizeof(s->slots[0]));
	s->slot_count = slot_count;
	for (size_t i = 0; i < s->count; i++)
		*slot_of(s, text_of(s->at[i].topic)) = (uint32_t)i + 1;
}

static struct mirror_item *
add(struct mirror_items *s, struct text topic, bool is_alert)
{
	if (s->count == s->room) {
		s->room = s->room > 0 ? 2 * s->room : FIRST_SLOTS / 2;
		s->at = mem_resized(s->at, s->room, sizeof(s->at[0]));
		s->changed = mem_resized(s->changed, s->room, sizeof(s->changed[0]));
	}
	s->at[s->count] = (struct mirror_item){
	    .topic = mem_copied(topic.at, topic.len),
	    .is_alert = is_alert,
	};
	s->alerts += is_alert;
	return &s->at[s->count++];
}

struct mirror_item *
items_get(struct mirror_items *s, struct text topic, bool is_alert)
{
	struct mirror_item *item;
	uint32_t           *slot;

	if (2 * (s->count + 1) > s->slot_count)
		index_items(s, s->slot_count > 0 ? 2 * s->slot_count : FIRST_SLOTS);
	slot = slot_of(s, topic);
	if (*slot != 0)
		return &s->at[*slot - 1];
	item = add(s, topic, is_alert);
	*slot = (uint32_t)s->count;
	return item;
}

const struct mirror_item *
items_find(const struct mirror_items *s, struct text topic)
{
	uint32_t slot = s->slot_count > 0 ? *slot_of(s, topic) : 0;

	return slot > 0 ? &s->at[slot - 1] : NULL;
}

/* Each item is in the list once, so that there is room for it. */
void
items_note_change(struct mirror_items *s, struct mirror_item *item)
{
	if (item->changed)
		return;
	item->changed = true;
	if (s->changed_end == s->room) {
		s->changed_end -= s->changed_first;
		memmove(s->changed, s->changed + s->changed_first,
		    s->changed_end * sizeof(s->changed[0]));
		s->changed_first = 0;
	}
	s->changed[s->changed_end++] = (uint32_t)(item - s->at);
}

bool
items_have_changes(const struct mirror_items *s)
{
	return s->changed_first < s->changed_end;
}

/* Adds the events of a kind, from those at `changed` or (NULL) all that stand. */
static void
write_kind(const struct mirror_items *s, const uint32_t *changed, size_t count, bool alerts,
    struct buf *out)
{
	const char *before = "";

	buf_addf(out, "\"%s\":[", alerts ? "alerts" : "events");
	for (size_t i = 0; i < count; i++) {
		const struct mirror_item *item = &s->at[changed != NULL ? changed[i] : i];

		if (item->is_alert != alerts || (changed == NULL && item->ended))
			continue;
		buf_addf(out, "%s", before);
		buf_add(out, item->json.at, item->json.len);
		before = ",";
	}
	buf_add(out, "]", 1);
}

static void
write_kinds(const struct mirror_items *s, const uint32_t *changed, size_t count, struct buf *out)
{
	write_kind(s, changed, count, false, out);
	buf_add(out, ",", 1);
	write_kind(s, changed, count, true, out);
}

void
items_take_changes(struct mirror_items *s, size_t bytes, struct buf *out)
{
	const uint32_t *from = s->changed + s->changed_first;
	size_t          count = 0, taken = 0;

	while (items_have_changes(s) && taken < bytes) {
		struct mirror_item *item = &s->at[s->changed[s->changed_first++]];

		item->changed = false;
		taken += item->json.len;
		count++;
	}
	write_kinds(s, from, count, out);
}

void
items_drop_changes(struct mirror_items *s)
{
	while (items_have_changes(s))
		s->at[s->changed[s->changed_first++]].changed = false;
}

void
items_write(const struct mirror_items *s, struct buf *out)
{
	write_kinds(s, NULL, s->count, out);
}

void
items_keep(struct mirror_items *s, items_keep_fn *keep, void *context)
{
	size_t kept = 0;

	s->changed_first = s->changed_end = s->alerts = 0;
	for (size_t i = 0; i < s->count; i++) {
		struct mirror_item *item = &s->at[i];

		if (!keep(context, item)) {
			free_item(item);
			continue;
		}
		s->alerts += item->is_alert;
		if (item->changed)
			s->changed[s->changed_end++] = (uint32_t)kept;
		s->at[kept++] = *item;
	}
	s->count = kept;
	if (s->slot_count > 0)
		index_items(s, s->slot_count);
}
