#include <inttypes.h>

#include "cli/scope_view.h"
#include "cli/watch_paint_inside.h"

#define FLASH_MS 5000 /* how long a percent that moved is marked */

static bool
is_agency(const struct row *row)
{
	return row->kind == ROW_SCOPE && row->scope->kind == SCOPE_AGENCY;
}

/* A scope's row, and not a task's below an agency. */
static bool
is_whole(const struct row *row)
{
	return row->kind == ROW_SCOPE && row->part == NULL;
}

/* Of what the row is about: an agency's own percent on a task, or the scope's. */
static int32_t
percent_of(const struct row *row)
{
	if (row->part != NULL)
		return row->part->state == REPORT_UNREPORTED ? -1 : (int32_t)row->part->percent;
	return summary_percent(&row->scope->summary.figure);
}

static int32_t
expected_of(const struct row *row)
{
	return row->scope->summary.figure.den == 0 ? -1 : row->scope->summary.expected;
}

void
cell_bar(const struct cell *c)
{
	if (cell_is_of_scope(c) && percent_of(c->row) >= 0)
		canvas_bar(c->p->canvas, c->x, c->y, c->columns,
		    c->row->part != NULL ? INK(STYLE_CYAN) : paint_light_ink(cell_light_of(c)),
		    percent_of(c->row), c->row->kind == ROW_PART ? -1 : expected_of(c->row));
}

void
cell_percent(const struct cell *c)
{
	char text[PAINT_TEXT];

	if (cell_is_of_scope(c))
		cell_text(c, 0, "%s", paint_percent(percent_of(c->row), text));
}

/* Which way a percent has just moved. */
void
cell_move(const struct cell *c)
{
	const struct scene_scope *s = c->row->scope;

	if (c->row->kind != ROW_SCOPE || s->moved_ms == 0 ||
	    c->p->now.mono_ms - s->moved_ms > FLASH_MS)
		return;
	cell_text(c, INK(s->rose ? STYLE_GREEN : STYLE_RED), "%s", s->rose ? "▲" : "▼");
}

void
cell_expected(const struct cell *c)
{
	char text[PAINT_TEXT];

	if (c->row->kind == ROW_SCOPE)
		cell_text(c, INK(STYLE_DIM), "%s", paint_percent(expected_of(c->row), text));
}

void
cell_gap(const struct cell *c)
{
	char gap[SCOPE_VIEW_POINTS_SIZE];

	if (c->row->kind != ROW_SCOPE || expected_of(c->row) < 0)
		return;
	cell_text(c, c->row->scope->summary.gap < 0 ? paint_light_ink(cell_light_of(c)) : 0, "%s",
	    scope_view_points(c->row->scope->summary.gap, gap));
}

void
cell_light(const struct cell *c)
{
	if (c->row->kind == ROW_SCOPE)
		cell_text(c, paint_light_ink(cell_light_of(c)), PAINT_LIGHT " %s",
		    language_light(c->p->look->language, cell_light_of(c)));
}

/* Tasks that are done, of those that are included. */
void
cell_done(const struct cell *c)
{
	const struct summary *s = &c->row->scope->summary;

	if (c->row->kind == ROW_SCOPE && c->row->scope->kind != SCOPE_TASK)
		cell_text(c, 0, "%" PRIu32 "/%" PRIu32,
		    s->tasks[TASK_VERIFIED] + s->tasks[TASK_COMPLETED], s->task_included);
}

void
cell_reported(const struct cell *c)
{
	const struct summary *s = &c->row->scope->summary;

	if (is_whole(c->row))
		cell_text(
		    c, 0, "%" PRIu32 "/%" PRIu32, s->obligations_reported, s->obligations_expected);
}

/* Of the last period that is due. */
void
cell_on_time(const struct cell *c)
{
	const struct summary_period *due = &c->row->scope->summary.last_period;

	if (is_whole(c->row) && due->expected > 0)
		cell_text(c, 0, "%" PRIu64 "%%", (uint64_t)due->on_time * 100 / due->expected);
}

void
cell_lead(const struct cell *c)
{
	char text[PAINT_TEXT];

	if (is_agency(c->row))
		cell_text(
		    c, 0, "%s", paint_percent(summary_percent(&c->row->scope->summary.lead), text));
}

void
cell_participant(const struct cell *c)
{
	char text[PAINT_TEXT];

	if (is_agency(c->row))
		cell_text(c, 0, "%s",
		    paint_percent(summary_percent(&c->row->scope->summary.participant), text));
}

/* What a task costs the whole plan, in points. */
void
cell_cost(const struct cell *c)
{
	char cost[SCOPE_VIEW_POINTS_SIZE];

	if (c->row->kind == ROW_SCOPE)
		cell_text(c, c->row->scope->points < 0 ? INK_BOLD : INK(STYLE_DIM), "%s",
		    scope_view_points((int32_t)c->row->scope->points, cost));
}
