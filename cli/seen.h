/*
 * seen -- what a watcher last showed of each scope, to say what has changed; and which
 * alerts it showed as standing.
 */
#ifndef TUIJIN_CLI_SEEN_H
#define TUIJIN_CLI_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/alert.h"
#include "core/scope.h"
#include "core/summary.h"

/* The figures a person sees of a scope. */
struct seen_figures {
	int32_t                 percent;       /* basis points, -1: nothing counts */
	int32_t                 expected, gap; /* basis points; of no meaning without percent */
	enum light              light;
	uint32_t                tasks[TASK_STATES];
	uint32_t                reported, obligations;
	struct summary_period   last_period;
	enum task_state         state; /* of a task, like the next two */
	enum report_disposition disposition;
	uint32_t                overdue_days;
};

struct seen_scope {
	char                name[SCOPE_NAME_SIZE];
	enum scope_kind     kind;
	struct seen_figures figures;
};

/* Zero is empty; free(at). Sorted: overall, chapters, sections, tasks, agencies,
 * each by number or name. */
struct seen {
	struct seen_scope *at; /* owned */
	size_t             count, room;
};

/* Enters the figures of s. *was gets those of before; false if there were none. */
bool seen_enter(struct seen *all, const struct summary *s, struct seen_figures *was);

/* True if nothing has happened between the two but days: what is expected, the gap, the
 * days overdue and which period was last due do not count. */
bool seen_same(const struct seen_figures *a, const struct seen_figures *b);

struct seen_figures seen_figures_of(const struct summary *s);

/* An alert that stands. */
struct seen_alert {
	enum scope_kind kind;
	char            key[SCOPE_KEY_SIZE];
	enum alarm      what;
};

/* Zero is empty; free(at). Sorted by scope as above, then by alarm. */
struct seen_alerts {
	struct seen_alert *at; /* owned */
	size_t             count, room;
};

/* Enters an alert that stands, drops one that has ended. */
void seen_alert_take(struct seen_alerts *all, const struct alert *alert);
void seen_alert_drop(struct seen_alerts *all, size_t i);

/* "ipr-2026/alert/overdue/task/27/", where it was raised. Returns out. */
const char *seen_alert_topic(
    const char *plan, const struct seen_alert *alert, char out[ALERT_TOPIC_SIZE]);

#endif
