/*
 * trend_read -- one scope's points of a trend, from Redis: one for each day that is
 * over, and that of today so far from its summary.
 */
#ifndef TUIJIN_CLI_TREND_READ_H
#define TUIJIN_CLI_TREND_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/store.h"
#include "core/err.h"
#include "core/scope.h"
#include "core/wire_trend.h"

struct trend_day {
	int32_t            day;
	bool               so_far; /* the day is not over */
	struct trend_point point;
};

struct trend {
	struct trend_day *days; /* owned; by day, some may be missing; free() it */
	size_t            count;
	int32_t           kept_first; /* of all that are kept; INT32_MAX: none */
	int32_t           today;      /* that of the summary; INT32_MIN: there is none */
	size_t            broken;     /* days whose bytes cannot be read; each was noted */
	char              name[SCOPE_NAME_SIZE];
};

/* Reads the points of days from since to until, both inclusive. Returns 0, or -1 with
 * *e: ERR_AGAIN, also when neither a point nor a summary is kept. */
int trend_read(struct store *store, const struct plan *p, struct scope scope, int32_t since,
    int32_t until, struct trend *t, struct err *e);

#endif
