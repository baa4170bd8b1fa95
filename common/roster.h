/*
 * roster -- which plans a daemon serves: those it was told, or all that are
 * loaded, asked of Redis again every second.
 */
#ifndef TUIJIN_COMMON_ROSTER_H
#define TUIJIN_COMMON_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/options.h"
#include "common/store.h"
#include "core/err.h"

#define ROSTER_PAUSE_MS 1000

struct roster;

/* told may be empty: then all loaded plans. told is borrowed. NULL with *e. */
struct roster *roster_open(const char *url, const struct option_list *told, struct err *e);
void           roster_close(struct roster *r); /* NULL is fine */

/* The link to wait on, NULL when plans were told. */
struct store *roster_link(struct roster *r);

/* Does what can be done now. Returns ms until it wants to be called again, -1:
 * never. */
int64_t roster_turn(struct roster *r, int64_t mono_ms);

/* The next plan id that was not handed out yet, or NULL; borrowed from r. */
const char *roster_next(struct roster *r);

size_t roster_count(const struct roster *r); /* handed out so far */

/* True once all plans there were have been handed out at least once. */
bool roster_is_known(const struct roster *r);

/* Why it cannot ask, "" when it can. */
const char *roster_trouble(const struct roster *r);

#endif
