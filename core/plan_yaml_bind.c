#include "core/plan_yaml_bind.h"

#include <string.h>

#include "core/calendar.h"

#define LIGHT_MAX 100

enum {
	ROOT_FORMAT,
	ROOT_ID,
	ROOT_REVISION,
	ROOT_TITLE,
	ROOT_STARTS,
	ROOT_ENDS,
	ROOT_UTC_OFFSET,
	ROOT_REPORTING,
	ROOT_LIGHTS,
	ROOT_OFFICE,
	ROOT_AGENCIES,
	ROOT_GROUPS,
	ROOT_CHAPTERS,
	ROOT_KEYS
};
enum { TITLE_ZH, TITLE_EN, TITLE_KEYS };
enum { REPORTING_EVERY, REPORTING_DUE_DAYS, REPORTING_KEYS };
enum { LIGHTS_YELLOW, LIGHTS_RED, LIGHTS_RED_SHARE, LIGHTS_KEYS };

static const struct plan_key root_keys[ROOT_KEYS] = {
    [ROOT_FORMAT] = {"format", true},
    [ROOT_ID] = {"id", true},
    [ROOT_REVISION] = {"revision", true},
    [ROOT_TITLE] = {"title", true},
    [ROOT_STARTS] = {"starts", true},
    [ROOT_ENDS] = {"ends", true},
    [ROOT_UTC_OFFSET] = {"utc_offset", true},
    [ROOT_REPORTING] = {"reporting", true},
    [ROOT_LIGHTS] = {"lights", false},
    [ROOT_OFFICE] = {"office", true},
    [ROOT_AGENCIES] = {"agencies", true},
    [ROOT_GROUPS] = {"groups", false},
    [ROOT_CHAPTERS] = {"chapters", true},
};

static const struct plan_key title_keys[TITLE_KEYS] = {
    [TITLE_ZH] = {"zh", true},
    [TITLE_EN] = {"en", false},
};

static const struct plan_key reporting_keys[REPORTING_KEYS] = {
    [REPORTING_EVERY] = {"every", true},
    [REPORTING_DUE_DAYS] = {"due_days", true},
};

static const struct plan_key lights_keys[LIGHTS_KEYS] = {
    [LIGHTS_YELLOW] = {"yellow", false},
    [LIGHTS_RED] = {"red", false},
    [LIGHTS_RED_SHARE] = {"red_share", false},
};

static void
bind_title(struct plan_binder *b, const struct plan_node *n)
{
	const struct plan_node *key[TITLE_KEYS];

	plan_value_members(b->mistakes, n, title_keys, TITLE_KEYS, key);
	b->plan->title =
	    plan_value_title(b->mistakes, key[TITLE_ZH], key[TITLE_EN], b->plan->arena);
}

static void
bind_days(struct plan_binder *b, const struct plan_node *starts, const struct plan_node *ends)
{
	bool starts_known = plan_value_day(b->mistakes, starts, &b->plan->starts);
	bool ends_known = plan_value_day(b->mistakes, ends, &b->plan->ends);
	char date[CALENDAR_DATE_SIZE], got[PLAN_GOT_SIZE];

	b->days_known = starts_known && ends_known;
	if (b->days_known && b->plan->ends < b->plan->starts) {
		b->days_known = false;
		plan_mistake_value(b->mistakes, ends, "got %s, expected %s (starts) or later",
		    plan_value_got(ends, got), calendar_format_date(b->plan->starts, date));
	}
}

static void
bind_utc_offset(struct plan_binder *b, const struct plan_node *n)
{
	const char *want = err_text("an offset such as +08:00, at most 14 hours");
	struct text t = plan_value_scalar(b->mistakes, n, want);
	char        got[PLAN_GOT_SIZE];

	if (t.at != NULL && !calendar_parse_offset(t, &b->plan->utc_offset_min))
		plan_mistake_value(
		    b->mistakes, n, "got %s, expected %s", plan_value_got(n, got), want);
}

static void
bind_reporting(struct plan_binder *b, const struct plan_node *n)
{
	const struct plan_node *key[REPORTING_KEYS];
	const char             *every[PLAN_EVERIES];

	for (uint32_t i = 0; i < PLAN_EVERIES; i++)
		every[i] = plan_every_name(i);
	plan_value_members(b->mistakes, n, reporting_keys, REPORTING_KEYS, key);
	b->plan->every =
	    plan_value_word(b->mistakes, key[REPORTING_EVERY], every, PLAN_EVERIES, PLAN_MONTH);
	b->plan->due_days =
	    plan_value_number(b->mistakes, key[REPORTING_DUE_DAYS], 0, PLAN_DUE_DAYS_MAX, 0);
}

