#include <inttypes.h>
#include <stdlib.h>

#include "cli/explain_rule.h"
#include "cli/explain_view.h"
#include "cli/scope_view.h"
#include "core/mem.h"

#define INDENT 5 /* columns before the reports behind an addend */

static const struct phrase words_task = PHRASE("Task", "任务");
static const struct phrase words_role = PHRASE("Role", "角色");
static const struct phrase words_weight = PHRASE("w", "w");
static const struct phrase words_part = PHRASE("p", "p");
static const struct phrase words_part_product = PHRASE("w·p", "w·p");
static const struct phrase words_percent = PHRASE("P", "P");
static const struct phrase words_product = PHRASE("w·P", "w·P");
static const struct phrase words_expected = PHRASE("E", "E");
static const struct phrase words_points = PHRASE("Points", "百分点");
static const struct phrase words_light = PHRASE("Light", "灯");
static const struct phrase words_state = PHRASE("State", "状态");

static bool
of_agency(const struct explain_view *v)
{
	return v->x->scope.kind == SCOPE_AGENCY;
}

static const struct plan_task *
task_of(const struct explain_view *v, const struct explain_addend *a)
{
	return &v->plan->tasks[a->task];
}

/* Where it is narrow, an agency's table goes without its role and w·P: P stands only
 * where it leads. */
static bool
has_all(const struct explain_view *v)
{
	return !of_agency(v) || !explain_is_narrow(v);
}

/* The columns that a scope and an agency do not share stand in the middle. */
static void
begin_addends(const struct explain_view *v, struct explain_sheet *s)
{
	struct table_column columns[TABLE_COLUMNS_MAX] = {
	    {.head = "", .right = true},
	    {.head = explain_say(v, &words_task), .elastic = true},
	};
	const struct phrase *agency[] = {&words_part, &words_part_product};
	const struct phrase *figures[] = {
	    &words_percent, &words_product, &words_expected, &words_points};
	size_t n = 2;

	if (of_agency(v) && has_all(v))
		columns[n++].head = explain_say(v, &words_role);
	columns[n++] = (struct table_column){explain_say(v, &words_weight), .right = true};
	for (size_t i = 0; of_agency(v) && i < OPTIONS_COUNT(agency); i++)
		columns[n++] = (struct table_column){explain_say(v, agency[i]), .right = true};
	for (size_t i = 0; i < OPTIONS_COUNT(figures); i++)
		if (figures[i] != &words_product || has_all(v))
			columns[n++] =
			    (struct table_column){explain_say(v, figures[i]), .right = true};
	columns[n++].head = explain_say(v, &words_light);
	columns[n++] = (struct table_column){explain_say(v, &words_state), .elastic = true};
	explain_sheet_init(s, columns, n);
}

static void
add_product(struct table *t, uint32_t weight, uint32_t percent, bool there)
{
	if (there)
		table_add(t, STYLE_PLAIN, "%" PRIu64, (uint64_t)weight * percent);
	else
		table_add(t, STYLE_DIM, "–");
}

static void
add_figures(const struct explain_view *v, struct table *t, const struct explain_addend *a)
{
	const struct plan_task *pt = task_of(v, a);
	bool                    counts = a->why == EXPLAIN_COUNTS;
	bool                    whole = counts && (a->lead || !of_agency(v));
	char                    points[SCOPE_VIEW_POINTS_SIZE];

	table_add(t, STYLE_PLAIN, "%" PRIu32, pt->weight);
	if (of_agency(v)) {
		table_percent(t, counts ? (int32_t)a->percent : -1);
		add_product(t, pt->weight, a->percent, counts);
	}
	table_percent(t, whole ? (int32_t)a->whole : -1);
	if (has_all(v))
		add_product(t, pt->weight, a->whole, whole);
	if (!counts) {
		table_percent(t, -1);
		table_add(t, STYLE_DIM, "–");
		return;
	}
	table_percent(t, (int32_t)a->expected);
	table_add(t, a->points < 0 ? STYLE_YELLOW : STYLE_PLAIN, "%s",
	    scope_view_points((int32_t)a->points, points));
}

