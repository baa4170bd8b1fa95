/*
 * rollup_state -- what is inside a rollup; for core/rollup*.c alone.
 *
 * A record changes one word, receipt or ruling and puts the task in the list of the
 * unsettled (rollup.c). Settling computes what a task gives now (rollup_share.c),
 * compares it with what the scopes above it hold of it, the share carried last, and
 * carries the difference (rollup_settle.c). Another day changes the marks of the
 * obligations and unsettles every task (rollup_day.c).
 */
#ifndef TUIJIN_CORE_ROLLUP_STATE_H
#define TUIJIN_CORE_ROLLUP_STATE_H

#include "core/rollup.h"
#include "core/rollup_aside.h"

/* The periods that a day looks at. Summaries show the first two. */
enum rollup_when { WHEN_CURRENT, WHEN_LAST, WHEN_BEFORE_LAST, WHENS };
#define WHENS_SHOWN 2

/* What the date says of an obligation, whatever its task's ruling: a bit each, the
 * last three for each of the periods. */
enum {
	MARK_IN_FORCE = 1u << 0,
	MARK_MEMBER = 1u << 1, /* is to report for the period */
	MARK_HEARD = 1u << 2,  /* did */
	MARK_ON_TIME = 1u << 3,
	MARK_BITS = 3, /* of one period */
};
#define MARK_OF(mark, when) ((unsigned)(mark) << (MARK_BITS * (unsigned)(when)))

struct rollup_counts {
	uint32_t expected, reported, on_time; /* obligations */
};

/* What a task gives to the scopes above it. A cancelled one gives nothing but
 * its place in the count of the cancelled. */
struct rollup_share {
	enum task_state      state;
	struct judgement     judgement;
	uint32_t             percent;  /* P, basis points */
	uint32_t             expected; /* E, basis points */
	uint32_t             overdue_days;
	uint32_t             in_force, reported; /* obligations; with a current report */
	uint32_t             alarms;             /* a bit for each */
	bool                 above_zero;         /* some counted percent is */
	uint16_t             marks;              /* of its obligations, those that count */
	struct rollup_counts periods[WHENS_SHOWN];
};

struct rollup_task {
	struct rollup_ruling ruling;
	struct position      position;
	uint32_t             next_unsettled; /* task index, or PLAN_NONE */
	bool                 unsettled;
	struct rollup_share  carried;
};

/* What the agency of an obligation holds of it. */
struct rollup_part {
	uint16_t percent; /* basis points */
	uint16_t marks;   /* those that count */
	bool     reported;
};

/* The totals of overall, a chapter, a section or an agency. */
struct rollup_tally {
	struct figure        figure;            /* of an agency: its `own` */
	struct figure        lead, participant; /* of an agency */
	uint64_t             expected_num;      /* sum of weight * E over figure's tasks */
	uint32_t             tasks[TASK_STATES], red;
	uint32_t             expected, reported; /* obligations */
	struct rollup_counts periods[WHENS_SHOWN];
	struct position      position;
};

/* What follows from the day, for all tasks. */
struct rollup_day {
	int32_t       today;
	bool          there[WHENS]; /* whether there is such a period */
	struct period periods[WHENS];
	int64_t       begin_ms[WHENS];
	int64_t       stale_ms; /* a newest report from before is; INT64_MIN: none is */
};

/* The month that `at` was last looked up in, to save most of the divisions. */
struct rollup_month {
	int64_t from_ms, to_ms; /* to_ms exclusive */
	int32_t month;
};

struct rollup {
	const struct plan   *plan; /* borrowed */
	struct position      since;
	struct rollup_word  *words;    /* owned; by obligation */
	struct receipts     *receipts; /* owned; by obligation */
	uint16_t            *marks;    /* owned; by obligation */
	struct rollup_part  *parts;    /* owned; by obligation */
	struct rollup_task  *tasks;    /* owned; by task */
	struct rollup_tally *tallies;  /* owned; by scope row without the tasks' rows */
	struct rollup_day    day;
	struct rollup_month  month;
	int64_t              begin_ms, end_ms; /* the plan's days; end exclusive */
	struct {
		uint64_t *bits; /* owned; one per scope row */
		uint32_t  count;
	} changed[ROLLUP_READERS];
	uint32_t             first_row[SCOPE_KINDS], rows; /* as core/scope.h has them */
	uint32_t             first_unsettled;              /* task index, or PLAN_NONE */
	struct summary_part *summary_parts;                /* owned; room for the largest task's */
	char                 summary_key[SCOPE_KEY_SIZE];
	struct rollup_aside  aside; /* what has no place in the plan */
};

uint32_t rollup_find_obligation(const struct rollup *r, uint32_t task, struct text agency);

struct rollup_tally *rollup_tally(struct rollup *r, struct scope s); /* of any but a task */
struct rollup_share  rollup_share_of(const struct rollup *r, uint32_t task);
struct judgement rollup_tally_judgement(const struct rollup *r, const struct rollup_tally *tally);

/* The day's part of what is known of an obligation, anew: after a receipt. */
void rollup_mark(struct rollup *r, uint32_t obligation);

/* Sets the day without settling. */
void rollup_set_day(struct rollup *r, int32_t today);

/* Notes a report as received for the month of its `at`, if that is within the plan.
 * Returns true if it was the first, or before the first. */
bool rollup_note_receipt(struct rollup *r, struct receipts *receipts, const struct record *rec);

void rollup_mark_changed(struct rollup *r, struct scope s);
void rollup_mark_unsettled(struct rollup *r, uint32_t task);

#endif
