#include "core/plan_diff.h"

#include <stdlib.h>

#include "core/mem.h"
#include "core/scope.h"

/* Titles are never compared: one stands where the other side has none. */
static bool
same(const struct diff_value *a, const struct diff_value *b)
{
	return a->type == b->type && a->lead == b->lead && a->number == b->number &&
	    a->from == b->from && a->until == b->until && a->chapter == b->chapter &&
	    a->section == b->section && (a->type != DIFF_TEXT || strcmp(a->text, b->text) == 0);
}

/* Adds the change, unless both values are the same. */
static void
add(struct plan_diff *d, const struct plan_change *c)
{
	if (same(&c->value[DIFF_OLD], &c->value[DIFF_NEW]))
		return;
	if (d->count == d->room) {
		d->room = d->room == 0 ? 64 : 2 * d->room;
		d->changes = mem_resized(d->changes, d->room, sizeof(*d->changes));
	}
	d->changes[d->count++] = *c;
}

static struct diff_value
text(const char *s)
{
	return (struct diff_value){.type = DIFF_TEXT, .text = s};
}

static struct diff_value
number(enum diff_type type, int64_t n)
{
	return (struct diff_value){.type = type, .number = (int32_t)n};
}

/* The values of thing i, by field. */

static void
plan_values(const struct plan *p, uint32_t i, struct diff_value v[DIFF_FIELDS])
{
	(void)i;
	v[DIFF_STARTS] = number(DIFF_DAY, p->starts);
	v[DIFF_ENDS] = number(DIFF_DAY, p->ends);
	v[DIFF_UTC_OFFSET] = number(DIFF_OFFSET, p->utc_offset_min);
	v[DIFF_EVERY] = number(DIFF_EVERIES, p->every);
	v[DIFF_DUE_DAYS] = number(DIFF_NUMBER, p->due_days);
	v[DIFF_YELLOW] = number(DIFF_NUMBER, p->light_yellow);
	v[DIFF_RED] = number(DIFF_NUMBER, p->light_red);
	v[DIFF_RED_SHARE] = number(DIFF_NUMBER, p->light_red_share);
	v[DIFF_OFFICE] = text(p->agencies[p->office].id);
}

static void
agency_values(const struct plan *p, uint32_t i, struct diff_value v[DIFF_FIELDS])
{
	if (p->agencies[i].kind[0] != '\0')
		v[DIFF_KIND] = text(p->agencies[i].kind);
}

static void
task_values(const struct plan *p, uint32_t i, struct diff_value v[DIFF_FIELDS])
{
	const struct plan_task *t = &p->tasks[i];

	v[DIFF_PLACE] = (struct diff_value){.type = DIFF_SCOPE,
	    .chapter = p->chapters[t->chapter].number,
	    .section = t->section != PLAN_NONE ? p->sections[t->section].number : 0};
	v[DIFF_DUTY] = number(DIFF_DUTIES, t->duty);
	v[DIFF_WEIGHT] = number(DIFF_NUMBER, t->weight);
	v[DIFF_STARTS] = number(DIFF_DAY, t->starts);
	v[DIFF_DUE] = number(DIFF_DAY, t->due);
}

static void (*const values[DIFF_THINGS])(const struct plan *, uint32_t, struct diff_value *) = {
    [DIFF_PLAN] = plan_values,
    [DIFF_AGENCY] = agency_values,
    [DIFF_TASK] = task_values,
};

static const enum scope_kind scopes[DIFF_THINGS] = {
    [DIFF_PLAN] = SCOPE_OVERALL,
    [DIFF_AGENCY] = SCOPE_AGENCY,
    [DIFF_CHAPTER] = SCOPE_CHAPTER,
    [DIFF_SECTION] = SCOPE_SECTION,
    [DIFF_TASK] = SCOPE_TASK,
};

static struct plan_title
title_of(const struct plan *p, enum diff_thing thing, uint32_t i)
{
	return thing == DIFF_GROUP ? p->groups[i].title
				   : scope_title(p, (struct scope){scopes[thing], i});
}

/* All values of one side, of a thing that is there on both sides or not. */
static void
read_values(const struct plan_diff *d, enum diff_side side, const struct plan_change *of,
    bool on_both, struct diff_value v[DIFF_FIELDS])
{
	uint32_t          i = of->at[side];
	struct plan_title title;

	if (i == PLAN_NONE)
		return;
	title = title_of(d->plan[side], of->thing, i);
	if (on_both) {
		v[DIFF_ZH] = text(title.zh);
		v[DIFF_EN] = text(title.en);
	} else {
		v[DIFF_ITSELF] = (struct diff_value){.type = DIFF_TITLE, .title = title};
	}
	if (values[of->thing] != NULL)
		values[of->thing](d->plan[side], i, v);
}

