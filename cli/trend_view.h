/*
 * trend_view -- a trend for people: two plots, a line for each day, and what is missing.
 */
#ifndef TUIJIN_CLI_TREND_VIEW_H
#define TUIJIN_CLI_TREND_VIEW_H

#include "cli/command.h"
#include "cli/trend_read.h"
#include "core/buf.h"
#include "core/plan.h"

struct trend_view {
	const struct plan        *plan;
	struct scope              scope;
	const struct trend       *trend;
	int32_t                   since; /* what was asked for: days */
	bool                      ascii; /* plots of ASCII characters alone */
	const struct command_run *run;
	struct buf               *out;
};

void trend_view_print(const struct trend_view *v);

#endif
