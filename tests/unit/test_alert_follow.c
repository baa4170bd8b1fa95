#include "core/alert.h"

#include "tests/unit/alert_lines.h"

#define STEPS_MAX 4

#define HEAD                                                                                       \
	"format: 1\nid: small\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"             \
	"utc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\noffice: jco\n"         \
	"agencies:\n  - {id: jco, zh: j}\n  - {id: a, zh: a}\n  - {id: b, zh: b}\n"
#define TASK_1                                                                                     \
	"chapters:\n  - number: 1\n    zh: one\n    tasks:\n"                                      \
	"      - {number: 1, zh: t, duty: shared, agencies: [a, b], due: 2026-06-30}\n"
#define TASK_2 "      - {number: 2, zh: t, duty: lead, agencies: [b, a]}\n"

static const char both_tasks[] = HEAD "revision: 1\n" TASK_1 TASK_2;
static const char one_task[] = HEAD "revision: 2\n" TASK_1;

/* What comes when: a record, a revision, or (neither) another day. */
struct event {
	const char *when; /* NULL: no more */
	struct step record;
	const char *plan;
	bool        untaken; /* its edges are not told */
};

#define ASKS(who, task, seq)                                                                       \
	.record = {who, task, seq,                                                                 \
	    {REPORT_STATUS, .state = REPORT_IN_PROGRESS, .percent = 100, .help = true}}
#define SAYS(who, task, seq, pc) .record = REPORTS(who, task, seq, REPORT_IN_PROGRESS, pc)

