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

const char *
task_state_name(enum task_state s)
{
	return state_names[s];
}

bool
task_state_parse(struct text t, enum task_state *s)
{
	for (unsigned i = 0; i < TASK_STATES; i++) {
		if (text_equal(t, text_of(state_names[i]))) {
			*s = (enum task_state)i;
			return true;
		}
	}
	return false;
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
