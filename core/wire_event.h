/*
 * wire_event -- what the aggregator sends to subscribers: summaries, alerts, ticks
 * and the end of a snapshot (docs/protocol.md, "Events"). Both directions.
 */
#ifndef TUIJIN_CORE_WIRE_EVENT_H
#define TUIJIN_CORE_WIRE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/alert.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/seal.h"
#include "core/summary.h"

#define WIRE_NONCE_MIN 16 /* hex digits of a snapshot's inbox */
#define WIRE_NONCE_MAX 64

struct tick {
	struct text     plan;
	struct position position; /* folded so far */
	struct seal     seal;     /* of that, zero before the first entry and where none is told */
	int64_t         as_of_ms, now_ms;
	bool            store_ok;
	uint32_t        topics;
	uint64_t        digest;
};

/* What an event's topic is about. */
enum event_kind { EVENT_SUMMARY, EVENT_ALERT, EVENT_TICK, EVENT_OTHER, EVENT_KINDS };

/* What its CloudEvents `type` is, and `source` of all of them; EVENT_OTHER: "". */
const char       *event_type(enum event_kind kind);
extern const char EVENT_SOURCE[];

/* An event as a subscriber reads it. Texts and parts are borrowed: from the
 * bytes and from the reader, until the next decode. */
struct event {
	enum event_kind kind; /* by its CloudEvents `type` */
	struct text     id, time;
	struct text     plan; /* of an alert */
	struct summary  summary;
	struct alert    alert;
	struct tick     tick;
};

/* Appends the payload of a summary, alert or tick event. topic ends with a slash. */
void wire_summary_encode(struct buf *out, struct text topic, const struct summary *s);
void wire_alert_encode(
    struct buf *out, struct text topic, const struct plan *p, const struct alert *alert);
void wire_tick_encode(struct buf *out, struct text topic, const struct tick *t);

struct wire_reader; /* memory that is used again for each event */

struct wire_reader *wire_reader_new(void);
void                wire_reader_free(struct wire_reader *w); /* NULL is fine */

/* Decodes a payload. Returns 0, or -1 with *e (ERR_INPUT). */
int wire_event_decode(
    struct wire_reader *w, const void *bytes, size_t len, struct event *ev, struct err *e);

/* A snapshot's last message: how many came before it, and per plan how far the
 * aggregator had folded. */
struct snapshot_end {
	uint64_t        count;
	uint32_t        plans; /* in positions[] as sent, kept or not */
	struct text     plan[16];
	struct position position[16];
};

void wire_snapshot_begin_end(struct buf *out, uint64_t count, uint32_t plans);
void wire_snapshot_plan(struct buf *out, struct text plan, struct position position);
int  wire_snapshot_end_decode(
     struct wire_reader *w, const void *bytes, size_t len, struct snapshot_end *end, struct err *e);

/* The parts of a subscription "snap/<nonce>/<prefix>": true if topic is one, with
 * the byte prefix it asks for. */
bool wire_snapshot_topic(struct text topic, struct text *prefix);

/* What one event adds to a plan's digest ("Ticks and digest"): FNV-1a-64 over
 * topic, a zero byte, payload. The digest is the sum modulo 2^64. */
uint64_t wire_event_digest(struct text topic, struct text payload);

#endif
