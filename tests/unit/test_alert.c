#include "core/alert.h"

#include "tests/unit/alert_lines.h"

#define STEPS_MAX 12

#define HEAD                                                                                       \
	"format: 1\nid: small\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"             \
	"utc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\noffice: jco\n"         \
	"agencies:\n  - {id: jco, zh: j}\n  - {id: a, zh: a}\n  - {id: b, zh: b}\n"
#define BODY(more)                                                                                 \
	"chapters:\n  - number: 1\n    zh: one\n    tasks:\n"                                      \
	"      - {number: 1, zh: t, duty: shared, agencies: [a, b], due: 2026-06-30}\n"            \
	"      - {number: 2, zh: t, weight: 3, duty: lead, agencies: [b, a]" more "}\n"

static const char first_plan[] = HEAD "revision: 1\n" BODY("");

/* Task 2 is due in March; task 1 is as it was. */
static const char earlier_plan[] = HEAD "revision: 2\n" BODY(", due: 2026-03-31");

/* Without task 2, and with b alone in task 1. */
static const char shorter_plan[] =
    HEAD "revision: 2\nchapters:\n  - number: 1\n    zh: one\n    tasks:\n"
	 "      - {number: 1, zh: t, agencies: [b], due: 2026-06-30}\n";

/* a is in task 1 by a group, to the end of March. */
static const char dated_plan[] =
    HEAD "revision: 2\ngroups:\n  - {id: g, zh: g, agencies: [{id: a, until: 2026-03-31}]}\n"
	 "chapters:\n  - number: 1\n    zh: one\n    tasks:\n"
	 "      - {number: 1, zh: t, duty: shared, agencies: [b, \"@g\"]}\n";

/* What comes when: a record, a revision, or (neither) another day. Then the edges. */
struct event_step {
	const char *when; /* NULL: no more steps */
	const char *edges;
	struct step record;
	const char *plan;
	bool        untaken; /* the edges are left to the next step */
};

#define SAYS(who, task, seq, st, pc) .record = REPORTS(who, task, seq, st, pc)
#define IN_PROGRESS                  REPORT_IN_PROGRESS
#define ASKS(who, task, seq, pc)                                                                   \
	.record = {who, task, seq,                                                                 \
	    {REPORT_STATUS, .state = REPORT_IN_PROGRESS, .percent = (pc), .help = true}}
#define LATE(who, task, seq, pc, when_ms)                                                          \
	.record = {who, task, seq,                                                                 \
	    {REPORT_STATUS, .state = REPORT_IN_PROGRESS, .percent = (pc), .at_ms = (when_ms)}}
#define IN_MARCH INT64_C(1774800000000)
#define IN_JUNE  INT64_C(1782800000000)

