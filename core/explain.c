#include "core/explain.h"

#include <stdlib.h>

#include "core/apportion.h"
#include "core/mem.h"

static const char *const why_names[EXPLAIN_WHYS] = {
    [EXPLAIN_COUNTS] = "counts",
    [EXPLAIN_CANCELLED] = "cancelled",
    [EXPLAIN_NOT_IN_FORCE] = "not_in_force",
    [EXPLAIN_PARTICIPANT] = "participant",
};

const char *
explain_why_name(enum explain_why w)
{
	return why_names[w];
}

static void
summarise(struct rollup *r, struct scope s, struct summary *out)
{
	rollup_summary(r, scope_row(rollup_plan(r), s), out);
	out->key = (struct text){0};
	out->parts = NULL;
	out->part_count = 0;
}

static struct explain_addend
addend_of_task(struct rollup *r, uint32_t task)
{
	struct summary s;

	summarise(r, (struct scope){SCOPE_TASK, task}, &s);
	return (struct explain_addend){
	    .task = task,
	    .obligation = PLAN_NONE,
	    .why = s.figure.den == 0 ? EXPLAIN_CANCELLED : EXPLAIN_COUNTS,
	    .percent = s.figure.den == 0 ? 0 : (uint32_t)(s.figure.num / s.figure.den),
	    .whole = s.figure.den == 0 ? 0 : (uint32_t)(s.figure.num / s.figure.den),
	    .above_zero = s.figure.above_zero > 0,
	    .expected = s.figure.den == 0 ? 0 : (uint32_t)s.expected,
	    .state = s.state,
	    .disposition = s.disposition,
	    .judgement = s.judgement,
	};
}

/* What a task is to an agency that answers for it. */
static struct explain_addend
addend_of_obligation(struct rollup *r, uint32_t obligation)
{
	const struct plan            *p = rollup_plan(r);
	const struct plan_obligation *o = &p->obligations[obligation];
	struct explain_addend         a = addend_of_task(r, o->task);

	a.obligation = obligation;
	a.lead = obligation == p->tasks[o->task].first_obligation;
	a.percent = rollup_word(r, obligation)->percent;
	if (!plan_in_force(p, obligation, rollup_today(r)))
		a.why = EXPLAIN_NOT_IN_FORCE;
	return a;
}

/* The tasks of a scope that is no agency: they stand in a row. */
static void
tasks_of(const struct plan *p, struct scope s, uint32_t *first, uint32_t *count)
{
	*first = s.index;
	*count = 1;
	if (s.kind == SCOPE_OVERALL) {
		*first = 0;
		*count = p->task_count;
	} else if (s.kind == SCOPE_CHAPTER) {
		*first = p->chapters[s.index].first_task;
		*count = p->chapters[s.index].task_count;
	} else if (s.kind == SCOPE_SECTION) {
		*first = p->sections[s.index].first_task;
		*count = p->sections[s.index].task_count;
	}
}

static void
collect(struct rollup *r, struct explanation *x)
{
	const struct plan        *p = rollup_plan(r);
	const struct plan_agency *agency = NULL;
	uint32_t                  first = 0;

	if (x->scope.kind == SCOPE_AGENCY) {
		agency = &p->agencies[x->scope.index];
		x->count = agency->obligation_count;
	} else {
		tasks_of(p, x->scope, &first, &x->count);
	}
	x->addends = mem_zeroed(x->count + 1, sizeof(*x->addends));
	for (uint32_t i = 0; i < x->count; i++)
		x->addends[i] = agency == NULL ? addend_of_task(r, first + i)
					       : addend_of_obligation(r, agency->obligations[i]);
}

static void
figure_add(struct figure *f, uint32_t weight, uint32_t percent, bool above_zero)
{
	f->num += (uint64_t)weight * percent;
	f->den += weight;
	f->tasks++;
	f->above_zero += above_zero;
}

static void
sum_up(struct explanation *x, const struct plan *p)
{
	for (uint32_t i = 0; i < x->count; i++) {
		struct explain_addend *a = &x->addends[i];
		uint32_t               weight = p->tasks[a->task].weight;
		bool agency = a->obligation != PLAN_NONE, some = agency && a->percent > 0;

		if (a->why != EXPLAIN_COUNTS)
			continue;
		a->cost = (int64_t)weight * ((int64_t)a->percent - a->expected);
		x->expected_num += (uint64_t)weight * a->expected;
		x->red += a->judgement.light == LIGHT_RED;
		figure_add(&x->figure, weight, a->percent, agency ? some : a->above_zero);
		if (agency && a->lead)
			figure_add(&x->lead, weight, a->whole, a->above_zero);
		else if (agency)
			figure_add(&x->participant, weight, a->percent, some);
	}
}

/* Gives every addend that counts its part of the gap. */
static void
attribute(struct explanation *x)
{
	size_t   n = x->cost_count;
	int64_t *costs = mem_zeroed(n + 1, sizeof(*costs));
	int64_t *points = mem_zeroed(n + 1, sizeof(*points));

	for (size_t i = 0; i < n; i++)
		costs[i] = x->addends[x->costs[i]].cost;
	if (x->figure.den > 0)
		apportion(costs, n, (int64_t)x->figure.den, x->summary.gap, points);
	for (size_t i = 0; i < n; i++)
		x->addends[x->costs[i]].points = points[i];
	free(costs);
	free(points);
}

/* For qsort_r(): what costs the most first, of equal ones what the plan has first. */
static int
by_cost(const void *a, const void *b, void *context)
{
	const struct explain_addend *addends = context;
	uint32_t                     i = *(const uint32_t *)a, j = *(const uint32_t *)b;

	if (addends[i].points != addends[j].points)
		return addends[i].points < addends[j].points ? -1 : 1;
	if (addends[i].cost != addends[j].cost)
		return addends[i].cost < addends[j].cost ? -1 : 1;
	return i < j ? -1 : 1;
}

void
explain(struct rollup *r, struct scope s, struct explanation *x)
{
	*x = (struct explanation){.scope = s};
	summarise(r, s, &x->summary);
	collect(r, x);
	sum_up(x, rollup_plan(r));
	x->costs = mem_zeroed(x->count + 1, sizeof(*x->costs));
	for (uint32_t i = 0; i < x->count; i++)
		if (x->addends[i].why == EXPLAIN_COUNTS)
			x->costs[x->cost_count++] = i;
	attribute(x);
	qsort_r(x->costs, x->cost_count, sizeof(*x->costs), by_cost, x->addends);
}

void
explanation_fini(struct explanation *x)
{
	free(x->addends);
	free(x->costs);
	*x = (struct explanation){0};
}

static bool
same_figure(const struct figure *a, const struct figure *b)
{
	return a->num == b->num && a->den == b->den && a->tasks == b->tasks &&
	    a->above_zero == b->above_zero;
}

bool
explanation_adds_up(const struct explanation *x)
{
	const struct summary *s = &x->summary;
	int64_t               points = 0;

	if (!same_figure(&x->figure, &s->figure) || !same_figure(&x->lead, &s->lead) ||
	    !same_figure(&x->participant, &s->participant))
		return false;
	if (x->figure.den == 0)
		return true;
	for (uint32_t i = 0; i < x->count; i++)
		points += x->addends[i].points;
	return (uint64_t)s->expected == x->expected_num / x->figure.den &&
	    s->gap == summary_percent(&x->figure) - s->expected && points == s->gap;
}

int32_t
explain_floor(const struct figure *f)
{
	return f->den == 0 ? -1 : (int32_t)(f->num / f->den);
}
