/* Any bytes as a plan file: either a plan that holds together, or mistakes that
 * can be printed, sorted by place. */
#include "core/plan_yaml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/plan_build.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool holds)
{
	if (!holds)
		abort();
}

/* Only who is in a task by a group may come and go, and never who leads it. */
static void
check_days(const struct plan *p, uint32_t o)
{
	const struct plan_obligation *po = &p->obligations[o];
	bool always = po->from == PLAN_FIRST_DAY && po->until == PLAN_LAST_DAY;

	require(po->from <= po->until);
	require(po->from <= p->ends && po->until >= p->starts);
	require(always || (po->by_group && o != p->tasks[po->task].first_obligation));
	require(plan_in_force(p, o, po->from) && plan_in_force(p, o, po->until));
	require(po->from == PLAN_FIRST_DAY || !plan_in_force(p, o, po->from - 1));
	require(po->until == PLAN_LAST_DAY || !plan_in_force(p, o, po->until + 1));
}

static void
check_groups(const struct plan *p)
{
	for (uint32_t i = 0; i < p->group_count; i++) {
		const struct plan_group *g = &p->groups[i];

		require(g->member_count >= 1);
		for (uint32_t j = 0; j < g->member_count; j++) {
			require(g->members[j].agency < p->agency_count);
			require(g->members[j].from <= g->members[j].until);
		}
	}
}

static void
check_task(const struct plan *p, uint32_t task)
{
	const struct plan_task *t = &p->tasks[task];

	require(t->number == task + 1 && plan_find_task(p, t->number) == task);
	require(t->weight >= 1 && t->weight <= PLAN_WEIGHT_MAX);
	require(t->obligation_count >= 1 && t->named_count >= 1);
	require(t->starts >= p->starts && t->starts <= t->due && t->due <= p->ends);
	require(t->chapter < p->chapter_count);
	require(t->section == PLAN_NONE || p->sections[t->section].chapter == t->chapter);
	for (uint32_t i = 0; i < t->obligation_count; i++) {
		uint32_t o = t->first_obligation + i;

		require(p->obligations[o].task == task);
		check_days(p, o);
		require(plan_find_obligation(p, task, p->obligations[o].agency) == o);
	}
}

static void
check_plan(const struct plan *p)
{
	uint32_t held = 0;

	require(text_is_name(text_of(p->id), PLAN_ID_MAX));
	require(p->office < p->agency_count && p->starts <= p->ends);
	require(p->light_yellow < p->light_red && p->title.zh[0] != '\0');
	for (uint32_t i = 0; i < p->agency_count; i++) {
		require(plan_find_agency(p, text_of(p->agencies[i].id)) == i);
		require(text_is_printable(text_of(p->agencies[i].title.en)));
		held += p->agencies[i].obligation_count;
	}
	require(held == p->obligation_count);
	check_groups(p);
	for (uint32_t i = 0; i < p->task_count; i++)
		check_task(p, i);
}

static void
check_mistakes(const struct plan_mistakes *m)
{
	require(m->count > 0 && m->kept > 0 && m->kept <= m->count);
	require(m->kept <= PLAN_MISTAKES_MAX);
	for (size_t i = 0; i < m->kept; i++) {
		const struct plan_mistake *a = &m->at[i];

		require(a->line >= 1 && a->column >= 1);
		require(a->message[0] != '\0' && text_is_printable(text_of(a->message)));
		require(strchr(a->message, '\n') == NULL);
		require(i == 0 || a[-1].line < a->line ||
		    (a[-1].line == a->line && a[-1].column <= a->column));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct plan_mistakes m = {0};
	struct plan         *p = plan_yaml_parse((const char *)data, size, &m);

	if (p != NULL) {
		require(m.count == 0 && m.at == NULL);
		check_plan(p);
	} else {
		check_mistakes(&m);
	}
	plan_free(p);
	plan_mistakes_fini(&m);
	return 0;
}
