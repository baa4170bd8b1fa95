#include <inttypes.h>
#include <stdio.h>

#include "cli/scope_view.h"
#include "cli/scope_view_cell.h"

static const struct phrase words_scope = PHRASE("Chapter, section", "章、节");
static const struct phrase words_task = PHRASE("Task", "任务");
static const struct phrase words_agency = PHRASE("Agency", "责任单位");
static const struct phrase words_percent = PHRASE("Progress", "进度");
static const struct phrase words_expected = PHRASE("Expected", "序时");
static const struct phrase words_gap = PHRASE("Gap", "差距");
static const struct phrase words_light = PHRASE("Light", "灯");
static const struct phrase words_state = PHRASE("State", "状态");
static const struct phrase words_lead = PHRASE("Lead", "牵头");
static const struct phrase words_part = PHRASE("Part", "参与");
static const struct phrase words_own = PHRASE("Own", "本单位");
static const struct phrase words_due = PHRASE("Due", "期限");
static const struct phrase words_reported = PHRASE("Reported", "已报告");

/* A table as it is put together. */
struct columns {
	struct table_column at[TABLE_COLUMNS_MAX];
	size_t              count;
};

static const char *
say(const struct scope_view *v, const struct phrase *words)
{
	return words->at[v->run->language];
}

static const char *
title(const struct scope_view *v, struct scope s)
{
	return language_title(v->run->language, scope_title(v->plan, s));
}

static void
column(struct columns *c, struct table_column one)
{
	c->at[c->count++] = one;
}

/* The columns of every table of scopes: key, title, figures against the calendar. */
static void
first_columns(const struct scope_view *v, struct columns *c, const struct phrase *what,
    const struct phrase *percent)
{
	column(c, (struct table_column){.head = "", .right = what != &words_agency});
	column(c, (struct table_column){.head = say(v, what), .elastic = true});
	column(c, (struct table_column){.head = say(v, percent), .bar = SCOPE_VIEW_BAR});
	column(c, (struct table_column){.head = say(v, &words_expected), .right = true});
	column(c, (struct table_column){.head = say(v, &words_gap), .right = true});
	column(c, (struct table_column){.head = say(v, &words_light), .elastic = true});
}

static void
add_first(const struct scope_view *v, struct table *t, enum style style, const struct summary *s,
    struct scope at)
{
	char gap[SCOPE_VIEW_POINTS_SIZE];

	table_add(t, style, "%.*s", (int)s->key.len, s->key.at);
	table_add(t, style, "%s", title(v, at));
	table_percent(t, summary_percent(&s->figure));
	table_percent(t, s->figure.den == 0 ? -1 : s->expected);
	table_add(t, STYLE_PLAIN, "%s", s->figure.den == 0 ? "–" : scope_view_points(s->gap, gap));
	scope_view_add_light(v, t, s->judgement);
}

static void
add_reported(struct table *t, const struct summary *s)
{
	table_add(t, s->obligations_reported == s->obligations_expected ? STYLE_GREEN : STYLE_PLAIN,
	    "%" PRIu32 "/%" PRIu32, s->obligations_reported, s->obligations_expected);
}

/* The period whose rates a table shows: the last that is due, else the current one. */
static const struct summary_period *
period_of(const struct summary *s)
{
	return s->last_period.name[0] != '\0' ? &s->last_period : &s->period;
}

/* The last columns: who has reported at all, and for that period, "12/30 (10)" of whom
 * ten in time. The name is kept by the caller. */
static void
last_columns(const struct scope_view *v, struct columns *c, char period[PERIOD_NAME_SIZE])
{
	snprintf(period, PERIOD_NAME_SIZE, "%s", period_of(v->at(v->source, 0))->name);
	column(c, (struct table_column){.head = say(v, &words_reported), .right = true});
	if (*period != '\0')
		column(c, (struct table_column){.head = period, .right = true});
}

static void
add_last(struct table *t, const struct summary *s, const char *period)
{
	const struct summary_period *p = period_of(s);

	add_reported(t, s);
	if (*period != '\0')
		table_add(t, STYLE_PLAIN, "%" PRIu32 "/%" PRIu32 " (%" PRIu32 ")", p->reported,
		    p->expected, p->on_time);
}

static void
print(const struct scope_view *v, struct table *t)
{
	table_print(t, v->run->out, v->out);
	table_free(t);
}

