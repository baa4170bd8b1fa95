#include "core/fold.h"

#include "tests/unit/fold_told.h"

static const struct step more = REPORTS("b", 1, 1, REPORT_IN_PROGRESS, 2500);
static const struct step again = REPORTS("a", 1, 1, REPORT_IN_PROGRESS, 5000);
static const struct step strange = REPORTS("a", 7, 1, REPORT_IN_PROGRESS, 5000);

static void
nothing_is_there_before_the_first_entry(void **state)
{
	const struct fold_rules   rules = rules_by_ledger();
	struct fold              *f = fold_new(&rules);
	const struct ledger_entry entry = {.position = {1, 0}};
	struct err                e = {0};

	(void)state;
	fold_turn(f, 20543);
	assert_null(fold_rollup(f));
	assert_null(fold_plan(f));
	assert_null(fold_alerts(f));
	assert_true(position_is_zero(fold_position(f)));
	assert_int_equal(fold_entry(f, &entry, &e), -1);
	assert_string_equal(e.msg, "the ledger begins without a plan revision");
	assert_int_equal(e.code, ERR_INPUT);
	fold_free(f);
	fold_free(NULL);
}

static void
whoever_listens_hears_of_records_and_revisions(void **state)
{
	struct told             t = {0};
	const struct fold_rules rules = telling(&t);
	struct fold            *f = fold_new(&rules);
	uint64_t                number;

	(void)state;
	fold_plan_text(f, position_at("2026-01-05 09:00", 1), first_plan);
	number = fold_number(f);
	fold_step(f, position_at("2026-01-05 09:00", 2), &half);
	fold_step(f, position_at("2026-01-05 09:00", 3), &again);
	fold_step(f, position_at("2026-01-05 09:00", 4), &strange);
	assert_true(fold_number(f) == number);
	fold_plan_text(f, position_at("2026-01-05 09:00", 5), second_plan);
	assert_true(fold_number(f) != number);
	assert_int_equal(fold_plan(f)->task_count, 2);
	assert_int_equal(percent(f), 2500);
	assert_true(fold_position(f).n == 5);
	assert_int_equal(fold_counters(f).entries, 5);
	assert_int_equal(fold_counters(f).records, 3);
	assert_int_equal(fold_counters(f).stale, 1);
	assert_int_equal(fold_counters(f).foreign, 1);
	assert_int_equal(t.days, 0);
	assert_told(&t,
	    "revision 1 at 1; record 1 by a at 2: 0; record 1 by a at 3: 1; "
	    "record 7 by a at 4: 2; revision 2 at 5; ");
	fold_free(f);
}

/* A revision whose number does not rise is the first of another ledger. */
static void
a_ledger_that_begins_again_is_folded_again(void **state)
{
	const struct fold_rules rules = rules_by_ledger();
	struct fold            *f = fold_new(&rules);
	char                    date[CALENDAR_DATE_SIZE];

	(void)state;
	fold_plan_text(f, position_at("2026-01-05", 0), second_plan);
	fold_step(f, position_at("2026-01-06", 0), &half);
	fold_plan_text(f, position_at("2026-02-01", 0), first_plan);
	assert_int_equal(percent(f), 0);
	assert_int_equal(fold_number(f), 2);
	assert_string_equal(today(f, date), "2026-02-01");
	assert_true(rollup_since(fold_rollup(f)).ms == (uint64_t)instant("2026-02-01"));
	fold_free(f);
}

/* Only what describes moments up to then, by `at`; revisions by their entries. */
static void
until_a_moment(void **state)
{
	static const struct step late = {"b", 1, 1,
	    {REPORT_STATUS, .state = REPORT_IN_PROGRESS, .percent = 2500,
		.at_ms = INT64_C(1774800000000)}};
	struct told              t = {0};
	struct fold_rules        rules = telling(&t);
	struct fold             *f;

	(void)state;
	rules.until_ms = INT64_C(1774800000000); /* 2026-03-30 00:00 */
	f = fold_new(&rules);
	fold_plan_text(f, position_at("2026-04-01", 0), first_plan);
	fold_step(f, position_at("2026-04-02", 1), &half);
	fold_step(f, position_at("2026-04-02", 2), &late);
	fold_plan_text(f, position_at("2026-04-03", 0), second_plan);
	assert_int_equal(fold_plan(f)->revision, 1);
	assert_int_equal(percent(f), 1250);
	assert_true(fold_position(f).ms == (uint64_t)instant("2026-04-03"));
	assert_told(&t, "revision 1 at 0; record 1 by b at 2: 0; ");
	fold_free(f);
}

