/*
 * notify_event -- the JSON of what hooks are told: alerts as CloudEvents.
 */
#ifndef TUIJIN_CLI_NOTIFY_EVENT_H
#define TUIJIN_CLI_NOTIFY_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/language.h"
#include "cli/notify_notice.h"
#include "core/buf.h"
#include "core/plan.h"
#include "core/wire_event.h"

/* True if an alert's event has the id that its content gives it. */
bool notify_event_id_ok(const struct event *ev);

/* Appends an alert's event with the `data` it has, and a sentence for people as `text`. p as in
 * notify_words_alert(). */
void notify_event_alert(
    struct buf *out, enum language l, const struct plan *p, const struct event *ev);

/* Appends the end of an alert that nobody told of, from the body with which it was raised:
 * its numbers, `ended` as given, `source` tuijin/notify. id is notify_end_id()'s. False: the
 * body is none that was written here. */
bool notify_event_end(struct buf *out, struct text raised, const char *id, int64_t ended_ms);

extern const char NOTIFY_SOURCE[]; /* "tuijin/notify" */

#endif
