#include "cli/watch_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/watch_scene_inside.h"
#include "core/mem.h"

struct scene *
scene_new(const char *plan_id, const struct plan *p, struct scene_now now)
{
	struct scene *b = mem_zeroed(1, sizeof(*b));

	b->plan_id = mem_copied(plan_id, strlen(plan_id));
	b->plan = p;
	b->feed = mem_zeroed(SCENE_FEED_MAX, sizeof(b->feed[0]));
	b->heard = now;
	b->second = now.mono_ms / 1000;
	b->in_step = true;
	return b;
}

void
scene_free(struct scene *b)
{
	if (b == NULL)
		return;
	while (b->count > 0)
		scene_drop(b, b->count - 1);
	free(b->scopes);
	free(b->feed);
	free(b->plan_id);
	free(b);
}

void
scene_use_plan(struct scene *b, const struct plan *p)
{
	b->plan = p;
	b->settled = false;
}

/* Seconds that have passed without an event count 0. */
static void
turn_seconds(struct scene *b, int64_t mono_ms)
{
	int64_t second = mono_ms / 1000;

	if (second - b->second >= SCENE_SECONDS) {
		memset(b->seconds, 0, sizeof(b->seconds));
		b->second = second;
	}
	while (b->second < second)
		b->seconds[++b->second % SCENE_SECONDS] = 0;
}

static void
count_event(struct scene *b, int64_t mono_ms)
{
	turn_seconds(b, mono_ms);
	b->seconds[b->second % SCENE_SECONDS]++;
	b->events++;
}

uint32_t
scene_second(const struct scene *b, int64_t mono_ms, int ago)
{
	int64_t second = mono_ms / 1000 - ago;

	if (second > b->second || second <= b->second - SCENE_SECONDS || second < 0)
		return 0;
	return b->seconds[second % SCENE_SECONDS];
}

uint32_t
scene_rate(const struct scene *b, int64_t mono_ms, int seconds)
{
	uint64_t sum = 0;

	for (int ago = 1; ago <= seconds; ago++)
		sum += scene_second(b, mono_ms, ago);
	return (uint32_t)(sum * 100 / (uint64_t)seconds);
}

static void
note_revision(struct scene *b, uint32_t revision, struct scene_now now)
{
	if (revision <= b->revision)
		return;
	if (b->revision != 0 && b->whole)
		scene_tell(b, SCENE_REVISED, NULL, now)->revision = revision;
	b->revision = revision;
}

/* Whether a change is worth a line: of a task any, of what is above it its light. */
static bool
is_worth_telling(const struct scene_item *item, const struct seen_figures *now)
{
	if (item->kind != SCOPE_TASK)
		return item->was_known && item->was.light != now->light;
	return !item->was_known || item->agency[0] != '\0' || !seen_same(&item->was, now);
}

static void
note_move(struct scene_scope *s, const struct scene_item *item, const struct seen_figures *f,
    int64_t mono_ms)
{
	if (!item->was_known || item->was.percent == f->percent)
		return;
	s->moved_ms = mono_ms;
	s->rose = item->was.percent < f->percent;
}

static void
take_summary(struct scene *b, const struct summary *sum, struct scene_now now)
{
	struct scene_scope *s = scene_place(b, sum->kind, sum->key);
	struct seen_figures f = seen_figures_of(sum);
	struct scene_item   item = {.kind = sum->kind, .was_known = s->known}, *told;

	if (s->known)
		item.was = seen_figures_of(&s->summary);
	scene_take_parts(b, s, sum, &item);
	s->known = true;
	s->summary = *sum;
	s->summary.plan = s->summary.key = (struct text){0};
	s->summary.parts = NULL;
	s->summary.part_count = 0;
	b->settled = false;
	note_revision(b, sum->revision, now);
	if (!b->whole)
		return;
	note_move(s, &item, &f, now.mono_ms);
	if (!is_worth_telling(&item, &f))
		return;
	told = scene_tell(b, SCENE_CHANGED, s, now);
	told->was_known = item.was_known;
	told->was = item.was;
	memcpy(told->agency, item.agency, sizeof(item.agency));
	told->others = item.others;
	told->percent = item.percent;
}