/* Compares what two things are called and have; of the two one may be PLAN_NONE. */
static struct plan_change
compare(struct plan_diff *d, enum diff_thing thing, uint32_t old, uint32_t new)
{
	struct diff_value  v[DIFF_SIDES][DIFF_FIELDS] = {0};
	struct plan_change of = {.thing = thing, .at = {old, new}};
	bool               on_both = old != PLAN_NONE && new != PLAN_NONE;

	read_values(d, DIFF_OLD, &of, on_both, v[DIFF_OLD]);
	read_values(d, DIFF_NEW, &of, on_both, v[DIFF_NEW]);
	for (enum diff_field f = 0; f < DIFF_FIELDS; f++) {
		struct plan_change c = of;

		c.field = f;
		c.value[DIFF_OLD] = v[DIFF_OLD][f];
		c.value[DIFF_NEW] = v[DIFF_NEW][f];
		add(d, &c);
	}
	return of;
}

/* Groups, with their members; tasks, with their obligations. Both lists name agencies. */
struct roll {
	enum diff_field field;
	uint32_t (*count)(const struct plan *p, uint32_t of);
	const char *(*agency)(const struct plan *p, uint32_t of, uint32_t i);
	struct diff_value (*find)(const struct plan *p, uint32_t of, const char *agency);
};

static uint32_t
member_count(const struct plan *p, uint32_t group)
{
	return p->groups[group].member_count;
}

static const char *
member_agency(const struct plan *p, uint32_t group, uint32_t i)
{
	return p->agencies[p->groups[group].members[i].agency].id;
}

static struct diff_value
find_member(const struct plan *p, uint32_t group, const char *agency)
{
	const struct plan_group *g = &p->groups[group];
	uint32_t                 index = plan_find_agency(p, text_of(agency));

	for (uint32_t i = 0; i < g->member_count; i++)
		if (g->members[i].agency == index)
			return (struct diff_value){.type = DIFF_TERM,
			    .from = g->members[i].from,
			    .until = g->members[i].until};
	return (struct diff_value){0};
}

static uint32_t
obligation_count(const struct plan *p, uint32_t task)
{
	return p->tasks[task].obligation_count;
}

static const char *
obligation_agency(const struct plan *p, uint32_t task, uint32_t i)
{
	return p->agencies[p->obligations[p->tasks[task].first_obligation + i].agency].id;
}

static struct diff_value
find_obligation(const struct plan *p, uint32_t task, const char *agency)
{
	uint32_t index = plan_find_agency(p, text_of(agency));
	uint32_t o = index != PLAN_NONE ? plan_find_obligation(p, task, index) : PLAN_NONE;

	if (o == PLAN_NONE)
		return (struct diff_value){0};
	return (struct diff_value){.type = DIFF_ROLE,
	    .lead = o == p->tasks[task].first_obligation,
	    .from = p->obligations[o].from,
	    .until = p->obligations[o].until};
}

static const struct roll members = {DIFF_MEMBER, member_count, member_agency, find_member};
static const struct roll obligations = {
    DIFF_OBLIGATION, obligation_count, obligation_agency, find_obligation};

/* Those of the old list first, then those that only the new one names. */
static void
compare_rolls(struct plan_diff *d, const struct roll *roll, struct plan_change of)
{
	of.field = roll->field;
	for (int from = 0; from < DIFF_SIDES; from++) {
		const struct plan *p = d->plan[from];
		uint32_t           n = of.at[from] != PLAN_NONE ? roll->count(p, of.at[from]) : 0;

		for (uint32_t i = 0; i < n; i++) {
			struct plan_change c = of;

			c.agency = roll->agency(p, of.at[from], i);
			for (int side = 0; side < DIFF_SIDES; side++)
				if (of.at[side] != PLAN_NONE)
					c.value[side] =
					    roll->find(d->plan[side], of.at[side], c.agency);
			if (from == DIFF_OLD || c.value[DIFF_OLD].type == DIFF_ABSENT)
				add(d, &c);
		}
	}
}

