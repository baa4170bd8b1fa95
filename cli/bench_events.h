/*
 * bench_events -- how long it takes from sending a report to the summary event
 * that has it in.
 *
 * A task's event tells the newest percent of each of its agencies; by that the
 * report is known. Events are full states, so one that has a report in also
 * answers for all earlier ones of the same obligation.
 */
#ifndef TUIJIN_CLI_BENCH_EVENTS_H
#define TUIJIN_CLI_BENCH_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/histogram.h"
#include "common/bus.h"
#include "core/err.h"
#include "core/plan.h"

struct bench_events;

/* Subscribes to the tasks of plan p (borrowed) and waits until that is in force; curve
 * may be NULL (common/bus.h). NULL with *e. */
struct bench_events *bench_events_open(struct bus *b, const char *endpoint,
    const struct bus_curve *curve, const struct plan *p, int64_t timeout_ms, struct err *e);
void                 bench_events_close(struct bench_events *v); /* NULL is fine */

struct bus_socket *bench_events_socket(struct bench_events *v);

/* A report left: of consecutive ones of an obligation no two of the last
 * BENCH_EVENTS_MAX may have the same percent (basis points). */
#define BENCH_EVENTS_MAX 1024
void bench_events_sent(
    struct bench_events *v, uint32_t obligation, uint32_t percent, int64_t sent_us);

/* Takes what has arrived by now_us and adds the microseconds of each report that
 * is in. Returns whether anything had arrived. */
bool bench_events_take(struct bench_events *v, int64_t now_us, struct histogram *us);

/* Reports that no event has had in yet; and those that were given up, for more
 * than BENCH_EVENTS_MAX of one obligation were under way. */
uint64_t bench_events_waiting(const struct bench_events *v);
uint64_t bench_events_lost(const struct bench_events *v);

#endif
