/*
 * mirror -- a plan's summaries and alerts as the aggregator has them, as JSON, and how
 * fresh they are.
 */
#ifndef TUIJIN_DASHBOARD_MIRROR_H
#define TUIJIN_DASHBOARD_MIRROR_H

#include <stdbool.h>
#include <stdint.h>

#include "common/bus.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/wire_event.h"

#define MIRROR_STALE_MS 3000 /* without a tick, of which there is one every second */

struct mirror;

/* curve may be NULL. plan is borrowed. NULL with *e. */
struct mirror *mirror_open(struct bus *b, const char *endpoint, const struct bus_curve *curve,
    const char *plan, struct err *e);
void           mirror_close(struct mirror *m); /* NULL is fine */

struct bus_socket *mirror_socket(struct mirror *m);

/* Takes what has come, until then (monotonic) or at least one message. Returns ms until it
 * wants to be called again. */
int64_t mirror_turn(struct mirror *m, int64_t mono_ms, int64_t until_us);

/* True once a whole snapshot of the plan has come in; and while ticks come (one
 * that begins with a snapshot is live at once). */
bool mirror_is_whole(const struct mirror *m);
bool mirror_is_live(const struct mirror *m);

/* The last tick heard, zero before, without its plan; and how many were heard so far. */
const struct tick *mirror_tick(const struct mirror *m);
uint64_t           mirror_ticks(const struct mirror *m);

/* Why it is not live, in words; "" while it is or nothing is known. Lasts. */
const char *mirror_obstacle(const struct mirror *m);

/* The same as a word that lasts: "starting" (no tick was heard so far), "unreachable" (nobody
 * listens there), "refused" (the two do not agree about keys), "no_plan" (the aggregator does
 * not have it), "silent". */
const char *mirror_reason(const struct mirror *m);

#define MIRROR_CHANGES_BYTES (1u << 20)

/* What has changed since the last call, once it is whole, as the members of a JSON object,
 * without braces: "events":[...],"alerts":[...]. Somewhat more than MIRROR_CHANGES_BYTES at
 * most: the rest waits for the next call. False: nothing has. */
bool mirror_take_changes(struct mirror *m, struct buf *out);
bool mirror_has_changes(const struct mirror *m);

/* True once whenever changes do not tell it: it has become whole, scopes or alerts have
 * gone, or what is newer says of itself that it is older. All changes so far are taken. */
bool mirror_take_reset(struct mirror *m);

/* Rises with each change. */
uint64_t mirror_version(const struct mirror *m);

/* All of it, as the same members; and one scope's event ("chapter/2"), false: none. */
void mirror_write(const struct mirror *m, struct buf *out);
bool mirror_write_scope(const struct mirror *m, struct text scope, struct buf *out);

/* The topics that there are, for metrics: summaries and alerts that stand. */
size_t mirror_topics(const struct mirror *m);
size_t mirror_alerts(const struct mirror *m);

#endif
