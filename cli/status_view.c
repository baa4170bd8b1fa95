#include "cli/status_view.h"

#include <inttypes.h>

#include "cli/table.h"
#include "core/calendar.h"

#define BAR 12  /* columns of a bar in a table */
#define DOT "·" /* stands for a 0, so that what is there stands out */

static const struct phrase words_chapter = PHRASE("Chapter", "章");
static const struct phrase words_task = PHRASE("Task", "任务");
static const struct phrase words_agency = PHRASE("Agency", "部门");
static const struct phrase words_percent = PHRASE("Progress", "进度");
static const struct phrase words_state = PHRASE("State", "状态");
static const struct phrase words_lead = PHRASE("Lead", "牵头");
static const struct phrase words_role = PHRASE("Role", "角色");
static const struct phrase words_part = PHRASE("Part", "参与");
static const struct phrase words_own = PHRASE("Own", "本部门");
static const struct phrase words_whole = PHRASE("Task state", "任务状态");
static const struct phrase words_reported = PHRASE("Reported", "已报告");
static const struct phrase words_at = PHRASE("As of", "时点");
static const struct phrase words_received = PHRASE("Received", "接收");

enum style
status_style(enum task_state s)
{
	static const enum style styles[TASK_STATES] = {
	    [TASK_VERIFIED] = STYLE_GREEN,
	    [TASK_COMPLETED] = STYLE_GREEN,
	    [TASK_IN_PROGRESS] = STYLE_CYAN,
	    [TASK_BLOCKED] = STYLE_RED,
	    [TASK_NOT_STARTED] = STYLE_PLAIN,
	    [TASK_UNREPORTED] = STYLE_DIM,
	    [TASK_SUSPENDED] = STYLE_YELLOW,
	    [TASK_CANCELLED] = STYLE_DIM,
	};

	return styles[s];
}

static const char *
say(const struct status_view *v, const struct phrase *words)
{
	return words->at[v->run->language];
}

static const char *
title(const struct status_view *v, struct plan_title of)
{
	return language_title(v->run->language, of);
}

static void
print(const struct status_view *v, struct table *t)
{
	table_print(t, v->run->out, v->out);
	table_free(t);
}

static void
add_reported(struct table *t, const struct summary *s)
{
	table_add(t, s->obligations_reported == s->obligations_expected ? STYLE_GREEN : STYLE_PLAIN,
	    "%" PRIu32 "/%" PRIu32, s->obligations_reported, s->obligations_expected);
}

static void
add_counts(struct table *t, const struct summary *s, const bool shown[TASK_STATES])
{
	for (int i = 0; i < TASK_STATES; i++) {
		if (!shown[i])
			continue;
		if (s->tasks[i] == 0)
			table_add(t, STYLE_DIM, DOT);
		else
			table_add(t, status_style((enum task_state)i), "%" PRIu32, s->tasks[i]);
	}
}

/* A state that no task is in needs no column. */
static void
choose_states(const struct status_view *v, bool shown[TASK_STATES])
{
	const struct summary *top = summaries_at(v->summaries, 0);

	for (int i = 0; i < TASK_STATES; i++)
		shown[i] = top->tasks[i] > 0;
}

void
status_view_chapters(const struct status_view *v)
{
	bool                shown[TASK_STATES];
	struct table_column columns[TABLE_COLUMNS_MAX] = {
	    {.head = "", .right = true},
	    {.head = say(v, &words_chapter), .elastic = true},
	    {.head = say(v, &words_percent), .bar = BAR},
	};
	size_t        count = 3;
	struct table *t;

	choose_states(v, shown);
	for (int i = 0; i < TASK_STATES; i++) {
		if (shown[i])
			columns[count++] = (struct table_column){
			    .head = language_task_state_head(v->run->language, (enum task_state)i),
			    .right = true};
	}
	columns[count++] = (struct table_column){.head = say(v, &words_reported), .right = true};
	t = table_new(columns, count);
	for (size_t i = 1; i < v->list->count; i++) {
		const struct summary *s = summaries_at(v->summaries, i);

		if (s == NULL)
			continue;
		table_add(t, STYLE_PLAIN, "%.*s", (int)s->key.len, s->key.at);
		table_add(t, STYLE_PLAIN, "%s", title(v, scope_title(v->plan, v->list->at[i])));
		table_percent(t, summary_percent(&s->figure));
		add_counts(t, s, shown);
		add_reported(t, s);
	}
	print(v, t);
}

