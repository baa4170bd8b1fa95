#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/scope_view.h"
#include "cli/watch_paint_inside.h"
#include "cli/watch_words.h"
#include "core/calendar.h"

static const struct phrase comma = PHRASE(", ", "、");

/* "3 d overdue"; "" for a task that is not. */
static const char *
overdue(const struct cell *c, char out[PAINT_TEXT])
{
	static const struct phrase words = PHRASE("%" PRIu32 " d overdue", "逾期 %" PRIu32 " 天");
	uint32_t                   days = c->row->scope->summary.overdue_days;

	*out = '\0';
	if (days > 0)
		snprintf(out, PAINT_TEXT, words.at[c->p->look->language], days);
	return out;
}

/* A task's state, and what else there is to say of it. */
static void
why_of_task(const struct cell *c, const char *reason)
{
	const struct summary *s = &c->row->scope->summary;
	enum language         l = c->p->look->language;
	const char           *state = language_task_state(l, s->state), *more;
	char                  days[PAINT_TEXT];

	if (s->disposition == REPORT_RETURNED)
		state = language_disposition(l, s->disposition);
	more = *overdue(c, days) != '\0' ? days : strcmp(reason, state) != 0 ? reason : "";
	cell_text(c, INK(scope_view_state_style(s->state)), "%s%s%s", state,
	    *more == '\0' ? "" : comma.at[l], more);
}

void
cell_why(const struct cell *c)
{
	const struct scene_scope *s = c->row->scope;
	enum language             l = c->p->look->language;

	if (!cell_is_of_scope(c))
		return;
	if (c->row->part != NULL)
		cell_text(c, INK(c->row->part->state == REPORT_BLOCKED ? STYLE_RED : STYLE_PLAIN),
		    "%s", language_report_state(l, c->row->part->state));
	else if (s->kind == SCOPE_TASK)
		why_of_task(c, language_reason_of(l, s->summary.judgement));
	else
		cell_text(c, paint_light_ink(cell_light_of(c)), "%s",
		    language_reason_of(l, s->summary.judgement));
}

void
cell_heard(const struct cell *c)
{
	static const struct phrase never = PHRASE("never", "从未");
	int64_t                    heard_ms = 0;
	char                       text[PAINT_TEXT];

	if (!cell_is_of_scope(c) ||
	    (c->row->scope->kind != SCOPE_TASK && c->row->scope->kind != SCOPE_AGENCY))
		return;
	if (c->row->part == NULL)
		heard_ms = c->row->scope->heard_ms;
	else if (c->row->part->state != REPORT_UNREPORTED)
		heard_ms = c->row->part->received_ms;
	if (heard_ms == 0)
		cell_text(c, INK(STYLE_DIM), "%s", never.at[c->p->look->language]);
	else
		cell_text(c, 0, "%s", paint_ago(c->p, heard_ms, text));
}

/* Of a task: the agency that leads it. */
void
cell_leader(const struct cell *c)
{
	const struct scene_scope *s = c->row->scope;

	if (c->row->kind == ROW_SCOPE && s->part_count > 0)
		cell_text(c, 0, "%s",
		    language_title(
			c->p->look->language, scene_agency(c->p->scene, s->parts[0].agency)));
}

static void
add_word(char *out, size_t size, const char *between, const char *word)
{
	size_t len = strlen(out);

	snprintf(out + len, size - len, "%s%s", len > 0 ? between : "", word);
}

/* What is the matter: the alerts that stand, or the reason of its light. */
void
cell_matters(const struct cell *c)
{
	const struct scene_scope *s = c->row->scope;
	enum language             l = c->p->look->language;
	char                      text[2 * PAINT_TEXT] = "", days[PAINT_TEXT];

	if (c->row->kind != ROW_SCOPE) {
		cell_why(c);
		return;
	}
	add_word(text, sizeof(text), "", overdue(c, days));
	for (int i = 0; i < ALARMS; i++) {
		if (s->since_ms[i] != 0 && i != ALARM_OVERDUE && i != ALARM_BEHIND)
			add_word(text, sizeof(text), comma.at[l], watch_alarm(l, (enum alarm)i));
	}
	if (text[0] == '\0')
		add_word(text, sizeof(text), "", language_reason_of(l, s->summary.judgement));
	cell_text(c, INK(cell_light_of(c) == LIGHT_RED ? STYLE_RED : STYLE_YELLOW), "%s", text);
}

/* Of the alerts that stand, the one that does so longest. */
void
cell_since(const struct cell *c)
{
	int64_t since_ms = 0;
	char    moment[CALENDAR_INSTANT_SIZE];

	for (int i = 0; c->row->kind == ROW_SCOPE && i < ALARMS; i++) {
		int64_t one = c->row->scope->since_ms[i];

		if (one != 0 && (since_ms == 0 || one < since_ms))
			since_ms = one;
	}
	if (since_ms != 0)
		cell_text(c, INK(STYLE_DIM), "%.10s",
		    calendar_format_local(since_ms, scene_offset(c->p->scene), moment));
}
