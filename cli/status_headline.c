#include "cli/status_view.h"

#include <inttypes.h>

#include "core/calendar.h"

#define BAR 40 /* columns */

/* "106 tasks: 3 verified, 5 completed"; in Chinese the number stands behind. */
static void
headline_tasks(const struct status_view *v, const struct summary *s)
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
		screen_styled(v->out, v->run->out, status_style((enum task_state)i), word);
		if (l == LANGUAGE_ZH)
			buf_addf(v->out, " %" PRIu32, s->tasks[i]);
		between = comma.at[l];
	}
	buf_addf(v->out, "\n");
}

static void
headline_reported(const struct status_view *v, const struct summary *s)
{
	static const struct phrase words =
	    PHRASE("%" PRIu32 " of %" PRIu32 " obligations reported\n",
		"%2$" PRIu32 " 项责任中已报告 %1$" PRIu32 " 项\n");

	buf_addf(
	    v->out, words.at[v->run->language], s->obligations_reported, s->obligations_expected);
}

static void
headline_task(const struct status_view *v, const struct summary *s)
{
	enum language l = v->run->language;

	screen_styled(
	    v->out, v->run->out, status_style(s->state), text_of(language_task_state(l, s->state)));
	if (s->disposition == REPORT_RETURNED) /* the other rulings are states */
		buf_addf(v->out, " · %s", language_disposition(l, s->disposition));
	buf_addf(v->out, "\n");
}

/* The times of a task's parts have no zone beside them: it is said here, once. */
static void
headline_zone(const struct status_view *v)
{
	static const struct phrase words =
	    PHRASE("times are UTC%c%02d:%02d\n", "时间为 UTC%c%02d:%02d\n");
	int minutes = v->plan->utc_offset_min, size = minutes < 0 ? -minutes : minutes;

	buf_addf(v->out, words.at[v->run->language], minutes < 0 ? '-' : '+', size / 60, size % 60);
}

void
status_view_headline(const struct status_view *v)
{
	static const struct phrase source =
	    PHRASE("%s · revision %" PRIu32 " · as of %s · position %s\n",
		"%s · 第 %" PRIu32 " 版 · 截至 %s · 台账位置 %s\n");
	const struct summary *s = summaries_at(v->summaries, 0);
	struct scope          top = v->list->at[0];
	int32_t               percent = summary_percent(&s->figure);
	enum language         l = v->run->language;
	char                  date[CALENDAR_DATE_SIZE], position[POSITION_SIZE];

	screen_styled(v->out, v->run->out, STYLE_BOLD, text_of(language_title(l, v->plan->title)));
	buf_addf(v->out, "\n");
	buf_addf(v->out, source.at[l], v->plan->id, s->revision,
	    calendar_format_date(calendar_day_at(s->as_of_ms, v->plan->utc_offset_min), date),
	    position_format(s->position, position));
	if (top.kind != SCOPE_OVERALL)
		buf_addf(v->out, "\n%s %.*s  %s\n", language_scope_kind(l, top.kind),
		    (int)s->key.len, s->key.at, language_title(l, scope_title(v->plan, top)));
	buf_addf(v->out, "\n");
	screen_bar(v->out, v->run->out, percent, BAR);
	if (percent >= 0)
		buf_addf(v->out, "  %d.%02d %%\n", percent / 100, percent % 100);
	else
		buf_addf(v->out, "  –\n");
	if (s->kind == SCOPE_TASK)
		headline_task(v, s);
	else
		headline_tasks(v, s);
	headline_reported(v, s);
	if (s->kind == SCOPE_TASK)
		headline_zone(v);
	buf_addf(v->out, "\n");
}
