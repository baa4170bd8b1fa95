/*
 * status_view -- summaries as tables.
 */
#ifndef TUIJIN_CLI_STATUS_VIEW_H
#define TUIJIN_CLI_STATUS_VIEW_H

#include "cli/command.h"
#include "cli/summaries.h"
#include "core/buf.h"

/* What is shown: list->at[0] is the headline, the rest its table. */
struct status_view {
	const struct plan        *plan;
	const struct scope_list  *list;
	struct summaries         *summaries;
	const struct command_run *run;
	struct buf               *out;
};

void status_view_headline(const struct status_view *v);

void status_view_chapters(const struct status_view *v); /* rows: chapters */
void status_view_tasks(const struct status_view *v);    /* rows: sections and tasks */
void status_view_parts(const struct status_view *v);    /* rows: the agencies of a task */
void status_view_agency(const struct status_view *v);   /* rows: the tasks of an agency */
void status_view_agencies(const struct status_view *v); /* rows: agencies */

enum style status_style(enum task_state s);

#endif
