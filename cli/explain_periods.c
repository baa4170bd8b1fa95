#include <inttypes.h>

#include "cli/explain_rule.h"
#include "cli/explain_view.h"
#include "core/calendar.h"

static const struct phrase words_task = PHRASE("Task", "任务");
static const struct phrase words_period = PHRASE("Period", "报告期");
static const struct phrase words_due = PHRASE("Due", "截止");
static const struct phrase words_agency = PHRASE("Agency", "责任单位");
static const struct phrase words_first = PHRASE("First report", "首次报告");
static const struct phrase words_outcome = PHRASE("Outcome", "结果");

static void
add_outcome(const struct explain_view *v, struct table *t, enum explain_heard how)
{
	static const struct phrase words[EXPLAIN_HEARDS] = {
	    [EXPLAIN_ON_TIME] = PHRASE("on time", "按时"),
	    [EXPLAIN_LATE] = PHRASE("late", "迟报"),
	    [EXPLAIN_MISSED] = PHRASE("missed", "未报"),
	    [EXPLAIN_AWAITED] = PHRASE("not due yet", "未到期"),
	    [EXPLAIN_UNASKED] = PHRASE("not expected", "无需报告"),
	};
	static const enum style styles[EXPLAIN_HEARDS] = {
	    [EXPLAIN_ON_TIME] = STYLE_GREEN,
	    [EXPLAIN_LATE] = STYLE_YELLOW,
	    [EXPLAIN_MISSED] = STYLE_RED,
	    [EXPLAIN_AWAITED] = STYLE_PLAIN,
	    [EXPLAIN_UNASKED] = STYLE_DIM,
	};

	table_add(t, styles[how], "%s", explain_say(v, &words[how]));
}

/* When the first report came in, and what that makes. */
static void
add_receipt(const struct explain_view *v, struct table *t, const struct explain_receipt *r)
{
	char moment[CALENDAR_INSTANT_SIZE];

	if (r->received)
		table_add(t, STYLE_PLAIN, "%s",
		    calendar_format_local(r->received_ms, v->plan->utc_offset_min, moment));
	else
		table_add(t, STYLE_DIM, "–");
	add_outcome(v, t, r->how);
}

static void
add_period(const struct explain_view *v, struct table *t, struct period period, bool first,
    uint32_t obligation)
{
	struct explain_receipt receipt = explain_receipt(v->rollup, obligation, period);
	uint32_t               agency = v->plan->obligations[obligation].agency;
	char                   name[PERIOD_NAME_SIZE], due[CALENDAR_DATE_SIZE];

	period_name(v->plan->every, period, name);
	calendar_format_date(period_due(v->plan, period), due);
	table_add(t, STYLE_PLAIN, "%s", first ? name : "");
	table_add(t, STYLE_PLAIN, "%s", first ? due : "");
	table_add(t, STYLE_PLAIN, "%s", explain_agency(v->plan, agency, v->run->language));
	add_receipt(v, t, &receipt);
}

void
explain_view_periods(const struct explain_view *v)
{
	const struct plan_task   *task = &v->plan->tasks[v->x->scope.index];
	const struct table_column columns[] = {
	    {.head = explain_say(v, &words_period)},
	    {.head = explain_say(v, &words_due)},
	    {.head = explain_say(v, &words_agency), .elastic = true},
	    {.head = explain_say(v, &words_first)},
	    {.head = explain_say(v, &words_outcome)},
	};
	struct period periods[EXPLAIN_PERIODS_MAX];
	uint32_t      count = explain_periods(v->rollup, EXPLAIN_PERIODS_MAX, periods);
	struct table *t;

	if (count == 0)
		return;
	t = table_new(columns, OPTIONS_COUNT(columns));
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t o = 0; o < task->obligation_count; o++)
			add_period(v, t, periods[i], o == 0, task->first_obligation + o);
	buf_addf(v->out, "\n");
	table_print(t, explain_screen(v), v->out);
	table_free(t);
}

/* "this period 2026-Q2: 1 of 4 reported, 1 in time" */
static void
put_rate(const struct explain_view *v, const struct summary_period *p, const struct phrase *which)
{
	static const struct phrase words =
	    PHRASE("%s %s: %" PRIu32 " of %" PRIu32 " reported, %" PRIu32 " in time\n",
		"%1$s %2$s：应报 %4$" PRIu32 " 项，已报 %3$" PRIu32 " 项，按时 %5$" PRIu32 " 项\n");

	if (p->name[0] != '\0')
		buf_addf(v->out, explain_say(v, &words), explain_say(v, which), p->name,
		    p->reported, p->expected, p->on_time);
}

static void
add_failing(const struct explain_view *v, struct table *t, const struct explain_failing *f)
{
	const struct plan_obligation *o = &v->plan->obligations[f->obligation];
	const struct plan_task       *task = &v->plan->tasks[o->task];
	enum language                 l = v->run->language;

	table_add(t, STYLE_PLAIN, "%" PRIu32, task->number);
	table_add(t, STYLE_PLAIN, "%s", language_title(l, task->title));
	table_add(t, STYLE_PLAIN, "%s", explain_agency(v->plan, o->agency, l));
	add_receipt(v, t, &f->receipt);
}

/* Every obligation that was missed or late in the last due period. */
static void
put_failing(const struct explain_view *v)
{
	const struct table_column columns[] = {
	    {.head = "", .right = true},
	    {.head = explain_say(v, &words_task), .elastic = true},
	    {.head = explain_say(v, &words_agency), .elastic = true},
	    {.head = explain_say(v, &words_first)},
	    {.head = explain_say(v, &words_outcome)},
	};
	static const struct phrase head = PHRASE(
	    "\nMissed or late in the last due period\n", "\n上一应报期未报、迟报的责任事项\n");
	struct period          last;
	struct explain_failing f;
	struct explain_walk    walk = {0};
	struct table          *t;

	if (!rollup_last_due(v->rollup, &last))
		return;
	t = table_new(columns, OPTIONS_COUNT(columns));
	while (explain_next_failing(v->rollup, v->x, last, &walk, &f))
		add_failing(v, t, &f);
	if (walk.found > 0) {
		buf_addf(v->out, "%s", explain_say(v, &head));
		table_print(t, explain_screen(v), v->out);
	}
	table_free(t);
}

void
explain_view_reporting(const struct explain_view *v)
{
	static const struct phrase head = PHRASE("\nReporting\n", "\n报送情况\n");
	static const struct phrase now = PHRASE("this period", "本期");
	static const struct phrase due = PHRASE("last due period", "上一应报期");

	buf_addf(v->out, "%s", explain_say(v, &head));
	put_rate(v, &v->x->summary.period, &now);
	put_rate(v, &v->x->summary.last_period, &due);
	put_failing(v);
}
