#include "core/plan_yaml_bind.h"

#include <stdlib.h>

#include "core/mem.h"

enum { AGENCY_ID, AGENCY_ZH, AGENCY_EN, AGENCY_KIND, AGENCY_KEYS };

static const struct plan_key agency_keys[AGENCY_KEYS] = {
    [AGENCY_ID] = {"id", true},
    [AGENCY_ZH] = {"zh", true},
    [AGENCY_EN] = {"en", false},
    [AGENCY_KIND] = {"kind", false},
};

static void
bind_agency(struct plan_binder *b, const struct plan_node *n)
{
	const struct plan_node *key[AGENCY_KEYS];
	struct plan_agency     *a = &b->agencies[b->plan->agency_count];
	uint32_t                before;

	plan_value_members(b->mistakes, n, agency_keys, AGENCY_KEYS, key);
	a->id = plan_value_id(b->mistakes, key[AGENCY_ID], b->plan->arena);
	a->title = plan_value_title(b->mistakes, key[AGENCY_ZH], key[AGENCY_EN], b->plan->arena);
	a->kind = plan_value_line(b->mistakes, key[AGENCY_KIND], PLAN_ID_MAX, b->plan->arena);
	if (a->id[0] != '\0') {
		before = plan_index_agency(b->plan, b->plan->agency_count);
		if (before != PLAN_NONE)
			plan_mistake_value(b->mistakes, key[AGENCY_ID],
			    "got '%s' again, agencies[%u] has this id already", a->id, before);
	}
	b->plan->agency_count++;
}

void
plan_bind_agencies(struct plan_binder *b, const struct plan_node *list)
{
	const struct plan_node *n = plan_value_list(b->mistakes, list, "agencies");
	uint32_t                count = plan_bind_room(n, PLAN_AGENCIES_MAX);

	b->ids_missing = n == NULL;
	b->agencies = plan_arena_alloc(b->plan->arena, count, sizeof(*b->agencies));
	b->plan->agencies = b->agencies;
	plan_index_agencies(b->plan, count);
	for (; n != NULL && b->plan->agency_count < count; n = n->next)
		bind_agency(b, n);
	b->named = plan_arena_alloc(b->plan->arena, count, sizeof(*b->named));
	b->placed = plan_arena_alloc(b->plan->arena, count, sizeof(*b->placed));
	if (n == NULL)
		return;
	b->ids_missing = true;
	plan_mistake_value(b->mistakes, n, "got %u agencies, expected at most %d in a plan",
	    list->count, PLAN_AGENCIES_MAX);
}

uint32_t
plan_bind_agency(struct plan_binder *b, const struct plan_node *n)
{
	struct text id = plan_value_scalar(b->mistakes, n, "the id of an agency");
	uint32_t    agency;
	char        got[PLAN_GOT_SIZE];

	if (id.at == NULL)
		return PLAN_NONE;
	agency = plan_find_agency(b->plan, id);
	if (agency == PLAN_NONE && !b->ids_missing)
		plan_mistake_value(b->mistakes, n,
		    "got %s, expected the id of an agency in agencies", plan_value_got(n, got));
	return agency;
}

bool
plan_bind_name(struct plan_binder *b, const struct plan_node *n, uint32_t agency)
{
	if (b->named[agency] == b->list) {
		plan_mistake_value(b->mistakes, n, "got '%s' again, expected each agency once",
		    b->agencies[agency].id);
		return false;
	}
	b->named[agency] = b->list;
	return true;
}

/* What a name in a task's list means: a group ("@members") or an agency. */
struct reference {
	const struct plan_node *node;
	bool                    is_group;
	bool                    repeated; /* a group that was named before, and said so */
	uint32_t                index;    /* PLAN_NONE: unknown, and said so */
};

static bool
is_group_name(const struct plan_node *n)
{
	return n->kind == PLAN_NODE_SCALAR && n->value.len > 0 && n->value.at[0] == '@';
}

static struct reference
resolve_group(struct plan_binder *b, const struct plan_node *n)
{
	struct reference ref = {.node = n, .is_group = true};
	char             got[PLAN_GOT_SIZE];

	ref.index = plan_bind_find_group(b, (struct text){n->value.at + 1, n->value.len - 1});
	if (ref.index == PLAN_NONE && !b->ids_missing)
		plan_mistake_value(b->mistakes, n,
		    "got %s, expected @ and the id of a group in groups", plan_value_got(n, got));
	if (ref.index == PLAN_NONE)
		return ref;
	ref.repeated = b->group_named[ref.index] == b->list;
	if (ref.repeated)
		plan_mistake_value(b->mistakes, n, "got %s again, expected each group once",
		    plan_value_got(n, got));
	b->group_named[ref.index] = b->list;
	return ref;
}

