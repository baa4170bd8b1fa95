#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/watch_scene_inside.h"
#include "cli/watch_words.h"
#include "core/apportion.h"
#include "core/mem.h"

#define DEN_MAX ((uint64_t)PLAN_TASKS_MAX * PLAN_WEIGHT_MAX)

static bool
in_plan(const struct scene *b, const struct scene_scope *s, struct scope *found)
{
	return b->plan != NULL && scope_parse(b->plan, text_of(s->name), found);
}

/* A section is below the chapter its key begins with; where a task is, only the plan
 * knows. */
static struct scene_scope *
above(const struct scene *b, const struct scene_scope *s, const struct scope *place)
{
	char                    name[SCOPE_NAME_SIZE];
	struct scene_scope     *found;
	const struct plan_task *t;

	if (s->kind == SCOPE_SECTION) {
		scope_name(SCOPE_CHAPTER, (struct text){s->key, strcspn(s->key, ".")}, name);
		return scene_find(b, SCOPE_CHAPTER, name);
	}
	if (s->kind != SCOPE_TASK || place == NULL)
		return NULL;
	t = &b->plan->tasks[place->index];
	if (t->section != PLAN_NONE) {
		scope_name_in(b->plan, (struct scope){SCOPE_SECTION, t->section}, name);
		if ((found = scene_find(b, SCOPE_SECTION, name)) != NULL)
			return found;
	}
	scope_name_in(b->plan, (struct scope){SCOPE_CHAPTER, t->chapter}, name);
	return scene_find(b, SCOPE_CHAPTER, name);
}

/* Bounded, as the figures come from outside. */
static int64_t
cost_of(const struct summary *s)
{
	if (s->figure.den == 0 || s->figure.den > PLAN_WEIGHT_MAX ||
	    s->figure.num > s->figure.den * REPORT_PERCENT_MAX || s->expected < 0 ||
	    s->expected > (int32_t)REPORT_PERCENT_MAX)
		return 0;
	return (int64_t)s->figure.num - (int64_t)s->figure.den * s->expected;
}

/* Points as `tuijin explain overall` tells them, which add up to the overall gap; while
 * not all tasks are known, or are of another moment, each by itself. */
static void
share_gap(struct scene_scope *const *tasks, size_t n, const struct summary *overall)
{
	uint64_t num = 0, den = 0;
	int64_t *costs = mem_zeroed(n + 1, sizeof(*costs));
	int64_t *points = mem_zeroed(n + 1, sizeof(*points));

	for (size_t i = 0; i < n; i++) {
		costs[i] = tasks[i]->cost;
		num += tasks[i]->summary.figure.num;
		den += tasks[i]->summary.figure.den;
	}
	if (num == overall->figure.num && den == overall->figure.den)
		apportion(costs, n, (int64_t)den, overall->gap, points);
	else
		for (size_t i = 0; i < n; i++)
			points[i] = costs[i] / (int64_t)overall->figure.den;
	for (size_t i = 0; i < n; i++)
		tasks[i]->points = points[i];
	free(costs);
	free(points);
}

static void
count_costs(struct scene *b)
{
	const struct scene_scope *overall = scene_overall(b);
	struct scene_scope      **tasks = mem_zeroed(b->count + 1, sizeof(struct scene_scope *));
	size_t                    n = 0;

	for (size_t i = 0; i < b->count; i++) {
		struct scene_scope *s = b->scopes[i];

		s->cost = s->points = 0;
		if (s->kind != SCOPE_TASK || !s->known || s->summary.figure.den == 0)
			continue;
		s->cost = cost_of(&s->summary);
		tasks[n++] = s;
	}
	if (n <= PLAN_TASKS_MAX && overall != NULL && overall->summary.figure.den > 0 &&
	    overall->summary.figure.den <= DEN_MAX)
		share_gap(tasks, n, &overall->summary);
	free(tasks);
}

void
scene_settle(struct scene *b)
{
	if (b->settled)
		return;
	for (size_t i = 0; i < b->count; i++) {
		struct scene_scope *s = b->scopes[i];
		struct scope        place;
		bool                has_place = in_plan(b, s, &place);

		s->slot = i;
		s->order = has_place ? scope_row(b->plan, place) : UINT32_MAX;
		s->above = above(b, s, has_place ? &place : NULL);
	}
	count_costs(b);
	b->settled = true;
}

struct plan_title
scene_title(const struct scene *b, const struct scene_scope *s)
{
	struct scope place;

	return in_plan(b, s, &place) ? scope_title(b->plan, place) : (struct plan_title){"", ""};
}

struct plan_title
scene_agency(const struct scene *b, const char *id)
{
	uint32_t i = b->plan == NULL ? PLAN_NONE : plan_find_agency(b->plan, text_of(id));

	return i == PLAN_NONE ? (struct plan_title){id, id} : b->plan->agencies[i].title;
}

int
scene_offset(const struct scene *b)
{
	const struct scene_scope *overall = scene_overall(b);

	if (b->plan != NULL)
		return b->plan->utc_offset_min;
	return overall == NULL ? 0 : watch_offset_of(overall->summary.as_of_ms);
}