/* clang-format off */
static struct story {
	const char       *name;
	enum alarm        what;
	struct event_step steps[STEPS_MAX];
	const char       *standing; /* in the end */
} stories[] = {
	{"overdue from the day after it is due", ALARM_OVERDUE, {
	    {"2026-02-01 09:00", "", SAYS("a", 1, 1, IN_PROGRESS, 5000)},
	    {"2026-06-30", ""},
	    {"2026-07-01", "+overdue task/1 since 2026-07-01 00:00: a b"},
	    {"2026-07-02", ""},
	    {"2026-07-05 09:00", "", SAYS("b", 1, 1, REPORT_COMPLETED, 10000)},
	    {"2026-07-06 10:30", "-overdue task/1 at 2026-07-06 10:30", SAYS("a", 1, 2, REPORT_COMPLETED, 10000)},
	    {"2026-07-07 09:00", "+overdue task/1 since 2026-07-01 00:00: a", SAYS("a", 1, 3, IN_PROGRESS, 9000)}},
	    "+overdue task/1 since 2026-07-01 00:00: a"},
	{"overdue since that day, whenever it is looked at", ALARM_OVERDUE, {
	    {"2026-09-01", "+overdue task/1 since 2026-07-01 00:00: a b"}},
	    "+overdue task/1 since 2026-07-01 00:00: a b"},
	{"overdue by a revision, since the day after the new one", ALARM_OVERDUE, {
	    {"2026-05-05 09:00", "+overdue task/2 since 2026-04-01 00:00: b", .plan = earlier_plan},
	    {"2026-05-06", ""}},
	    "+overdue task/2 since 2026-04-01 00:00: b"},
	{"what is suspended, verified or cancelled is not overdue", ALARM_OVERDUE, {
	    {"2026-06-01 09:00", "", .record = RULES(1, 1, REPORT_SUSPENDED)},
	    {"2026-07-02", ""},
	    {"2026-07-03 09:00", "+overdue task/1 since 2026-07-01 00:00: a b", .record = RULES(1, 2, REPORT_OPEN)},
	    {"2026-07-04 09:00", "-overdue task/1 at 2026-07-04 09:00", .record = RULES(1, 3, REPORT_VERIFIED)},
	    {"2026-07-05 09:00", "+overdue task/1 since 2026-07-01 00:00: a b", .record = RULES(1, 4, REPORT_RETURNED)},
	    {"2026-07-06 09:00", "-overdue task/1 at 2026-07-06 09:00", .record = RULES(1, 5, REPORT_CANCELLED)}}, ""},
	{"blocked from the report on, though its part does not count", ALARM_BLOCKED, {
	    {"2026-02-01 09:00", "+blocked task/2 since 2026-02-01 09:00: a", SAYS("a", 2, 1, REPORT_BLOCKED, 100)},
	    {"2026-02-02", ""},
	    {"2026-02-03 09:00", "", SAYS("b", 2, 1, REPORT_BLOCKED, 100)},
	    {"2026-02-04 09:00", "", SAYS("a", 2, 2, IN_PROGRESS, 100)},
	    {"2026-02-05 09:00", "-blocked task/2 at 2026-02-05 09:00", .record = WITHDRAWS("b", 2, 2)}}, ""},
	{"not while the office has ruled, and again when it is open", ALARM_BLOCKED, {
	    {"2026-02-01 09:00", "+blocked task/1 since 2026-02-01 09:00: a", SAYS("a", 1, 1, REPORT_BLOCKED, 100)},
	    {"2026-02-02 09:00", "-blocked task/1 at 2026-02-02 09:00", .record = RULES(1, 1, REPORT_SUSPENDED)},
	    {"2026-02-03 09:00", "+blocked task/1 since 2026-02-03 09:00: a", .record = RULES(1, 2, REPORT_OPEN)}},
	    "+blocked task/1 since 2026-02-03 09:00: a"},
	{"help is asked for until all who did say otherwise", ALARM_HELP, {
	    {"2026-02-01 09:00", "+help task/1 since 2026-02-01 09:00: b", ASKS("b", 1, 1, 100)},
	    {"2026-02-02 09:00", "", ASKS("a", 1, 1, 100)},
	    {"2026-02-03 09:00", "", SAYS("b", 1, 2, IN_PROGRESS, 100)},
	    {"2026-02-04 09:00", "-help task/1 at 2026-02-04 09:00", .record = WITHDRAWS("a", 1, 2)}}, ""},
	{"an agency that is no member any more asks for nothing", ALARM_HELP, {
	    {"2026-02-01 09:00", "", .plan = dated_plan},
	    {"2026-02-02 09:00", "+help task/1 since 2026-02-02 09:00: a", ASKS("a", 1, 1, 100)},
	    {"2026-03-31", ""},
	    {"2026-04-01", "-help task/1 at 2026-04-01 00:00"}}, ""},
	{"regressed until the percent is back", ALARM_REGRESSED, {
	    {"2026-02-01 09:00", "", SAYS("a", 1, 1, IN_PROGRESS, 5000)},
	    {"2026-02-02 09:00", "+regressed task/1 since 2026-02-02 09:00: a", SAYS("a", 1, 2, IN_PROGRESS, 4000)},
	    {"2026-02-03 09:00", "", SAYS("a", 1, 3, IN_PROGRESS, 4999)},
	    {"2026-02-04 09:00", "-regressed task/1 at 2026-02-04 09:00", SAYS("a", 1, 4, IN_PROGRESS, 5000)}}, ""},
	{"a withdrawal clears it, and what comes then is a beginning", ALARM_REGRESSED, {
	    {"2026-02-01 09:00", "", SAYS("a", 1, 1, IN_PROGRESS, 5000)},
	    {"2026-02-02 09:00", "+regressed task/1 since 2026-02-02 09:00: a", SAYS("a", 1, 2, REPORT_NOT_STARTED, 0)},
	    {"2026-02-03 09:00", "-regressed task/1 at 2026-02-03 09:00", .record = WITHDRAWS("a", 1, 3)},
	    {"2026-02-04 09:00", "", SAYS("a", 1, 4, IN_PROGRESS, 100)},
	    {"2026-02-05 09:00", "+regressed task/1 since 2026-02-05 09:00: a", SAYS("a", 1, 5, IN_PROGRESS, 99)}},
	    "+regressed task/1 since 2026-02-05 09:00: a"},
	{"an older report is no regress", ALARM_REGRESSED, {
	    {"2026-02-01 09:00", "", SAYS("a", 1, 5, IN_PROGRESS, 5000)},
	    {"2026-02-02 09:00", "", SAYS("a", 1, 4, IN_PROGRESS, 100)}}, ""},
	{"a period is missed from the day after it is due, until all are heard", ALARM_MISSED_PERIOD, {
	    {"2026-03-01 09:00", "", SAYS("b", 2, 1, IN_PROGRESS, 5000)},
	    {"2026-04-10", ""},
	    {"2026-04-11", "+missed_period task/1 since 2026-04-11 00:00 for 2026-Q1: a b"},
	    {"2026-04-12 09:00", "", LATE("a", 1, 1, 100, IN_MARCH)},
	    {"2026-04-13 09:00", "", SAYS("b", 1, 1, IN_PROGRESS, 100)},
	    {"2026-04-14 09:00", "-missed_period task/1 at 2026-04-14 09:00", LATE("b", 1, 2, 100, IN_MARCH)}}, ""},
	{"a further missed period is another edge", ALARM_MISSED_PERIOD, {
	    {"2026-03-01 09:00", "", SAYS("b", 2, 1, IN_PROGRESS, 5000)},
	    {"2026-05-01", "+missed_period task/1 since 2026-04-11 00:00 for 2026-Q1: a b"},
	    {"2026-05-02 09:00", "", SAYS("a", 1, 1, IN_PROGRESS, 100)},
	    {"2026-07-10", ""},
	    {"2026-07-11", "+missed_period task/1 since 2026-07-11 00:00 for 2026-Q2: b; "
		"+missed_period task/2 since 2026-07-11 00:00 for 2026-Q2: b"},
	    {"2026-07-12 09:00", "-missed_period task/1 at 2026-07-12 09:00", LATE("b", 1, 1, 100, IN_JUNE)}},
	    "+missed_period task/2 since 2026-07-11 00:00 for 2026-Q2: b"},
	{"what is completed has missed nothing", ALARM_MISSED_PERIOD, {
	    {"2026-01-01 09:00", "", SAYS("b", 2, 1, REPORT_COMPLETED, 10000)},
	    {"2026-07-11", "+missed_period task/1 since 2026-07-11 00:00 for 2026-Q2: a b"}},
	    "+missed_period task/1 since 2026-07-11 00:00 for 2026-Q2: a b"},
	{"behind: every scope whose light is red", ALARM_BEHIND, {
	    {"2026-01-02 09:00", "", SAYS("b", 2, 1, REPORT_COMPLETED, 10000)},
	    {"2026-01-03 09:00", "", SAYS("b", 1, 2, REPORT_NOT_STARTED, 0)},
	    {"2026-02-23", ""},
	    {"2026-02-24", "+behind overall since 2026-02-24 00:00; +behind chapter/1 since 2026-02-24 00:00; "
		"+behind task/1 since 2026-02-24 00:00; "
		"+behind agency/b since 2026-02-24 00:00"},
	    {"2026-02-25 09:00", "-behind overall at 2026-02-25 09:00; -behind chapter/1 at 2026-02-25 09:00; "
		"-behind task/1 at 2026-02-25 09:00; "
		"-behind agency/b at 2026-02-25 09:00", SAYS("a", 1, 1, IN_PROGRESS, 9000)}}, ""},
	{"what was raised and ended in between is left out", ALARM_HELP, {
	    {"2026-02-01 09:00", NULL, ASKS("b", 1, 1, 100), .untaken = true},
	    {"2026-02-02 09:00", "", SAYS("b", 1, 2, IN_PROGRESS, 100)}}, ""},
	{"what ended and was raised again in between is raised anew", ALARM_HELP, {
	    {"2026-02-01 09:00", "+help task/1 since 2026-02-01 09:00: b", ASKS("b", 1, 1, 100)},
	    {"2026-02-02 09:00", NULL, SAYS("b", 1, 2, IN_PROGRESS, 100), .untaken = true},
	    {"2026-02-03 09:00", "+help task/1 since 2026-02-03 09:00: a", ASKS("a", 1, 1, 100)}},
	    "+help task/1 since 2026-02-03 09:00: a"},
	{"a revision ends the alerts of what it drops, and no others", ALARM_HELP, {
	    {"2026-02-01 09:00", "+help task/1 since 2026-02-01 09:00: b", ASKS("b", 1, 1, 100)},
	    {"2026-02-02 09:00", "+help task/2 since 2026-02-02 09:00: b", ASKS("b", 2, 1, 100)},
	    {"2026-02-03 09:00", "-help task/2 at 2026-02-03 09:00", .plan = shorter_plan}},
	    "+help task/1 since 2026-02-01 09:00: b"},
	{"nor is an alert told to end that was never told", ALARM_HELP, {
	    {"2026-02-02 09:00", NULL, ASKS("b", 2, 1, 100), .untaken = true},
	    {"2026-02-03 09:00", "", .plan = shorter_plan}}, ""},
	{"one that ended just before the revision is told to", ALARM_HELP, {
	    {"2026-02-01 09:00", "+help task/2 since 2026-02-01 09:00: b", ASKS("b", 2, 1, 100)},
	    {"2026-02-02 09:00", NULL, SAYS("b", 2, 2, IN_PROGRESS, 100), .untaken = true},
	    {"2026-02-03 09:00", "-help task/2 at 2026-02-02 09:00", .plan = shorter_plan}}, ""},
	{"an agency that the revision drops takes its alarm along", ALARM_HELP, {
	    {"2026-02-01 09:00", "+help task/1 since 2026-02-01 09:00: a", ASKS("a", 1, 1, 100)},
	    {"2026-02-03 09:00", "-help task/1 at 2026-02-03 09:00", .plan = shorter_plan}}, ""},
};
/* clang-format on */

static void
take_step(struct fold *f, const struct event_step *s)
{
	if (s->plan != NULL)
		fold_plan_text(f, position_at(s->when, 0), s->plan);
	else if (s->record.agency != NULL)
		fold_step(f, position_at(s->when, 0), &s->record);
	else
		fold_turn(f, day_of(s->when));
}

static void
check_story(void **state)
{
	const struct story     *c = *state;
	const struct fold_rules rules = rules_by_ledger();
	struct fold            *f = fold_new(&rules);
	struct buf              edges = {0};

	fold_plan_text(f, position_at("2026-01-01", 0), first_plan);
	for (unsigned i = 0; i < STEPS_MAX && c->steps[i].when != NULL; i++) {
		take_step(f, &c->steps[i]);
		if (c->steps[i].untaken)
			continue;
		take_edges(fold_alerts(f), c->what, &edges);
		assert_line(&edges, c->steps[i].edges);
	}
	put_standing(fold_alerts(f), c->what, &edges);
	assert_line(&edges, c->standing);
	buf_fini(&edges);
	fold_free(f);
}

CASES_MAIN(stories, check_story)