/* A fold that was listened to, one that takes its place, and what is told of that. */
/* clang-format off */
static struct follow_case {
	const char  *name;
	enum alarm   what;
	struct event former[STEPS_MAX], now[STEPS_MAX];
	const char  *edges;
	struct event later;       /* then comes this, */
	const char  *later_edges; /* and tells that */
	const char  *standing;
} cases[] = {
	{"what was told and stands in both is not told again, and ends like any other", ALARM_HELP,
	    {{"2026-02-01 09:00", ASKS("a", 1, 1)}}, {{"2026-02-01 09:00", ASKS("a", 1, 1)}}, "",
	    {"2026-02-05 09:00", SAYS("a", 1, 2, 100)}, "-help task/1 at 2026-02-05 09:00", ""},
	{"nor is it when more has come since", ALARM_HELP,
	    {{"2026-02-01 09:00", ASKS("a", 1, 1)}},
	    {{"2026-02-01 09:00", ASKS("a", 1, 1)}, {"2026-02-02 09:00", ASKS("b", 1, 1)},
		{"2026-02-09"}}, "",
	    {"2026-02-10"}, "", "+help task/1 since 2026-02-01 09:00: a"},
	{"what stands no more has ended, where the other fold is", ALARM_HELP,
	    {{"2026-02-01 09:00", ASKS("a", 1, 1)}}, {{"2026-02-03 10:30", SAYS("b", 2, 1, 100)}},
	    "-help task/1 at 2026-02-03 10:30", {"2026-02-05"}, "", ""},
	{"what has ended may be raised again", ALARM_HELP,
	    {{"2026-02-01 09:00", ASKS("a", 1, 1)}}, {{"2026-02-03 10:30", SAYS("b", 2, 1, 100)}},
	    "-help task/1 at 2026-02-03 10:30",
	    {"2026-02-05 09:00", ASKS("b", 1, 1)}, "+help task/1 since 2026-02-05 09:00: b",
	    "+help task/1 since 2026-02-05 09:00: b"},
	{"what rose and fell in the other one alone has ended once", ALARM_HELP,
	    {{"2026-02-01 09:00", ASKS("a", 1, 1)}},
	    {{"2026-02-02 09:00", ASKS("b", 1, 1)}, {"2026-02-03 09:00", SAYS("b", 1, 2, 100)}},
	    "-help task/1 at 2026-02-03 09:00", {"2026-02-05"}, "", ""},
	{"what is new is raised", ALARM_HELP,
	    {{"2026-02-01 09:00", SAYS("a", 1, 1, 100)}}, {{"2026-02-01 09:00", ASKS("a", 1, 1)}},
	    "+help task/1 since 2026-02-01 09:00: a",
	    {"2026-02-05 09:00", SAYS("a", 1, 2, 100)}, "-help task/1 at 2026-02-05 09:00", ""},
	{"what began at another time is raised anew", ALARM_HELP,
	    {{"2026-02-01 09:00", ASKS("a", 1, 1)}}, {{"2026-02-02 09:00", ASKS("a", 1, 1)}},
	    "+help task/1 since 2026-02-02 09:00: a",
	    {"2026-02-05 09:00", SAYS("a", 1, 2, 100)}, "-help task/1 at 2026-02-05 09:00", ""},
	{"as is what began behind another entry", ALARM_OVERDUE,
	    {{"2026-07-01"}}, {{"2026-02-02 09:00", SAYS("a", 1, 1, 100)}, {"2026-07-01"}},
	    "+overdue task/1 since 2026-07-01 00:00: a b", {"2026-07-02"}, "",
	    "+overdue task/1 since 2026-07-01 00:00: a b"},
	{"and what was seen on another day", ALARM_OVERDUE,
	    {{"2038-01-01"}}, {{"2026-07-01"}},
	    "-overdue task/2 at 2026-07-01 00:00; +overdue task/1 since 2026-07-01 00:00: a b",
	    {"2026-07-02"}, "", "+overdue task/1 since 2026-07-01 00:00: a b"},
	{"but not when the other entry is about something else", ALARM_OVERDUE,
	    {{"2026-07-01"}}, {{"2026-07-02 09:00", SAYS("b", 2, 1, 100)}}, "", {"2026-07-03"}, "",
	    "+overdue task/1 since 2026-07-01 00:00: a b"},
	{"what was never told is raised here", ALARM_HELP,
	    {{"2026-02-01 09:00", ASKS("a", 1, 1), .untaken = true}},
	    {{"2026-02-01 09:00", ASKS("a", 1, 1)}},
	    "+help task/1 since 2026-02-01 09:00: a", {"2026-02-05"}, "",
	    "+help task/1 since 2026-02-01 09:00: a"},
	{"or does not end", ALARM_HELP,
	    {{"2026-02-01 09:00", ASKS("a", 1, 1), .untaken = true}},
	    {{"2026-02-03 09:00", SAYS("b", 2, 1, 100)}}, "",
	    {"2026-02-05"}, "", ""},
	{"what had ended and was not told to has", ALARM_HELP,
	    {{"2026-02-01 09:00", ASKS("a", 1, 1)},
		{"2026-02-02 09:00", SAYS("a", 1, 2, 100), .untaken = true}},
	    {{"2026-02-03 09:00", SAYS("b", 2, 1, 100)}},
	    "-help task/1 at 2026-02-03 09:00", {"2026-02-05"}, "", ""},
	{"what the other plan has no task for has ended", ALARM_HELP,
	    {{"2026-02-01 09:00", ASKS("b", 2, 1)}, {"2026-02-01 10:00", ASKS("a", 1, 1)}},
	    {{"2026-02-01 10:00", ASKS("a", 1, 1)}, {"2026-02-02 09:00", .plan = one_task}},
	    "-help task/2 at 2026-02-02 09:00", {"2026-02-05"}, "",
	    "+help task/1 since 2026-02-01 10:00: a"},
	{"a task that the former plan had not is new", ALARM_HELP,
	    {{"2026-02-01 09:00", .plan = one_task}}, {{"2026-02-02 09:00", ASKS("b", 2, 1)}},
	    "+help task/2 since 2026-02-02 09:00: b", {"2026-02-05"}, "",
	    "+help task/2 since 2026-02-02 09:00: b"},
	{"what a day raised that has not come ends today", ALARM_OVERDUE,
	    {{"2026-02-01 09:00", SAYS("b", 2, 1, 100)}, {"2026-07-02"}},
	    {{"2026-02-01 09:00", SAYS("b", 2, 1, 100)}, {"2026-05-31"}},
	    "-overdue task/1 at 2026-05-31 00:00",
	    {"2026-07-01"}, "+overdue task/1 since 2026-07-01 00:00: a b",
	    "+overdue task/1 since 2026-07-01 00:00: a b"},
	{"a period missed in the future gives way to the one that was", ALARM_MISSED_PERIOD,
	    {{"2026-04-20"}, {"2026-07-20"}}, {{"2026-04-20"}},
	    "+missed_period task/1 since 2026-04-11 00:00 for 2026-Q1: a b; "
	    "+missed_period task/2 since 2026-04-11 00:00 for 2026-Q1: b", {"2026-04-21"}, "",
	    "+missed_period task/1 since 2026-04-11 00:00 for 2026-Q1: a b; "
	    "+missed_period task/2 since 2026-04-11 00:00 for 2026-Q1: b"},
	{"scopes above the tasks likewise", ALARM_BEHIND,
	    {{"2026-01-01 09:00", SAYS("b", 2, 1, 100)}, {"2026-06-20"}},
	    {{"2026-01-01 09:00", .record = REPORTS("b", 2, 1, REPORT_COMPLETED, 10000)},
		{"2026-01-01 10:00", .record = REPORTS("a", 1, 1, REPORT_COMPLETED, 10000)},
		{"2026-01-01 11:00", .record = REPORTS("b", 1, 1, REPORT_COMPLETED, 10000)}},
	    "-behind overall at 2026-01-01 11:00; -behind chapter/1 at 2026-01-01 11:00; "
	    "-behind task/1 at 2026-01-01 11:00; -behind task/2 at 2026-01-01 11:00; "
	    "-behind agency/a at 2026-01-01 11:00; -behind agency/b at 2026-01-01 11:00",
	    {"2026-06-20"}, "", ""},
};
/* clang-format on */

