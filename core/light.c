#include "core/light.h"

#define WHOLE 10000 /* basis points */
#define POINT 100   /* basis points of a percentage point */

/* Rules stand in the order of their rank, the last of them always holds. */
struct rule {
	bool             holds;
	struct judgement then;
};

static struct judgement
first_that_holds(const struct rule *rule)
{
	while (!rule->holds)
		rule++;
	return rule->then;
}

uint32_t
light_expected(int32_t starts, int32_t due, int32_t day)
{
	int64_t length = (int64_t)due - starts + 1;
	int64_t past = (int64_t)day - starts + 1;

	if (day < starts)
		return 0;
	return day >= due ? WHOLE : (uint32_t)(WHOLE * past / length);
}

/* The plan's thresholds of the gap, in points: more than light_red is far behind,
 * light_yellow or more is behind. */
static bool
far_behind(const struct plan *p, int32_t gap)
{
	return gap < -POINT * (int64_t)p->light_red;
}

static bool
behind(const struct plan *p, int32_t gap)
{
	return gap <= -POINT * (int64_t)p->light_yellow;
}

struct judgement
light_of_task(const struct plan *p, const struct light_task *t)
{
	const struct rule rules[] = {
	    {t->state == TASK_CANCELLED, {LIGHT_GREY, REASON_CANCELLED}},
	    {t->state == TASK_SUSPENDED, {LIGHT_GREY, REASON_SUSPENDED}},
	    {t->state == TASK_VERIFIED, {LIGHT_BLUE, REASON_VERIFIED}},
	    {t->state == TASK_COMPLETED, {LIGHT_BLUE, REASON_COMPLETED}},
	    {t->overdue, {LIGHT_RED, REASON_OVERDUE}},
	    {t->state == TASK_UNREPORTED && !t->any_due, {LIGHT_GREY, REASON_UNREPORTED}},
	    {far_behind(p, t->gap), {LIGHT_RED, REASON_BEHIND}},
	    {t->two_missed, {LIGHT_RED, REASON_MISSED_PERIODS}},
	    {behind(p, t->gap), {LIGHT_YELLOW, REASON_BEHIND}},
	    {t->state == TASK_BLOCKED, {LIGHT_YELLOW, REASON_BLOCKED}},
	    {t->last_missed, {LIGHT_YELLOW, REASON_MISSED_PERIOD}},
	    {t->stale, {LIGHT_YELLOW, REASON_STALE}},
	    {true, {LIGHT_GREEN, REASON_NONE}},
	};

	return first_that_holds(rules);
}

/* True if the red tasks reach the plan's share of the included ones. */
static bool
many_red(const struct plan *p, const struct light_scope *s)
{
	return s->red > 0 && (uint64_t)s->red * 100 >= (uint64_t)p->light_red_share * s->included;
}

struct judgement
light_of_scope(const struct plan *p, const struct light_scope *s)
{
	const struct rule rules[] = {
	    {s->included == 0, {LIGHT_GREY, REASON_EMPTY}},
	    {s->reported == 0 && !s->any_due, {LIGHT_GREY, REASON_UNREPORTED}},
	    {s->done == s->included, {LIGHT_BLUE, REASON_COMPLETED}},
	    {far_behind(p, s->gap), {LIGHT_RED, REASON_BEHIND}},
	    {many_red(p, s), {LIGHT_RED, REASON_RED_TASKS}},
	    {behind(p, s->gap), {LIGHT_YELLOW, REASON_BEHIND}},
	    {s->red > 0, {LIGHT_YELLOW, REASON_RED_TASKS}},
	    {true, {LIGHT_GREEN, REASON_NONE}},
	};

	return first_that_holds(rules);
}
