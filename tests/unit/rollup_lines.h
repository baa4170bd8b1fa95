/*
 * rollup_lines -- for tests of the rollup: records in short, and what a scope's
 * summary then says, in a line.
 */
#ifndef TUIJIN_TESTS_ROLLUP_LINES_H
#define TUIJIN_TESTS_ROLLUP_LINES_H

#include <inttypes.h>
#include <stdio.h>

#include "core/rollup.h"
#include "tests/cases.h"

#define WANTS_MAX 6
#define TODAY     20543 /* 2026-03-31 */
#define AS_OF     INT64_C(1774886400000)

/* One record, in a ledger entry of its own: the first is 1-0, the second 2-0. */
struct step {
	const char   *agency; /* NULL: no more steps */
	uint32_t      task;
	uint64_t      seq;
	struct report report;
};

#define REPORTS(who, task, seq, st, pc)                                                            \
	{                                                                                          \
		who, task, seq,                                                                    \
		{                                                                                  \
			REPORT_STATUS, .state = (st), .percent = (pc)                              \
		}                                                                                  \
	}
#define WITHDRAWS(who, task, seq)                                                                  \
	{                                                                                          \
		who, task, seq,                                                                    \
		{                                                                                  \
			REPORT_WITHDRAWAL                                                          \
		}                                                                                  \
	}
#define RULES(task, seq, d)                                                                        \
	{                                                                                          \
		"jco", task, seq,                                                                  \
		{                                                                                  \
			REPORT_DISPOSITION, .disposition = (d)                                     \
		}                                                                                  \
	}

/* What a scope then is: percent num/den; included/total tasks and the states above
 * 0; reported/expected obligations; position; of a task also state and disposition;
 * of an agency the figure is `own`, then lead and participant with their tasks. */
struct want {
	const char *scope;
	const char *line;
};

static const struct position since = {0, 7};

static inline enum rollup_effect
apply(struct rollup *r, const struct step *s, struct position position)
{
	struct record rec = {.seq = s->seq, .agency = text_of(s->agency), .report = s->report};

	rec.received_ms = (int64_t)(1000 + s->seq);
	rec.report.task_known = true;
	rec.report.task = s->task;
	rec.report.at_ms = (int64_t)s->seq;
	return rollup_apply(r, &rec, position);
}

static inline size_t
put_figure(char *out, size_t room, const struct figure *f)
{
	int32_t percent = summary_percent(f);

	if (percent < 0)
		return (size_t)snprintf(out, room, "null %" PRIu64 "/%" PRIu64, f->num, f->den);
	return (size_t)snprintf(out, room, "%d.%02d %" PRIu64 "/%" PRIu64, percent / 100,
	    percent % 100, f->num, f->den);
}

static inline const char *
line_of(const struct summary *s, char out[512])
{
	size_t n = put_figure(out, 512, &s->figure);

	n += (size_t)snprintf(out + n, 512 - n, "; %u/%u", s->task_included, s->task_total);
	for (unsigned i = 0; i < TASK_STATES; i++)
		if (s->tasks[i] > 0)
			n += (size_t)snprintf(out + n, 512 - n, " %s %u",
			    task_state_name((enum task_state)i), s->tasks[i]);
	n += (size_t)snprintf(out + n, 512 - n, "; %u/%u; %" PRIu64 "-%" PRIu64,
	    s->obligations_reported, s->obligations_expected, s->position.ms, s->position.n);
	if (s->kind == SCOPE_TASK)
		n += (size_t)snprintf(out + n, 512 - n, "; %s %s", task_state_name(s->state),
		    report_disposition_name(s->disposition));
	if (s->kind == SCOPE_AGENCY) {
		n += (size_t)snprintf(out + n, 512 - n, "; lead ");
		n += put_figure(out + n, 512 - n, &s->lead);
		n += (size_t)snprintf(out + n, 512 - n, " of %u, participant ", s->lead.tasks);
		n += put_figure(out + n, 512 - n, &s->participant);
		snprintf(out + n, 512 - n, " of %u", s->participant.tasks);
	}
	return out;
}

static inline void
summarise(struct rollup *r, const char *name, struct summary *s)
{
	struct scope scope;

	assert_true(scope_parse(rollup_plan(r), text_of(name), &scope));
	rollup_summary(r, scope_row(rollup_plan(r), scope), s);
}

static inline void
assert_wants(struct rollup *r, const struct want *wants)
{
	for (size_t i = 0; i < WANTS_MAX && wants[i].scope != NULL; i++) {
		struct summary s;
		char           want[600], got[600], line[512];

		summarise(r, wants[i].scope, &s);
		snprintf(want, sizeof(want), "%s: %s", wants[i].scope, wants[i].line);
		snprintf(got, sizeof(got), "%s: %s", wants[i].scope, line_of(&s, line));
		assert_string_equal(got, want);
	}
}

#endif
