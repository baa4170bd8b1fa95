/*
 * plan -- a national plan: chapters, sections, tasks, and who answers for what.
 *
 * Immutable once parsed (core/plan_yaml.h); every array is in the order of the
 * file, and an index into it is how the rest of the program names a thing. All
 * text is owned by the plan and NUL-terminated. Format: docs/plan-format.md;
 * meaning: docs/protocol.md.
 *
 *   agency index  0 .. agency_count-1
 *   task index    0 .. task_count-1       task number - 1: numbers have no gaps
 *   obligation    0 .. obligation_count-1 by task, lead first, then as named
 */
#ifndef TUIJIN_CORE_PLAN_H
#define TUIJIN_CORE_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"

#define PLAN_ID_MAX          64     /* bytes of a plan, agency or group id */
#define PLAN_ID_RESERVED     "snap" /* no plan's id: topics of snapshots begin so */
#define PLAN_TITLE_MAX       500    /* bytes of one title in one language */
#define PLAN_CHAPTERS_MAX    100
#define PLAN_SECTIONS_MAX    100 /* of one chapter */
#define PLAN_TASKS_MAX       10000
#define PLAN_AGENCIES_MAX    1000
#define PLAN_GROUPS_MAX      100
#define PLAN_OBLIGATIONS_MAX 100000
#define PLAN_WEIGHT_MAX      1000
#define PLAN_DUE_DAYS_MAX    366
#define PLAN_REVISION_MAX    UINT32_C(1000000000)

#define PLAN_NONE UINT32_MAX /* no such index */

#define PLAN_FIRST_DAY INT32_MIN /* a member from the beginning */
#define PLAN_LAST_DAY  INT32_MAX /* and to the end */

enum plan_duty {
	PLAN_LEAD,   /* the first-named agency alone counts */
	PLAN_SHARED, /* every agency counts alike */
	PLAN_DUTIES
};

enum plan_every { PLAN_MONTH, PLAN_QUARTER, PLAN_HALF, PLAN_YEAR, PLAN_EVERIES };

struct plan_title {
	const char *zh;
	const char *en; /* equals zh where the file gives none */
};

struct plan_agency {
	const char       *id;
	struct plan_title title;
	const char       *kind;        /* "" where the file gives none */
	const uint32_t   *obligations; /* indices, in task order */
	uint32_t          obligation_count;
};

struct plan_member {
	uint32_t agency;
	int32_t  from, until; /* days, both inclusive; PLAN_FIRST_DAY, PLAN_LAST_DAY: no limit */
};

struct plan_group {
	const char               *id;
	struct plan_title         title;
	const struct plan_member *members; /* as named */
	uint32_t                  member_count;
};

struct plan_chapter {
	uint32_t          number;
	struct plan_title title;
	uint32_t          first_section, section_count; /* 0 sections: tasks directly below */
	uint32_t          first_task, task_count;
};

struct plan_section {
	uint32_t          number;
	struct plan_title title;
	uint32_t          chapter;
	uint32_t          first_task, task_count;
};

struct plan_task {
	uint32_t          number;
	struct plan_title title;
	uint32_t          chapter;
	uint32_t          section; /* PLAN_NONE where the chapter has none */
	enum plan_duty    duty;
	uint32_t          weight;      /* 1 .. PLAN_WEIGHT_MAX */
	int32_t           starts, due; /* days, both inclusive; the plan's where not given */
	uint32_t          first_obligation, obligation_count; /* 1 or more; the first leads */
	uint32_t          named_count; /* names in the file's list: an "@group" counts as one */
};

struct plan_obligation {
	uint32_t task, agency;
	bool     by_group;    /* not named itself, but a member of a group that is */
	int32_t  from, until; /* days on which it is in force; without limit unless by_group */
};

struct plan {
	const char       *id;
	uint32_t          revision;
	struct plan_title title;
	int32_t           starts, ends; /* days, both inclusive */
	int               utc_offset_min;
	enum plan_every   every;
	uint32_t          due_days;
	uint32_t          light_yellow, light_red, light_red_share; /* points, points, percent */
	uint32_t          office;                                   /* agency index */

	const struct plan_agency     *agencies;
	const struct plan_group      *groups;
	const struct plan_chapter    *chapters;
	const struct plan_section    *sections;
	const struct plan_task       *tasks;
	const struct plan_obligation *obligations;
	uint32_t                      agency_count, group_count, chapter_count, section_count;
	uint32_t                      task_count, obligation_count;

	struct plan_index *index; /* owned; behind the three finders below */
	struct plan_arena *arena; /* owned; all of the above lives in it */
};

void plan_free(struct plan *p); /* NULL is fine */

/* Finders, O(1); PLAN_NONE where there is none. */
uint32_t plan_find_agency(const struct plan *p, struct text id);
uint32_t plan_find_task(const struct plan *p, uint64_t number);
uint32_t plan_find_obligation(const struct plan *p, uint32_t task, uint32_t agency);

/* True if the percent of this obligation counts for its task: every one of a
 * shared task, the lead's of the others. */
bool plan_counts(const struct plan *p, uint32_t obligation);

/* True on the days on which the agency holds the obligation: all, unless it does so
 * as a member of a group that it joined or left. An agency that leads always does. */
bool plan_in_force(const struct plan *p, uint32_t obligation, int32_t day);

/* How many obligations of this task count: 1 for duty lead, all for shared, in force
 * or not. */
uint32_t plan_counted(const struct plan *p, uint32_t task);

const char *plan_duty_name(enum plan_duty duty);    /* "lead", "shared" */
const char *plan_every_name(enum plan_every every); /* "month", "quarter", "half", "year" */

/* The earliest `at` a report may have: 366 days before the plan's first day
 * begins, in ms since 1970 UTC. */
int64_t plan_earliest_ms(const struct plan *p);

#endif
