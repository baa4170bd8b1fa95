#include "core/plan_yaml_bind.h"

#include "core/calendar.h"

enum { GROUP_ID, GROUP_ZH, GROUP_EN, GROUP_AGENCIES, GROUP_KEYS };
enum { MEMBER_ID, MEMBER_FROM, MEMBER_UNTIL, MEMBER_KEYS };

static const struct plan_key group_keys[GROUP_KEYS] = {
    [GROUP_ID] = {"id", true},
    [GROUP_ZH] = {"zh", true},
    [GROUP_EN] = {"en", false},
    [GROUP_AGENCIES] = {"agencies", true},
};

static const struct plan_key member_keys[MEMBER_KEYS] = {
    [MEMBER_ID] = {"id", true},
    [MEMBER_FROM] = {"from", false},
    [MEMBER_UNTIL] = {"until", false},
};

/* Leaves *day as it is without a key. False, with a mistake, if it holds no date. */
static bool
bind_day(struct plan_binder *b, const struct plan_node *n, int32_t *day)
{
	return n == NULL || plan_value_day(b->mistakes, n, day);
}

/* Days that the plan does not have are fine, if there is one that it has. */
static void
bind_member_days(struct plan_binder *b, const struct plan_node *from, const struct plan_node *until,
    struct plan_member *m)
{
	bool from_known = bind_day(b, from, &m->from), until_known = bind_day(b, until, &m->until);
	char date[CALENDAR_DATE_SIZE], got[PLAN_GOT_SIZE];

	if (from_known && until_known && m->until < m->from)
		plan_mistake_value(b->mistakes, until, "got %s, expected %s (from) or later",
		    plan_value_got(until, got), calendar_format_date(m->from, date));
	else if (from_known && b->days_known && m->from > b->plan->ends)
		plan_mistake_value(b->mistakes, from,
		    "got %s, expected %s (the plan's last day) or earlier",
		    plan_value_got(from, got), calendar_format_date(b->plan->ends, date));
	else if (until_known && b->days_known && m->until < b->plan->starts)
		plan_mistake_value(b->mistakes, until,
		    "got %s, expected %s (the plan's first day) or later",
		    plan_value_got(until, got), calendar_format_date(b->plan->starts, date));
}

/* A member is an id, or a mapping of an id and days. False, with a mistake, if it
 * is none. */
static bool
bind_member(struct plan_binder *b, const struct plan_node *n, struct plan_member *m)
{
	const struct plan_node *key[MEMBER_KEYS] = {[MEMBER_ID] = n};

	*m = (struct plan_member){.from = PLAN_FIRST_DAY, .until = PLAN_LAST_DAY};
	if (n->kind == PLAN_NODE_MAP) {
		plan_value_members(b->mistakes, n, member_keys, MEMBER_KEYS, key);
		bind_member_days(b, key[MEMBER_FROM], key[MEMBER_UNTIL], m);
	}
	m->agency = plan_bind_agency(b, key[MEMBER_ID]);
	return m->agency != PLAN_NONE && plan_bind_name(b, key[MEMBER_ID], m->agency);
}

static void
bind_members(struct plan_binder *b, const struct plan_node *list, struct plan_group *g)
{
	const struct plan_node *n = plan_value_list(b->mistakes, list, "agencies");
	uint32_t                room = plan_bind_room(n, b->plan->agency_count);
	struct plan_member *members = plan_arena_alloc(b->plan->arena, room, sizeof(*members)), m;

	b->list++;
	g->members = members;
	for (; n != NULL; n = n->next)
		if (bind_member(b, n, &m))
			members[g->member_count++] = m;
}

uint32_t
plan_bind_find_group(const struct plan_binder *b, struct text id)
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
	before = g->id[0] != '\0' ? plan_bind_find_group(b, text_of(g->id)) : PLAN_NONE;
	if (before != PLAN_NONE)
		plan_mistake_value(b->mistakes, key[GROUP_ID],
		    "got '%s' again, groups[%u] has this id already", g->id, before);
	b->plan->group_count++;
}

void
plan_bind_groups(struct plan_binder *b, const struct plan_node *list)
{
	bool empty = list != NULL && list->kind == PLAN_NODE_LIST && list->first == NULL;
	const struct plan_node *n = empty ? NULL : plan_value_list(b->mistakes, list, "groups");
	uint32_t                count = plan_bind_room(n, PLAN_GROUPS_MAX);

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
