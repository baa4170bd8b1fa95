#include "core/rollup.h"

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
	struct rollup *r = rollup_new(p, since);

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
		assert_int_equal(rollup_take_changed(r), row);
	assert_int_equal(apply(r, &small_steps[4], (struct position){10, 0}), ROLLUP_STALE);
	rollup_free(r);
	rollup_free(old);
	plan_free(p1);
	plan_free(p2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(weights_count),
	    cmocka_unit_test(a_new_revision_keeps_what_it_has_a_place_for_and_touches_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
