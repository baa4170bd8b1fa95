/*
 * report_equal -- asserts that two reports have the same content, field by field.
 */
#ifndef TUIJIN_TESTS_REPORT_EQUAL_H
#define TUIJIN_TESTS_REPORT_EQUAL_H

#include "core/report.h"
#include "tests/cases.h"

static inline void
assert_text_equal(struct text got, struct text want)
{
	assert_int_equal(got.len, want.len);
	if (want.len > 0)
		assert_memory_equal(got.at, want.at, want.len);
}

static inline void
assert_report_equal(const struct report *got, const struct report *want)
{
	assert_int_equal(got->kind, want->kind);
	assert_int_equal(got->task_known, want->task_known);
	assert_int_equal(got->task, want->task);
	assert_int_equal(got->at_ms, want->at_ms);
	assert_int_equal(got->state, want->state);
	assert_int_equal(got->percent, want->percent);
	assert_int_equal(got->disposition, want->disposition);
	assert_int_equal(got->help, want->help);
	assert_text_equal(got->summary, want->summary);
	assert_text_equal(got->problems, want->problems);
	assert_text_equal(got->next_steps, want->next_steps);
	assert_text_equal(got->reason, want->reason);
	assert_int_equal(got->evidence_count, want->evidence_count);
	for (uint32_t i = 0; i < want->evidence_count; i++) {
		assert_text_equal(got->evidence[i].title, want->evidence[i].title);
		assert_text_equal(got->evidence[i].uri, want->evidence[i].uri);
	}
}

#endif
