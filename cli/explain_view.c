#include "cli/explain_view.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "cli/explain_rule.h"
#include "cli/picture_moment.h"
#include "cli/prose.h"
#include "cli/scope_view.h"
#include "core/calendar.h"

#define COSTS_MAX 10   /* rows; --json has all */
#define LINE      1200 /* bytes: a title and what is around it */

static const struct phrase words_task = PHRASE("Task", "任务");
static const struct phrase words_weight = PHRASE("w", "w");
static const struct phrase words_points = PHRASE("Points", "百分点");
static const struct phrase words_percent = PHRASE("P", "P");
static const struct phrase words_part = PHRASE("p", "p");
static const struct phrase words_expected = PHRASE("E", "E");
static const struct phrase words_lead = PHRASE("Lead", "牵头");

/* A line, or more where the screen is narrower. */
static void __attribute__((format(printf, 2, 3)))
put_line(const struct explain_view *v, const char *fmt, ...)
{
	char    text[LINE];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	prose_wrap(v->out, v->run->out, 0, text_of(text));
}

static void
put_head(const struct explain_view *v)
{
	static const struct phrase source =
	    PHRASE("%s · revision %" PRIu32 " · as of %s · position %s · ledger read to %s",
		"%s · 第 %" PRIu32 " 版 · 评价日 %s · 台账位置 %s · 台账读至 %s");
	const struct summary *s = &v->x->summary;
	enum language         l = v->run->language;
	struct scope          top = v->x->scope;
	char                  date[CALENDAR_DATE_SIZE], position[POSITION_SIZE], end[POSITION_SIZE];
	char                  key[SCOPE_KEY_SIZE];

	screen_styled(v->out, v->run->out, STYLE_BOLD, text_of(language_title(l, v->plan->title)));
	buf_addf(v->out, "\n");
	put_line(v, source.at[l], v->plan->id, s->revision,
	    calendar_format_date(rollup_today(v->rollup), date),
	    position_format(s->position, position),
	    position_format(fold_position(picture_fold(v->picture)), end));
	picture_moment_say(v->picture, v->request, l, v->out);
	language_zone(v->out, l, v->plan->utc_offset_min);
	buf_addf(v->out, "\n\n");
	if (top.kind == SCOPE_OVERALL)
		put_line(v, "%s", language_scope_kind(l, top.kind));
	else
		put_line(v, "%s %s  %s", language_scope_kind(l, top.kind),
		    scope_key(v->plan, top, key), language_title(l, scope_title(v->plan, top)));
}

/* A task's place in the plan: what its own percent follows from, and its weight above. */
static void
put_task(const struct explain_view *v)
{
	static const struct phrase words =
	    PHRASE("%s · weight %" PRIu32 " · %s to %s · reports %s, due %" PRIu32
		   " days after a period's end",
		"%s · 权重 %" PRIu32 " · %s 至 %s · %s报告，期末后 %" PRIu32 " 天截止");
	const struct plan_task *t = &v->plan->tasks[v->x->scope.index];
	enum language           l = v->run->language;
	char                    starts[CALENDAR_DATE_SIZE], due[CALENDAR_DATE_SIZE];

	put_line(v, words.at[l], language_duty(l, t->duty), t->weight,
	    calendar_format_date(t->starts, starts), calendar_format_date(t->due, due),
	    language_every(l, v->plan->every), v->plan->due_days);
}

static struct table *
costs_new(const struct explain_view *v)
{
	bool                      agency = v->x->scope.kind == SCOPE_AGENCY;
	const struct table_column columns[] = {
	    {.head = "", .right = true},
	    {.head = explain_say(v, &words_task), .elastic = true},
	    {.head = explain_say(v, &words_points), .right = true},
	    {.head = explain_say(v, &words_weight), .right = true},
	    {.head = explain_say(v, agency ? &words_part : &words_percent), .right = true},
	    {.head = explain_say(v, &words_expected), .right = true},
	    {.head = explain_say(v, &words_lead), .elastic = true},
	};

	return table_new(columns, OPTIONS_COUNT(columns));
}

static void
add_cost(const struct explain_view *v, struct table *t, const struct explain_addend *a)
{
	const struct plan_task *pt = &v->plan->tasks[a->task];
	uint32_t                lead = v->plan->obligations[pt->first_obligation].agency;
	enum language           l = v->run->language;
	char                    points[SCOPE_VIEW_POINTS_SIZE];

	table_add(t, STYLE_PLAIN, "%" PRIu32, pt->number);
	table_add(t, STYLE_PLAIN, "%s", language_title(l, pt->title));
	table_add(t, STYLE_PLAIN, "%s", scope_view_points((int32_t)a->points, points));
	table_add(t, STYLE_PLAIN, "%" PRIu32, pt->weight);
	table_percent(t, (int32_t)a->percent);
	table_percent(t, (int32_t)a->expected);
	table_add(t, STYLE_PLAIN, "%s", explain_agency(v->plan, lead, l));
}

static void
put_costs(const struct explain_view *v)
{
	static const struct phrase head = PHRASE("\nWhat costs the most\n", "\n影响最大的任务\n");
	static const struct phrase none =
	    PHRASE("\nNothing costs anything: no task is behind\n", "\n没有任务低于序时进度\n");
	static const struct phrase more = PHRASE(
	    "… and %" PRIu32 " more tasks behind\n", "……另有 %" PRIu32 " 项任务低于序时进度\n");
	const struct explanation *x = v->x;
	struct table             *t;
	uint32_t                  behind = 0;

	while (behind < x->cost_count && x->addends[x->costs[behind]].cost < 0)
		behind++;
	if (behind == 0) {
		buf_addf(v->out, "%s", explain_say(v, &none));
		return;
	}
	buf_addf(v->out, "%s", explain_say(v, &head));
	t = costs_new(v);
	for (uint32_t i = 0; i < behind && i < COSTS_MAX; i++)
		add_cost(v, t, &x->addends[x->costs[i]]);
	table_print(t, explain_screen(v), v->out);
	table_free(t);
	if (behind > COSTS_MAX)
		buf_addf(v->out, explain_say(v, &more), behind - COSTS_MAX);
}

void
explain_view_print(const struct explain_view *v)
{
	put_head(v);
	if (v->x->scope.kind == SCOPE_TASK) {
		put_task(v);
		buf_addf(v->out, "\n");
		explain_view_parts(v);
		explain_view_sums(v);
		explain_view_periods(v);
		return;
	}
	buf_addf(v->out, "\n");
	explain_view_addends(v);
	explain_view_sums(v);
	put_costs(v);
	explain_view_reporting(v);
}
