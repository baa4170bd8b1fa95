/*
 * fold_told -- for tests of the fold: two revisions of a small plan, what is said of it,
 * and a listener who writes down what a fold tells.
 */
#ifndef TUIJIN_TESTS_FOLD_TOLD_H
#define TUIJIN_TESTS_FOLD_TOLD_H

#include "tests/unit/fold_world.h"

#define FOLD_HEAD                                                                                  \
	"format: 1\nid: small\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"             \
	"reporting: {every: quarter, due_days: 10}\noffice: a\n"                                   \
	"agencies:\n  - {id: a, zh: a}\n  - {id: b, zh: b}\n"
#define FOLD_TASKS                                                                                 \
	"chapters:\n  - number: 1\n    zh: one\n    tasks:\n"                                      \
	"      - {number: 1, zh: t, duty: shared, agencies: [a, b]}\n"

static const char first_plan[] = FOLD_HEAD "utc_offset: \"+08:00\"\nrevision: 1\n" FOLD_TASKS;
static const char second_plan[] = FOLD_HEAD "utc_offset: \"+08:00\"\nrevision: 2\n" FOLD_TASKS
					    "      - {number: 2, zh: t, agencies: [b]}\n";

static const struct step half = REPORTS("a", 1, 1, REPORT_IN_PROGRESS, 5000);

/* What a fold told: records and revisions in words, days by number. */
struct told {
	struct buf text;
	int32_t    first_day, last_day;
	uint32_t   days;
};

static inline void
tell_day(void *context, struct fold *f, int32_t day)
{
	struct told *t = context;

	assert_int_equal(rollup_today(fold_rollup(f)), day);
	if (t->days > 0)
		assert_true(day > t->last_day);
	else
		t->first_day = day;
	t->last_day = day;
	t->days++;
}

static inline void
tell_record(void *context, struct fold *f, const struct record *rec, struct position position,
    enum rollup_effect effect)
{
	struct told *t = context;

	(void)f;
	buf_addf(&t->text, "record %u by %.*s at %u: %d; ", rec->report.task, (int)rec->agency.len,
	    rec->agency.at, (unsigned)position.n, (int)effect);
}

static inline void
tell_revision(void *context, struct fold *f, const struct ledger_entry *entry)
{
	struct told *t = context;

	buf_addf(
	    &t->text, "revision %u at %u; ", fold_plan(f)->revision, (unsigned)entry->position.n);
}

static inline struct fold_rules
telling(struct told *t)
{
	struct fold_rules rules = rules_by_ledger();

	rules.context = t;
	rules.on_day = tell_day;
	rules.on_record = tell_record;
	rules.on_revision = tell_revision;
	return rules;
}

static inline void
assert_told(struct told *t, const char *want)
{
	buf_add(&t->text, "", 1);
	assert_string_equal(t->text.at, want);
	buf_fini(&t->text);
}

static inline const char *
today(const struct fold *f, char out[CALENDAR_DATE_SIZE])
{
	return calendar_format_date(rollup_today(fold_rollup(f)), out);
}

static inline uint32_t
percent(struct fold *f)
{
	struct summary s;

	summarise(fold_rollup(f), "task/1", &s);
	return (uint32_t)summary_percent(&s.figure);
}

#endif
