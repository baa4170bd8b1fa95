#include "core/fold.h"

#include "tests/unit/fold_told.h"

static const char second_east[] = FOLD_HEAD "utc_offset: \"+14:00\"\nrevision: 2\n" FOLD_TASKS;
static const char second_west[] = FOLD_HEAD "utc_offset: \"-11:00\"\nrevision: 2\n" FOLD_TASKS;

/* clang-format off */
static struct days_case {
	const char *name;
	const char *begin, *next; /* when the plan was loaded, and an entry after it */
	const char *until;        /* another day, by fold_turn(); or NULL */
	const char *first, *last; /* of the days that ended; NULL: none did */
	uint32_t    days;
	const char *today;
} days[] = {
	{"none ends within one", "2026-03-31 00:00", "2026-03-31 23:59", NULL, NULL, NULL, 0, "2026-03-31"},
	{"one ends at midnight", "2026-03-31 23:59", "2026-04-01 00:00", NULL, "2026-03-31", "2026-03-31", 1, "2026-04-01"},
	{"each ends once between two entries", "2026-02-25", "2026-03-03", NULL, "2026-02-25", "2026-03-02", 6, "2026-03-03"},
	{"and without an entry", "2026-03-31", "2026-03-31", "2026-04-05", "2026-03-31", "2026-04-04", 5, "2026-04-05"},
	{"none backwards", "2026-03-31", "2026-03-31", "2026-01-01", NULL, NULL, 0, "2026-03-31"},
	{"none by an entry that is late", "2026-03-31", "2026-03-30", NULL, NULL, NULL, 0, "2026-03-31"},
	{"4000 one by one", "2026-01-01", "2036-12-14", NULL, "2026-01-01", "2036-12-13", 4000, "2036-12-14"},
	{"more at once", "2026-01-01", "2036-12-15", NULL, "2026-01-01", "2026-01-01", 1, "2036-12-15"},
	{"a leap of all time", "2026-01-01", "9999-12-31", NULL, "2026-01-01", "2026-01-01", 1, "9999-12-31"},
};
/* clang-format on */

static void
check_days(void **state)
{
	const struct days_case *c = *state;
	struct told             t = {0};
	const struct fold_rules rules = telling(&t);
	struct fold            *f = fold_new(&rules);
	char                    date[CALENDAR_DATE_SIZE];

	fold_plan_text(f, position_at(c->begin, 0), first_plan);
	fold_step(f, position_at(c->next, 1), &half);
	if (c->until != NULL)
		fold_turn(f, day_of(c->until));
	assert_int_equal(t.days, c->days);
	if (c->first != NULL) {
		assert_int_equal(t.first_day, day_of(c->first));
		assert_int_equal(t.last_day, day_of(c->last));
	}
	assert_string_equal(today(f, date), c->today);
	assert_int_equal(percent(f), 2500);
	buf_fini(&t.text);
	fold_free(f);
}

/* The day that ends is over before the revision that came on the next one. */
static void
a_revision_comes_on_a_day_of_its_own(void **state)
{
	struct told             t = {0};
	const struct fold_rules rules = telling(&t);
	struct fold            *f = fold_new(&rules);
	char                    date[CALENDAR_DATE_SIZE];

	(void)state;
	fold_plan_text(f, position_at("2026-03-30 09:00", 0), first_plan);
	fold_plan_text(f, position_at("2026-04-01 09:00", 0), second_plan);
	assert_int_equal(t.days, 2);
	assert_int_equal(t.last_day, day_of("2026-03-31"));
	assert_string_equal(today(f, date), "2026-04-01");
	assert_int_equal(fold_plan(f)->revision, 2);
	buf_fini(&t.text);
	fold_free(f);
}