/* A state that no task is in needs no column; the headline has them too. */
static void
state_columns(const struct scope_view *v, struct columns *c, bool shown[TASK_STATES])
{
	const struct summary *top = v->at(v->source, 0);

	for (int i = 0; i < TASK_STATES; i++) {
		const char *head = language_task_state_head(v->run->language, (enum task_state)i);

		shown[i] = top->tasks[i] > 0 && !scope_view_is_narrow(v);
		if (shown[i])
			column(c, (struct table_column){.head = head, .right = true});
	}
}

static void
add_states(struct table *t, const struct summary *s, const bool shown[TASK_STATES])
{
	for (int i = 0; i < TASK_STATES; i++) {
		enum style style = scope_view_state_style((enum task_state)i);

		if (shown[i] && s->tasks[i] == 0)
			table_add(t, STYLE_DIM, SCOPE_VIEW_DOT);
		else if (shown[i])
			table_add(t, style, "%" PRIu32, s->tasks[i]);
	}
}

void
scope_view_scopes(const struct scope_view *v)
{
	struct columns c = {0};
	struct table  *t;
	bool           shown[TASK_STATES];
	char           period[PERIOD_NAME_SIZE];

	first_columns(v, &c, &words_scope, &words_percent);
	state_columns(v, &c, shown);
	last_columns(v, &c, period);
	t = table_new(c.at, c.count);
	for (size_t i = 1; i < v->list->count; i++) {
		const struct summary *s = v->at(v->source, i);
		struct scope          at = v->list->at[i];

		if (s == NULL)
			continue;
		add_first(v, t, at.kind == SCOPE_CHAPTER ? STYLE_BOLD : STYLE_PLAIN, s, at);
		add_states(t, s, shown);
		add_last(t, s, period);
	}
	print(v, t);
}

/* The agency that leads a task; nothing for a section. */
static const char *
lead_of(const struct scope_view *v, struct scope at)
{
	const struct plan_obligation *lead;
	const struct plan_agency     *a;

	if (at.kind != SCOPE_TASK)
		return "";
	lead = &v->plan->obligations[v->plan->tasks[at.index].first_obligation];
	a = &v->plan->agencies[lead->agency];
	return v->run->language == LANGUAGE_ZH ? a->title.zh : a->id;
}

void
scope_view_tasks(const struct scope_view *v)
{
	bool           narrow = scope_view_is_narrow(v);
	struct columns c = {0};
	struct table  *t;

	first_columns(v, &c, &words_task, &words_percent);
	column(&c, (struct table_column){.head = say(v, &words_state)});
	column(&c, (struct table_column){.head = say(v, &words_reported), .right = true});
	if (!narrow) {
		column(&c, (struct table_column){.head = say(v, &words_due)});
		column(&c, (struct table_column){.head = say(v, &words_lead)});
	}
	t = table_new(c.at, c.count);
	for (size_t i = 1; i < v->list->count; i++) {
		const struct summary *s = v->at(v->source, i);
		struct scope          at = v->list->at[i];

		if (s == NULL)
			continue;
		add_first(v, t, at.kind == SCOPE_SECTION ? STYLE_BOLD : STYLE_PLAIN, s, at);
		scope_view_add_state(v, t, s);
		add_reported(t, s);
		if (narrow)
			continue;
		scope_view_add_due(v, t, s, at);
		table_add(t, STYLE_PLAIN, "%s", lead_of(v, at));
	}
	print(v, t);
}

static void
add_figure(struct table *t, const struct figure *f)
{
	int32_t percent = summary_percent(f);

	if (percent < 0)
		table_add(t, STYLE_DIM, SCOPE_VIEW_DOT);
	else
		table_add(t, STYLE_PLAIN, "%d.%02d (%" PRIu32 ")", percent / 100, percent % 100,
		    f->tasks);
}

void
scope_view_agencies(const struct scope_view *v)
{
	bool           narrow = scope_view_is_narrow(v);
	struct columns c = {0};
	struct table  *t;
	char           period[PERIOD_NAME_SIZE];

	first_columns(v, &c, &words_agency, &words_own);
	if (!narrow) {
		column(&c, (struct table_column){.head = say(v, &words_lead), .right = true});
		column(&c, (struct table_column){.head = say(v, &words_part), .right = true});
	}
	last_columns(v, &c, period);
	t = table_new(c.at, c.count);
	for (size_t i = 1; i < v->list->count; i++) {
		const struct summary *s = v->at(v->source, i);

		if (s == NULL)
			continue;
		add_first(v, t, STYLE_PLAIN, s, v->list->at[i]);
		if (!narrow) {
			add_figure(t, &s->lead);
			add_figure(t, &s->participant);
		}
		add_last(t, s, period);
	}
	print(v, t);
}
