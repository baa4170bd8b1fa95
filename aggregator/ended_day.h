/*
 * ended_day -- a day of a plan that is over: what the trend is to hold of it.
 */
#ifndef TUIJIN_AGGREGATOR_ENDED_DAY_H
#define TUIJIN_AGGREGATOR_ENDED_DAY_H

#include <stdint.h>

#include "core/buf.h"
#include "core/position.h"

struct ended_day {
	int32_t         day;
	struct position position; /* folded up to and with */
	struct buf      bytes;    /* core/wire_trend.h */
};

#endif
