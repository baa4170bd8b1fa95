#include "core/rollup.h"

#include "tests/cases.h"
#include "tests/plan_file.h"
#include "tests/unit/rollup_lines.h"

#define STEPS_MAX 6

/* clang-format off */
static struct story {
	const char *name;
	struct step steps[STEPS_MAX];
	struct want wants[WANTS_MAX];
} stories[] = {
	{"nobody has reported", {{0}}, {
	    {"overall", "0.00 0/106; 106/106 unreported 106; 0/318; 0-7"},
	    {"task/17", "0.00 0/1; 1/1 unreported 1; 0/2; 0-7; unreported open"},
	    {"agency/sta", "0.00 0/1; 1/1 unreported 1; 0/1; 0-7; lead null 0/0 of 0, participant 0.00 0/1 of 1"},
	    {"agency/jco", "0.00 0/4; 4/4 unreported 4; 0/4; 0-7; lead 0.00 0/4 of 4, participant null 0/0 of 0"}}},
	{"a shared task is the mean of its agencies",
	    {REPORTS("mof", 17, 1, REPORT_COMPLETED, 10000), REPORTS("sta", 17, 1, REPORT_IN_PROGRESS, 3333)}, {
	    {"task/17", "66.66 6666/1; 1/1 in_progress 1; 2/2; 2-0; in_progress open"},
	    {"section/1.2", "7.40 6666/9; 9/9 in_progress 1 unreported 8; 2/40; 2-0"},
	    {"chapter/1", "3.33 6666/20; 20/20 in_progress 1 unreported 19; 2/63; 2-0"},
	    {"overall", "0.62 6666/106; 106/106 in_progress 1 unreported 105; 2/318; 2-0"},
	    {"agency/mof", "20.00 10000/5; 5/5 in_progress 1 unreported 4; 1/5; 2-0; lead 66.66 6666/1 of 1, participant 0.00 0/4 of 4"},
	    {"agency/sta", "33.33 3333/1; 1/1 in_progress 1; 1/1; 2-0; lead null 0/0 of 0, participant 33.33 3333/1 of 1"}}},
	{"chapter 7 at 50, 100, unreported and 25",
	    {REPORTS("jco", 103, 1, REPORT_IN_PROGRESS, 5000), REPORTS("jco", 104, 1, REPORT_COMPLETED, 10000),
	     REPORTS("jco", 106, 1, REPORT_IN_PROGRESS, 2500)}, {
	    {"chapter/7", "43.75 17500/4; 4/4 completed 1 in_progress 2 unreported 1; 3/33; 3-0"},
	    {"agency/jco", "43.75 17500/4; 4/4 completed 1 in_progress 2 unreported 1; 3/4; 3-0; lead 43.75 17500/4 of 4, participant null 0/0 of 0"},
	    {"chapter/6", "0.00 0/12; 12/12 unreported 12; 0/40; 0-7"}}},
	{"the same with task 105 cancelled",
	    {REPORTS("jco", 103, 1, REPORT_IN_PROGRESS, 5000), REPORTS("jco", 104, 1, REPORT_COMPLETED, 10000),
	     REPORTS("jco", 106, 1, REPORT_IN_PROGRESS, 2500), RULES(105, 2, REPORT_CANCELLED)}, {
	    {"chapter/7", "58.33 17500/3; 3/4 completed 1 in_progress 2 cancelled 1; 3/32; 4-0"},
	    {"task/105", "null 0/0; 0/1 cancelled 1; 0/0; 4-0; cancelled cancelled"},
	    {"agency/jco", "58.33 17500/3; 3/4 completed 1 in_progress 2 cancelled 1; 3/3; 4-0; lead 58.33 17500/3 of 3, participant null 0/0 of 0"},
	    {"overall", "1.66 17500/105; 105/106 completed 1 in_progress 2 unreported 102 cancelled 1; 3/317; 4-0"}}},
	{"a cancelled task counts again when it is open again",
	    {REPORTS("jco", 105, 1, REPORT_IN_PROGRESS, 4000), RULES(105, 2, REPORT_CANCELLED), RULES(105, 3, REPORT_OPEN)}, {
	    {"task/105", "40.00 4000/1; 1/1 in_progress 1; 1/1; 3-0; in_progress open"},
	    {"chapter/7", "10.00 4000/4; 4/4 in_progress 1 unreported 3; 1/33; 3-0"}}},
	{"nothing counts in an agency whose one task is cancelled",
	    {REPORTS("sta", 17, 1, REPORT_IN_PROGRESS, 3333), RULES(17, 1, REPORT_CANCELLED)}, {
	    {"agency/sta", "null 0/0; 0/1 cancelled 1; 0/0; 2-0; lead null 0/0 of 0, participant null 0/0 of 0"},
	    {"task/17", "null 0/0; 0/1 cancelled 1; 0/0; 2-0; cancelled cancelled"}}},
	{"under duty lead a participant's percent is its own affair",
	    {REPORTS("moj", 1, 1, REPORT_COMPLETED, 10000)}, {
	    {"task/1", "0.00 0/1; 1/1 unreported 1; 1/2; 1-0; unreported open"},
	    {"agency/moj", "10.00 10000/10; 10/10 unreported 10; 1/10; 1-0; lead 0.00 0/3 of 3, participant 14.28 10000/7 of 7"},
	    {"overall", "0.00 0/106; 106/106 unreported 106; 1/318; 1-0"}}},
	{"verified is 100 whatever was reported",
	    {RULES(17, 1, REPORT_VERIFIED)}, {
	    {"task/17", "100.00 10000/1; 1/1 verified 1; 0/2; 1-0; verified verified"},
	    {"agency/mof", "0.00 0/5; 5/5 verified 1 unreported 4; 0/5; 1-0; lead 100.00 10000/1 of 1, participant 0.00 0/4 of 4"},
	    {"agency/sta", "0.00 0/1; 1/1 verified 1; 0/1; 1-0; lead null 0/0 of 0, participant 0.00 0/1 of 1"}}},
	{"returned is not completed and at most 99.99",
	    {REPORTS("jco", 104, 1, REPORT_COMPLETED, 10000), RULES(104, 2, REPORT_RETURNED)}, {
	    {"task/104", "99.99 9999/1; 1/1 in_progress 1; 1/1; 2-0; in_progress returned"},
	    {"chapter/7", "24.99 9999/4; 4/4 in_progress 1 unreported 3; 1/33; 2-0"},
	    {"agency/jco", "25.00 10000/4; 4/4 in_progress 1 unreported 3; 1/4; 2-0; lead 24.99 9999/4 of 4, participant null 0/0 of 0"}}},
	{"returned leaves what is below as it is",
	    {REPORTS("jco", 104, 1, REPORT_BLOCKED, 7000), RULES(104, 2, REPORT_RETURNED)}, {
	    {"task/104", "70.00 7000/1; 1/1 blocked 1; 1/1; 2-0; blocked returned"}}},
	{"suspended counts as it stands",
	    {REPORTS("jco", 104, 1, REPORT_BLOCKED, 7000), RULES(104, 2, REPORT_SUSPENDED)}, {
	    {"task/104", "70.00 7000/1; 1/1 suspended 1; 1/1; 2-0; suspended suspended"},
	    {"chapter/7", "17.50 7000/4; 4/4 unreported 3 suspended 1; 1/33; 2-0"}}},
	{"a hundredth shows where the floor has lost it, and is not summed",
	    {REPORTS("sta", 17, 1, REPORT_IN_PROGRESS, 1)}, {
	    {"task/17", "0.01 0/1; 1/1 in_progress 1; 1/2; 1-0; in_progress open"},
	    {"section/1.2", "0.01 0/9; 9/9 in_progress 1 unreported 8; 1/40; 1-0"},
	    {"overall", "0.01 0/106; 106/106 in_progress 1 unreported 105; 1/318; 1-0"},
	    {"agency/mof", "0.00 0/5; 5/5 in_progress 1 unreported 4; 0/5; 1-0; lead 0.01 0/1 of 1, participant 0.00 0/4 of 4"}}},
	{"one blocked part blocks a shared task",
	    {REPORTS("mof", 17, 1, REPORT_COMPLETED, 10000), REPORTS("sta", 17, 1, REPORT_BLOCKED, 0)}, {
	    {"task/17", "50.00 5000/1; 1/1 blocked 1; 2/2; 2-0; blocked open"}}},
	{"not started is what all who reported say",
	    {REPORTS("sta", 17, 1, REPORT_NOT_STARTED, 0)}, {
	    {"task/17", "0.00 0/1; 1/1 not_started 1; 1/2; 1-0; not_started open"}}},
	{"some completed and some silent is in progress",
	    {REPORTS("mof", 17, 1, REPORT_COMPLETED, 10000)}, {
	    {"task/17", "50.00 5000/1; 1/1 in_progress 1; 1/2; 1-0; in_progress open"}}},
	{"all parts completed is completed",
	    {REPORTS("mof", 17, 1, REPORT_COMPLETED, 10000), REPORTS("sta", 17, 9, REPORT_COMPLETED, 10000)}, {
	    {"task/17", "100.00 10000/1; 1/1 completed 1; 2/2; 2-0; completed open"}}},
	{"a repeated and an older record change nothing, the position neither",
	    {REPORTS("jco", 104, 5, REPORT_IN_PROGRESS, 4000), REPORTS("jco", 104, 5, REPORT_IN_PROGRESS, 4000),
	     REPORTS("jco", 104, 4, REPORT_COMPLETED, 10000), WITHDRAWS("jco", 104, 3)}, {
	    {"task/104", "40.00 4000/1; 1/1 in_progress 1; 1/1; 1-0; in_progress open"},
	    {"overall", "0.37 4000/106; 106/106 in_progress 1 unreported 105; 1/318; 1-0"}}},
	{"an older ruling changes nothing, and has nothing to do with the office's own reports",
	    {REPORTS("jco", 104, 9, REPORT_IN_PROGRESS, 4000), RULES(104, 5, REPORT_SUSPENDED), RULES(104, 4, REPORT_VERIFIED)}, {
	    {"task/104", "40.00 4000/1; 1/1 suspended 1; 1/1; 2-0; suspended suspended"}}},
	{"a withdrawal makes the obligation unreported",
	    {REPORTS("sta", 17, 1, REPORT_IN_PROGRESS, 3333), WITHDRAWS("sta", 17, 2)}, {
	    {"task/17", "0.00 0/1; 1/1 unreported 1; 0/2; 2-0; unreported open"},
	    {"agency/sta", "0.00 0/1; 1/1 unreported 1; 0/1; 2-0; lead null 0/0 of 0, participant 0.00 0/1 of 1"}}},
	{"withdrawing what was never reported is an entry like any other",
	    {WITHDRAWS("sta", 17, 5), REPORTS("sta", 17, 4, REPORT_IN_PROGRESS, 3333)}, {
	    {"task/17", "0.00 0/1; 1/1 unreported 1; 0/2; 1-0; unreported open"},
	    {"overall", "0.00 0/106; 106/106 unreported 106; 0/318; 1-0"}}},
	{"a percent may go down",
	    {REPORTS("jco", 104, 1, REPORT_COMPLETED, 10000), REPORTS("jco", 104, 2, REPORT_IN_PROGRESS, 100)}, {
	    {"chapter/7", "0.25 100/4; 4/4 in_progress 1 unreported 3; 1/33; 2-0"}}},
	{"what the plan does not have is passed over",
	    {REPORTS("jco", 107, 1, REPORT_COMPLETED, 10000), REPORTS("jco", 17, 1, REPORT_COMPLETED, 10000),
	     REPORTS("nobody", 17, 1, REPORT_COMPLETED, 10000), RULES(0, 1, REPORT_CANCELLED)}, {
	    {"overall", "0.00 0/106; 106/106 unreported 106; 0/318; 0-7"},
	    {"agency/jco", "0.00 0/4; 4/4 unreported 4; 0/4; 0-7; lead 0.00 0/4 of 4, participant null 0/0 of 0"}}},
};
/* clang-format on */