static void
happen(struct fold *f, const struct event *ev)
{
	if (ev->plan != NULL)
		fold_plan_text(f, position_at(ev->when, 0), ev->plan);
	else if (ev->record.agency != NULL)
		fold_step(f, position_at(ev->when, 0), &ev->record);
	else
		fold_turn(f, day_of(ev->when));
}

static struct fold *
new_fold(void)
{
	const struct fold_rules rules = rules_by_ledger();
	struct fold            *f = fold_new(&rules);

	fold_plan_text(f, position_at("2026-01-01", 0), both_tasks);
	return f;
}

static struct fold *
told(const struct event *events)
{
	struct fold *f = new_fold();

	for (unsigned i = 0; i < STEPS_MAX && events[i].when != NULL; i++) {
		happen(f, &events[i]);
		while (!events[i].untaken && alerts_take_edge(fold_alerts(f)) != NULL)
			;
	}
	return f;
}

static struct fold *
untold(const struct event *events)
{
	struct fold *f = new_fold();

	for (unsigned i = 0; i < STEPS_MAX && events[i].when != NULL; i++)
		happen(f, &events[i]);
	return f;
}

static void
check_follow(void **state)
{
	const struct follow_case *c = *state;
	struct fold              *former = told(c->former), *f = untold(c->now);
	struct buf                edges = {0};

	fold_follow_on(f, former);
	fold_free(former);
	take_edges(fold_alerts(f), c->what, &edges);
	assert_line(&edges, c->edges);
	happen(f, &c->later);
	take_edges(fold_alerts(f), c->what, &edges);
	assert_line(&edges, c->later_edges);
	put_standing(fold_alerts(f), c->what, &edges);
	assert_line(&edges, c->standing);
	buf_fini(&edges);
	fold_free(f);
}

