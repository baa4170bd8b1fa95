/*
 * export_fields_get -- how cli/export_fields gets at its cells: a function for each
 * column, asked with a line that has what the column needs.
 */
#ifndef TUIJIN_CLI_EXPORT_FIELDS_GET_H
#define TUIJIN_CLI_EXPORT_FIELDS_GET_H

#include "cli/export_fields.h"

struct ask {
	const struct line  *line;
	const struct facts *facts;
	const struct plan  *plan;
	enum language       language;
	size_t              which;   /* one of several that a getter is for */
	struct buf         *scratch; /* empty; for a text that has to be put together */
};

static inline struct cell
cell_number(enum cell_kind kind, int64_t number)
{
	return (struct cell){.kind = kind, .number = number};
}

static inline struct cell
cell_text(struct text text)
{
	return (struct cell){.kind = text.len > 0 ? CELL_TEXT : CELL_EMPTY, .text = text};
}

/* Of a line's scope; which, if it says one of several: */
struct cell get_level(const struct ask *q);
struct cell get_key(const struct ask *q);
struct cell get_name(const struct ask *q);
struct cell get_chapter(const struct ask *q);
struct cell get_section(const struct ask *q);
struct cell get_task_number(const struct ask *q);
struct cell get_task_title(const struct ask *q);
struct cell get_leader(const struct ask *q);
struct cell get_duty(const struct ask *q);
struct cell get_weight(const struct ask *q);
struct cell get_percent(const struct ask *q);
struct cell get_task_percent(const struct ask *q);
struct cell get_expected(const struct ask *q);
struct cell get_gap(const struct ask *q);
struct cell get_light(const struct ask *q);
struct cell get_reason(const struct ask *q);
struct cell get_task_state(const struct ask *q);
struct cell get_disposition(const struct ask *q);
struct cell get_due(const struct ask *q);
struct cell get_overdue(const struct ask *q);
struct cell get_label(const struct ask *q);
struct cell get_why(const struct ask *q);
struct cell get_receipts(const struct ask *q); /* which: an enum explain_heard */
struct cell get_tasks(const struct ask *q);
struct cell get_obligations(const struct ask *q);
struct cell get_agency_percent(const struct ask *q);
struct cell get_period(const struct ask *q);
struct cell get_rate(const struct ask *q);
struct cell get_class(const struct ask *q);
struct cell get_in_class(const struct ask *q);
struct cell get_state(const struct ask *q);
struct cell get_all_texts(const struct ask *q); /* which: offset in struct report */
struct cell get_cost(const struct ask *q);
struct cell get_scope_name(const struct ask *q);
struct cell get_concern(const struct ask *q); /* which: its kind */
struct cell get_all_concerns(const struct ask *q);

/* Of lines with an obligation. */
struct cell get_agency_id(const struct ask *q);
struct cell get_agency(const struct ask *q);
struct cell get_role(const struct ask *q);
struct cell get_counts(const struct ask *q); /* which: whether to say why not */
struct cell get_at(const struct ask *q);
struct cell get_received(const struct ask *q);
struct cell get_seq(const struct ask *q);
struct cell get_position(const struct ask *q);
struct cell get_key_id(const struct ask *q);
struct cell get_text(const struct ask *q); /* which: offset of a text in struct report */
struct cell get_help(const struct ask *q);
struct cell get_evidence(const struct ask *q);

#endif
