#include "cli/scope_view_cell.h"

#include "core/calendar.h"

#define NARROW 120 /* columns */

bool
scope_view_is_narrow(const struct scope_view *v)
{
	return v->run->out.width > 0 && v->run->out.width < NARROW;
}

void
scope_view_add_light(const struct scope_view *v, struct table *t, struct judgement j)
{
	static const struct phrase colon = PHRASE(": ", "：");
	enum language              l = v->run->language;

	table_add(t, scope_view_light_style(j.light), "%s%s%s", language_light(l, j.light),
	    j.reason == REASON_NONE ? "" : colon.at[l], language_reason_of(l, j));
}

void
scope_view_add_state(const struct scope_view *v, struct table *t, const struct summary *s)
{
	enum language l = v->run->language;

	if (s->kind != SCOPE_TASK)
		table_add(t, STYLE_PLAIN, "%s", "");
	else if (s->disposition == REPORT_RETURNED)
		table_add(t, STYLE_YELLOW, "%s (%s)", language_task_state(l, s->state),
		    language_disposition(l, s->disposition));
	else
		table_add(
		    t, scope_view_state_style(s->state), "%s", language_task_state(l, s->state));
}

void
scope_view_add_due(
    const struct scope_view *v, struct table *t, const struct summary *s, struct scope at)
{
	char date[CALENDAR_DATE_SIZE];

	if (at.kind != SCOPE_TASK)
		table_add(t, STYLE_PLAIN, "%s", "");
	else
		table_add(t, s->overdue_days > 0 ? STYLE_RED : STYLE_PLAIN, "%s",
		    calendar_format_date(v->plan->tasks[at.index].due, date));
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

void
scope_view_add_part_state(const struct scope_view *v, struct table *t, const struct summary_part *p)
{
	table_add(
	    t, report_style(p->state), "%s", language_report_state(v->run->language, p->state));
}

void
scope_view_add_part_moment(
    const struct scope_view *v, struct table *t, const struct summary_part *p, int64_t ms)
{
	char moment[CALENDAR_INSTANT_SIZE];

	if (p->state == REPORT_UNREPORTED)
		table_add(t, STYLE_DIM, SCOPE_VIEW_DOT);
	else
		table_add(t, STYLE_PLAIN, "%s",
		    calendar_format_local(ms, v->plan->utc_offset_min, moment));
}
