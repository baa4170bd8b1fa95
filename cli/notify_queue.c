#include "cli/notify_queue.h"

#include <stdlib.h>

#include "core/fnv.h"
#include "core/mem.h"

#define SLOTS_FIRST 64
#define NEVER       INT64_MAX

struct notify_queue {
	struct notify_entry **entries; /* owned, like each of them */
	size_t                count, room;
	uint32_t             *slots;      /* owned; index + 1 of an entry by its key, 0: free */
	size_t                slot_count; /* a power of two, at most half full */
	size_t                waiting;
	uint64_t              arrivals, seed;
};

struct notify_queue *
notify_queue_new(uint64_t seed)
{
	struct notify_queue *q = mem_zeroed(1, sizeof(*q));

	q->seed = seed;
	q->slot_count = SLOTS_FIRST;
	q->slots = mem_zeroed(q->slot_count, sizeof(q->slots[0]));
	return q;
}

static void
notice_drop(struct notice *n)
{
	free(n->id);
	free(n->body);
	*n = (struct notice){0};
}

static void
entry_clear(struct notify_entry *en)
{
	notice_drop(&en->told);
	for (size_t i = 0; i < en->count; i++)
		notice_drop(&en->waiting[i]);
	en->count = 0;
}

void
notify_queue_free(struct notify_queue *q)
{
	if (q == NULL)
		return;
	for (size_t i = 0; i < q->count; i++) {
		entry_clear(q->entries[i]);
		free(q->entries[i]);
	}
	free(q->entries);
	free(q->slots);
	free(q);
}

const struct notice *
notify_entry_newest(const struct notify_entry *en)
{
	return en->count > 0 ? &en->waiting[en->count - 1] : &en->told;
}

static struct notice_name
name_of(const struct notice *n)
{
	struct notice_name name;

	notice_parse(text_of(n->id), &name);
	return name;
}

static enum notice_kind
kind_of(const struct notice *n)
{
	return name_of(n).kind;
}

static struct text
key_of(const struct notify_entry *en)
{
	return name_of(notify_entry_newest(en)).key;
}

/* The slot that has the key, or the free one where it would go. */
static uint32_t *
slot_of(const struct notify_queue *q, struct text key)
{
	size_t i = (size_t)fnv_add(FNV_START, key.at, key.len) & (q->slot_count - 1);

	while (q->slots[i] != 0 && !text_equal(key_of(q->entries[q->slots[i] - 1]), key))
		i = (i + 1) & (q->slot_count - 1);
	return &q->slots[i];
}

static struct notify_entry *
find(const struct notify_queue *q, struct text key)
{
	uint32_t at = *slot_of(q, key);

	return at == 0 ? NULL : q->entries[at - 1];
}

const struct notify_entry *
notify_queue_find(const struct notify_queue *q, struct text id)
{
	struct notice_name name;

	return notice_parse(id, &name) ? find(q, name.key) : NULL;
}

static void
grow_slots(struct notify_queue *q)
{
	free(q->slots);
	q->slot_count *= 2;
	q->slots = mem_zeroed(q->slot_count, sizeof(q->slots[0]));
	for (size_t i = 0; i < q->count; i++)
		*slot_of(q, key_of(q->entries[i])) = (uint32_t)i + 1;
}

/* An empty entry for a key that has none; its first notice has to follow at once. */
static struct notify_entry *
add_entry(struct notify_queue *q, struct text key)
{
	struct notify_entry *en = mem_zeroed(1, sizeof(*en));

	if ((q->count + 1) * 2 > q->slot_count)
		grow_slots(q);
	if (q->count == q->room) {
		q->room = q->room > 0 ? 2 * q->room : SLOTS_FIRST;
		q->entries = mem_resized(q->entries, q->room, sizeof(q->entries[0]));
	}
	*slot_of(q, key) = (uint32_t)q->count + 1;
	backoff_init(&en->pause, NOTIFY_PAUSE_MAX, q->seed + q->count);
	q->entries[q->count++] = en;
	return en;
}

bool
notify_queue_full(const struct notify_queue *q)
{
	return q->count >= NOTIFY_ENTRIES_MAX;
}

static struct notice
notice_of(struct notify_queue *q, struct text id, struct text body)
{
	return (struct notice){
	    .id = mem_copied(id.at, id.len),
	    .body = body.at != NULL ? mem_copied(body.at, body.len) : NULL,
	    .order = q->arrivals++,
	};
}

static void
remove_waiting(struct notify_queue *q, struct notify_entry *en, size_t i)
{
	notice_drop(&en->waiting[i]);
	en->count--;
	memmove(&en->waiting[i], &en->waiting[i + 1], (en->count - i) * sizeof(en->waiting[0]));
	q->waiting--;
}

/* Leaves out what need not be told any more if more wait than may. */
static void
settle(struct notify_queue *q, struct notify_entry *en)
{
	size_t first = en->under_way ? 1 : 0, i = first;
	bool   reminders = en->count > 0 && kind_of(&en->waiting[0]) == NOTICE_REMINDER;
	size_t limit = reminders ? 1 : NOTIFY_WAITING_MAX;

	if (en->count - first <= limit)
		return;
	while (i + 2 < en->count && kind_of(&en->waiting[i]) != kind_of(&en->waiting[i + 1]))
		i++;
	if (kind_of(&en->waiting[i]) == kind_of(&en->waiting[i + 1])) {
		remove_waiting(q, en, i);
		return;
	}
	i = first + (kind_of(&en->waiting[first]) == NOTICE_RAISED ? 0 : 1);
	remove_waiting(q, en, i);
	remove_waiting(q, en, i);
}

/* Whether something is news after the newest that is known. What ended unheard has the
 * place of the alert it ends (notice_end_id()). */