static struct plan *real; /* the plan of 2026 */

static void
check_story(void **state)
{
	const struct story *c = *state;
	struct rollup      *r = rollup_new(real, since, TODAY);

	for (unsigned i = 0; i < STEPS_MAX && c->steps[i].agency != NULL; i++) {
		apply(r, &c->steps[i], (struct position){i + 1, 0});
		rollup_settle(r);
	}
	assert_wants(r, c->wants);
	rollup_free(r);
}

static struct effect_case {
	const char        *name;
	struct step        step; /* after REPORTS("jco", 104, 5, ...) and RULES(104, 5, ...) */
	enum rollup_effect want;
} effects[] = {
    {"a newer word", REPORTS("jco", 104, 6, REPORT_COMPLETED, 10000), ROLLUP_APPLIED},
    {"the same seq again", REPORTS("jco", 104, 5, REPORT_COMPLETED, 10000), ROLLUP_STALE},
    {"an older word", WITHDRAWS("jco", 104, 4), ROLLUP_STALE},
    {"a newer ruling", RULES(104, 6, REPORT_OPEN), ROLLUP_APPLIED},
    {"the same ruling again", RULES(104, 5, REPORT_OPEN), ROLLUP_STALE},
    {"an older word of another agency", REPORTS("cnipa", 103, 1, REPORT_COMPLETED, 10000),
	ROLLUP_APPLIED},
    {"a task the plan does not have", RULES(107, 9, REPORT_OPEN), ROLLUP_FOREIGN},
    {"an agency the plan does not have", WITHDRAWS("x", 104, 9), ROLLUP_FOREIGN},
    {"an agency that does not answer for the task", WITHDRAWS("cnipa", 104, 9), ROLLUP_FOREIGN},
};