/* An entry that breaks off in the middle: its good part may have been applied; when the
 * whole one comes, nothing is double. */
static void
a_broken_entry_can_be_given_again(void **state)
{
	const struct fold_rules rules = rules_by_ledger();
	struct fold            *f = fold_new(&rules);
	struct buf              bytes = {0};
	struct ledger_entry     entry = {.position = position_at("2026-01-02", 0)};
	struct err              e = {0};

	(void)state;
	fold_plan_text(f, position_at("2026-01-01", 0), first_plan);
	put_record(&bytes, &half, 5);
	put_record(&bytes, &more, 5);
	entry.records = (struct text){bytes.at, bytes.len - 1};
	assert_int_equal(fold_entry(f, &entry, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_true(fold_position(f).ms == (uint64_t)instant("2026-01-01"));
	assert_true(percent(f) == 2500 || percent(f) == 0);
	entry.records = buf_text(&bytes);
	assert_int_equal(fold_entry(f, &entry, &e), 0);
	assert_int_equal(percent(f), 3750);
	assert_int_equal(fold_counters(f).entries, 2);
	buf_fini(&bytes);
	fold_free(f);
}

static struct fold *
restored(const struct fold_rules *rules, const struct fold *from)
{
	struct buf   state = {0};
	struct plan *p = plan_from_text(first_plan, sizeof(first_plan) - 1);
	struct fold *f;

	fold_save(from, &state);
	f = fold_restore(rules, p, buf_text(&state), NULL);
	assert_non_null(f);
	buf_fini(&state);
	return f;
}

static void
a_restored_fold_goes_on_by_the_rules_given(void **state)
{
	struct fold_rules rules = rules_by_ledger();
	struct fold      *f = fold_new(&rules), *g;
	char              date[CALENDAR_DATE_SIZE];

	(void)state;
	fold_plan_text(f, position_at("2026-03-01", 0), first_plan);
	fold_step(f, position_at("2026-03-02 09:00", 3), &half);
	g = restored(&rules, f);
	assert_string_equal(today(g, date), "2026-03-02");
	assert_true(position_compare(fold_position(g), fold_position(f)) == 0);
	assert_int_equal(percent(g), 2500);
	assert_int_equal(fold_counters(g).entries, 0);
	assert_non_null(fold_alerts(g));
	fold_free(g);

	rules.alerts = false;
	rules.today = day_of("2026-06-07");
	g = restored(&rules, f);
	assert_null(fold_alerts(g));
	assert_string_equal(today(g, date), "2026-06-07");
	fold_step(g, position_at("2026-06-08", 0), &more);
	assert_string_equal(today(g, date), "2026-06-07");
	fold_free(g);
	fold_free(f);
}

static void
a_checkpoint_that_cannot_be_read_is_no_fold(void **state)
{
	const struct fold_rules rules = rules_by_ledger();
	struct plan            *p = plan_from_text(first_plan, sizeof(first_plan) - 1);
	struct err              e = {0};

	(void)state;
	assert_null(fold_restore(&rules, p, text_of("x"), &e));
	assert_int_equal(e.code, ERR_INPUT);
}

static void
a_plan_that_cannot_be_read_changes_nothing(void **state)
{
	const struct fold_rules   rules = rules_by_ledger();
	struct fold              *f = fold_new(&rules);
	const struct ledger_entry entry = {{9, 0}, .yaml = text_of("format: 1\nid: [\n")};
	struct err                e = {0};

	(void)state;
	assert_int_equal(fold_entry(f, &entry, &e), -1);
	assert_int_equal(e.code, ERR_INPUT);
	assert_non_null(strstr(e.msg, "plan as loaded: line "));
	fold_plan_text(f, position_at("2026-01-01", 0), first_plan);
	assert_int_equal(fold_entry(f, &entry, &e), -1);
	assert_int_equal(fold_plan(f)->revision, 1);
	assert_int_equal(fold_counters(f).entries, 1);
	fold_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_is_there_before_the_first_entry),
	    cmocka_unit_test(whoever_listens_hears_of_records_and_revisions),
	    cmocka_unit_test(a_ledger_that_begins_again_is_folded_again),
	    cmocka_unit_test(until_a_moment),
	    cmocka_unit_test(a_broken_entry_can_be_given_again),
	    cmocka_unit_test(a_plan_that_cannot_be_read_changes_nothing),
	    cmocka_unit_test(a_restored_fold_goes_on_by_the_rules_given),
	    cmocka_unit_test(a_checkpoint_that_cannot_be_read_is_no_fold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