static void
add_state(const struct explain_view *v, struct table *t, const struct explain_addend *a)
{
	static const struct phrase not_in_force = PHRASE("not in force", "不在成员期");
	enum language              l = v->run->language;

	if (a->why == EXPLAIN_NOT_IN_FORCE)
		table_add(t, STYLE_DIM, "%s", explain_say(v, &not_in_force));
	else if (a->disposition == REPORT_RETURNED)
		table_add(t, STYLE_YELLOW, "%s (%s)", language_task_state(l, a->state),
		    language_disposition(l, a->disposition));
	else
		table_add(
		    t, scope_view_state_style(a->state), "%s", language_task_state(l, a->state));
}

static void
put_membership(const struct explain_view *v, struct explain_sheet *s, uint32_t obligation)
{
	buf_addf(&s->below, "%*s", INDENT, "");
	explain_membership(v, obligation, &s->below);
	buf_addf(&s->below, "\n");
}

static void
add_addend(const struct explain_view *v, struct explain_sheet *s, const struct explain_addend *a)
{
	enum language           l = v->run->language;
	const struct plan_task *pt = task_of(v, a);

	table_add(s->table, STYLE_PLAIN, "%" PRIu32, pt->number);
	table_add(s->table, STYLE_PLAIN, "%s", language_title(l, pt->title));
	if (of_agency(v) && has_all(v))
		table_add(s->table, STYLE_PLAIN, "%s", language_role(l, a->lead));
	add_figures(v, s->table, a);
	table_add(s->table, scope_view_light_style(a->judgement.light), "%s",
	    language_light(l, a->judgement.light));
	add_state(v, s->table, a);
	if (a->why == EXPLAIN_NOT_IN_FORCE)
		put_membership(v, s, a->obligation);
	explain_sheet_end_row(s);
}

static void
add_report(const struct explain_view *v, struct explain_sheet *s, uint32_t obligation)
{
	explain_report_cells(v, s, obligation, INDENT + 2);
	explain_sheet_end_row(s);
}

/* What stands behind an addend: the ruling, then the reports that count. */
static void
add_reports(const struct explain_view *v, struct explain_sheet *s, const struct explain_addend *a)
{
	const struct plan_task *pt = task_of(v, a);

	if (a->disposition != REPORT_OPEN) {
		explain_ruling_cells(v, s, a->task, INDENT + 2);
		explain_sheet_end_row(s);
	}
	if (a->why != EXPLAIN_COUNTS)
		return;
	if (a->obligation != PLAN_NONE) {
		add_report(v, s, a->obligation);
		return;
	}
	for (uint32_t i = 0; i < pt->obligation_count; i++)
		if (explain_part(v->rollup, pt->first_obligation + i) == EXPLAIN_COUNTS)
			add_report(v, s, pt->first_obligation + i);
}

void
explain_view_addends(const struct explain_view *v)
{
	struct table_column  columns[EXPLAIN_REPORT_COLUMNS];
	struct explain_sheet addends, reports;
	size_t              *ends = mem_zeroed(v->x->count + 1, sizeof(*ends)), row = 0;

	begin_addends(v, &addends);
	explain_sheet_init(&reports, columns, explain_report_columns(v, columns));
	for (uint32_t i = 0; i < v->x->count; i++) {
		add_addend(v, &addends, &v->x->addends[i]);
		add_reports(v, &reports, &v->x->addends[i]);
		ends[i] = reports.rows;
	}
	explain_sheet_lay(&addends, explain_screen(v), 0);
	explain_sheet_lay(&reports, explain_screen(v), INDENT);
	explain_put(v, explain_sheet_head(&addends));
	explain_put(v, explain_sheet_head(&reports));
	for (uint32_t i = 0; i < v->x->count; i++) {
		explain_put(v, explain_sheet_row(&addends, i));
		for (; row < ends[i]; row++)
			explain_put(v, explain_sheet_row(&reports, row));
	}
	explain_legend(v);
	explain_sheet_fini(&addends);
	explain_sheet_fini(&reports);
	free(ends);
}
