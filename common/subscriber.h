/*
 * subscriber -- a copy of an aggregator's summaries and standing alerts that keeps
 * itself true.
 *
 * Subscribes live, asks for a snapshot, keeps per topic the greater (position,
 * as_of), and holds the digest of its summaries against every tick: on a difference
 * that lasts it asks again. An alert and its end are one topic for that, the one it
 * was raised on. Used by `tuijin watch` and by the tests.
 */
#ifndef TUIJIN_COMMON_SUBSCRIBER_H
#define TUIJIN_COMMON_SUBSCRIBER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/bus.h"
#include "core/err.h"
#include "core/wire_event.h"

struct subscriber;

enum subscriber_news {
	SUBSCRIBER_NOTHING,
	SUBSCRIBER_SUMMARY,  /* a topic is new or newer: see `event` */
	SUBSCRIBER_ALERT,    /* an alert was raised or ended, and was not before */
	SUBSCRIBER_SNAPSHOT, /* a whole snapshot has come in */
	SUBSCRIBER_TICK,
};

/* To the whole of one plan; curve may be NULL (common/bus.h). NULL with *e. */
struct subscriber *subscriber_open(struct bus *b, const char *endpoint,
    const struct bus_curve *curve, const char *plan, struct err *e);
void               subscriber_close(struct subscriber *s); /* NULL is fine */

/* What to wait for, and the next thing that happened (call until NOTHING).
 * *event is borrowed until the next call. *live: it came as it happened, not
 * from a snapshot. mono_ms drives asking again. */
struct bus_socket   *subscriber_socket(struct subscriber *s);
enum subscriber_news subscriber_next(
    struct subscriber *s, int64_t mono_ms, const struct event **event, bool *live);

/* Why there is no session with the aggregator; "": there is one, or nothing is known. */
const char *subscriber_obstacle(struct subscriber *s);

/* True while the last tick's digest was the copy's. */
bool subscriber_in_step(const struct subscriber *s);

/* The copy: payload of a topic, {NULL, 0} where there is none (of an alert: where it
 * does not stand); and how many topics of summaries it has. */
struct text subscriber_payload(const struct subscriber *s, struct text topic);
size_t      subscriber_topics(const struct subscriber *s);

#endif
