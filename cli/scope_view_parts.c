#include "cli/scope_view.h"
#include "cli/scope_view_cell.h"

static const struct phrase words_task = PHRASE("Task", "任务");
static const struct phrase words_agency = PHRASE("Agency", "责任单位");
static const struct phrase words_percent = PHRASE("Progress", "进度");
static const struct phrase words_own = PHRASE("Own", "本单位");
static const struct phrase words_role = PHRASE("Role", "角色");
static const struct phrase words_state = PHRASE("State", "状态");
static const struct phrase words_whole = PHRASE("Task state", "任务状态");
static const struct phrase words_light = PHRASE("Light", "灯");
static const struct phrase words_due = PHRASE("Due", "期限");
static const struct phrase words_at = PHRASE("As of", "时点");
static const struct phrase words_received = PHRASE("Received", "接收");

static const char *
say(const struct scope_view *v, const struct phrase *words)
{
	return words->at[v->run->language];
}

static const char *
title(const struct scope_view *v, struct plan_title of)
{
	return language_title(v->run->language, of);
}

static void
print(const struct scope_view *v, struct table *t)
{
	table_print(t, v->run->out, v->out);
	table_free(t);
}

void
scope_view_parts(const struct scope_view *v)
{
	const struct summary     *s = v->at(v->source, 0);
	size_t                    left_out = scope_view_is_narrow(v) ? 1 : 0;
	const struct table_column columns[] = {
	    {.head = ""},
	    {.head = say(v, &words_agency), .elastic = true},
	    {.head = say(v, &words_role)},
	    {.head = say(v, &words_percent), .bar = SCOPE_VIEW_BAR},
	    {.head = say(v, &words_state)},
	    {.head = say(v, &words_at)},
	    {.head = say(v, &words_received)},
	};
	struct table *t = table_new(columns, OPTIONS_COUNT(columns) - left_out);

	for (uint32_t i = 0; i < s->part_count; i++) {
		const struct summary_part *p = &s->parts[i];
		uint32_t                   a = plan_find_agency(v->plan, p->agency);

		if (a == PLAN_NONE)
			continue;
		table_add(t, STYLE_PLAIN, "%s", v->plan->agencies[a].id);
		table_add(t, STYLE_PLAIN, "%s", title(v, v->plan->agencies[a].title));
		table_add(t, STYLE_PLAIN, "%s", language_role(v->run->language, p->lead));
		table_percent(t, (int32_t)p->percent);
		scope_view_add_part_state(v, t, p);
		scope_view_add_part_moment(v, t, p, p->at_ms);
		if (left_out == 0)
			scope_view_add_part_moment(v, t, p, p->received_ms);
	}
	print(v, t);
	language_zone(v->out, v->run->language, v->plan->utc_offset_min);
	buf_addf(v->out, "\n");
}

static const struct summary_part *
part_of(const struct summary *s, const char *agency)
{
	for (uint32_t i = 0; i < s->part_count; i++) {
		if (text_equal(s->parts[i].agency, text_of(agency)))
			return &s->parts[i];
	}
	return NULL;
}

void
scope_view_agency(const struct scope_view *v)
{
	const struct table_column columns[] = {
	    {.head = "", .right = true},
	    {.head = say(v, &words_task), .elastic = true},
	    {.head = say(v, &words_role)},
	    {.head = say(v, &words_own), .bar = SCOPE_VIEW_BAR},
	    {.head = say(v, &words_state)},
	    {.head = say(v, &words_whole)},
	    {.head = say(v, &words_light), .elastic = true},
	    {.head = say(v, &words_due)},
	};
	const char   *agency = v->plan->agencies[v->list->at[0].index].id;
	size_t        left_out = scope_view_is_narrow(v) ? 1 : 0;
	struct table *t = table_new(columns, OPTIONS_COUNT(columns) - left_out);

	for (size_t i = 1; i < v->list->count; i++) {
		const struct summary      *s = v->at(v->source, i);
		const struct summary_part *p = s == NULL ? NULL : part_of(s, agency);
		struct scope               at = v->list->at[i];

		if (p == NULL)
			continue;
		table_add(t, STYLE_PLAIN, "%.*s", (int)s->key.len, s->key.at);
		table_add(t, STYLE_PLAIN, "%s", title(v, scope_title(v->plan, at)));
		table_add(t, STYLE_PLAIN, "%s", language_role(v->run->language, p->lead));
		table_percent(t, (int32_t)p->percent);
		scope_view_add_part_state(v, t, p);
		scope_view_add_state(v, t, s);
		scope_view_add_light(v, t, s->judgement);
		if (left_out == 0)
			scope_view_add_due(v, t, s, at);
	}
	print(v, t);
}

void
scope_view_below(const struct scope_view *v)
{
	static void (*const views[SCOPE_KINDS])(const struct scope_view *v) = {
	    [SCOPE_OVERALL] = scope_view_scopes,
	    [SCOPE_CHAPTER] = scope_view_tasks,
	    [SCOPE_SECTION] = scope_view_tasks,
	    [SCOPE_TASK] = scope_view_parts,
	    [SCOPE_AGENCY] = scope_view_agency,
	};

	views[v->list->at[0].kind](v);
}
