/*
 * calendar -- days and instants, with the clock left outside.
 *
 * An instant is int64_t milliseconds since 1970-01-01T00:00:00 UTC. A day is
 * int32_t whole days since 1970-01-01 in the proleptic Gregorian calendar, and
 * belongs to an offset from UTC in minutes: 2026-01-01 at +08:00 begins at
 * 2025-12-31T16:00:00 UTC. "Today" is always a parameter.
 */
#ifndef TUIJIN_CORE_CALENDAR_H
#define TUIJIN_CORE_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

#define CALENDAR_DAY_MS INT64_C(86400000)

#define CALENDAR_DATE_SIZE    16 /* YYYY-MM-DD and a NUL */
#define CALENDAR_INSTANT_SIZE 32 /* YYYY-MM-DDTHH:MM:SS.mmmZ or with +HH:MM, and a NUL */

struct calendar_date {
	int year;  /* 1 .. 9999 */
	int month; /* 1 .. 12 */
	int day;   /* 1 .. 31 */
};

int32_t              calendar_day(struct calendar_date d);
struct calendar_date calendar_date(int32_t day);

/* Reads exactly YYYY-MM-DD, a date that exists. Returns false otherwise. */
bool calendar_parse_date(struct text t, int32_t *day);

/* Reads exactly +HH:MM or -HH:MM, at most 14 hours; "Z" is +00:00. */
bool calendar_parse_offset(struct text t, int *offset_min);

/* The day that instant ms falls on at that offset, and the instant a day begins. */
int32_t calendar_day_at(int64_t ms, int offset_min);
int64_t calendar_day_start(int32_t day, int offset_min);

/* "2026-03-31". Returns out. */
const char *calendar_format_date(int32_t day, char out[CALENDAR_DATE_SIZE]);

/* "2026-03-31T08:00:00.000Z": RFC 3339 in UTC, always with milliseconds. */
const char *calendar_format_utc(int64_t ms, char out[CALENDAR_INSTANT_SIZE]);

/* "2026-03-31 16:00:00": the wall clock of that offset, for people. */
const char *calendar_format_local(int64_t ms, int offset_min, char out[CALENDAR_INSTANT_SIZE]);

#endif
