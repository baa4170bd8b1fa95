/*
 * summary -- the full state of one scope at one position: what a summary event
 * says (docs/protocol.md, "Events"). A plain value.
 *
 * Percent is kept as num and den, integers in basis points, so that parts add
 * up; summary_percent() gives what is shown.
 */
#ifndef TUIJIN_CORE_SUMMARY_H
#define TUIJIN_CORE_SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/period.h"
#include "core/plan.h"
#include "core/position.h"
#include "core/report.h"
#include "core/scope.h"

/* The state of a task: an agency's words, unless the office has ruled. */
enum task_state {
	TASK_VERIFIED,
	TASK_COMPLETED,
	TASK_IN_PROGRESS,
	TASK_BLOCKED,
	TASK_NOT_STARTED,
	TASK_UNREPORTED,
	TASK_SUSPENDED,
	TASK_CANCELLED,
	TASK_STATES
};

const char *task_state_name(enum task_state s);
bool        task_state_parse(struct text t, enum task_state *s);

/* Traffic lights, and the rule that lit one (docs/protocol.md, "Lights"). */
enum light { LIGHT_GREY, LIGHT_BLUE, LIGHT_GREEN, LIGHT_YELLOW, LIGHT_RED, LIGHTS };

enum light_reason {
	REASON_NONE, /* of green; nil on the wire */
	REASON_CANCELLED,
	REASON_SUSPENDED,
	REASON_VERIFIED,
	REASON_COMPLETED,
	REASON_OVERDUE,
	REASON_UNREPORTED,
	REASON_BEHIND,         /* the gap */
	REASON_MISSED_PERIODS, /* the last two due */
	REASON_MISSED_PERIOD,  /* the last due */
	REASON_BLOCKED,
	REASON_STALE,
	REASON_EMPTY,     /* of a scope: nothing is included */
	REASON_RED_TASKS, /* of a scope: red tasks in it */
	REASONS
};

struct judgement {
	enum light        light;
	enum light_reason reason;
};

const char *light_name(enum light l);
bool        light_parse(struct text t, enum light *l);
const char *light_reason_name(enum light_reason r); /* "behind"; "" for REASON_NONE */
bool        light_reason_parse(struct text t, enum light_reason *r);

/* A weighted mean over tasks. */
struct figure {
	uint64_t num;        /* sum of weight * basis points */
	uint64_t den;        /* sum of weight; 0: nothing counts */
	uint32_t tasks;      /* how many are in it */
	uint32_t above_zero; /* how many of them have a counted percent above 0 */
};

/* Basis points to show: the floor of num / den, but at least 1 when some counted
 * percent is above 0; -1 (null) when nothing counts. */
int32_t summary_percent(const struct figure *f);

/* Who should have reported for a period, who did, who did in time: obligations. */
struct summary_period {
	char     name[PERIOD_NAME_SIZE]; /* "": there is no such period */
	uint32_t expected, reported, on_time;
};

struct summary_part {
	struct text       agency;
	bool              lead; /* its role: lead or participant */
	enum report_state state;
	uint32_t          percent; /* basis points; 0 while unreported */
	int64_t           at_ms;   /* meaningless while unreported, like received_ms */
	int64_t           received_ms;
};

struct summary {
	struct text     plan;
	uint32_t        revision;
	struct position position; /* the last entry that touched the scope */
	int64_t         as_of_ms; /* 00:00 of the day it was evaluated for */
	enum scope_kind kind;
	struct text     key;

	struct figure         figure;        /* of an agency: its `own` */
	uint32_t              task_total;    /* tasks of the scope */
	uint32_t              task_included; /* without the cancelled */
	uint32_t              tasks[TASK_STATES];
	uint32_t              obligations_expected, obligations_reported;
	int32_t               expected, gap; /* basis points; nil when figure.den is 0 */
	struct judgement      judgement;
	struct summary_period period, last_period; /* today's; the last that is due */

	/* of a task */
	enum task_state         state;
	enum report_disposition disposition;
	uint32_t                overdue_days; /* 0 unless overdue */
	struct summary_part    *parts;        /* borrowed */
	uint32_t                part_count;

	/* of an agency */
	struct figure lead, participant;
};

#endif
