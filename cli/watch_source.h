/*
 * watch_source -- what is watched, and for whom: both ways of watching begin with it.
 */
#ifndef TUIJIN_CLI_WATCH_SOURCE_H
#define TUIJIN_CLI_WATCH_SOURCE_H

#include "cli/command.h"
#include "cli/watch_wanted.h"
#include "common/subscriber.h"
#include "core/plan.h"

struct watch_source {
	struct subscriber        *subscriber;
	const char               *plan_id, *endpoint;
	const struct plan        *plan;  /* NULL: there is no store to ask */
	const char               *redis; /* where plan came from */
	struct wanted             wanted;
	const struct command_run *run;
	int                       stop_fd; /* common/stop.h */
};

/* A line for each change, or a JSON object, until a stop is asked for or nobody reads
 * what is printed. Errors: ERR_INPUT for a scope that the plan does not have. */
int watch_lines(const struct watch_source *from, bool json, struct err *e);

/* The full screen, until somebody quits or a stop is asked for. True if there is a
 * terminal for it; errors as above. */
bool watch_has_screen(void);
int  watch_screen(const struct watch_source *from, struct err *e);

#endif
