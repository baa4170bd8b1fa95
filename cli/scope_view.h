/*
 * scope_view -- the summaries of a scope and of what is below it, for people.
 *
 * Where the summaries come from is the caller's: what the aggregator keeps, or a fold
 * of the ledger.
 */
#ifndef TUIJIN_CLI_SCOPE_VIEW_H
#define TUIJIN_CLI_SCOPE_VIEW_H

#include "cli/command.h"
#include "cli/summaries.h"
#include "core/buf.h"
#include "core/plan.h"
#include "core/summary.h"

/* The summary of list->at[i], borrowed until the next call; NULL: there is none. That
 * of list->at[0] is always there. */
typedef const struct summary *scope_view_fn(void *source, size_t i);

/* What is shown: list->at[0] is the headline, the rest its table. */
struct scope_view {
	const struct plan        *plan;
	const struct scope_list  *list;
	scope_view_fn            *at;
	void                     *source;
	const struct command_run *run;
	struct buf               *out;
};

/* A bar, the figures against the calendar, counts, reporting periods. */
void scope_view_headline(const struct scope_view *v);

/* The table that goes with the headline's kind: sections and tasks, parts, ... */
void scope_view_below(const struct scope_view *v);

void scope_view_scopes(const struct scope_view *v);   /* rows: chapters and sections */
void scope_view_tasks(const struct scope_view *v);    /* rows: sections and tasks */
void scope_view_parts(const struct scope_view *v);    /* rows: the agencies of a task */
void scope_view_agency(const struct scope_view *v);   /* rows: the tasks of an agency */
void scope_view_agencies(const struct scope_view *v); /* rows: agencies */

/* "+1.25" of basis points. Returns out. */
#define SCOPE_VIEW_POINTS_SIZE 16
const char *scope_view_points(int32_t basis_points, char out[SCOPE_VIEW_POINTS_SIZE]);

enum style scope_view_light_style(enum light l);
enum style scope_view_state_style(enum task_state s);

#endif