static void
check_effect(void **state)
{
	const struct effect_case *c = *state;
	struct rollup            *r = rollup_new(real, since, TODAY);
	const struct step         said = REPORTS("jco", 104, 5, REPORT_IN_PROGRESS, 1);
	const struct step         ruled = RULES(104, 5, REPORT_RETURNED);

	assert_int_equal(apply(r, &said, (struct position){1, 0}), ROLLUP_APPLIED);
	assert_int_equal(apply(r, &ruled, (struct position){1, 0}), ROLLUP_APPLIED);
	assert_int_equal(apply(r, &c->step, (struct position){2, 0}), c->want);
	rollup_free(r);
}

static void
summaries_name_their_plan_scope_and_day(void **state)
{
	struct rollup *r = rollup_new(real, since, TODAY);
	struct summary s;

	(void)state;
	summarise(r, "section/2.1", &s);
	assert_memory_equal(s.plan.at, "ipr-2026", s.plan.len + 1);
	assert_int_equal(s.revision, 1);
	assert_true(s.as_of_ms == AS_OF);
	assert_int_equal(s.kind, SCOPE_SECTION);
	assert_memory_equal(s.key.at, "2.1", s.key.len + 1);
	summarise(r, "overall", &s);
	assert_int_equal(s.key.len, 0);
	rollup_free(r);
}