static bool
is_news(const struct notify_entry *en, const struct notice_name *name)
{
	struct notice_name newest;
	int                order;

	if (en == NULL)
		return name->kind != NOTICE_ENDED;
	newest = name_of(notify_entry_newest(en));
	order = notice_compare(name, &newest);
	if (name->kind == NOTICE_ENDED)
		return newest.kind == NOTICE_RAISED && order >= 0;
	return order > 0;
}

struct notify_entry *
notify_queue_enter(struct notify_queue *q, struct text id, struct text body)
{
	struct notify_entry *en;
	struct notice_name   name;

	if (!notice_parse(id, &name) || !notice_body_ok(body))
		return NULL;
	en = find(q, name.key);
	if (!is_news(en, &name) || (en == NULL && notify_queue_full(q)))
		return NULL;
	if (en == NULL)
		en = add_entry(q, name.key);
	en->waiting[en->count++] = notice_of(q, id, body);
	q->waiting++;
	settle(q, en);
	return en;
}

static void
take_as_told(struct notify_entry *en, struct notice *n)
{
	notice_drop(&en->told);
	en->told = *n;
	if (kind_of(n) != NOTICE_RAISED) {
		free(en->told.body);
		en->told.body = NULL;
	}
	*n = (struct notice){0};
}

struct notify_entry *
notify_queue_pass(struct notify_queue *q, struct text id, struct text body)
{
	struct notify_entry *en = notify_queue_enter(q, id, body);

	if (en == NULL)
		return NULL;
	en->under_way = en->count == 1;
	if (en->under_way)
		notify_queue_done(q, en);
	return en;
}

/* All of one key, each newer than the one before. */
static bool
follows(struct text id, struct notice_name *last, bool is_first)
{
	struct notice_name name;
	bool               ok = notice_parse(id, &name);

	ok = ok &&
	    (is_first ||
		(text_equal(name.key, last->key) && text_equal(name.plan, last->plan) &&
		    notice_compare(&name, last) >= (name.kind == NOTICE_ENDED ? 0 : 1)));
	*last = name;
	return ok;
}

static bool
may_restore(struct text told_id, struct text told_body, const struct text *ids,
    const struct text *bodies, size_t count, struct notice_name *name)
{
	bool is_first = told_id.at == NULL;

	if (count > NOTIFY_WAITING_MAX + 1 || (is_first && count == 0))
		return false;
	if (!is_first && !follows(told_id, name, true))
		return false;
	if ((told_body.at != NULL) != (!is_first && name->kind == NOTICE_RAISED) ||
	    (told_body.at != NULL && !notice_body_ok(told_body)))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!follows(ids[i], name, is_first && i == 0) || !notice_body_ok(bodies[i]))
			return false;
	return true;
}

bool
notify_queue_restore(struct notify_queue *q, struct text told_id, struct text told_body,
    const struct text *ids, const struct text *bodies, size_t count)
{
	struct notice_name   name;
	struct notify_entry *en;

	if (!may_restore(told_id, told_body, ids, bodies, count, &name))
		return false;
	if ((en = find(q, name.key)) == NULL) {
		if (notify_queue_full(q))
			return false;
		en = add_entry(q, name.key);
	}
	q->waiting += count - en->count;
	entry_clear(en);
	if (told_id.at != NULL)
		en->told = notice_of(q, told_id, told_body);
	for (size_t i = 0; i < count; i++)
		en->waiting[en->count++] = notice_of(q, ids[i], bodies[i]);
	settle(q, en);
	return true;
}

static bool
is_idle(const struct notify_entry *en)
{
	return en->count > 0 && !en->under_way && en->again_ms != NEVER;
}

/* What was tried less often goes first, so that one that is never taken keeps no other
 * waiting; then what came first. */
static bool
goes_before(const struct notify_entry *a, const struct notify_entry *b)
{
	if (a->attempts != b->attempts)
		return a->attempts < b->attempts;
	return a->waiting[0].order < b->waiting[0].order;
}

struct notify_entry *
notify_queue_next(struct notify_queue *q, int64_t mono_ms)
{
	struct notify_entry *next = NULL;

	for (size_t i = 0; i < q->count && q->waiting > 0; i++) {
		struct notify_entry *en = q->entries[i];

		if (is_idle(en) && en->again_ms <= mono_ms &&
		    (next == NULL || goes_before(en, next)))
			next = en;
	}
	if (next != NULL)
		next->under_way = true;
	return next;
}

int64_t
notify_queue_when(const struct notify_queue *q)
{
	int64_t when = -1;

	for (size_t i = 0; i < q->count && q->waiting > 0; i++) {
		const struct notify_entry *en = q->entries[i];

		if (is_idle(en) && (when < 0 || en->again_ms < when))
			when = en->again_ms;
	}
	return when;
}

void
notify_queue_done(struct notify_queue *q, struct notify_entry *en)
{
	take_as_told(en, &en->waiting[0]);
	remove_waiting(q, en, 0);
	en->under_way = false;
	en->attempts = 0;
	en->again_ms = 0;
	backoff_reset(&en->pause);
}

int64_t
notify_queue_failed(struct notify_queue *q, struct notify_entry *en, int64_t mono_ms)
{
	int64_t pause_ms = backoff_next(&en->pause);

	en->under_way = false;
	en->attempts++;
	en->again_ms = mono_ms + pause_ms;
	settle(q, en);
	return pause_ms;
}

void
notify_queue_give_up(struct notify_entry *en)
{
	en->again_ms = NEVER;
}

const struct notify_entry *
notify_queue_at(const struct notify_queue *q, size_t i)
{
	return i < q->count ? q->entries[i] : NULL;
}

size_t
notify_queue_waiting(const struct notify_queue *q)
{
	return q->waiting;
}