static void
add_task_state(const struct status_view *v, struct table *t, const struct summary *s)
{
	enum language l = v->run->language;

	if (s->kind != SCOPE_TASK)
		table_add(t, STYLE_PLAIN, "%s", "");
	else if (s->disposition == REPORT_RETURNED)
		table_add(t, STYLE_YELLOW, "%s (%s)", language_task_state(l, s->state),
		    language_disposition(l, s->disposition));
	else
		table_add(t, status_style(s->state), "%s", language_task_state(l, s->state));
}

/* The agency that leads a task; nothing for a section. */
static const char *
lead_of(const struct status_view *v, struct scope s)
{
	const struct plan_obligation *lead;
	const struct plan_agency     *a;

	if (s.kind != SCOPE_TASK)
		return "";
	lead = &v->plan->obligations[v->plan->tasks[s.index].first_obligation];
	a = &v->plan->agencies[lead->agency];
	return v->run->language == LANGUAGE_ZH ? a->title.zh : a->id;
}

void
status_view_tasks(const struct status_view *v)
{
	const struct table_column columns[] = {
	    {.head = "", .right = true},
	    {.head = say(v, &words_task), .elastic = true},
	    {.head = say(v, &words_percent), .bar = BAR},
	    {.head = say(v, &words_state)},
	    {.head = say(v, &words_lead)},
	    {.head = say(v, &words_reported), .right = true},
	};
	struct table *t = table_new(columns, OPTIONS_COUNT(columns));

	for (size_t i = 1; i < v->list->count; i++) {
		const struct summary *s = summaries_at(v->summaries, i);
		struct scope          at = v->list->at[i];
		enum style            style = at.kind == SCOPE_SECTION ? STYLE_BOLD : STYLE_PLAIN;

		if (s == NULL)
			continue;
		table_add(t, style, "%.*s", (int)s->key.len, s->key.at);
		table_add(t, style, "%s", title(v, scope_title(v->plan, at)));
		table_percent(t, summary_percent(&s->figure));
		add_task_state(v, t, s);
		table_add(t, STYLE_PLAIN, "%s", lead_of(v, at));
		add_reported(t, s);
	}
	print(v, t);
}

/* A task's state and an agency's share the words that both have. */
static enum style
report_style(enum report_state s)
{
	static const enum style styles[REPORT_STATES] = {
	    [REPORT_UNREPORTED] = STYLE_DIM,
	    [REPORT_NOT_STARTED] = STYLE_PLAIN,
	    [REPORT_IN_PROGRESS] = STYLE_CYAN,
	    [REPORT_BLOCKED] = STYLE_RED,
	    [REPORT_COMPLETED] = STYLE_GREEN,
	};

	return styles[s];
}

static void
add_moment(const struct status_view *v, struct table *t, const struct summary_part *p, int64_t ms)
{
	char moment[CALENDAR_INSTANT_SIZE];

	if (p->state == REPORT_UNREPORTED)
		table_add(t, STYLE_DIM, DOT);
	else
		table_add(t, STYLE_PLAIN, "%s",
		    calendar_format_local(ms, v->plan->utc_offset_min, moment));
}

