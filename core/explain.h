/*
 * explain -- a published number taken apart: every addend, what is left out and why,
 * and what each task costs the scope against what the calendar expects of it.
 *
 * Everything is summed anew from the addends; explanation_adds_up() holds the sums
 * against the rollup's own summary, which is what the aggregator publishes. A pure
 * reading of a settled rollup.
 */
#ifndef TUIJIN_CORE_EXPLAIN_H
#define TUIJIN_CORE_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/period.h"
#include "core/plan.h"
#include "core/rollup.h"
#include "core/scope.h"
#include "core/summary.h"

/* Whether a task counts for a scope, or an obligation for its task. */
enum explain_why {
	EXPLAIN_COUNTS,
	EXPLAIN_CANCELLED,    /* the office has cancelled the task */
	EXPLAIN_NOT_IN_FORCE, /* the agency is no member of the group today */
	EXPLAIN_PARTICIPANT,  /* the agency that leads counts alone */
	EXPLAIN_WHYS
};

const char *explain_why_name(enum explain_why w); /* "not_in_force" */

/* One task of a scope. Percents are basis points, 0 for a cancelled task. */
struct explain_addend {
	uint32_t                task;       /* index */
	uint32_t                obligation; /* of the agency that is explained; or PLAN_NONE */
	enum explain_why        why;
	bool                    lead;       /* the agency leads the task */
	uint32_t                percent;    /* what is summed: P, of an agency its own p */
	uint32_t                whole;      /* P of the task */
	bool                    above_zero; /* some counted percent of the task is */
	uint32_t                expected;   /* E of the task */
	enum task_state         state;
	enum report_disposition disposition;
	struct judgement        judgement;
	int64_t                 cost;   /* weight * (percent - expected); 0 unless it counts */
	int64_t                 points; /* the same as hundredths of a point of the gap */
};

struct explanation {
	struct scope           scope;
	struct summary         summary; /* the rollup's own; without key and parts */
	struct explain_addend *addends; /* owned; in plan order */
	uint32_t               count;
	uint32_t              *costs; /* owned; addends that count, what costs the most first */
	uint32_t               cost_count;

	/* Summed from the addends; lead and participant of an agency. */
	struct figure figure, lead, participant;
	uint64_t      expected_num; /* sum of weight * E */
	uint32_t      red;          /* tasks that count and are red */
};

/* Fills *x, today. explanation_fini() it. */
void explain(struct rollup *r, struct scope s, struct explanation *x);
void explanation_fini(struct explanation *x);

/* True if the addends give the summary's num, den and tasks, its expected and gap, and
 * the points of all of them the gap. */
bool explanation_adds_up(const struct explanation *x);

/* A figure's floor, without the guard that shows 0.01 where a percent is above 0. */
int32_t explain_floor(const struct figure *f);

/* Whether an obligation's percent counts for its task today. */
enum explain_why explain_part(const struct rollup *r, uint32_t obligation);

/* P of a task from its counted parts: sum / parts floored is `mean`; and what the
 * office's ruling made of that. A cancelled task has no parts that count. */
struct explain_mean {
	uint32_t sum, parts, mean;
	uint32_t percent;
};
struct explain_mean explain_mean(const struct rollup *r, uint32_t task);

/* How many days of a task have passed and how many it has; those of a suspended one
 * stand still on the day of the ruling. */
struct explain_days {
	uint32_t passed, length;
	bool     frozen;
};
struct explain_days explain_days(const struct rollup *r, uint32_t task);

/* What became of an obligation's report for a period. */
enum explain_heard {
	EXPLAIN_ON_TIME,
	EXPLAIN_LATE,
	EXPLAIN_MISSED,  /* it is due, and nothing was ever said for it */
	EXPLAIN_AWAITED, /* it is not due yet */
	EXPLAIN_UNASKED, /* none is expected: cancelled or verified before, or no member then */
	EXPLAIN_HEARDS
};

const char *explain_heard_name(enum explain_heard h); /* "on_time" */

struct explain_receipt {
	enum explain_heard how;
	bool               received;
	int64_t            received_ms; /* the first, if received */
};
struct explain_receipt explain_receipt(
    const struct rollup *r, uint32_t obligation, struct period period);

/* An obligation whose report for a period is missed or came late. */
struct explain_failing {
	uint32_t               obligation;
	struct explain_receipt receipt;
};

/* A walk along those of an explained scope, in plan order; zero: at the beginning. */
struct explain_walk {
	uint32_t addend, obligation; /* where it goes on */
	uint32_t found;
};

/* Goes to the next one. Returns false at the end. */
bool explain_next_failing(const struct rollup *r, const struct explanation *x, struct period period,
    struct explain_walk *walk, struct explain_failing *f);

/* The newest `max` periods of the plan that have begun by today, oldest first. Returns
 * how many there are. */
uint32_t explain_periods(const struct rollup *r, uint32_t max, struct period *periods);

#endif