/* No day comes twice, and none is left out, when a revision moves the offset. */
static void
another_offset_moves_no_day_back(void **state)
{
	static const struct {
		const char *plan, *now, *then;
	} cases[] = {
	    {second_east, "2026-04-01", "2026-04-02"}, {second_west, "2026-04-01", "2026-04-01"}};

	(void)state;
	for (unsigned i = 0; i < COUNT(cases); i++) {
		struct told             t = {0};
		const struct fold_rules rules = telling(&t);
		struct fold            *f = fold_new(&rules);
		char                    date[CALENDAR_DATE_SIZE];

		fold_plan_text(f, position_at("2026-03-31 09:00", 0), first_plan);
		fold_plan_text(f, position_at("2026-04-01 20:00", 0), cases[i].plan);
		assert_string_equal(today(f, date), cases[i].now);
		fold_step(f, position_at("2026-04-01 21:00", 0), &half);
		assert_string_equal(today(f, date), cases[i].then);
		fold_turn(f, day_of("2026-04-05"));
		assert_int_equal(t.days, 5);
		buf_fini(&t.text);
		fold_free(f);
	}
}

static void
a_fixed_day_stands_whatever_comes(void **state)
{
	struct told       t = {0};
	struct fold_rules rules = telling(&t);
	struct fold      *f;
	char              date[CALENDAR_DATE_SIZE];

	(void)state;
	rules.today = day_of("2026-02-03");
	f = fold_new(&rules);
	fold_plan_text(f, position_at("2026-03-30", 0), first_plan);
	fold_step(f, position_at("2026-06-30", 0), &half);
	assert_string_equal(today(f, date), "2026-02-03");
	fold_turn(f, day_of("2026-01-31"));
	assert_string_equal(today(f, date), "2026-01-31");
	fold_plan_text(f, position_at("2026-07-30", 0), second_plan);
	fold_plan_text(f, position_at("2026-08-30", 0), first_plan);
	assert_string_equal(today(f, date), "2026-01-31");
	assert_int_equal(t.days, 0);
	buf_fini(&t.text);
	fold_free(f);
}

/* As many as are asked for, and no word of an end that has not come. */
static void
days_end_some_at_a_time(void **state)
{
	static const struct {
		const char *to;
		uint32_t    days;
		bool        all;
		const char *today;
		uint32_t    told; /* so far */
	} turns[] = {
	    {"2026-04-05", 2, false, "2026-04-02", 2},
	    {"2026-04-05", 0, false, "2026-04-02", 2},
	    {"2026-04-05", 3, true, "2026-04-05", 5},
	    {"2026-04-05", 1, true, "2026-04-05", 5},
	    {"2026-04-01", 1, true, "2026-04-05", 5},
	    {"2037-03-18", 1, false, "2026-04-06", 6}, /* the last that is not too far */
	    {"2037-03-20", 1, true, "2037-03-20", 7},
	};
	struct told             t = {0};
	const struct fold_rules rules = telling(&t);
	struct fold            *f = fold_new(&rules);
	char                    date[CALENDAR_DATE_SIZE];

	(void)state;
	assert_false(fold_has_begun(NULL) || fold_has_begun(f));
	assert_true(fold_turn_day(f, day_of("2026-04-05")));
	fold_plan_text(f, position_at("2026-03-31", 0), first_plan);
	for (unsigned i = 0; i < COUNT(turns); i++) {
		bool all = false;

		for (uint32_t day = 0; day < turns[i].days && !all; day++)
			all = fold_turn_day(f, day_of(turns[i].to));
		assert_int_equal(all, turns[i].all);
		assert_string_equal(today(f, date), turns[i].today);
		assert_int_equal(t.days, turns[i].told);
	}
	buf_fini(&t.text);
	fold_free(f);
}

static void
assert_days(const struct fold *f, const char *now, const char *by_entry)
{
	char date[CALENDAR_DATE_SIZE];

	assert_string_equal(today(f, date), now);
	assert_string_equal(calendar_format_date(fold_ledger_day(f), date), by_entry);
}

