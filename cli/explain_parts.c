#include <inttypes.h>

#include "cli/explain_rule.h"
#include "cli/explain_view.h"
#include "core/calendar.h"

#define INDENT 2 /* columns before an agency's words */

static const struct phrase words_period = PHRASE("Period", "报告期");
static const struct phrase words_due = PHRASE("Due", "截止");
static const struct phrase words_agency = PHRASE("Agency", "部门");
static const struct phrase words_first = PHRASE("First report", "首次报告");
static const struct phrase words_outcome = PHRASE("Outcome", "结果");
static const struct phrase words_role = PHRASE("Role", "角色");
static const struct phrase words_counts = PHRASE("Counts", "计入");

static const struct plan_task *
task_of(const struct explain_view *v)
{
	return &v->plan->tasks[v->x->scope.index];
}

static void
begin_parts(const struct explain_view *v, struct explain_sheet *s)
{
	struct table_column columns[EXPLAIN_REPORT_COLUMNS + 2] = {
	    {.head = explain_say(v, &words_role)},
	    [EXPLAIN_REPORT_COLUMNS + 1] = {.head = explain_say(v, &words_counts)},
	};

	explain_report_columns(v, columns + 1);
	explain_sheet_init(s, columns, OPTIONS_COUNT(columns));
}

/* Whether it counts, and if not, why. */
static void
add_counts(const struct explain_view *v, struct table *t, uint32_t obligation)
{
	static const struct phrase yes = PHRASE("yes", "是");
	static const struct phrase participant =
	    PHRASE("no: the lead counts alone", "否：仅牵头部门计入");
	static const struct phrase not_in_force = PHRASE("no: %.*s", "否：%.*s");
	enum explain_why           why = explain_part(v->rollup, obligation);
	struct buf                 days = {0};

	if (why == EXPLAIN_NOT_IN_FORCE) {
		explain_membership(v, obligation, &days);
		table_add(t, STYLE_DIM, explain_say(v, &not_in_force), (int)days.len, days.at);
		buf_fini(&days);
		return;
	}
	table_add(
	    t, STYLE_PLAIN, "%s", explain_say(v, why == EXPLAIN_COUNTS ? &yes : &participant));
}

/* The agency's other name: the table has the one that the language knows it by. */
static void
put_name(const struct explain_view *v, struct buf *out, uint32_t obligation)
{
	const struct plan_agency *a = &v->plan->agencies[v->plan->obligations[obligation].agency];

	buf_addf(out, "%*s%s\n", INDENT, "", v->run->language == LANGUAGE_ZH ? a->id : a->title.en);
}

void
explain_view_parts(const struct explain_view *v)
{
	const struct plan_task *t = task_of(v);
	struct explain_sheet    s;

	begin_parts(v, &s);
	if (v->x->summary.disposition != REPORT_OPEN) {
		table_add(s.table, STYLE_DIM, "–");
		explain_ruling_cells(v, &s, v->x->scope.index, INDENT);
		table_add(s.table, STYLE_DIM, "–");
		explain_sheet_end_row(&s);
	}
	for (uint32_t i = 0; i < t->obligation_count; i++) {
		uint32_t obligation = t->first_obligation + i;

		table_add(s.table, STYLE_PLAIN, "%s", language_role(v->run->language, i == 0));
		put_name(v, &s.below, obligation);
		explain_report_cells(v, &s, obligation, INDENT);
		add_counts(v, s.table, obligation);
		explain_sheet_end_row(&s);
	}
	explain_sheet_lay(&s, v->run->out, 0);
	explain_put(v, buf_text(&s.laid));
	explain_sheet_fini(&s);
}

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

static void
add_period(const struct explain_view *v, struct table *t, struct period period, bool first,
    uint32_t obligation)
{
	struct explain_receipt receipt = explain_receipt(v->rollup, obligation, period);
	uint32_t               agency = v->plan->obligations[obligation].agency;
	char                   name[PERIOD_NAME_SIZE], due[CALENDAR_DATE_SIZE];
	char                   moment[CALENDAR_INSTANT_SIZE];

	period_name(v->plan->every, period, name);
	calendar_format_date(period_due(v->plan, period), due);
	table_add(t, STYLE_PLAIN, "%s", first ? name : "");
	table_add(t, STYLE_PLAIN, "%s", first ? due : "");
	table_add(t, STYLE_PLAIN, "%s", explain_agency(v->plan, agency, v->run->language));
	if (receipt.received)
		table_add(t, STYLE_PLAIN, "%s",
		    calendar_format_local(receipt.received_ms, v->plan->utc_offset_min, moment));
	else
		table_add(t, STYLE_DIM, "–");
	add_outcome(v, t, receipt.how);
}

void
explain_view_periods(const struct explain_view *v)
{
	const struct plan_task   *task = task_of(v);
	const struct table_column columns[] = {
	    {.head = explain_say(v, &words_period)},
	    {.head = explain_say(v, &words_due)},
	    {.head = explain_say(v, &words_agency)},
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
	table_print(t, v->run->out, v->out);
	table_free(t);
}
