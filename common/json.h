/*
 * json -- values as JSON: what --json prints, what the web page and hooks are given. One
 * spelling of everything, that of the protocol.
 */
#ifndef TUIJIN_COMMON_JSON_H
#define TUIJIN_COMMON_JSON_H

#include <stdio.h>

#include <jansson.h>

#include "core/alert.h"
#include "core/buf.h"
#include "core/plan.h"
#include "core/report.h"
#include "core/summary.h"
#include "core/wire_event.h"

/* Valid UTF-8 as a JSON string, null for an absent text. */
json_t *json_text(struct text t);

/* Basis points as a percent; below 0: null. */
json_t *json_percent(int32_t basis_points);

/* Basis points as points, which may be below 0. */
json_t *json_points(int32_t basis_points);

/* {"zh": ..., "en": ...} */
json_t *json_title(struct plan_title title);

/* "2026-06-30" */
json_t *json_date(int32_t day);

/* A summary with the keys of its event's `data` (docs/protocol.md). */
json_t *json_summary(const struct summary *s);

/* An alert of that plan with the keys of its event's `data`. */
json_t *json_alert(struct text plan, const struct alert *alert);

/* A summary's or alert's event as CloudEvents JSON: `specversion` to `time`, then `data`.
 * topic ends with a slash. */
json_t *json_event(struct text topic, const struct event *ev);

/* A record of the ledger: "kind" (report, withdrawal or disposition), who, when, and
 * the keys of its message. Absent texts are null. */
json_t *json_record(const struct record *rec);

/* A plan with the keys of its file (docs/plan-format.md), groups expanded. */
json_t *json_plan(const struct plan *p);

/* Appends one document, without a newline, and drops it. */
void json_write(struct buf *out, json_t *document);

/* Prints one document on one line, flushes, and drops it. */
void json_print(FILE *out, json_t *document);

#endif