/* First pass: who is named, so that groups know whom to leave out. */
static struct reference
resolve(struct plan_binder *b, const struct plan_node *n)
{
	struct reference ref = {.node = n};

	if (is_group_name(n))
		return resolve_group(b, n);
	ref.index = plan_bind_agency(b, n);
	if (ref.index != PLAN_NONE)
		plan_bind_name(b, n, ref.index);
	return ref;
}

/* Of an agency in several groups of a task, the earliest beginning and the latest end
 * hold. Obligations behind the limit were not kept. */
static void
widen(struct plan_binder *b, uint32_t obligation, const struct plan_obligation *more)
{
	struct plan_obligation *o = (struct plan_obligation *)(void *)b->obligations.at;

	if (obligation >= b->obligations.len / sizeof(*o))
		return;
	if (o[obligation].from > more->from)
		o[obligation].from = more->from;
	if (o[obligation].until < more->until)
		o[obligation].until = more->until;
}

static void
place_agency(struct plan_binder *b, const struct plan_node *list, const struct plan_obligation *o,
    struct plan_task *t)
{
	struct plan_placed *placed = &b->placed[o->agency];

	if (placed->list == b->list) {
		widen(b, placed->obligation, o);
		return;
	}
	*placed = (struct plan_placed){b->list, t->first_obligation + t->obligation_count};
	t->obligation_count++;
	if (b->obligations.len < PLAN_OBLIGATIONS_MAX * sizeof(*o)) {
		buf_add(&b->obligations, o, sizeof(*o));
	} else if (!b->obligations_cut) {
		b->obligations_cut = true;
		plan_mistake_value(b->mistakes, list,
		    "got more than %d obligations, expected at most %d in a plan",
		    PLAN_OBLIGATIONS_MAX, PLAN_OBLIGATIONS_MAX);
	}
}

/* Second pass; who is in already stays where it is. */
static void
place(struct plan_binder *b, const struct plan_node *list, const struct reference *ref,
    struct plan_task *t)
{
	struct plan_obligation   o = {.task = t->number - 1, .by_group = ref->is_group};
	const struct plan_group *g;

	if (!ref->is_group) {
		o.agency = ref->index;
		o.from = PLAN_FIRST_DAY;
		o.until = PLAN_LAST_DAY;
		place_agency(b, list, &o, t);
		return;
	}
	g = &b->groups[ref->index];
	for (uint32_t i = 0; i < g->member_count; i++) {
		o.agency = g->members[i].agency;
		o.from = g->members[i].from;
		o.until = g->members[i].until;
		if (b->named[o.agency] != b->list)
			place_agency(b, list, &o, t);
	}
}

/* A task is never without the agency that leads it. */
static void
check_lead(struct plan_binder *b, const struct reference *ref, const struct plan_task *t)
{
	const struct plan_obligation *o = (const void *)b->obligations.at;

	if (t->first_obligation >= b->obligations.len / sizeof(*o))
		return;
	o += t->first_obligation;
	if (o->from == PLAN_FIRST_DAY && o->until == PLAN_LAST_DAY)
		return;
	plan_mistake_value(b->mistakes, ref->node,
	    "%s leads task %u as a member of group %s, where it has dates; name it in the task, "
	    "or give it none",
	    b->agencies[o->agency].id, (unsigned)t->number, b->groups[ref->index].id);
}

uint32_t
plan_bind_duties(struct plan_binder *b, const struct plan_node *list, struct plan_task *t)
{
	const struct plan_node *first = plan_value_list(b->mistakes, list, "agencies");
	uint32_t                count = first != NULL ? list->count : 0, unknown = 0, i = 0;
	struct reference       *refs = mem_zeroed(count, sizeof(*refs)), *lead = NULL;

	b->list++;
	t->first_obligation = (uint32_t)(b->obligations.len / sizeof(struct plan_obligation));
	t->named_count = count;
	for (const struct plan_node *n = first; n != NULL; n = n->next)
		refs[i++] = resolve(b, n);
	for (i = 0; i < count; i++) {
		if (refs[i].index == PLAN_NONE)
			unknown++;
		else if (!refs[i].repeated)
			place(b, list, &refs[i], t);
		if (lead == NULL && t->obligation_count + unknown > 0)
			lead = &refs[i];
	}
	if (lead != NULL && lead->index != PLAN_NONE)
		check_lead(b, lead, t);
	free(refs);
	return t->obligation_count + unknown;
}