static void
parts_are_all_agencies_in_plan_order(void **state)
{
	const struct step steps[] = {
	    REPORTS("cnipa", 70, 3, REPORT_BLOCKED, 1250),
	    REPORTS("pbc", 70, 4, REPORT_COMPLETED, 10000),
	    WITHDRAWS("pbc", 70, 5),
	};
	static const char *const want[] = {"cpd", "pbc", "nfra", "cnipa"};
	struct rollup           *r = rollup_new(real, since, TODAY);
	struct summary           s;

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++)
		apply(r, &steps[i], (struct position){1, 0});
	rollup_settle(r);
	summarise(r, "task/70", &s);
	assert_int_equal(s.part_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_true(text_equal(s.parts[i].agency, text_of(want[i])));
		assert_int_equal(s.parts[i].lead, i == 0);
	}
	assert_int_equal(s.parts[1].state, REPORT_UNREPORTED);
	assert_int_equal(s.parts[1].percent, 0);
	assert_int_equal(s.parts[3].state, REPORT_BLOCKED);
	assert_int_equal(s.parts[3].percent, 1250);
	assert_int_equal(s.parts[3].at_ms, 3);
	assert_int_equal(s.parts[3].received_ms, 1003);
	rollup_free(r);
}

static void
take_all(struct rollup *r)
{
	while (rollup_take_changed(r, ROLLUP_BOARD) != PLAN_NONE)
		;
}

