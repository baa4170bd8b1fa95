#include <stdlib.h>
#include <string.h>

#include "cli/watch_scene_inside.h"
#include "core/mem.h"

#define SAID_MAX 50 /* older words that the feed begins with */

struct scene_item *
scene_tell(struct scene *b, enum scene_news news, const struct scene_scope *s, struct scene_now now)
{
	struct scene_item *item = &b->feed[b->told % SCENE_FEED_MAX];

	*item = (struct scene_item){.number = ++b->told, .news = news, .wall_ms = now.wall_ms};
	if (s == NULL)
		return item;
	item->kind = s->kind;
	memcpy(item->name, s->name, sizeof(item->name));
	memcpy(item->key, s->key, sizeof(item->key));
	item->now = seen_figures_of(&s->summary);
	item->judgement = s->summary.judgement;
	return item;
}

const struct scene_item *
scene_item(const struct scene *b, uint64_t number)
{
	if (number == 0 || number > b->told || b->told - number >= SCENE_FEED_MAX)
		return NULL;
	return &b->feed[(number - 1) % SCENE_FEED_MAX];
}

struct said {
	const struct scene_scope *task;
	const struct scene_part  *part;
};

static int
newest_first(const void *a, const void *b)
{
	const struct said *x = a, *y = b;

	if (x->part->received_ms != y->part->received_ms)
		return x->part->received_ms > y->part->received_ms ? -1 : 1;
	return strverscmp(x->task->name, y->task->name);
}

static size_t
collect(const struct scene *b, struct said *all)
{
	size_t n = 0;

	for (size_t i = 0; i < b->count; i++) {
		const struct scene_scope *s = b->scopes[i];

		for (uint32_t j = 0; j < s->part_count; j++) {
			if (s->parts[j].state == REPORT_UNREPORTED)
				continue;
			if (all != NULL)
				all[n] = (struct said){s, &s->parts[j]};
			n++;
		}
	}
	return n;
}

void
scene_tell_said(struct scene *b)
{
	size_t       n = collect(b, NULL);
	struct said *all = mem_zeroed(n + 1, sizeof(*all));

	collect(b, all);
	qsort(all, n, sizeof(*all), newest_first);
	for (size_t i = n < SAID_MAX ? n : SAID_MAX; i-- > 0;) {
		const struct scene_part *p = all[i].part;
		struct scene_item       *item = scene_tell(
			  b, SCENE_SAID, all[i].task, (struct scene_now){.wall_ms = p->received_ms});

		memcpy(item->agency, p->agency, sizeof(item->agency));
		item->percent = p->percent;
	}
	free(all);
}
