#include "core/plan_yaml_bind.h"

#include <stdlib.h>

#include "core/mem.h"

enum { AGENCY_ID, AGENCY_ZH, AGENCY_EN, AGENCY_KIND, AGENCY_KEYS };
enum { GROUP_ID, GROUP_ZH, GROUP_EN, GROUP_AGENCIES, GROUP_KEYS };

static const struct plan_key agency_keys[AGENCY_KEYS] = {
    [AGENCY_ID] = {"id", true},
    [AGENCY_ZH] = {"zh", true},
    [AGENCY_EN] = {"en", false},
    [AGENCY_KIND] = {"kind", false},
};

static const struct plan_key group_keys[GROUP_KEYS] = {
    [GROUP_ID] = {"id", true},
    [GROUP_ZH] = {"zh", true},
    [GROUP_EN] = {"en", false},
    [GROUP_AGENCIES] = {"agencies", true},
};

static uint32_t
smaller(uint32_t a, uint32_t b)
{
	return a < b ? a : b;
}

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
	uint32_t                count = n != NULL ? smaller(list->count, PLAN_AGENCIES_MAX) : 0;

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

/* Notes that the current list names this agency. False, with a mistake, if it
 * did so before. */
static bool
name_agency(struct plan_binder *b, const struct plan_node *n, uint32_t agency)
{
	if (b->named[agency] == b->list) {
		plan_mistake_value(b->mistakes, n, "got '%s' again, expected each agency once",
		    b->agencies[agency].id);
		return false;
	}
	b->named[agency] = b->list;
	return true;
}

static void
bind_members(struct plan_binder *b, const struct plan_node *list, struct plan_group *g)
{
	const struct plan_node *n = plan_value_list(b->mistakes, list, "agencies");
	uint32_t                room = n != NULL ? smaller(list->count, b->plan->agency_count) : 0;
	uint32_t               *members = plan_arena_alloc(b->plan->arena, room, sizeof(*members));

	b->list++;
	g->agencies = members;
	for (; n != NULL; n = n->next) {
		uint32_t agency = plan_bind_agency(b, n);

		if (agency != PLAN_NONE && name_agency(b, n, agency))
			members[g->agency_count++] = agency;
	}
}

static uint32_t
find_group(const struct plan_binder *b, struct text id)
{
	for (uint32_t i = 0; i < b->plan->group_count; i++)
		if (text_equal(text_of(b->groups[i].id), id))
			return i;
	return PLAN_NONE;
}

static void
bind_group(struct plan_binder *b, const struct plan_node *n)
{
	const struct plan_node *key[GROUP_KEYS];
	struct plan_group      *g = &b->groups[b->plan->group_count];
	uint32_t                before;

	plan_value_members(b->mistakes, n, group_keys, GROUP_KEYS, key);
	g->id = plan_value_id(b->mistakes, key[GROUP_ID], b->plan->arena);
	g->title = plan_value_title(b->mistakes, key[GROUP_ZH], key[GROUP_EN], b->plan->arena);
	bind_members(b, key[GROUP_AGENCIES], g);
	before = g->id[0] != '\0' ? find_group(b, text_of(g->id)) : PLAN_NONE;
	if (before != PLAN_NONE)
		plan_mistake_value(b->mistakes, key[GROUP_ID],
		    "got '%s' again, groups[%u] has this id already", g->id, before);
	b->plan->group_count++;
}

void
plan_bind_groups(struct plan_binder *b, const struct plan_node *list)
{
	bool     empty = list != NULL && list->kind == PLAN_NODE_LIST && list->first == NULL;
	uint32_t count = list != NULL ? smaller(list->count, PLAN_GROUPS_MAX) : 0;
	const struct plan_node *n = empty ? NULL : plan_value_list(b->mistakes, list, "groups");

	b->ids_missing |= list != NULL && !empty && n == NULL;
	b->groups = plan_arena_alloc(b->plan->arena, count, sizeof(*b->groups));
	b->plan->groups = b->groups;
	for (; n != NULL && b->plan->group_count < count; n = n->next)
		bind_group(b, n);
	b->group_named = plan_arena_alloc(b->plan->arena, count, sizeof(*b->group_named));
	if (n == NULL)
		return;
	b->ids_missing = true;
	plan_mistake_value(b->mistakes, n, "got %u groups, expected at most %d in a plan",
	    list->count, PLAN_GROUPS_MAX);
}

/* What a name in a task's list means: a group ("@members") or an agency. */
struct reference {
	bool     is_group;
	bool     repeated; /* a group that was named before, and said so */
	uint32_t index;    /* PLAN_NONE: unknown, and said so */
};

static bool
is_group_name(const struct plan_node *n)
{
	return n->kind == PLAN_NODE_SCALAR && n->value.len > 0 && n->value.at[0] == '@';
}

static struct reference
resolve_group(struct plan_binder *b, const struct plan_node *n)
{
	struct reference ref = {.is_group = true};
	char             got[PLAN_GOT_SIZE];

	ref.index = find_group(b, (struct text){n->value.at + 1, n->value.len - 1});
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
	struct reference ref = {0};

	if (is_group_name(n))
		return resolve_group(b, n);
	ref.index = plan_bind_agency(b, n);
	if (ref.index != PLAN_NONE)
		name_agency(b, n, ref.index);
	return ref;
}

static void
place_agency(struct plan_binder *b, const struct plan_node *list, struct plan_obligation o,
    struct plan_task *t)
{
	uint32_t agency = o.agency;

	if (b->placed[agency] == b->list)
		return;
	b->placed[agency] = b->list;
	t->obligation_count++;
	if (b->obligations.len < PLAN_OBLIGATIONS_MAX * sizeof(o)) {
		buf_add(&b->obligations, &o, sizeof(o));
	} else if (!b->obligations_cut) {
		b->obligations_cut = true;
		plan_mistake_value(b->mistakes, list,
		    "got more than %d obligations, expected at most %d in a plan",
		    PLAN_OBLIGATIONS_MAX, PLAN_OBLIGATIONS_MAX);
	}
}

static struct plan_obligation
obligation(const struct plan_task *t, uint32_t agency, bool by_group)
{
	return (struct plan_obligation){
	    .task = t->number - 1, .agency = agency, .by_group = by_group};
}

/* Second pass; who is in already stays where it is. */
static void
place(
    struct plan_binder *b, const struct plan_node *list, struct reference ref, struct plan_task *t)
{
	const struct plan_group *g;

	if (!ref.is_group) {
		place_agency(b, list, obligation(t, ref.index, false), t);
		return;
	}
	g = &b->groups[ref.index];
	for (uint32_t i = 0; i < g->agency_count; i++)
		if (b->named[g->agencies[i]] != b->list)
			place_agency(b, list, obligation(t, g->agencies[i], true), t);
}

uint32_t
plan_bind_duties(struct plan_binder *b, const struct plan_node *list, struct plan_task *t)
{
	const struct plan_node *first = plan_value_list(b->mistakes, list, "agencies");
	uint32_t                count = first != NULL ? list->count : 0, unknown = 0, i = 0;
	struct reference       *refs = mem_zeroed(count, sizeof(*refs));

	b->list++;
	t->first_obligation = (uint32_t)(b->obligations.len / sizeof(struct plan_obligation));
	t->named_count = count;
	for (const struct plan_node *n = first; n != NULL; n = n->next)
		refs[i++] = resolve(b, n);
	for (i = 0; i < count; i++)
		if (refs[i].index == PLAN_NONE)
			unknown++;
		else if (!refs[i].repeated)
			place(b, list, refs[i], t);
	free(refs);
	return t->obligation_count + unknown;
}
