/*
 * rollup_state -- what is inside a rollup; for core/rollup*.c alone.
 *
 * A record changes one word or ruling and its task's sums, and puts the task in
 * the list of the unsettled (rollup.c). Settling compares what a task gives now
 * with what the scopes above it hold of it, the share carried last, and carries
 * the difference (rollup_settle.c).
 */
#ifndef TUIJIN_CORE_ROLLUP_STATE_H
#define TUIJIN_CORE_ROLLUP_STATE_H

#include "core/rollup.h"
#include "core/rollup_aside.h"

/* What a task gives to the scopes above it. A cancelled one gives nothing but
 * its place in the count of the cancelled. */
struct rollup_share {
	enum task_state state;
	uint32_t        percent;    /* P, basis points */
	uint32_t        reported;   /* obligations with a current report */
	bool            above_zero; /* some counted percent is */
};

struct rollup_task {
	struct rollup_ruling ruling;
	struct position      position;
	uint32_t             sum;                    /* of the counted percents */
	uint32_t             counted[REPORT_STATES]; /* counted parts by state */
	uint32_t             reported;               /* parts with a report, counted or not */
	uint32_t             next_unsettled;         /* task index, or PLAN_NONE */
	bool                 unsettled;
	struct rollup_share  carried;
};

/* What the agency of an obligation holds of it. */
struct rollup_part {
	uint16_t percent; /* basis points */
	bool     reported;
};

/* The totals of overall, a chapter, a section or an agency. */
struct rollup_tally {
	struct figure   figure;            /* of an agency: its `own` */
	struct figure   lead, participant; /* of an agency */
	uint32_t        tasks[TASK_STATES];
	uint32_t        expected, reported; /* obligations */
	struct position position;
};

struct rollup {
	const struct plan   *plan; /* borrowed */
	struct position      since;
	struct rollup_word  *words;   /* owned; by obligation */
	struct rollup_part  *parts;   /* owned; by obligation */
	struct rollup_task  *tasks;   /* owned; by task */
	struct rollup_tally *tallies; /* owned; by scope row without the tasks' rows */
	uint64_t            *changed; /* owned; a bit per scope row */
	uint32_t             first_row[SCOPE_KINDS], rows; /* as core/scope.h has them */
	uint32_t             changed_count;
	uint32_t             first_unsettled; /* task index, or PLAN_NONE */
	struct summary_part *summary_parts;   /* owned; room for the largest task's */
	char                 summary_key[SCOPE_KEY_SIZE];
	struct rollup_aside  aside; /* what has no place in the plan */
};

struct rollup_tally *rollup_tally(struct rollup *r, struct scope s); /* of any but a task */

void rollup_mark_changed(struct rollup *r, struct scope s);
void rollup_mark_unsettled(struct rollup *r, uint32_t task);

#endif
