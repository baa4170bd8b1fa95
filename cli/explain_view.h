/*
 * explain_view -- what `tuijin explain` prints for people.
 *
 * A page is the head, the addends with the reports behind them, the sums that they make,
 * and what costs the scope the most. A task's addends are its agencies' parts.
 */
#ifndef TUIJIN_CLI_EXPLAIN_VIEW_H
#define TUIJIN_CLI_EXPLAIN_VIEW_H

#include "cli/command.h"
#include "cli/explain_published.h"
#include "cli/explain_sheet.h"
#include "cli/picture.h"
#include "core/calendar.h"
#include "core/explain.h"

#define EXPLAIN_PERIODS_MAX 24  /* of a task: the newest */
#define EXPLAIN_PAGE        100 /* columns of a table */
#define EXPLAIN_TASK_PAGE   120 /* of a task's, which is wider */

struct explain_view {
	const struct picture           *picture;
	const struct picture_request   *request;
	struct rollup                  *rollup;
	const struct plan              *plan;
	const struct explanation       *x;
	const struct explain_published *published;
	const struct command_run       *run;
	bool                            words; /* with the agencies' own words */
	struct buf                     *out;
};

/* The whole page. */
void explain_view_print(const struct explain_view *v);

/* Its parts: tasks with the reports behind them (explain_addends.c), a task's parts
 * (explain_parts.c) and periods, the reporting of other scopes (explain_periods.c), the
 * sums (explain_sums.c). */
void explain_view_addends(const struct explain_view *v);
void explain_view_parts(const struct explain_view *v);
void explain_view_periods(const struct explain_view *v);
void explain_view_reporting(const struct explain_view *v);
void explain_view_sums(const struct explain_view *v);

/* What a report says, as cells of a row (explain_words.c): whose word it is, its percent
 * and state, seq, position, at (not where it is narrow), received; below the row what was said,
 * `indent` columns from the left. The caller ends the row. */
#define EXPLAIN_REPORT_COLUMNS 7
size_t explain_report_columns(
    const struct explain_view *v, struct table_column columns[EXPLAIN_REPORT_COLUMNS]);
void explain_report_cells(
    const struct explain_view *v, struct explain_sheet *s, uint32_t obligation, int indent);
void explain_ruling_cells(
    const struct explain_view *v, struct explain_sheet *s, uint32_t task, int indent);

/* What the letters in the tables mean, a line. */
void explain_legend(const struct explain_view *v);

/* "2026-03-31 18:00"; without the time of day where it is narrow. Returns out. */
const char *explain_time(const struct explain_view *v, int64_t ms, char out[CALENDAR_INSTANT_SIZE]);

/* On which days the agency holds the obligation: "member from 2026-07-01", "member until
 * 2026-06-30"; nothing if it always does. */
void explain_membership(const struct explain_view *v, uint32_t obligation, struct buf *out);

/* Tables are as wide as the terminal, or as a page. */
static inline struct screen
explain_screen(const struct explain_view *v)
{
	struct screen scr = v->run->out;

	if (scr.width == 0)
		scr.width = EXPLAIN_PAGE;
	return scr;
}

/* True on a terminal that has no room for every column. */
static inline bool
explain_is_narrow(const struct explain_view *v)
{
	int room = v->x->scope.kind == SCOPE_TASK ? EXPLAIN_TASK_PAGE : EXPLAIN_PAGE;

	return v->run->out.width > 0 && v->run->out.width < room;
}

static inline const char *
explain_say(const struct explain_view *v, const struct phrase *words)
{
	return words->at[v->run->language];
}

static inline void
explain_put(const struct explain_view *v, struct text t)
{
	buf_add(v->out, t.at, t.len);
}

#endif
