#include <stdlib.h>
#include <string.h>

#include "cli/watch_rows_inside.h"

static int
ascending(int64_t a, int64_t b)
{
	return a < b ? -1 : a > b;
}

static int
by_plan(const struct scene_scope *a, const struct scene_scope *b)
{
	if (a->order != b->order)
		return a->order < b->order ? -1 : 1;
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return strverscmp(a->name, b->name);
}

/* Where nothing counts there is no gap. */
static int64_t
gap_of(const struct scene_scope *s)
{
	return s->summary.figure.den == 0 ? INT64_MAX : s->summary.gap;
}

static int
by_gap(const struct scene_scope *a, const struct scene_scope *b)
{
	return ascending(gap_of(a), gap_of(b));
}

static int
by_light(const struct scene_scope *a, const struct scene_scope *b)
{
	static const int rank[LIGHTS] = {[LIGHT_RED] = 0,
	    [LIGHT_YELLOW] = 1,
	    [LIGHT_GREY] = 2,
	    [LIGHT_GREEN] = 3,
	    [LIGHT_BLUE] = 4};
	int order = rank[a->summary.judgement.light] - rank[b->summary.judgement.light];

	return order != 0 ? order : by_gap(a, b);
}

static int
by_heard(const struct scene_scope *a, const struct scene_scope *b)
{
	return ascending(a->heard_ms, b->heard_ms);
}

static int
by_cost(const struct scene_scope *a, const struct scene_scope *b)
{
	int order = ascending(a->points, b->points);

	return order != 0 ? order : ascending(a->cost, b->cost);
}

static int
by_overdue(const struct scene_scope *a, const struct scene_scope *b)
{
	int order = ascending(b->summary.overdue_days, a->summary.overdue_days);

	return order != 0 ? order : by_cost(a, b);
}

typedef int order_fn(const struct scene_scope *a, const struct scene_scope *b);

static order_fn *const orders[SORTINGS] = {
    [SORT_PLAN] = by_plan,
    [SORT_GAP] = by_gap,
    [SORT_LIGHT] = by_light,
    [SORT_HEARD] = by_heard,
    [SORT_COST] = by_cost,
    [SORT_OVERDUE] = by_overdue,
    [SORT_NEWEST] = by_plan,
};

static int
compare(const void *a, const void *b, void *context)
{
	const struct scene_scope *x = *(const struct scene_scope *const *)a;
	const struct scene_scope *y = *(const struct scene_scope *const *)b;
	int                       order = (*(order_fn *const *)context)(x, y);

	return order != 0 ? order : by_plan(x, y);
}

void
rows_sort(const struct scene_scope **scopes, size_t n, enum sorting by)
{
	order_fn *order = orders[by];

	qsort_r(scopes, n, sizeof(scopes[0]), compare, &order);
}
