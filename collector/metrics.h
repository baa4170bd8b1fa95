/*
 * metrics -- what a collector tells of itself to Prometheus (docs/metrics.md).
 */
#ifndef TUIJIN_COLLECTOR_METRICS_H
#define TUIJIN_COLLECTOR_METRICS_H

#include "collector/answer.h"
#include "collector/intake.h"
#include "collector/sessions.h"
#include "common/metrics.h"

/* Agencies that have numbers of their own, of all plans together: those of the first plans,
 * by id. All others of a plan are one agency, "other". */
#define COLLECTOR_METRICS_AGENCIES_MAX 2000

/* All borrowed. */
struct collector_numbers {
	const struct sessions *sessions;
	const struct answer   *answer;
	const struct intake   *intake;
};

#define COLLECTOR_UNREADY_SIZE (ERR_MESSAGE_MAX + PLAN_ID_MAX + 16)

/* The first plan whose store is away, and why. A plan that is broken itself, or not loaded,
 * is told only where no other can be reported on. "": all is well. */
const char *collector_unready(const struct sessions *all, char out[COLLECTOR_UNREADY_SIZE]);

void collector_metrics_write(const struct collector_numbers *c, struct metrics *m);

#endif
