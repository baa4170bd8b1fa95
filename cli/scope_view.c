#include "cli/scope_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define BAR 40 /* columns */

enum style
scope_view_light_style(enum light l)
{
	static const enum style styles[LIGHTS] = {
	    [LIGHT_GREY] = STYLE_DIM,
	    [LIGHT_BLUE] = STYLE_BLUE,
	    [LIGHT_GREEN] = STYLE_GREEN,
	    [LIGHT_YELLOW] = STYLE_YELLOW,
	    [LIGHT_RED] = STYLE_RED,
	};

	return styles[l];
}

enum style
scope_view_state_style(enum task_state s)
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

const char *
scope_view_points(int32_t basis_points, char out[SCOPE_VIEW_POINTS_SIZE])
{
	int size = abs(basis_points);

	snprintf(out, SCOPE_VIEW_POINTS_SIZE, "%c%d.%02d", basis_points < 0 ? '-' : '+', size / 100,
	    size % 100);
	return out;
}

static void
add(const struct scope_view *v, const struct phrase *words)
{
	buf_addf(v->out, "%s", words->at[v->run->language]);
}

/* "yellow: last period missed" */
static void
add_light(const struct scope_view *v, struct judgement j)
{
	static const struct phrase colon = PHRASE(": ", "：");
	enum language              l = v->run->language;

	screen_styled(v->out, v->run->out, scope_view_light_style(j.light),
	    text_of(language_light(l, j.light)));
	if (j.reason == REASON_NONE)
		return;
	add(v, &colon);
	buf_addf(v->out, "%s", language_reason_of(l, j));
}

/* The bar, and below it how that stands against the calendar. */
static void
add_figures(const struct scope_view *v, const struct summary *s)
{
	static const struct phrase words =
	    PHRASE("expected %d.%02d %% · gap %s · ", "序时进度 %d.%02d %% · 差距 %s · ");
	int32_t percent = summary_percent(&s->figure);
	char    gap[SCOPE_VIEW_POINTS_SIZE];

	screen_bar(v->out, v->run->out, percent, BAR);
	if (percent < 0) {
		buf_addf(v->out, "  –\n");
	} else {
		buf_addf(v->out, "  %d.%02d %%\n", percent / 100, percent % 100);
		buf_addf(v->out, words.at[v->run->language], s->expected / 100, s->expected % 100,
		    scope_view_points(s->gap, gap));
	}
	add_light(v, s->judgement);
	buf_addf(v->out, "\n");
}

/* "106 tasks: 3 verified, 5 completed"; in Chinese the number stands behind. */
static void
add_tasks(const struct scope_view *v, const struct summary *s)
{
	static const struct phrase total = PHRASE("%" PRIu32 " tasks: ", "%" PRIu32 " 项任务：");
	static const struct phrase single = PHRASE("%" PRIu32 " task: ", "%" PRIu32 " 项任务：");
	static const struct phrase comma = PHRASE(", ", "、");
	enum language              l = v->run->language;
	const char                *between = "";

	buf_addf(v->out, (s->task_total == 1 ? single : total).at[l], s->task_total);
	for (int i = 0; i < TASK_STATES; i++) {
		struct text word = text_of(language_task_state(l, (enum task_state)i));

		if (s->tasks[i] == 0)
			continue;
		buf_addf(v->out, "%s", between);
		if (l == LANGUAGE_EN)
			buf_addf(v->out, "%" PRIu32 " ", s->tasks[i]);
		screen_styled(
		    v->out, v->run->out, scope_view_state_style((enum task_state)i), word);
		if (l == LANGUAGE_ZH)
			buf_addf(v->out, " %" PRIu32, s->tasks[i]);
		between = comma.at[l];
	}
	buf_addf(v->out, "\n");
}

/* "in progress · returned · 12 days overdue" */
static void
add_state(const struct scope_view *v, const struct summary *s)
{
	static const struct phrase overdue =
	    PHRASE("%" PRIu32 " days overdue", "逾期 %" PRIu32 " 天");
	static const struct phrase one_day = PHRASE("1 day overdue", "逾期 1 天");
	enum language              l = v->run->language;

	screen_styled(v->out, v->run->out, scope_view_state_style(s->state),
	    text_of(language_task_state(l, s->state)));
	if (s->disposition == REPORT_RETURNED) /* the other rulings are states */
		buf_addf(v->out, " · %s", language_disposition(l, s->disposition));
	if (s->overdue_days > 0) {
		char days[60];

		snprintf(days, sizeof(days), (s->overdue_days == 1 ? one_day : overdue).at[l],
		    s->overdue_days);
		buf_addf(v->out, " · ");
		screen_styled(v->out, v->run->out, STYLE_RED, text_of(days));
	}
	buf_addf(v->out, "\n");
}

static void
add_period(const struct scope_view *v, const struct summary_period *p, const struct phrase *which)
{
	static const struct phrase words =
	    PHRASE(": %" PRIu32 " of %" PRIu32 " reported, %" PRIu32 " in time\n",
		"：%2$" PRIu32 " 项应报，已报 %1$" PRIu32 " 项，按时 %3$" PRIu32 " 项\n");

	if (p->name[0] == '\0')
		return;
	add(v, which);
	buf_addf(v->out, " %s", p->name);
	buf_addf(v->out, words.at[v->run->language], p->reported, p->expected, p->on_time);
}

/* "Chapter 2  Strengthen …", on one line of the screen. */
static void
add_name(const struct scope_view *v, const struct summary *s, struct scope of)
{
	enum language l = v->run->language;
	struct buf    line = {0};

	buf_addf(&line, "%s %.*s  %s", language_scope_kind(l, of.kind), (int)s->key.len, s->key.at,
	    language_title(l, scope_title(v->plan, of)));
	if (v->run->out.width > 0)
		screen_cut(v->out, buf_text(&line), v->run->out.width);
	else
		buf_add(v->out, line.at, line.len);
	buf_addf(v->out, "\n");
	buf_fini(&line);
}

void
scope_view_headline(const struct scope_view *v)
{
	static const struct phrase reported =
	    PHRASE("%" PRIu32 " of %" PRIu32 " obligations reported\n",
		"%2$" PRIu32 " 项责任事项中已报告 %1$" PRIu32 " 项\n");
	static const struct phrase now = PHRASE("this period", "本期");
	static const struct phrase due = PHRASE("last due period", "上一应报期");
	const struct summary      *s = v->at(v->source, 0);
	struct scope               top = v->list->at[0];
	enum language              l = v->run->language;

	if (top.kind != SCOPE_OVERALL)
		add_name(v, s, top);
	add_figures(v, s);
	if (top.kind == SCOPE_TASK)
		add_state(v, s);
	else
		add_tasks(v, s);
	buf_addf(v->out, reported.at[l], s->obligations_reported, s->obligations_expected);
	add_period(v, &s->period, &now);
	add_period(v, &s->last_period, &due);
	buf_addf(v->out, "\n");
}
