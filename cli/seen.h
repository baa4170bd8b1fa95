/*
 * seen -- what a watcher last showed of each scope, to say what has changed.
 */
#ifndef TUIJIN_CLI_SEEN_H
#define TUIJIN_CLI_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "core/scope.h"
#include "core/summary.h"

#define SEEN_NAME_SIZE (SCOPE_KEY_SIZE + 16) /* "agency/cnipa" and a NUL */

/* The figures a person sees of a scope. */
struct seen_figures {
	int32_t                 percent; /* basis points, -1: nothing counts */
	uint32_t                tasks[TASK_STATES];
	uint32_t                reported, expected;
	enum task_state         state; /* of a task, like the next */
	enum report_disposition disposition;
};

struct seen_scope {
	char                name[SEEN_NAME_SIZE];
	enum scope_kind     kind;
	struct seen_figures figures;
};

/* Zero is empty; free(at). Sorted: overall, chapters, sections, tasks, agencies,
 * each by number or name. */
struct seen {
	struct seen_scope *at; /* owned */
	size_t             count, room;
};

/* "chapter/2" of a summary. Returns out. */
const char *seen_name(const struct summary *s, char out[SEEN_NAME_SIZE]);

/* Enters the figures of s. *was gets those of before; false if there were none. */
bool seen_enter(struct seen *all, const struct summary *s, struct seen_figures *was);

bool seen_same(const struct seen_figures *a, const struct seen_figures *b);

struct seen_figures seen_figures_of(const struct summary *s);

#endif
