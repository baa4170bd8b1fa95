/*
 * metrics -- the families of the dashboard (docs/dashboard.md).
 */
#ifndef TUIJIN_DASHBOARD_METRICS_H
#define TUIJIN_DASHBOARD_METRICS_H

#include "common/metrics.h"
#include "dashboard/site.h"

void dashboard_metrics(struct metrics *m, const struct desks *desks);

#endif
