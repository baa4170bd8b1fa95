/*
 * desk_early -- a plan as its hash in Redis has it, for the time before its ledger is read.
 */
#ifndef TUIJIN_DASHBOARD_DESK_EARLY_H
#define TUIJIN_DASHBOARD_DESK_EARLY_H

#include <stdint.h>

#include "common/store.h"
#include "core/err.h"
#include "core/plan.h"

struct early;

/* NULL with *e. id and url are borrowed. */
struct early *early_open(const char *id, const char *url, struct err *e);
void          early_close(struct early *early); /* NULL is fine */

/* Asks, and again every second while there is no plan. Returns ms until it wants to be
 * called again, -1. */
int64_t       early_turn(struct early *early, int64_t mono_ms);
struct store *early_link(struct early *early);

const struct plan *early_plan(const struct early *early); /* NULL: not there yet */

#endif
