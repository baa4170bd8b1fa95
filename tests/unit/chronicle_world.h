/*
 * chronicle_world -- for tests of the chronicle and of what is said of it: a ledger written
 * by hand into one, an entry of one record at a time.
 */
#ifndef TUIJIN_TESTS_CHRONICLE_WORLD_H
#define TUIJIN_TESTS_CHRONICLE_WORLD_H

#include "dashboard/chronicle.h"
#include "tests/unit/fold_told.h"

static uint64_t entries; /* so far: positions rise within a millisecond */

static inline struct position
next_position(const char *when)
{
	return position_at(when, ++entries);
}

static inline void
chronicle_load(struct chronicle *c, const char *when, const char *yaml)
{
	const struct ledger_entry entry = {.position = next_position(when), .yaml = text_of(yaml)};
	struct err                e = {0};

	if (chronicle_entry(c, &entry, &e) != 0)
		fail_msg("%s", e.msg);
}

/* A chronicle of the small plan (fold_told.h), loaded on that day. */
static inline struct chronicle *
chronicle_of_small(const char *when)
{
	struct chronicle *c = chronicle_new();

	chronicle_load(c, when, first_plan);
	return c;
}

static inline void
chronicle_bytes(struct chronicle *c, const char *when, struct buf *bytes)
{
	const struct ledger_entry entry = {
	    .position = next_position(when), .records = buf_text(bytes)};
	struct err e = {0};

	if (chronicle_entry(c, &entry, &e) != 0)
		fail_msg("%s", e.msg);
	memset(bytes->at, 'x', bytes->len); /* nothing may be borrowed */
	buf_fini(bytes);
}

/* A record received when its entry was written, about that moment unless it has its own. */
static inline void
chronicle_say(struct chronicle *c, const char *when, struct record rec)
{
	struct buf bytes = {0};

	if (rec.report.at_ms == 0)
		rec.report.at_ms = instant(when);
	rec.received_ms = instant(when);
	wire_record_encode(&bytes, &rec);
	chronicle_bytes(c, when, &bytes);
}

static inline struct record
status(const char *agency, uint32_t task, uint64_t seq, uint32_t percent, const char *summary)
{
	return (struct record){
	    .seq = seq,
	    .agency = text_of(agency),
	    .report =
		{
		    .kind = REPORT_STATUS,
		    .task = task,
		    .state = percent == REPORT_PERCENT_MAX ? REPORT_COMPLETED : REPORT_IN_PROGRESS,
		    .percent = percent,
		    .summary = text_of(summary),
		},
	};
}

static inline struct record
withdrawal(const char *agency, uint32_t task, uint64_t seq)
{
	return (struct record){.seq = seq,
	    .agency = text_of(agency),
	    .report = {.kind = REPORT_WITHDRAWAL, .task = task}};
}

static inline struct record
ruling(const char *office, uint32_t task, uint64_t seq, enum report_disposition disposition)
{
	return (struct record){.seq = seq,
	    .agency = text_of(office),
	    .report = {
		.kind = REPORT_DISPOSITION,
		.task = task,
		.disposition = disposition,
		.reason = text_of("because"),
	    }};
}

static inline uint32_t
obligation_in(const struct chronicle *c, uint32_t number, const char *agency)
{
	const struct plan *p = chronicle_plan(c);
	uint32_t           found = plan_find_obligation(
		      p, plan_find_task(p, number), plan_find_agency(p, text_of(agency)));

	assert_true(found != PLAN_NONE);
	return found;
}

#endif