/* A clock leads the fold on, and the ledger's own day stays; in a checkpoint too. */
static void
the_day_of_the_ledger_is_that_of_an_entry(void **state)
{
	const struct fold_rules rules = rules_by_ledger();
	struct plan_mistakes    mistakes = {0};
	struct fold            *f = fold_new(&rules), *restored;
	struct buf              bytes = {0};

	(void)state;
	fold_plan_text(f, position_at("2026-03-31 23:59", 0), first_plan);
	assert_days(f, "2026-03-31", "2026-03-31");
	fold_step(f, position_at("2026-04-01 00:00", 0), &half);
	assert_days(f, "2026-04-01", "2026-04-01");
	fold_turn(f, day_of("2026-04-09"));
	assert_days(f, "2026-04-09", "2026-04-01");
	fold_step(f, position_at("2026-04-03", 0), &half); /* written when the clock was right */
	assert_days(f, "2026-04-09", "2026-04-03");
	fold_save(f, &bytes);
	restored = fold_restore(&rules, plan_yaml_parse(first_plan, strlen(first_plan), &mistakes),
	    buf_text(&bytes), NULL);
	assert_non_null(restored);
	assert_days(restored, "2026-04-09", "2026-04-03");
	fold_step(restored, position_at("2026-04-12", 0), &half);
	assert_days(restored, "2026-04-12", "2026-04-12");
	plan_mistakes_fini(&mistakes);
	buf_fini(&bytes);
	fold_free(f);
	fold_free(restored);
}

/* A day that an entry has led to is the ledger's, though further west it has not come. */
static void
a_revision_further_west_leaves_the_day_to_the_ledger(void **state)
{
	const struct fold_rules rules = rules_by_ledger();
	struct fold            *f = fold_new(&rules);

	(void)state;
	fold_plan_text(f, position_at("2026-04-01 02:00", 0), first_plan);
	fold_plan_text(f, position_at("2026-04-01 03:00", 0), second_west);
	assert_days(f, "2026-04-01", "2026-04-01");
	assert_int_equal(fold_day_of(f, position_at("2026-04-01 03:00", 0)), day_of("2026-03-31"));
	fold_step(f, position_at("2026-04-01 18:59", 0), &half);
	assert_days(f, "2026-04-01", "2026-04-01");
	fold_step(f, position_at("2026-04-02 19:00", 0), &half);
	assert_days(f, "2026-04-02", "2026-04-02");
	fold_free(f);
}

/* A ledger that begins again, with no later revision, begins with a day of its own. */
static void
another_ledger_begins_with_its_own_day(void **state)
{
	const struct fold_rules rules = rules_by_ledger();
	struct fold            *f = fold_new(&rules);

	(void)state;
	fold_plan_text(f, position_at("2026-03-31", 0), first_plan);
	fold_step(f, position_at("2026-03-31", 1), &half);
	fold_turn(f, day_of("2026-06-30"));
	fold_plan_text(f, position_at("2026-04-01", 0), first_plan);
	assert_days(f, "2026-04-01", "2026-04-01");
	assert_int_equal(percent(f), 0);
	fold_free(f);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(days)];
	size_t            n = 0;

	const struct CMUnitTest others[] = {
	    cmocka_unit_test(a_revision_comes_on_a_day_of_its_own),
	    cmocka_unit_test(another_offset_moves_no_day_back),
	    cmocka_unit_test(a_fixed_day_stands_whatever_comes),
	    cmocka_unit_test(days_end_some_at_a_time),
	    cmocka_unit_test(the_day_of_the_ledger_is_that_of_an_entry),
	    cmocka_unit_test(a_revision_further_west_leaves_the_day_to_the_ledger),
	    cmocka_unit_test(another_ledger_begins_with_its_own_day),
	};

	CASES_ADD(tests, n, days, check_days);
	return cmocka_run_group_tests(tests, NULL, NULL) +
	    cmocka_run_group_tests(others, NULL, NULL);
}