static struct scene_item *
tell_alert(struct scene *b, const struct scene_scope *s, enum alarm what, bool standing,
    struct scene_now now)
{
	struct scene_item *item = scene_tell(b, SCENE_ALERT, s, now);

	item->what = what;
	item->standing = standing;
	return item;
}

static void
take_alert(struct scene *b, const struct alert *alert, struct scene_now now)
{
	struct scene_scope *s = scene_place(b, alert->kind, text_of(alert->key));
	bool                stood = s->since_ms[alert->what] != 0;

	s->since_ms[alert->what] = alert->standing ? alert->since_ms : 0;
	if (b->whole && stood != alert->standing)
		tell_alert(b, s, alert->what, alert->standing, now);
}

static void
take_tick(struct scene *b, const struct tick *t, struct scene_now now)
{
	if (b->stale)
		scene_tell(b, SCENE_BACK, NULL, now);
	b->stale = false;
	b->tick = *t;
	b->tick.plan = (struct text){0};
	b->ticked = true;
	b->heard = now;
	if (t->store_ok)
		b->store_gone_ms = 0;
	else if (b->store_gone_ms == 0)
		b->store_gone_ms = now.wall_ms;
}

void
scene_take(struct scene *b, const struct event *ev, struct scene_now now)
{
	if (ev->kind == EVENT_TICK)
		take_tick(b, &ev->tick, now);
	else if (ev->kind == EVENT_SUMMARY)
		take_summary(b, &ev->summary, now);
	else if (ev->kind == EVENT_ALERT)
		take_alert(b, &ev->alert, now);
	if (ev->kind != EVENT_TICK && b->whole)
		count_event(b, now.mono_ms);
}

/* Alerts that the copy no longer has ended while nobody listened. */
static void
end_alerts(
    struct scene *b, struct scene_scope *s, scene_has_fn *has, void *copy, struct scene_now now)
{
	char topic[ALERT_TOPIC_SIZE];

	for (int i = 0; i < ALARMS; i++) {
		if (s->since_ms[i] == 0)
			continue;
		snprintf(topic, sizeof(topic), "alert/%s/%s/", alarm_name((enum alarm)i), s->name);
		if (has(copy, topic))
			continue;
		s->since_ms[i] = 0;
		if (b->whole)
			tell_alert(b, s, (enum alarm)i, false, now)->meantime = true;
	}
}

void
scene_snapshot(struct scene *b, scene_has_fn *has, void *copy, struct scene_now now)
{
	char topic[SCOPE_NAME_SIZE + 1];

	for (size_t i = 0; i < b->count;) {
		end_alerts(b, b->scopes[i], has, copy, now);
		snprintf(topic, sizeof(topic), "%s/", b->scopes[i]->name);
		if (has(copy, topic))
			i++;
		else
			scene_drop(b, i);
	}
	if (!b->whole)
		scene_tell_said(b);
	b->whole = true;
}

void
scene_pass(struct scene *b, const char *why, bool in_step, struct scene_now now)
{
	turn_seconds(b, now.mono_ms);
	snprintf(b->why, sizeof(b->why), "%s", why);
	if (in_step)
		b->differs_ms = 0;
	else if (b->differs_ms == 0)
		b->differs_ms = now.mono_ms;
	b->in_step = in_step || now.mono_ms - b->differs_ms < SCENE_STALE_MS;
	if (b->stale || now.mono_ms - b->heard.mono_ms < SCENE_STALE_MS)
		return;
	b->stale = true;
	if (b->whole)
		scene_tell(b, SCENE_STALE, NULL, now);
}

bool
scene_is_live(const struct scene *b)
{
	return b->whole && b->ticked && !b->stale;
}

bool
scene_is_concern(const struct scene_scope *s)
{
	enum light light = s->summary.judgement.light;

	for (int i = 0; i < ALARMS; i++) {
		if (s->since_ms[i] != 0)
			return s->known && s->kind == SCOPE_TASK;
	}
	return s->known && s->kind == SCOPE_TASK && (light == LIGHT_RED || light == LIGHT_YELLOW);
}