static void
a_report_changes_its_task_and_the_scopes_above_and_no_other(void **state)
{
	static const char *const want[] = {
	    "overall", "chapter/1", "section/1.2", "task/17", "agency/mof", "agency/sta"};
	const struct step step = REPORTS("sta", 17, 1, REPORT_IN_PROGRESS, 1);
	struct rollup    *r = rollup_new(real, since, TODAY);

	(void)state;
	take_all(r);
	assert_false(rollup_has_changed(r, ROLLUP_BOARD));
	apply(r, &step, (struct position){1, 0});
	rollup_settle(r);
	for (size_t i = 0; i < COUNT(want); i++) {
		struct scope scope;

		assert_true(rollup_has_changed(r, ROLLUP_BOARD));
		assert_true(scope_parse(real, text_of(want[i]), &scope));
		assert_int_equal(rollup_take_changed(r, ROLLUP_BOARD), scope_row(real, scope));
	}
	assert_false(rollup_has_changed(r, ROLLUP_BOARD));
	assert_int_equal(rollup_take_changed(r, ROLLUP_BOARD), PLAN_NONE);

	apply(r, &step, (struct position){2, 0});
	rollup_settle(r);
	assert_false(rollup_has_changed(r, ROLLUP_BOARD));
	rollup_free(r);
}

static void
a_new_rollup_has_all_scopes_changed(void **state)
{
	struct rollup *r = rollup_new(real, since, TODAY);

	(void)state;
	for (int round = 0; round < 2; round++) {
		for (uint32_t row = 0; row < 165; row++)
			assert_int_equal(rollup_take_changed(r, ROLLUP_BOARD), row);
		assert_int_equal(rollup_take_changed(r, ROLLUP_BOARD), PLAN_NONE);
		rollup_mark_all_changed(r, ROLLUP_BOARD);
	}
	rollup_free(r);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(stories) + COUNT(effects)];
	size_t            n = 0;
	int               failed;

	const struct CMUnitTest others[] = {
	    cmocka_unit_test(summaries_name_their_plan_scope_and_day),
	    cmocka_unit_test(parts_are_all_agencies_in_plan_order),
	    cmocka_unit_test(a_report_changes_its_task_and_the_scopes_above_and_no_other),
	    cmocka_unit_test(a_new_rollup_has_all_scopes_changed),
	};

	real = plan_from_file(PLAN_FILE);
	CASES_ADD(tests, n, stories, check_story);
	CASES_ADD(tests, n, effects, check_effect);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	failed += cmocka_run_group_tests(others, NULL, NULL);
	plan_free(real);
	return failed;
}