static void
compare_agencies(struct plan_diff *d)
{
	const struct plan *old = d->plan[DIFF_OLD], *new = d->plan[DIFF_NEW];

	for (uint32_t i = 0; i < old->agency_count; i++)
		compare(d, DIFF_AGENCY, i, plan_find_agency(new, text_of(old->agencies[i].id)));
	for (uint32_t i = 0; i < new->agency_count; i++)
		if (plan_find_agency(old, text_of(new->agencies[i].id)) == PLAN_NONE)
			compare(d, DIFF_AGENCY, PLAN_NONE, i);
}

static uint32_t
find_group(const struct plan *p, const char *id)
{
	for (uint32_t i = 0; i < p->group_count; i++)
		if (strcmp(p->groups[i].id, id) == 0)
			return i;
	return PLAN_NONE;
}

static void
compare_group(struct plan_diff *d, uint32_t old, uint32_t new)
{
	compare_rolls(d, &members, compare(d, DIFF_GROUP, old, new));
}

static void
compare_groups(struct plan_diff *d)
{
	const struct plan *old = d->plan[DIFF_OLD], *new = d->plan[DIFF_NEW];

	for (uint32_t i = 0; i < old->group_count; i++)
		compare_group(d, i, find_group(new, old->groups[i].id));
	for (uint32_t i = 0; i < new->group_count; i++)
		if (find_group(old, new->groups[i].id) == PLAN_NONE)
			compare_group(d, PLAN_NONE, i);
}

/* Numbers have no gaps, so that thing i of one plan is thing i of the other. */
static uint32_t
at_or_none(uint32_t i, uint32_t count)
{
	return i < count ? i : PLAN_NONE;
}

static uint32_t
larger(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

static void
compare_chapters(struct plan_diff *d)
{
	uint32_t old = d->plan[DIFF_OLD]->chapter_count, new = d->plan[DIFF_NEW]->chapter_count;

	for (uint32_t i = 0; i < larger(old, new); i++)
		compare(d, DIFF_CHAPTER, at_or_none(i, old), at_or_none(i, new));
}

/* The index of section i of chapter c, or PLAN_NONE; and how many that one has. */
static uint32_t
section_at(const struct plan *p, uint32_t c, uint32_t i)
{
	if (c >= p->chapter_count || i >= p->chapters[c].section_count)
		return PLAN_NONE;
	return p->chapters[c].first_section + i;
}

static uint32_t
sections_of(const struct plan *p, uint32_t c)
{
	return c < p->chapter_count ? p->chapters[c].section_count : 0;
}

static void
compare_sections(struct plan_diff *d)
{
	const struct plan *old = d->plan[DIFF_OLD], *new = d->plan[DIFF_NEW];
	uint32_t           chapters = larger(old->chapter_count, new->chapter_count);

	for (uint32_t c = 0; c < chapters; c++)
		for (uint32_t i = 0; i < larger(sections_of(old, c), sections_of(new, c)); i++)
			compare(d, DIFF_SECTION, section_at(old, c, i), section_at(new, c, i));
}

static void
compare_tasks(struct plan_diff *d)
{
	uint32_t old = d->plan[DIFF_OLD]->task_count, new = d->plan[DIFF_NEW]->task_count;

	for (uint32_t i = 0; i < larger(old, new); i++)
		compare_rolls(
		    d, &obligations, compare(d, DIFF_TASK, at_or_none(i, old), at_or_none(i, new)));
}

void
plan_diff_make(struct plan_diff *d, const struct plan *old, const struct plan *new)
{
	*d = (struct plan_diff){.plan = {old, new}};
	compare(d, DIFF_PLAN, 0, 0);
	compare_agencies(d);
	compare_groups(d);
	compare_chapters(d);
	compare_sections(d);
	compare_tasks(d);
}

void
plan_diff_fini(struct plan_diff *d)
{
	free(d->changes);
	*d = (struct plan_diff){0};
}

/* The side to name a changed thing by. */
static enum diff_side
side_of(const struct plan_change *c)
{
	return c->at[DIFF_NEW] != PLAN_NONE ? DIFF_NEW : DIFF_OLD;
}

const char *
plan_diff_key(const struct plan_diff *d, const struct plan_change *c, char out[PLAN_DIFF_KEY_SIZE])
{
	enum diff_side     side = side_of(c);
	const struct plan *p = d->plan[side];

	if (c->thing == DIFF_GROUP)
		return strcpy(out, p->groups[c->at[side]].id);
	return scope_key(p, (struct scope){scopes[c->thing], c->at[side]}, out);
}

struct plan_title
plan_diff_title(const struct plan_diff *d, const struct plan_change *c)
{
	enum diff_side side = side_of(c);

	return title_of(d->plan[side], c->thing, c->at[side]);
}
