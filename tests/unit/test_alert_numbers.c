#include "core/alert.h"

#include "tests/unit/alert_lines.h"

static const char plan_text[] =
    "format: 1\nid: small\nrevision: 1\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"
    "utc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\noffice: a\n"
    "agencies:\n  - {id: a, zh: a}\n  - {id: b, zh: b}\n"
    "chapters:\n  - number: 1\n    zh: one\n    sections:\n    - number: 1\n      zh: s\n"
    "      tasks:\n      - {number: 1, zh: t, duty: shared, agencies: [a, b], due: 2026-06-30}\n"
    "      - {number: 2, zh: t, agencies: [b]}\n";

/* The same of revision 2, without task 1. */
static const char without_first[] =
    "format: 1\nid: small\nrevision: 2\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"
    "utc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\noffice: a\n"
    "agencies:\n  - {id: a, zh: a}\n"
    "chapters:\n  - number: 1\n    zh: one\n    tasks:\n"
    "      - {number: 1, zh: t, agencies: [a], starts: 2026-12-31}\n";

static struct fold *
new_fold(void)
{
	const struct fold_rules rules = rules_by_ledger();
	struct fold            *f = fold_new(&rules);

	fold_plan_text(f, position_at("2026-01-01", 0), plan_text);
	return f;
}

static const struct alert *
standing(struct fold *f, enum alarm what)
{
	const struct alert *alert;
	size_t              at = 0;

	while ((alert = alerts_standing(fold_alerts(f), &at)) != NULL)
		if (alert->what == what)
			return alert;
	return NULL;
}

/* The numbers of an alert, in a line. */
static const char *
numbers(const struct alert *alert, char out[200])
{
	char    day[CALENDAR_DATE_SIZE], position[POSITION_SIZE];
	int32_t as_of = calendar_day_at(alert->as_of_ms, EAST_MIN);

	snprintf(out, 200, "r%u %s %s: %d %d - %d = %d, %s %s, %u days", alert->revision,
	    position_format(alert->position, position), calendar_format_date(as_of, day),
	    alert->counts, alert->percent, alert->expected, alert->gap,
	    light_name(alert->judgement.light), light_reason_name(alert->judgement.reason),
	    alert->overdue_days);
	return out;
}

static void
numbers_are_those_of_the_moment_it_was_raised(void **state)
{
	static const struct step said[] = {REPORTS("a", 1, 1, REPORT_IN_PROGRESS, 5000),
	    REPORTS("b", 1, 1, REPORT_IN_PROGRESS, 6666)};
	static const char        raised[] =
	    "r1 1767578400000-0 2026-07-01: 1 2500 - 10000 = -7500, red overdue, 1 days";
	struct fold        *f = new_fold();
	const struct alert *alert;
	char                line[200];

	(void)state;
	fold_step(f, position_at("2026-01-05 10:00", 0), &said[0]);
	fold_turn(f, day_of("2026-07-01"));
	alert = standing(f, ALARM_OVERDUE);
	assert_non_null(alert);
	assert_string_equal(numbers(alert, line), raised);
	fold_step(f, position_at("2026-07-03 10:00", 0), &said[1]);
	fold_turn(f, day_of("2026-08-01"));
	assert_string_equal(numbers(standing(f, ALARM_OVERDUE), line), raised);
	fold_free(f);
}

static void
an_end_has_the_numbers_of_its_own_moment(void **state)
{
	static const struct step asks = {
	    "a", 1, 1, {REPORT_STATUS, .state = REPORT_IN_PROGRESS, .percent = 1, .help = true}};
	static const struct step cancels = RULES(1, 1, REPORT_CANCELLED);
	struct fold             *f = new_fold();
	const struct alert      *alert;
	char                     line[200];

	(void)state;
	fold_step(f, position_at("2026-01-05 10:00", 0), &asks);
	alert = alerts_take_edge(fold_alerts(f));
	assert_string_equal(numbers(alert, line),
	    "r1 1767578400000-0 2026-01-05: 1 1 - 276 = -275, green , 0 days");
	assert_int_equal(alert->ended_ms, 0);
	fold_step(f, position_at("2026-01-06 10:00", 7), &cancels);
	alert = alerts_take_edge(fold_alerts(f));
	assert_int_equal(alert->what, ALARM_HELP);
	assert_false(alert->standing);
	assert_int_equal(alert->since_ms, instant("2026-01-05 10:00"));
	assert_int_equal(alert->ended_ms, instant("2026-01-06 10:00"));
	assert_string_equal(numbers(alert, line),
	    "r1 1767664800000-7 2026-01-06: 0 -1 - 0 = 0, grey cancelled, 0 days");
	fold_free(f);
}

