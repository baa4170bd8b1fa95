/*
 * loaded -- the plans that are in Redis, for commands that may wait for it.
 */
#ifndef TUIJIN_CLI_LOADED_H
#define TUIJIN_CLI_LOADED_H

#include "common/store.h"
#include "core/err.h"
#include "core/plan.h"

#define LOADED_TIMEOUT_MS 5000 /* for any one answer */

/* The ids of all loaded plans: an array of texts, sorted by nothing. NULL with *e. */
struct store_reply *loaded_ids(struct store *s, struct err *e);

/* The plan named id, or (NULL or "") the only one that is loaded. plan_free() it.
 * NULL with *e: ERR_USAGE when one has to be named, ERR_INPUT when it is not
 * loaded, ERR_AGAIN. */
struct plan *loaded_plan(struct store *s, const char *id, struct err *e);

/* The same over a link of its own. */
struct plan *loaded_plan_at(const char *url, const char *id, struct err *e);

#endif