void
status_view_parts(const struct status_view *v)
{
	const struct summary     *s = summaries_at(v->summaries, 0);
	const struct table_column columns[] = {
	    {.head = ""},
	    {.head = say(v, &words_agency), .elastic = true},
	    {.head = say(v, &words_role)},
	    {.head = say(v, &words_percent), .bar = BAR},
	    {.head = say(v, &words_state)},
	    {.head = say(v, &words_at)},
	    {.head = say(v, &words_received)},
	};
	struct table *t = table_new(columns, OPTIONS_COUNT(columns));

	for (uint32_t i = 0; i < s->part_count; i++) {
		const struct summary_part *p = &s->parts[i];
		uint32_t                   a = plan_find_agency(v->plan, p->agency);

		if (a == PLAN_NONE)
			continue;
		table_add(t, STYLE_PLAIN, "%s", v->plan->agencies[a].id);
		table_add(t, STYLE_PLAIN, "%s", title(v, v->plan->agencies[a].title));
		table_add(t, STYLE_PLAIN, "%s", language_role(v->run->language, p->lead));
		table_percent(t, (int32_t)p->percent);
		table_add(t, report_style(p->state), "%s",
		    language_report_state(v->run->language, p->state));
		add_moment(v, t, p, p->at_ms);
		add_moment(v, t, p, p->received_ms);
	}
	print(v, t);
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
status_view_agency(const struct status_view *v)
{
	const struct table_column columns[] = {
	    {.head = "", .right = true},
	    {.head = say(v, &words_task), .elastic = true},
	    {.head = say(v, &words_role)},
	    {.head = say(v, &words_own), .bar = BAR},
	    {.head = say(v, &words_state)},
	    {.head = say(v, &words_whole)},
	};
	const char   *agency = v->plan->agencies[v->list->at[0].index].id;
	struct table *t = table_new(columns, OPTIONS_COUNT(columns));

	for (size_t i = 1; i < v->list->count; i++) {
		const struct summary      *s = summaries_at(v->summaries, i);
		const struct summary_part *p = s == NULL ? NULL : part_of(s, agency);

		if (p == NULL)
			continue;
		table_add(t, STYLE_PLAIN, "%.*s", (int)s->key.len, s->key.at);
		table_add(t, STYLE_PLAIN, "%s", title(v, scope_title(v->plan, v->list->at[i])));
		table_add(t, STYLE_PLAIN, "%s", language_role(v->run->language, p->lead));
		table_percent(t, (int32_t)p->percent);
		table_add(t, report_style(p->state), "%s",
		    language_report_state(v->run->language, p->state));
		add_task_state(v, t, s);
	}
	print(v, t);
}

static void
add_figure(struct table *t, const struct figure *f)
{
	int32_t percent = summary_percent(f);

	if (percent < 0)
		table_add(t, STYLE_DIM, DOT);
	else
		table_add(t, STYLE_PLAIN, "%d.%02d (%" PRIu32 ")", percent / 100, percent % 100,
		    f->tasks);
}

void
status_view_agencies(const struct status_view *v)
{
	const struct table_column columns[] = {
	    {.head = ""},
	    {.head = say(v, &words_agency), .elastic = true},
	    {.head = say(v, &words_own), .bar = BAR},
	    {.head = say(v, &words_lead), .right = true},
	    {.head = say(v, &words_part), .right = true},
	    {.head = say(v, &words_reported), .right = true},
	};
	struct table *t = table_new(columns, OPTIONS_COUNT(columns));

	for (size_t i = 1; i < v->list->count; i++) {
		const struct summary *s = summaries_at(v->summaries, i);

		if (s == NULL)
			continue;
		table_add(t, STYLE_PLAIN, "%.*s", (int)s->key.len, s->key.at);
		table_add(t, STYLE_PLAIN, "%s", title(v, scope_title(v->plan, v->list->at[i])));
		table_percent(t, summary_percent(&s->figure));
		add_figure(t, &s->lead);
		add_figure(t, &s->participant);
		add_reported(t, s);
	}
	print(v, t);
}