/* What a revision drops has no numbers any more: those of the raise, at its position. */
static void
an_end_by_revision_is_at_the_revision(void **state)
{
	static const struct step asks = {
	    "b", 2, 1, {REPORT_STATUS, .state = REPORT_IN_PROGRESS, .percent = 1, .help = true}};
	struct fold        *f = new_fold();
	const struct alert *alert;
	char                line[200];

	(void)state;
	fold_step(f, position_at("2026-01-05 10:00", 0), &asks);
	assert_non_null(alerts_take_edge(fold_alerts(f)));
	assert_null(alerts_take_edge(fold_alerts(f)));
	fold_plan_text(f, position_at("2026-01-07 10:00", 0), without_first);
	assert_true(alerts_has_edge(fold_alerts(f)));
	alert = alerts_take_edge(fold_alerts(f));
	assert_string_equal(numbers(alert, line),
	    "r2 1767751200000-0 2026-01-07: 1 1 - 136 = -135, green , 0 days");
	assert_int_equal(alert->ended_ms, instant("2026-01-07 10:00"));
	assert_string_equal(alert->agencies[0], "b");
	assert_null(alerts_take_edge(fold_alerts(f)));
	assert_false(alerts_has_edge(fold_alerts(f)));
	fold_free(f);
}

/* A store whose clock is behind the day, or ahead of it, moves no instant off its day. */
static void
an_instant_is_on_the_day_it_is_folded_as_of(void **state)
{
	static const struct step asks = {
	    "b", 2, 1, {REPORT_STATUS, .state = REPORT_IN_PROGRESS, .percent = 1, .help = true}};
	static const struct step asks_too = {
	    "a", 1, 1, {REPORT_STATUS, .state = REPORT_IN_PROGRESS, .percent = 1, .help = true}};
	struct fold_rules rules = rules_by_ledger();
	struct fold      *f = new_fold();
	struct buf        edges = {0};

	(void)state;
	fold_turn(f, day_of("2026-01-09"));
	fold_step(f, position_at("2026-01-08 10:00", 0), &asks);
	take_edges(fold_alerts(f), ALARM_HELP, &edges);
	assert_line(&edges, "+help task/2 since 2026-01-09 00:00: b");
	fold_free(f);

	rules.today = day_of("2026-01-09");
	f = fold_new(&rules);
	fold_plan_text(f, position_at("2026-01-01", 0), plan_text);
	fold_step(f, position_at("2026-03-08 10:00", 0), &asks_too);
	take_edges(fold_alerts(f), ALARM_HELP, &edges);
	assert_line(&edges, "+help task/1 since 2026-01-09 23:59: a");
	buf_fini(&edges);
	fold_free(f);
}

static struct topic_case {
	const char     *name; /* of the test, and the topic */
	enum alarm      what;
	bool            ended;
	enum scope_kind kind;
	const char     *key;
} topics[] = {
    {"small/alert/overdue/task/27/", ALARM_OVERDUE, false, SCOPE_TASK, "27"},
    {"small/alert/resolved/overdue/task/27/", ALARM_OVERDUE, true, SCOPE_TASK, "27"},
    {"small/alert/behind/overall/", ALARM_BEHIND, false, SCOPE_OVERALL, ""},
    {"small/alert/resolved/behind/overall/", ALARM_BEHIND, true, SCOPE_OVERALL, ""},
    {"small/alert/behind/section/2.1/", ALARM_BEHIND, false, SCOPE_SECTION, "2.1"},
    {"small/alert/behind/agency/cnipa/", ALARM_BEHIND, false, SCOPE_AGENCY, "cnipa"},
    {"small/alert/missed_period/task/1/", ALARM_MISSED_PERIOD, false, SCOPE_TASK, "1"},
};

static void
check_topic(void **state)
{
	const struct topic_case *c = *state;
	struct plan             *p = plan_from_text(plan_text, sizeof(plan_text) - 1);
	struct alert             alert = {.what = c->what, .standing = !c->ended, .kind = c->kind};
	char                     topic[ALERT_TOPIC_SIZE];

	snprintf(alert.key, sizeof(alert.key), "%s", c->key);
	assert_string_equal(alert_topic(p, &alert, topic), c->name);
	plan_free(p);
}

static void
names_read_back(void **state)
{
	static const char *const none[] = {"", "overdu", "overdue ", "Overdue", "green"};
	enum alarm               what;

	(void)state;
	for (unsigned i = 0; i < ALARMS; i++) {
		assert_true(alarm_parse(text_of(alarm_name((enum alarm)i)), &what));
		assert_int_equal(what, i);
	}
	for (unsigned i = 0; i < COUNT(none); i++)
		assert_false(alarm_parse(text_of(none[i]), &what));
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(topics)];
	size_t            n = 0;

	const struct CMUnitTest others[] = {
	    cmocka_unit_test(numbers_are_those_of_the_moment_it_was_raised),
	    cmocka_unit_test(an_end_has_the_numbers_of_its_own_moment),
	    cmocka_unit_test(an_end_by_revision_is_at_the_revision),
	    cmocka_unit_test(an_instant_is_on_the_day_it_is_folded_as_of),
	    cmocka_unit_test(names_read_back),
	};

	CASES_ADD(tests, n, topics, check_topic);
	return cmocka_run_group_tests(tests, NULL, NULL) +
	    cmocka_run_group_tests(others, NULL, NULL);
}
