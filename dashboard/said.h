/*
 * said -- what a chronicle holds, as the JSON of the web interface (docs/dashboard.md).
 * Each appends one document. False, and nothing appended: the plan has no such thing. The
 * chronicle has a plan.
 */
#ifndef TUIJIN_DASHBOARD_SAID_H
#define TUIJIN_DASHBOARD_SAID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/text.h"
#include "dashboard/chronicle.h"

#define SAID_PERIODS_MAX 120 /* a longer plan's: those up to the one that has today */

/* A task's agencies with their words, its ruling, its last records. */
bool said_task(const struct chronicle *c, uint32_t number, struct buf *out);

/* The newest `limit` records of the plan, newest first. */
void said_feed(const struct chronicle *c, size_t limit, struct buf *out);

/* Those behind the first `since` (chronicle_count), at most CHRONICLE_RECENT_MAX, oldest
 * first, how many there are so far, and how many of them are left out: what the stream of
 * events tells. */
void said_news(const struct chronicle *c, uint64_t since, struct buf *out);

/* Which agency reported for which period. */
void said_periods(struct chronicle *c, struct buf *out);

/* A scope's days, and all scopes of the plan in force on two days. */
bool said_trend(const struct chronicle *c, struct text scope, struct buf *out);
bool said_compare(const struct chronicle *c, int32_t from, int32_t to, struct buf *out);

#endif
