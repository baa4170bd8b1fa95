/*
 * fold_world -- for tests of the fold: a ledger written by hand, an entry of one record
 * at a time.
 */
#ifndef TUIJIN_TESTS_FOLD_WORLD_H
#define TUIJIN_TESTS_FOLD_WORLD_H

#include "core/fold.h"
#include "core/wire_record.h"
#include "tests/cases.h"
#include "tests/plan_file.h"
#include "tests/unit/east_time.h"
#include "tests/unit/rollup_lines.h"

/* The position of an entry that was written then. */
static inline struct position
position_at(const char *when, uint64_t n)
{
	return (struct position){(uint64_t)instant(when), n};
}

static inline void
fold_plan_text(struct fold *f, struct position position, const char *yaml)
{
	const struct ledger_entry entry = {.position = position, .yaml = text_of(yaml)};
	struct err                e = {0};

	if (fold_entry(f, &entry, &e) != 0)
		fail_msg("%s", e.msg);
}

/* The record of a step, about the moment in which it came in, unless it has its own. */
static inline void
put_record(struct buf *out, const struct step *s, int64_t received_ms)
{
	struct record rec = {
	    .seq = s->seq,
	    .received_ms = received_ms,
	    .agency = text_of(s->agency),
	    .report = s->report,
	};

	rec.report.task_known = true;
	rec.report.task = s->task;
	if (rec.report.at_ms == 0)
		rec.report.at_ms = received_ms;
	if (rec.report.state == REPORT_BLOCKED)
		rec.report.problems = text_of("p");
	wire_record_encode(out, &rec);
}

/* An entry of that one record. */
static inline void
fold_step(struct fold *f, struct position position, const struct step *s)
{
	struct buf          bytes = {0};
	struct ledger_entry entry = {.position = position};
	struct err          e = {0};

	put_record(&bytes, s, (int64_t)position.ms);
	entry.records = buf_text(&bytes);
	if (fold_entry(f, &entry, &e) != 0)
		fail_msg("%s", e.msg);
	buf_fini(&bytes);
}

static inline struct fold_rules
rules_by_ledger(void)
{
	return (struct fold_rules){.today = FOLD_BY_LEDGER, .alerts = true, .until_ms = INT64_MAX};
}

#endif
