/*
 * light -- how a task or scope stands against the calendar: expected progress
 * (序时进度) and the traffic lights. Rules, without state: docs/protocol.md, "Lights".
 */
#ifndef TUIJIN_CORE_LIGHT_H
#define TUIJIN_CORE_LIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "core/plan.h"
#include "core/summary.h"

/* Basis points expected by the end of that day of what begins on `starts` and is due
 * on `due`, both inclusive: 0 before, 10000 from the day it is due. */
uint32_t light_expected(int32_t starts, int32_t due, int32_t day);

/* What a task's light depends on. */
struct light_task {
	enum task_state state;
	int32_t         gap;                     /* basis points; of one that is not cancelled */
	bool            overdue;                 /* today is behind its last day */
	bool            any_due;                 /* some period of the plan is due */
	bool            last_missed, two_missed; /* the last due period; it and the one before */
	bool            stale;
};

struct judgement light_of_task(const struct plan *p, const struct light_task *t);

/* What the light of a chapter, section, agency or the whole depends on. */
struct light_scope {
	uint32_t included, done, red; /* tasks: done are verified or completed */
	uint32_t reported;            /* obligations */
	int32_t  gap;                 /* basis points; 0 when nothing is included */
	bool     any_due;
};

struct judgement light_of_scope(const struct plan *p, const struct light_scope *s);

#endif