/* Without `lights`, or a key of it, the defaults of docs/plan-format.md. */
static void
bind_lights(struct plan_binder *b, const struct plan_node *n)
{
	const struct plan_node *key[LIGHTS_KEYS];
	struct plan            *p = b->plan;
	size_t                  before;

	plan_value_members(b->mistakes, n, lights_keys, LIGHTS_KEYS, key);
	before = b->mistakes->count;
	p->light_yellow = plan_value_number(b->mistakes, key[LIGHTS_YELLOW], 0, LIGHT_MAX, 10);
	p->light_red = plan_value_number(b->mistakes, key[LIGHTS_RED], 0, LIGHT_MAX, 30);
	if (b->mistakes->count == before && p->light_yellow >= p->light_red)
		plan_mistake_value(b->mistakes, n,
		    "got yellow %u and red %u, expected yellow to be less than red",
		    p->light_yellow, p->light_red);
	p->light_red_share =
	    plan_value_number(b->mistakes, key[LIGHTS_RED_SHARE], 0, LIGHT_MAX, 20);
}

static void
bind_head(struct plan_binder *b, const struct plan_node *const *key)
{
	struct plan *p = b->plan;

	plan_value_number(b->mistakes, key[ROOT_FORMAT], 1, 1, 1);
	p->id = plan_value_id(b->mistakes, key[ROOT_ID], p->arena);
	if (strcmp(p->id, PLAN_ID_RESERVED) == 0)
		plan_mistake_value(b->mistakes, key[ROOT_ID],
		    "got '%s', expected another name: snapshots go out on topics that begin so",
		    p->id);
	p->revision = plan_value_number(b->mistakes, key[ROOT_REVISION], 1, PLAN_REVISION_MAX, 1);
	bind_title(b, key[ROOT_TITLE]);
	bind_days(b, key[ROOT_STARTS], key[ROOT_ENDS]);
	bind_utc_offset(b, key[ROOT_UTC_OFFSET]);
	bind_reporting(b, key[ROOT_REPORTING]);
	bind_lights(b, key[ROOT_LIGHTS]);
}

/* Moves an array out of the buf it grew in. */
static void *
keep_array(struct plan *p, struct buf *array)
{
	void *kept = plan_arena_alloc(p->arena, array->len, 1);

	if (array->len > 0)
		memcpy(kept, array->at, array->len);
	return kept;
}

static void
finish(struct plan_binder *b)
{
	struct plan *p = b->plan;

	p->chapter_count = (uint32_t)(b->chapters.len / sizeof(*p->chapters));
	p->chapters = keep_array(p, &b->chapters);
	p->section_count = (uint32_t)(b->sections.len / sizeof(*p->sections));
	p->sections = keep_array(p, &b->sections);
	p->task_count = (uint32_t)(b->tasks.len / sizeof(*p->tasks));
	p->tasks = keep_array(p, &b->tasks);
	p->obligation_count = (uint32_t)(b->obligations.len / sizeof(*p->obligations));
	p->obligations = keep_array(p, &b->obligations);
	plan_index_obligations(p, b->agencies);
}

struct plan *
plan_bind(const struct plan_node *root, struct plan_mistakes *m)
{
	struct plan_binder      b = {.plan = plan_new(), .mistakes = m};
	const struct plan_node *key[ROOT_KEYS];

	if (plan_value_members(m, root, root_keys, ROOT_KEYS, key)) {
		bind_head(&b, key);
		plan_bind_agencies(&b, key[ROOT_AGENCIES]);
		if (key[ROOT_OFFICE] != NULL && key[ROOT_OFFICE]->kind != PLAN_NODE_REFUSED)
			b.plan->office = plan_bind_agency(&b, key[ROOT_OFFICE]);
		plan_bind_groups(&b, key[ROOT_GROUPS]);
		plan_bind_chapters(&b, key[ROOT_CHAPTERS]);
	}
	if (m->count == 0)
		finish(&b);
	buf_fini(&b.chapters);
	buf_fini(&b.sections);
	buf_fini(&b.tasks);
	buf_fini(&b.obligations);
	return b.plan;
}