/* The numbers are those it was raised with, at the other fold's entry and day. */
static void
an_end_is_of_the_fold_that_follows(void **state)
{
	static const struct event before[STEPS_MAX] = {
	    {"2026-02-01 09:00", ASKS("b", 2, 1)}, {"2026-03-01"}};
	static const struct event now[STEPS_MAX] = {
	    {"2026-02-01 10:00", .plan = one_task}, {"2026-02-20"}};
	struct fold        *former = told(before), *f = untold(now);
	const struct alert *alert;

	(void)state;
	fold_follow_on(f, former);
	fold_free(former);
	while ((alert = alerts_take_edge(fold_alerts(f))) != NULL && alert->what != ALARM_HELP)
		;
	assert_non_null(alert);
	assert_false(alert->standing);
	assert_int_equal(alert->since_ms, instant("2026-02-01 09:00"));
	assert_int_equal(alert->position.ms, instant("2026-02-01 10:00"));
	assert_int_equal(alert->as_of_ms, instant("2026-02-20"));
	assert_int_equal(alert->ended_ms, instant("2026-02-20"));
	assert_int_equal(alert->revision, 2);
	assert_int_equal(alert->percent, 100);
	assert_int_equal(alert->agency_count, 1);
	assert_string_equal(alert->agencies[0], "b");
	fold_free(f);
}

/* Before anybody has asked what is different. */
static void
what_was_told_and_ends_at_once_has_ended(void **state)
{
	static const struct event asks[STEPS_MAX] = {{"2026-02-01 09:00", ASKS("a", 1, 1)}};
	static const struct event end = {"2026-02-02 09:00", SAYS("a", 1, 2, 100)};
	struct fold              *former = told(asks), *f = untold(asks);
	struct buf                edges = {0};

	(void)state;
	fold_follow_on(f, former);
	fold_free(former);
	happen(f, &end);
	take_edges(fold_alerts(f), ALARM_HELP, &edges);
	assert_line(&edges, "-help task/1 at 2026-02-02 09:00");
	buf_fini(&edges);
	fold_free(f);
}

/* What a checkpoint brings has been told by whoever wrote it. */
static void
what_a_checkpoint_brings_may_be_followed_and_follow(void **state)
{
	static const struct event asks[STEPS_MAX] = {{"2026-02-01 09:00", ASKS("a", 1, 1)}};
	static const struct event quiet[STEPS_MAX] = {{"2026-02-03 09:00", SAYS("b", 2, 1, 100)}};
	const struct fold_rules   rules = rules_by_ledger();
	struct plan_mistakes      mistakes = {0};
	struct fold              *former = told(asks), *restored, *f = untold(quiet);
	struct buf                state_bytes = {0}, edges = {0};

	(void)state;
	fold_save(former, &state_bytes);
	restored = fold_restore(&rules, plan_yaml_parse(both_tasks, strlen(both_tasks), &mistakes),
	    buf_text(&state_bytes), NULL);
	assert_non_null(restored);
	fold_follow_on(restored, former);
	take_edges(fold_alerts(restored), ALARMS, &edges);
	assert_line(&edges, "");
	fold_follow_on(f, restored);
	take_edges(fold_alerts(f), ALARMS, &edges);
	assert_line(&edges, "-help task/1 at 2026-02-03 09:00");
	plan_mistakes_fini(&mistakes);
	buf_fini(&state_bytes);
	buf_fini(&edges);
	fold_free(former);
	fold_free(restored);
	fold_free(f);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases)];
	size_t            n = 0;

	const struct CMUnitTest others[] = {
	    cmocka_unit_test(an_end_is_of_the_fold_that_follows),
	    cmocka_unit_test(what_was_told_and_ends_at_once_has_ended),
	    cmocka_unit_test(what_a_checkpoint_brings_may_be_followed_and_follow),
	};

	CASES_ADD(tests, n, cases, check_follow);
	return cmocka_run_group_tests(tests, NULL, NULL) +
	    cmocka_run_group_tests(others, NULL, NULL);
}
