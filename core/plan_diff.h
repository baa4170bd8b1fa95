/*
 * plan_diff -- what differs between two plans, mostly two revisions of one.
 *
 * Agencies and groups are the same thing where their ids are, chapters, sections and
 * tasks where their numbers are. A thing that only one plan has is one change, and
 * each of its values but the title another, with nothing on the other side.
 *
 * Not compared, because no figure depends on it: id and revision of the plans, the
 * order of agencies and members, whether an agency answers for a task by its own name
 * or as a member of a group (its role and dates are compared).
 */
#ifndef TUIJIN_CORE_PLAN_DIFF_H
#define TUIJIN_CORE_PLAN_DIFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/plan.h"

#define PLAN_DIFF_KEY_SIZE (PLAN_ID_MAX + 1) /* "", "cnipa", "2.1", "27" and a NUL */

enum diff_side { DIFF_OLD, DIFF_NEW, DIFF_SIDES };

enum diff_thing {
	DIFF_PLAN,
	DIFF_AGENCY,
	DIFF_GROUP,
	DIFF_CHAPTER,
	DIFF_SECTION,
	DIFF_TASK,
	DIFF_THINGS
};

enum diff_field {
	DIFF_ITSELF, /* the thing came or went: TITLE */
	DIFF_ZH,
	DIFF_EN,
	DIFF_PLACE,
	DIFF_DUTY,
	DIFF_WEIGHT,
	DIFF_STARTS,
	DIFF_DUE,
	DIFF_ENDS,
	DIFF_UTC_OFFSET,
	DIFF_EVERY,
	DIFF_DUE_DAYS,
	DIFF_YELLOW,
	DIFF_RED,
	DIFF_RED_SHARE,
	DIFF_OFFICE,
	DIFF_KIND,
	DIFF_MEMBER,     /* of a group; `agency` says whose membership */
	DIFF_OBLIGATION, /* of a task; `agency` says whose */
	DIFF_FIELDS
};

enum diff_type {
	DIFF_ABSENT,
	DIFF_TEXT,
	DIFF_TITLE,
	DIFF_NUMBER,
	DIFF_DAY,
	DIFF_OFFSET,  /* minutes */
	DIFF_DUTIES,  /* enum plan_duty */
	DIFF_EVERIES, /* enum plan_every */
	DIFF_SCOPE,   /* the chapter, or the section in it, that a task is in */
	DIFF_TERM,    /* of a member: the days */
	DIFF_ROLE,    /* of an obligation: who leads, and the days */
	DIFF_TYPES
};

/* One value. What its type does not have is zero. */
struct diff_value {
	enum diff_type    type;
	bool              lead;
	int32_t           number;           /* of NUMBER, DAY, OFFSET, DUTIES, EVERIES */
	int32_t           from, until;      /* of TERM and ROLE, as in struct plan_member */
	uint32_t          chapter, section; /* numbers, of SCOPE; section 0: none */
	const char       *text;             /* borrowed from the plan, like the title's */
	struct plan_title title;
};

struct plan_change {
	enum diff_thing   thing;
	enum diff_field   field;
	uint32_t          at[DIFF_SIDES]; /* the plan's index of the thing; PLAN_NONE: not there */
	const char       *agency;         /* id, borrowed; NULL but for members and obligations */
	struct diff_value value[DIFF_SIDES];
};

struct plan_diff {
	const struct plan  *plan[DIFF_SIDES]; /* borrowed */
	struct plan_change *changes;          /* owned; by thing, in the order of the plans */
	size_t              count, room;
};

/* Fills *d; both plans have to outlive it. There are at most as many changes as the
 * plans have things, values, members and obligations. */
void plan_diff_make(struct plan_diff *d, const struct plan *old, const struct plan *new);
void plan_diff_fini(struct plan_diff *d);

/* What the changed thing is called: an id, a number, "2.1", "" for the plan. Returns out. */
const char *plan_diff_key(
    const struct plan_diff *d, const struct plan_change *c, char out[PLAN_DIFF_KEY_SIZE]);

/* Its title, the newer one if there are two. */
struct plan_title plan_diff_title(const struct plan_diff *d, const struct plan_change *c);

const char *plan_diff_thing_name(enum diff_thing t); /* "task" */
const char *plan_diff_field_name(enum diff_field f); /* as in a plan file: "lights.red" */

#endif
