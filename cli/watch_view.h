/*
 * watch_view -- a line for each change a watcher sees.
 */
#ifndef TUIJIN_CLI_WATCH_VIEW_H
#define TUIJIN_CLI_WATCH_VIEW_H

#include "cli/command.h"
#include "cli/seen.h"
#include "core/wire_event.h"

struct watch_view {
	const struct command_run *run;
	const struct plan        *plan; /* for titles; NULL: none */
	bool                      json;
	struct buf                out; /* used again for each line */
};

/* The state of a scope, as it is when watching begins. */
void watch_view_state(struct watch_view *v, const struct event *ev);

/* A scope that has changed; was NULL: it is new. A person is spared those whose
 * figures are the same as before; a program gets them all. */
void watch_view_change(
    struct watch_view *v, const struct event *ev, const struct seen_figures *was);

/* Something about the stream itself: event "snapshot", "stale", "back". endpoint,
 * if not NULL, stands behind the words. */
void watch_view_notice(
    struct watch_view *v, const char *event, const struct phrase *words, const char *endpoint);

#endif
