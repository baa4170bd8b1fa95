#include "core/summary.h"

static const char *const state_names[TASK_STATES] = {
    [TASK_VERIFIED] = "verified",
    [TASK_COMPLETED] = "completed",
    [TASK_IN_PROGRESS] = "in_progress",
    [TASK_BLOCKED] = "blocked",
    [TASK_NOT_STARTED] = "not_started",
    [TASK_UNREPORTED] = "unreported",
    [TASK_SUSPENDED] = "suspended",
    [TASK_CANCELLED] = "cancelled",
};

static const char *const light_names[LIGHTS] = {
    [LIGHT_GREY] = "grey",
    [LIGHT_BLUE] = "blue",
    [LIGHT_GREEN] = "green",
    [LIGHT_YELLOW] = "yellow",
    [LIGHT_RED] = "red",
};

static const char *const reason_names[REASONS] = {
    [REASON_NONE] = "",
    [REASON_CANCELLED] = "cancelled",
    [REASON_SUSPENDED] = "suspended",
    [REASON_VERIFIED] = "verified",
    [REASON_COMPLETED] = "completed",
    [REASON_OVERDUE] = "overdue",
    [REASON_UNREPORTED] = "unreported",
    [REASON_BEHIND] = "behind",
    [REASON_MISSED_PERIODS] = "missed_periods",
    [REASON_MISSED_PERIOD] = "missed_period",
    [REASON_BLOCKED] = "blocked",
    [REASON_STALE] = "stale",
    [REASON_EMPTY] = "empty",
    [REASON_RED_TASKS] = "red_tasks",
};

/* Which of the names t is; count: none. */
static unsigned
find(const char *const *names, unsigned count, struct text t)
{
	unsigned i = 0;

	while (i < count && !text_equal(t, text_of(names[i])))
		i++;
	return i;
}

const char *
task_state_name(enum task_state s)
{
	return state_names[s];
}

bool
task_state_parse(struct text t, enum task_state *s)
{
	unsigned i = find(state_names, TASK_STATES, t);

	if (i == TASK_STATES)
		return false;
	*s = (enum task_state)i;
	return true;
}

const char *
light_name(enum light l)
{
	return light_names[l];
}

bool
light_parse(struct text t, enum light *l)
{
	unsigned i = find(light_names, LIGHTS, t);

	if (i == LIGHTS)
		return false;
	*l = (enum light)i;
	return true;
}

const char *
light_reason_name(enum light_reason r)
{
	return reason_names[r];
}

bool
light_reason_parse(struct text t, enum light_reason *r)
{
	unsigned i = find(reason_names, REASONS, t);

	if (i == REASON_NONE || i == REASONS)
		return false;
	*r = (enum light_reason)i;
	return true;
}

int32_t
summary_percent(const struct figure *f)
{
	if (f->den == 0)
		return -1;
	if (f->num < f->den)
		return f->above_zero > 0;
	return (int32_t)(f->num / f->den);
}
