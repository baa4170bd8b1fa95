/*
 * chronicle -- what was said on a plan, and how its days ended: what the summary events do
 * not tell.
 *
 * A core/fold over the ledger's entries, from the first one on, that also keeps each
 * obligation's newest words, the last records of each task and of the plan, and each
 * scope's figures at each day's end. Pure; texts are copied. Its figures are those that were
 * published, as they follow from the same fold.
 *
 * Words and rulings outlive the place a plan had for them, as in the fold: a later revision
 * that has the task and agency again finds them. An entry that begins another ledger (a plan
 * revision that is no later one) begins the chronicle anew.
 *
 * Memory, beside the fold's: a newest word for each obligation and ruling for each task, as
 * Redis has them in `latest`; CHRONICLE_BYTES_MAX for the records of tasks and
 * CHRONICLE_POINTS_BYTES_MAX for days, of which the oldest are dropped beyond that.
 */
#ifndef TUIJIN_DASHBOARD_CHRONICLE_H
#define TUIJIN_DASHBOARD_CHRONICLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/entry.h"
#include "core/err.h"
#include "core/fold.h"
#include "core/report.h"
#include "core/summary.h"

#define CHRONICLE_TASK_MAX         100         /* records kept of a task, the newest */
#define CHRONICLE_RECENT_MAX       200         /* and of the plan */
#define CHRONICLE_BYTES_MAX        (64u << 20) /* of all records of tasks */
#define CHRONICLE_WORDS_MAX        (2 * PLAN_OBLIGATIONS_MAX + PLAN_TASKS_MAX)
#define CHRONICLE_DAYS_MAX         4096
#define CHRONICLE_POINTS_BYTES_MAX (64u << 20) /* of all scopes' days */

/* A record, and what it did to what was known of its obligation: stale, if a newer word was
 * there (it may still be the first for its period); foreign, if the plan had no place for
 * it. */
struct chronicle_item {
	struct position    position;
	struct record      record;
	enum rollup_effect effect;
	bool               was_known; /* the agency had spoken on the task; false of a ruling */
	enum report_state  state_before;
	uint32_t           percent_before; /* basis points; 0 while unreported */
};

/* How a scope stood at the end of a day, or stands now. */
struct chronicle_point {
	bool       counts;            /* percent and expected are there */
	int32_t    percent, expected; /* basis points; percent as shown */
	enum light light;
	uint32_t   included, verified, completed; /* tasks */
	uint32_t   obligations, reported;
};

struct chronicle;

struct chronicle *chronicle_new(void);
void              chronicle_free(struct chronicle *c); /* NULL is fine */

/* The next entry. Returns 0, or -1 with *e: it cannot be read. What of it was kept by then
 * is not kept twice when it is given again. */
int chronicle_entry(struct chronicle *c, const struct ledger_entry *entry, struct err *e);

/* Ends all days before `today` (that of the aggregator's tick). */
void chronicle_turn(struct chronicle *c, int32_t today);

struct fold       *chronicle_fold(const struct chronicle *c);
const struct plan *chronicle_plan(const struct chronicle *c); /* NULL before the first entry */

/* The newest word on an obligation of the plan in force (a withdrawal too), the newest
 * ruling on a task; NULL: nothing was ever said. An item, here and below, is good until the
 * next call on c. */
const struct chronicle_item *chronicle_word(const struct chronicle *c, uint32_t obligation);
const struct chronicle_item *chronicle_ruling(const struct chronicle *c, uint32_t task);

/* Records so far, all of them; and the i-th newest of a task by its number, or (task 0) of
 * the plan; NULL: so many are not kept. */
uint64_t                     chronicle_count(const struct chronicle *c, uint32_t task);
const struct chronicle_item *chronicle_item(const struct chronicle *c, uint32_t task, size_t i);

/* The days that are over, rising: how many, which day the i-th is, and how a scope stood
 * at its end, by its name ("chapter/2"); false: the plan of that day had no such scope. */
size_t  chronicle_days(const struct chronicle *c);
int32_t chronicle_day(const struct chronicle *c, size_t i);
bool    chronicle_point(
       const struct chronicle *c, size_t i, const char *scope, struct chronicle_point *point);

/* How a scope stands now. */
void chronicle_point_now(const struct chronicle *c, uint32_t row, struct chronicle_point *point);

#endif
