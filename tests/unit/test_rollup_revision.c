#include "core/rollup.h"

#include "core/wire_checkpoint.h"
#include "tests/cases.h"
#include "tests/plan_file.h"
#include "tests/unit/rollup_lines.h"

#define SMALL_HEAD                                                                                 \
	"format: 1\nid: small\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"             \
	"utc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\n"                      \
	"agencies:\n  - {id: a, zh: a}\n  - {id: b, zh: b}\n  - {id: c, zh: c}\n"

/* Task 1 loses c, task 2 gets c as its lead, task 3 is new; b has become the office. */
static const char first_revision[] =
    SMALL_HEAD "revision: 1\noffice: a\nchapters:\n  - number: 1\n    zh: one\n    tasks:\n"
	       "      - {number: 1, zh: t, duty: shared, agencies: [a, b, c]}\n"
	       "      - {number: 2, zh: t, weight: 3, agencies: [b]}\n";
static const char second_revision[] =
    SMALL_HEAD "revision: 2\noffice: b\nchapters:\n  - number: 1\n    zh: one\n    tasks:\n"
	       "      - {number: 1, zh: t, duty: shared, agencies: [b, a]}\n"
	       "  - number: 2\n    zh: two\n    tasks:\n"
	       "      - {number: 2, zh: t, weight: 3, duty: lead, agencies: [c, b]}\n"
	       "      - {number: 3, zh: t, weight: 1000, agencies: [c]}\n";

static const struct step small_steps[] = {
    REPORTS("a", 1, 1, REPORT_IN_PROGRESS, 1000),
    REPORTS("b", 1, 1, REPORT_COMPLETED, 10000),
    REPORTS("c", 1, 1, REPORT_IN_PROGRESS, 4000),
    REPORTS("b", 2, 2, REPORT_IN_PROGRESS, 7000),
    RULES(2, 3, REPORT_RETURNED),
};

static struct rollup *
small_rollup(const struct plan *p)
{
	struct rollup *r = rollup_new(p, since, TODAY);

	for (unsigned i = 0; i < COUNT(small_steps); i++)
		apply(r, &small_steps[i], (struct position){i + 1, 0});
	rollup_settle(r);
	return r;
}

static void
weights_count(void **state)
{
	static const struct want wants[WANTS_MAX] = {
	    {"overall", "65.00 26000/4; 2/2 in_progress 2; 4/4; 5-0"},
	    {"task/2", "70.00 21000/3; 1/1 in_progress 1; 1/1; 5-0; in_progress returned"},
	    {"agency/b",
		"77.50 31000/4; 2/2 in_progress 2; 2/2; 5-0; lead 70.00 21000/3 of 1, "
		"participant 100.00 10000/1 of 1"},
	};
	struct plan   *p = plan_from_text(first_revision, sizeof(first_revision) - 1);
	struct rollup *r = small_rollup(p);

	(void)state;
	assert_wants(r, wants);
	rollup_free(r);
	plan_free(p);
}

static void
a_new_revision_keeps_what_it_has_a_place_for_and_touches_all(void **state)
{
	static const struct want wants[WANTS_MAX] = {
	    {"overall", "0.05 5500/1004; 3/3 in_progress 1 unreported 2; 3/5; 9-0"},
	    {"chapter/1", "55.00 5500/1; 1/1 in_progress 1; 2/2; 9-0"},
	    {"task/1", "55.00 5500/1; 1/1 in_progress 1; 2/2; 9-0; in_progress open"},
	    {"task/2", "0.00 0/3; 1/1 unreported 1; 1/2; 9-0; unreported returned"},
	    {"agency/b",
		"77.50 31000/4; 2/2 in_progress 1 unreported 1; 2/2; 9-0; "
		"lead 55.00 5500/1 of 1, participant 70.00 21000/3 of 1"},
	    {"agency/c",
		"0.00 0/1003; 2/2 unreported 2; 0/2; 9-0; lead 0.00 0/1003 of 2, "
		"participant null 0/0 of 0"},
	};
	struct plan    *p1 = plan_from_text(first_revision, sizeof(first_revision) - 1);
	struct plan    *p2 = plan_from_text(second_revision, sizeof(second_revision) - 1);
	struct rollup  *old = small_rollup(p1), *r;
	struct position since2 = {9, 0};

	(void)state;
	r = rollup_rebased(old, p2, since2);
	assert_wants(r, wants);
	for (uint32_t row = 0; row < scope_count(p2); row++)
		assert_int_equal(rollup_take_changed(r, ROLLUP_BOARD), row);
	assert_int_equal(apply(r, &small_steps[4], (struct position){10, 0}), ROLLUP_STALE);
	rollup_free(r);
	rollup_free(old);
	plan_free(p1);
	plan_free(p2);
}

