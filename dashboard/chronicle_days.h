/*
 * chronicle_days -- how every scope stood at the end of each day; for dashboard/chronicle*.c
 * alone.
 *
 * A scope's days stand in a row of bytes, by its name: mostly only what is expected rises
 * from one day to the next, by little, and then a day is one byte. When all of them are
 * more than CHRONICLE_POINTS_BYTES_MAX, or there are more than CHRONICLE_DAYS_MAX days,
 * the older half of the days is forgotten.
 */
#ifndef TUIJIN_DASHBOARD_CHRONICLE_DAYS_H
#define TUIJIN_DASHBOARD_CHRONICLE_DAYS_H

#include "core/rollup.h"
#include "dashboard/chronicle.h"

struct chronicle_days;

struct chronicle_days *chronicle_days_new(void);
void                   chronicle_days_free(struct chronicle_days *d); /* NULL is fine */

/* The days from here on are of this plan. */
void chronicle_days_follow(struct chronicle_days *d, const struct plan *p);

/* The day of r, a rollup of that plan, is over. Days rise. */
void chronicle_days_add(struct chronicle_days *d, struct rollup *r);

/* As chronicle.h has them. */
size_t  chronicle_days_count(const struct chronicle_days *d);
int32_t chronicle_days_day(const struct chronicle_days *d, size_t i);
bool    chronicle_days_point(
       const struct chronicle_days *d, size_t i, const char *scope, struct chronicle_point *point);

/* How the scope in that row stands. */
void chronicle_point_of(struct rollup *r, uint32_t row, struct chronicle_point *point);

#endif
