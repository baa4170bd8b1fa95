#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/watch_scene_inside.h"
#include "core/mem.h"

/* By kind, then "2" before "10" and "2.9" before "2.10". */
static int
compare(const struct scene_scope *s, enum scope_kind kind, const char *name)
{
	if (s->kind != kind)
		return s->kind < kind ? -1 : 1;
	return strverscmp(s->name, name);
}

static size_t
place_of(const struct scene *b, enum scope_kind kind, const char *name)
{
	size_t low = 0, high = b->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(b->scopes[middle], kind, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct scene_scope *
scene_find(const struct scene *b, enum scope_kind kind, const char *name)
{
	size_t i = place_of(b, kind, name);

	return i < b->count && compare(b->scopes[i], kind, name) == 0 ? b->scopes[i] : NULL;
}

struct scene_scope *
scene_place(struct scene *b, enum scope_kind kind, struct text key)
{
	char                name[SCOPE_NAME_SIZE];
	struct scene_scope *s = scene_find(b, kind, scope_name(kind, key, name));
	size_t              i;

	if (s != NULL)
		return s;
	if (b->count == b->room) {
		b->room = b->room == 0 ? 256 : b->room * 2;
		b->scopes = mem_resized(b->scopes, b->room, sizeof(struct scene_scope *));
	}
	s = mem_zeroed(1, sizeof(*s));
	s->kind = kind;
	memcpy(s->name, name, sizeof(name));
	snprintf(s->key, sizeof(s->key), "%.*s", (int)key.len, key.len > 0 ? key.at : "");
	i = place_of(b, kind, name);
	memmove(&b->scopes[i + 1], &b->scopes[i], (b->count - i) * sizeof(struct scene_scope *));
	b->scopes[i] = s;
	b->count++;
	b->settled = false;
	return s;
}

void
scene_drop(struct scene *b, size_t i)
{
	free(b->scopes[i]->parts);
	free(b->scopes[i]);
	b->count--;
	memmove(&b->scopes[i], &b->scopes[i + 1], (b->count - i) * sizeof(struct scene_scope *));
	b->settled = false;
}

const struct scene_scope *
scene_scope(const struct scene *b, const char *name)
{
	enum scope_kind kind;

	if (!scope_kind_parse((struct text){name, strcspn(name, "/")}, &kind))
		return NULL;
	return scene_find(b, kind, name);
}

const struct scene_scope *
scene_overall(const struct scene *b)
{
	const struct scene_scope *s = scene_find(b, SCOPE_OVERALL, "overall");

	return s != NULL && s->known ? s : NULL;
}

static bool
is_news(const struct scene_part *was, const struct scene_part *now)
{
	return was->state != now->state || was->percent != now->percent ||
	    was->received_ms != now->received_ms;
}

static const struct scene_part *
part_of(const struct scene_scope *s, const char *agency, uint32_t at)
{
	if (at < s->part_count && strcmp(s->parts[at].agency, agency) == 0)
		return &s->parts[at];
	for (uint32_t i = 0; i < s->part_count; i++) {
		if (strcmp(s->parts[i].agency, agency) == 0)
			return &s->parts[i];
	}
	return NULL;
}

/* The agency and the task have been heard of then. */
static void
hear(struct scene *b, struct scene_scope *task, const struct scene_part *p)
{
	struct scene_scope *agency;

	if (p->state == REPORT_UNREPORTED)
		return;
	if (p->received_ms > task->heard_ms)
		task->heard_ms = p->received_ms;
	agency = scene_place(b, SCOPE_AGENCY, text_of(p->agency));
	if (p->received_ms <= agency->heard_ms)
		return;
	agency->heard_ms = p->received_ms;
	agency->heard_task = (uint32_t)strtoul(task->key, NULL, 10);
}

static void
speak(struct scene_item *item, const struct scene_part *p)
{
	if (item->agency[0] != '\0') {
		item->others++;
		return;
	}
	memcpy(item->agency, p->agency, sizeof(item->agency));
	item->percent = p->percent;
}

void
scene_take_parts(
    struct scene *b, struct scene_scope *s, const struct summary *sum, struct scene_item *item)
{
	struct scene_part *parts = mem_zeroed(sum->part_count + 1, sizeof(*parts));

	for (uint32_t i = 0; i < sum->part_count; i++) {
		const struct summary_part *from = &sum->parts[i];
		const struct scene_part   *was;

		parts[i] = (struct scene_part){
		    .lead = from->lead, .state = from->state, .percent = from->percent};
		if (from->state != REPORT_UNREPORTED) {
			parts[i].at_ms = from->at_ms;
			parts[i].received_ms = from->received_ms;
		}
		snprintf(parts[i].agency, sizeof(parts[i].agency), "%.*s", (int)from->agency.len,
		    from->agency.at);
		was = part_of(s, parts[i].agency, i);
		if (was != NULL && !is_news(was, &parts[i]))
			continue;
		hear(b, s, &parts[i]);
		if (was != NULL)
			speak(item, &parts[i]);
	}
	free(s->parts);
	s->parts = parts;
	s->part_count = sum->part_count;
}