#define WORK_HEAD(revision, more)                                                                  \
	"format: 1\nid: work\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"              \
	"utc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\noffice: jco\n"         \
	"agencies:\n  - {id: jco, zh: a}\n  - {id: moe, zh: b}\n" more "revision: " revision       \
	"\nchapters:\n  - number: 1\n    zh: one\n    tasks:\n"
#define WITH(revision)                                                                             \
	WORK_HEAD(revision, "  - {id: doj, zh: c}\n")                                              \
	"      - {number: 1, zh: t, duty: shared, agencies: [jco, doj, moe]}\n"                    \
	"      - {number: 2, zh: t, weight: 3, duty: lead, agencies: [doj, moe]}\n"
#define WITHOUT(revision)                                                                          \
	WORK_HEAD(revision, "")                                                                    \
	"      - {number: 1, zh: t, duty: shared, agencies: [jco, moe]}\n"

#define STEPS_MAX 6

static const struct step said_before[] = {
    REPORTS("doj", 1, 1, REPORT_IN_PROGRESS, 4000),
    REPORTS("moe", 2, 1, REPORT_IN_PROGRESS, 3000),
    RULES(2, 2, REPORT_VERIFIED),
};

#define WANTS_SAID_BEFORE                                                                          \
	{                                                                                          \
		{"overall", "78.33 31333/4; 2/2 verified 1 in_progress 1; 2/5; 20-0"},             \
		    {"task/1", "13.33 1333/1; 1/1 in_progress 1; 1/3; 20-0; in_progress open"},    \
		    {"task/2", "100.00 30000/3; 1/1 verified 1; 1/2; 20-0; verified verified"},    \
		    {"agency/doj",                                                                 \
			"10.00 4000/4; 2/2 verified 1 in_progress 1; 1/2; 20-0; "                  \
			"lead 100.00 30000/3 of 1, participant 40.00 4000/1 of 1"},                \
		    {"agency/moe",                                                                 \
			"22.50 9000/4; 2/2 verified 1 in_progress 1; 1/2; 20-0; "                  \
			"lead null 0/0 of 0, participant 22.50 9000/4 of 2"},                      \
	}
#define SAID_MEANWHILE                                                                             \
	{                                                                                          \
		REPORTS("doj", 1, 5, REPORT_COMPLETED, 10000),                                     \
		    REPORTS("doj", 1, 4, REPORT_BLOCKED, 1000), WITHDRAWS("moe", 2, 6),            \
		    RULES(2, 7, REPORT_RETURNED), RULES(2, 3, REPORT_CANCELLED),                   \
		    REPORTS("doj", 2, 1, REPORT_COMPLETED, 10000),                                 \
	}
#define WANTS_SAID_MEANWHILE                                                                       \
	{                                                                                          \
		{"overall", "83.32 33330/4; 2/2 in_progress 2; 2/5; 20-0"},                        \
		    {"task/1", "33.33 3333/1; 1/1 in_progress 1; 1/3; 20-0; in_progress open"},    \
		    {"task/2",                                                                     \
			"99.99 29997/3; 1/1 in_progress 1; 1/2; 20-0; in_progress returned"},      \
		    {"agency/moe",                                                                 \
			"0.00 0/4; 2/2 in_progress 2; 0/2; 20-0; "                                 \
			"lead null 0/0 of 0, participant 0.00 0/4 of 2"},                          \
	}

