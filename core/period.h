/*
 * period -- the reporting periods of a plan: calendar months, quarters, half-years
 * or years, in days of the plan's offset.
 *
 * A period belongs to a plan when it shares a day with it. It is due when its last
 * day and the plan's due_days behind it are over (docs/protocol.md, "Periods").
 */
#ifndef TUIJIN_CORE_PERIOD_H
#define TUIJIN_CORE_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include "core/plan.h"

#define PERIOD_NAME_SIZE 16 /* "2026-03", "2026-Q1", "2026-H1", "2026" and a NUL */

struct period {
	int32_t first, last; /* days, both inclusive: whole calendar months */
};

/* The period of that length that contains the day. */
struct period period_at(enum plan_every every, int32_t day);

struct period period_next(enum plan_every every, struct period p);
struct period period_before(enum plan_every every, struct period p);

/* "2026-Q1". Returns out. */
const char *period_name(enum plan_every every, struct period p, char out[PERIOD_NAME_SIZE]);

/* Reads such a name, of any length of period. Returns false for anything else. */
bool period_parse(struct text name, enum plan_every *every, struct period *p);

/* The last day on which a report for it is on time. */
int32_t period_due(const struct plan *p, struct period period);

/* The plan's period that today is in: none while today is outside the plan. */
bool period_current(const struct plan *p, int32_t today, struct period *period);

/* The plan's last period that is due today, and the plan's one before a given one.
 * Return false where there is none. */
bool period_last_due(const struct plan *p, int32_t today, struct period *period);
bool period_previous(const struct plan *p, struct period period, struct period *before);

/* Months counted from year 0: a period is the months from that of its first day to
 * that of its last. */
int32_t period_month(int32_t day);

#endif
