/*
 * watch_wanted -- the scopes that a watcher was asked for. A word wants the scope of that
 * name and all below it: "chapter" wants "chapter/2", but "task/2" does not want "task/27".
 */
#ifndef TUIJIN_CLI_WATCH_WANTED_H
#define TUIJIN_CLI_WATCH_WANTED_H

#include <stdbool.h>

#include "cli/seen.h"
#include "core/err.h"
#include "core/plan.h"

struct wanted {
	char **words; /* borrowed; none: all scopes are wanted */
	int    count;
};

bool wanted_has(const struct wanted *w, const char *name);

/* Refuses a word that no plan can have: ERR_USAGE. */
int wanted_check(const struct wanted *w, struct err *e);

/* Refuses one that the plan does not have, by the plan itself or by all of its scopes that
 * a snapshot has shown. Errors: ERR_INPUT, and ERR_USAGE as above. */
int wanted_check_plan(const struct wanted *w, const struct plan *p, struct err *e);
int wanted_check_seen(
    const struct wanted *w, const char *plan, const struct seen *seen, struct err *e);

#endif