/* Revision 1 has doj and task 2, one or two after it do not, the last has them again. */
static struct story {
	const char *name;
	bool        checkpoint; /* taken up from one after each revision and at the end */
	bool        twice;      /* dropped for two revisions */
	struct step meanwhile[STEPS_MAX];
	struct want wants[WANTS_MAX];
} stories[] = {
    {"what was said and ruled counts again", .wants = WANTS_SAID_BEFORE},
    {"so it does through a checkpoint", .checkpoint = true, .wants = WANTS_SAID_BEFORE},
    {"so it does two revisions later", .twice = true, .wants = WANTS_SAID_BEFORE},
    {"so it does through two of each", true, true, .wants = WANTS_SAID_BEFORE},
    {"what is newer and came meanwhile counts", .meanwhile = SAID_MEANWHILE,
	.wants = WANTS_SAID_MEANWHILE},
    {"so it does through checkpoints", true, true, SAID_MEANWHILE, WANTS_SAID_MEANWHILE},
};

/* r, or what a checkpoint makes of it. */
static struct rollup *
taken_up(struct rollup *r, bool checkpoint)
{
	struct buf      out = {0};
	struct position position;
	struct alerts  *alerts;
	struct rollup  *again;

	if (!checkpoint)
		return r;
	wire_checkpoint_encode(&out, r, NULL, (struct position){30, 0});
	again = wire_checkpoint_decode(out.at, out.len, rollup_plan(r), &position, &alerts, NULL);
	assert_non_null(again);
	alerts_free(alerts);
	buf_fini(&out);
	rollup_free(r);
	return again;
}

static struct rollup *
revised(struct rollup *old, const struct plan *p, struct position at, bool checkpoint)
{
	struct rollup *r = rollup_rebased(old, p, at);

	rollup_free(old);
	return taken_up(r, checkpoint);
}

static void
check_meanwhile(struct rollup *r, const struct step *steps)
{
	static const struct want wants[WANTS_MAX] = {
	    {"overall", "0.00 0/1; 1/1 unreported 1; 0/2; 10-0"},
	    {"task/1", "0.00 0/1; 1/1 unreported 1; 0/2; 10-0; unreported open"},
	};

	while (rollup_take_changed(r, ROLLUP_BOARD) != PLAN_NONE)
		;
	for (unsigned i = 0; i < STEPS_MAX && steps[i].seq > 0; i++)
		assert_int_equal(apply(r, &steps[i], (struct position){11 + i, 0}), ROLLUP_FOREIGN);
	rollup_settle(r);
	assert_false(rollup_has_changed(r, ROLLUP_BOARD));
	assert_wants(r, wants);
}

static void
check_story(void **state)
{
	const struct story *s = *state;
	struct plan        *with = plan_from_text(WITH("1"), sizeof(WITH("1")) - 1);
	struct plan        *without = plan_from_text(WITHOUT("2"), sizeof(WITHOUT("2")) - 1);
	struct plan        *again = plan_from_text(WITH("4"), sizeof(WITH("4")) - 1);
	struct rollup      *r = rollup_new(with, since, TODAY);

	for (unsigned i = 0; i < COUNT(said_before); i++)
		assert_int_equal(
		    apply(r, &said_before[i], (struct position){i + 1, 0}), ROLLUP_APPLIED);
	if (s->twice)
		r = revised(r, without, (struct position){9, 0}, s->checkpoint);
	r = revised(r, without, (struct position){10, 0}, s->checkpoint);
	check_meanwhile(r, s->meanwhile);
	r = taken_up(r, s->checkpoint);
	r = revised(r, again, (struct position){20, 0}, s->checkpoint);
	assert_wants(r, s->wants);
	assert_int_equal(apply(r, &said_before[0], (struct position){21, 0}), ROLLUP_STALE);
	assert_int_equal(apply(r, &said_before[2], (struct position){22, 0}), ROLLUP_STALE);
	rollup_free(r);
	plan_free(with);
	plan_free(without);
	plan_free(again);
}

int
main(void)
{
	struct CMUnitTest told[COUNT(stories)];
	size_t            n = 0;

	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(weights_count),
	    cmocka_unit_test(a_new_revision_keeps_what_it_has_a_place_for_and_touches_all),
	};

	CASES_ADD(told, n, stories, check_story);
	return cmocka_run_group_tests(tests, NULL, NULL) + cmocka_run_group_tests(told, NULL, NULL);
}
