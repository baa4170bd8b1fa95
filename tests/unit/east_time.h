/*
 * east_time -- days and moments as people write them, at +08:00.
 */
#ifndef TUIJIN_TESTS_EAST_TIME_H
#define TUIJIN_TESTS_EAST_TIME_H

#include <stdio.h>
#include <string.h>

#include "core/calendar.h"
#include "tests/cases.h"

#define EAST_MIN 480

static inline int32_t
day_of(const char *date)
{
	int32_t day = 0;

	assert_true(calendar_parse_date((struct text){date, strlen("YYYY-MM-DD")}, &day));
	return day;
}

/* "2026-03-31" (00:00), or "2026-03-31 16:30". */
static inline int64_t
instant(const char *when)
{
	int hours = 0, minutes = 0;

	if (strlen(when) > strlen("YYYY-MM-DD"))
		assert_int_equal(sscanf(when + 11, "%2d:%2d", &hours, &minutes), 2);
	return calendar_day_start(day_of(when), EAST_MIN) + (hours * 60 + minutes) * INT64_C(60000);
}

#endif
