/*
 * metrics_plans -- the part of metrics.h that is about plans: how they stand.
 */
#ifndef TUIJIN_AGGREGATOR_METRICS_PLANS_H
#define TUIJIN_AGGREGATOR_METRICS_PLANS_H

#include "aggregator/metrics.h"

/* Of each plan that is served, as of its fold: completion, tasks by light, alerts, how
 * long an agency may be silent; then of each agency when it was heard and what it missed. */
void aggregator_metrics_write_plans(
    struct channel *const *channels, size_t count, struct metrics *m);

#endif
