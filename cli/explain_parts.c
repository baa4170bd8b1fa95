#include <inttypes.h>

#include "cli/explain_rule.h"
#include "cli/explain_view.h"
#include "cli/prose.h"

#define INDENT 2 /* columns before an agency's words */

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
	struct table_column columns[EXPLAIN_REPORT_COLUMNS + 2];
	size_t              n = 0;

	if (!explain_is_narrow(v))
		columns[n++] = (struct table_column){.head = explain_say(v, &words_role)};
	n += explain_report_columns(v, columns + n);
	columns[n++] = (struct table_column){
	    .head = explain_say(v, &words_counts), .elastic = v->run->out.width > 0};
	explain_sheet_init(s, columns, n);
}

/* Whether it counts, and if not, why. */
static void
add_counts(const struct explain_view *v, struct table *t, uint32_t obligation)
{
	static const struct phrase yes = PHRASE("yes", "是");
	static const struct phrase participant =
	    PHRASE("no: the lead counts alone", "否：仅牵头单位计入");
	static const struct phrase cancelled = PHRASE("no: task cancelled", "否：任务已取消");
	static const struct phrase *const words[EXPLAIN_WHYS] = {
	    [EXPLAIN_COUNTS] = &yes,
	    [EXPLAIN_CANCELLED] = &cancelled,
	    [EXPLAIN_PARTICIPANT] = &participant,
	};
	static const struct phrase not_in_force = PHRASE("no: %.*s", "否：%.*s");
	enum explain_why           why = explain_part(v->rollup, obligation);
	struct buf                 days = {0};

	if (why == EXPLAIN_NOT_IN_FORCE) {
		explain_membership(v, obligation, &days);
		table_add(t, STYLE_DIM, explain_say(v, &not_in_force), (int)days.len, days.at);
		buf_fini(&days);
		return;
	}
	table_add(t, STYLE_PLAIN, "%s", explain_say(v, words[why]));
}

/* The agency's other name: the table has the one that the language knows it by. And the
 * role, where that has no column. */
static void
put_name(const struct explain_view *v, struct buf *out, uint32_t obligation, bool lead)
{
	const struct plan_agency *a = &v->plan->agencies[v->plan->obligations[obligation].agency];
	const char               *name = v->run->language == LANGUAGE_ZH ? a->id : a->title.en;
	struct buf                text = {0};

	if (explain_is_narrow(v))
		buf_addf(&text, "%s · ", language_role(v->run->language, lead));
	buf_addf(&text, "%s", name);
	buf_addf(out, "%*s", INDENT, "");
	prose_wrap(out, v->run->out, INDENT, buf_text(&text));
	buf_fini(&text);
}

void
explain_view_parts(const struct explain_view *v)
{
	const struct plan_task *t = task_of(v);
	struct explain_sheet    s;

	begin_parts(v, &s);
	if (v->x->summary.disposition != REPORT_OPEN) {
		if (!explain_is_narrow(v))
			table_add(s.table, STYLE_DIM, "–");
		explain_ruling_cells(v, &s, v->x->scope.index, INDENT);
		table_add(s.table, STYLE_DIM, "–");
		explain_sheet_end_row(&s);
	}
	for (uint32_t i = 0; i < t->obligation_count; i++) {
		uint32_t obligation = t->first_obligation + i;

		if (!explain_is_narrow(v))
			table_add(
			    s.table, STYLE_PLAIN, "%s", language_role(v->run->language, i == 0));
		put_name(v, &s.below, obligation, i == 0);
		explain_report_cells(v, &s, obligation, INDENT);
		add_counts(v, s.table, obligation);
		explain_sheet_end_row(&s);
	}
	explain_sheet_lay(&s, explain_screen(v), 0);
	explain_put(v, buf_text(&s.laid));
	explain_legend(v);
	explain_sheet_fini(&s);
}
