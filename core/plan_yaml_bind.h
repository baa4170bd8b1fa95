/*
 * plan_yaml_bind -- a plan out of a plan file's nodes. Inside of plan_yaml.
 */
#ifndef TUIJIN_CORE_PLAN_YAML_BIND_H
#define TUIJIN_CORE_PLAN_YAML_BIND_H

#include "core/buf.h"
#include "core/plan_build.h"
#include "core/plan_yaml_value.h"

/* Which list an agency was last put into, and its obligation there. */
struct plan_placed {
	uint32_t list, obligation;
};

/* What is known while a plan is being bound. */
struct plan_binder {
	struct plan          *plan;
	struct plan_mistakes *mistakes;
	struct plan_agency   *agencies;   /* plan->agencies, writable */
	struct plan_group    *groups;     /* plan->groups, writable */
	bool                  days_known; /* plan->starts and ends are good */

	/* agencies or groups are no list, or too long: who is named may well be there
	 * and one mistake says it all */
	bool ids_missing;

	/* Per agency and group: the number of the list that last named it. */
	uint32_t           *named, *group_named;
	struct plan_placed *placed; /* per agency */
	uint32_t            list;

	struct plan_counter chapter_number, task_number;
	struct buf          chapters, sections, tasks, obligations; /* arrays that grow */
	bool                tasks_cut, obligations_cut;             /* said so already */
};

/* Binds the whole of root. Returns the plan, which is only whole if no mistake
 * was added to *m. */
struct plan *plan_bind(const struct plan_node *root, struct plan_mistakes *m);

/* Its parts: `agencies`, `groups`, and `chapters` with all below them. */
void plan_bind_agencies(struct plan_binder *b, const struct plan_node *list);
void plan_bind_groups(struct plan_binder *b, const struct plan_node *list);
void plan_bind_chapters(struct plan_binder *b, const struct plan_node *list);

/* `agencies` of task t, whose number is set: adds its obligations and counts them
 * in *t. Returns how many agencies the list means, the unknown ones too. */
uint32_t plan_bind_duties(struct plan_binder *b, const struct plan_node *list, struct plan_task *t);

/* Room for the items of a list whose first is this, at most max; none for NULL. */
static inline uint32_t
plan_bind_room(const struct plan_node *first, uint32_t max)
{
	if (first == NULL)
		return 0;
	return first->parent->count < max ? first->parent->count : max;
}

/* The agency that n names, or PLAN_NONE with a mistake. */
uint32_t plan_bind_agency(struct plan_binder *b, const struct plan_node *n);

/* Notes that the current list names this agency. False, with a mistake, if it did
 * so before. */
bool plan_bind_name(struct plan_binder *b, const struct plan_node *n, uint32_t agency);

/* The group of this id; PLAN_NONE without a mistake. */
uint32_t plan_bind_find_group(const struct plan_binder *b, struct text id);

#endif
