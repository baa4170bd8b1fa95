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
	const struct plan        *plan; /* for titles and its offset; NULL: none */
	bool                      json;
	struct buf                out; /* used again for each line */
};

/* The state of a scope, as it is when watching begins. */
void watch_view_state(struct watch_view *v, const struct event *ev);

/* A scope that has changed; was NULL: it is new. A person is spared those that only
 * the days moved (cli/seen.h); a program gets them all. */
void watch_view_change(
    struct watch_view *v, const struct event *ev, const struct seen_figures *was);

/* An alert that stands, or has ended. */
void watch_view_alert(struct watch_view *v, const struct event *ev);

/* An alert that ended while nobody was listening. */
void watch_view_gone(struct watch_view *v, const char *plan, const struct seen_alert *alert);

/* Something about the stream itself: event "snapshot", "stale", "back". endpoint,
 * if not NULL, stands behind the words. */
void watch_view_notice(
    struct watch_view *v, const char *event, const struct phrase *words, const char *endpoint);

/* How lines of both files begin and end: the time, the scope and its title. */
void watch_line_begin(struct watch_view *v);
void watch_line_scope(struct watch_view *v, const char *name);
void watch_line_end(struct watch_view *v);

#endif
