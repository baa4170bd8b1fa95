/*
 * summary_difference -- what of two summaries is not the same.
 */
#ifndef TUIJIN_TESTS_SUMMARY_DIFFERENCE_H
#define TUIJIN_TESTS_SUMMARY_DIFFERENCE_H

#include <string.h>

#include "core/summary.h"

#define SAME(field)                                                                                \
	if (got->field != want->field)                                                             \
	return #field

static inline const char *
figure_difference(const struct figure *got, const struct figure *want)
{
	SAME(num);
	SAME(den);
	SAME(tasks);
	SAME(above_zero);
	return NULL;
}

static inline const char *
part_difference(const struct summary_part *got, const struct summary_part *want)
{
	if (!text_equal(got->agency, want->agency))
		return "agency of a part";
	SAME(lead);
	SAME(state);
	SAME(percent);
	if (want->state != REPORT_UNREPORTED) {
		SAME(at_ms);
		SAME(received_ms);
	}
	return NULL;
}

static inline const char *
period_difference(const struct summary_period *got, const struct summary_period *want)
{
	if (strcmp(got->name, want->name) != 0)
		return "name of a period";
	SAME(expected);
	SAME(reported);
	SAME(on_time);
	return NULL;
}

/* The name of the first field that differs, or NULL. */
static inline const char *
summary_difference(const struct summary *got, const struct summary *want)
{
	const char *found;

	if (!text_equal(got->plan, want->plan) || !text_equal(got->key, want->key))
		return "plan or key";
	SAME(revision);
	SAME(position.ms);
	SAME(position.n);
	SAME(as_of_ms);
	SAME(kind);
	SAME(task_total);
	SAME(task_included);
	SAME(obligations_expected);
	SAME(obligations_reported);
	SAME(state);
	SAME(disposition);
	SAME(expected);
	SAME(gap);
	SAME(judgement.light);
	SAME(judgement.reason);
	SAME(overdue_days);
	SAME(part_count);
	for (unsigned i = 0; i < TASK_STATES; i++)
		SAME(tasks[i]);
	if ((found = figure_difference(&got->figure, &want->figure)) != NULL ||
	    (found = figure_difference(&got->lead, &want->lead)) != NULL ||
	    (found = figure_difference(&got->participant, &want->participant)) != NULL ||
	    (found = period_difference(&got->period, &want->period)) != NULL ||
	    (found = period_difference(&got->last_period, &want->last_period)) != NULL)
		return found;
	for (uint32_t i = 0; i < want->part_count; i++)
		if ((found = part_difference(&got->parts[i], &want->parts[i])) != NULL)
			return found;
	return NULL;
}

#undef SAME

#endif
