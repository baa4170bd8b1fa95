#include "core/rollup.h"

#include "tests/plan_file.h"
#include "tests/unit/east_time.h"

#define SAID_MAX 8
#define DAYS_MAX 10

/* Task 1 counts both agencies; task 2 is b's alone and has days of its own; a is the office. */
#define PLAN(days, reporting, more)                                                                \
	"format: 1\nid: p\nrevision: 1\ntitle: {zh: p}\n" days "utc_offset: \"+08:00\"\n"          \
	"reporting: " reporting                                                                    \
	"\noffice: a\nagencies:\n  - {id: a, zh: a}\n  - {id: b, zh: b}\n" more                    \
	"chapters:\n  - number: 1\n    zh: c\n    tasks:\n"
#define TASK_1 "      - {number: 1, zh: t, duty: shared, agencies: [a, b]}\n"
#define TASK_2                                                                                     \
	"      - {number: 2, zh: t, weight: 3, agencies: [b],\n"                                   \
	"         starts: 2026-02-01, due: 2026-02-28}\n"

static const char quarters[] = PLAN(
    "starts: 2026-01-01\nends: 2026-12-31\n", "{every: quarter, due_days: 10}", "") TASK_1 TASK_2;
static const char months[] =
    PLAN("starts: 2026-01-01\nends: 2026-12-31\n", "{every: month, due_days: 0}", "") TASK_1;
static const char leap_year[] =
    PLAN("starts: 2028-01-01\nends: 2028-12-31\n", "{every: half, due_days: 0}", "") TASK_1;
static const char two_years[] =
    PLAN("starts: 2025-07-01\nends: 2026-06-30\n", "{every: quarter, due_days: 30}", "") TASK_1;
static const char strict[] = PLAN("starts: 2026-01-01\nends: 2026-12-31\n",
    "{every: year, due_days: 0}", "lights: {yellow: 0, red: 1, red_share: 0}\n") TASK_1;
static const char dated[] =
    PLAN("starts: 2026-01-01\nends: 2026-12-31\n", "{every: quarter, due_days: 10}",
	"groups:\n  - {id: g, zh: g, agencies: [{id: b, from: 2026-03-31, until: "
	"2026-06-29}]}\n") "      - {number: 1, zh: t, duty: shared, agencies: [a, \"@g\"]}\n";

struct said {
	const char   *at;       /* "2026-03-31 09:00"; NULL: no more */
	const char   *received; /* NULL: at once */
	const char   *agency;
	uint32_t      task;
	struct report report;
};

#define SAYS(st, pc)                                                                               \
	{                                                                                          \
		REPORT_STATUS, .state = (st), .percent = (pc)                                      \
	}
#define RULES(d)                                                                                   \
	{                                                                                          \
		REPORT_DISPOSITION, .disposition = (d)                                             \
	}
#define WITHDRAWS                                                                                  \
	{                                                                                          \
		REPORT_WITHDRAWAL                                                                  \
	}

/* What a scope then says: percent - expected = gap, light, reason; expected, reported and
 * on time for the current period and for the last one that is due; days overdue. */
struct look {
	const char *day;
	const char *scope;
	const char *line;
};

/* clang-format off */
static struct story {
	const char *name;
	const char *plan;
	struct said said[SAID_MAX];
	struct look looks[DAYS_MAX];
} stories[] = {
	{"the worked examples: green and yellow", quarters,
	    {{"2026-01-02 09:00", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 1466)}, {"2026-01-02 09:01", NULL, "b", 1, SAYS(REPORT_IN_PROGRESS, 1466)}}, {
	    {"2026-03-31", "task/1", "1466 - 2465 = -999 green; 2026-Q1 2/2/2; "},
	    {"2026-06-30", "task/1", "1466 - 4958 = -3492 red behind; 2026-Q2 2/0/0; 2026-Q1 2/2/2"},
	    {"2025-12-31", "task/1", "1466 - 0 = 1466 green; ; "},
	    {"2026-01-01", "task/1", "1466 - 27 = 1439 green; 2026-Q1 2/2/2; "},
	    {"2026-12-31", "task/1", "1466 - 10000 = -8534 red behind; 2026-Q4 2/0/0; 2026-Q3 2/0/0"},
	    {"2027-01-01", "task/1", "1466 - 10000 = -8534 red overdue; ; 2026-Q3 2/0/0; 1 overdue"}}},
	{"the worked examples: a basis point less is yellow", quarters,
	    {{"2026-01-02 09:00", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 1465)}, {"2026-01-02 09:01", NULL, "b", 1, SAYS(REPORT_IN_PROGRESS, 1465)}}, {
	    {"2026-03-31", "task/1", "1465 - 2465 = -1000 yellow behind; 2026-Q1 2/2/2; "}}},
	{"the worked examples: yellow and red at 30 points", quarters,
	    {{"2026-06-01 09:00", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 1958)}, {"2026-01-02 09:01", NULL, "b", 1, SAYS(REPORT_IN_PROGRESS, 1958)}}, {
	    {"2026-06-30", "task/1", "1958 - 4958 = -3000 yellow behind; 2026-Q2 2/1/1; 2026-Q1 2/1/1"},
	    {"2026-07-01", "task/1", "1958 - 4986 = -3028 red behind; 2026-Q3 2/0/0; 2026-Q1 2/1/1"}}},
	{"a task's own days, due today and the day after", quarters,
	    {{"2026-02-02 09:00", NULL, "b", 2, SAYS(REPORT_IN_PROGRESS, 9500)}}, {
	    {"2026-01-31", "task/2", "9500 - 0 = 9500 green; 2026-Q1 1/1/1; "},
	    {"2026-02-01", "task/2", "9500 - 357 = 9143 green; 2026-Q1 1/1/1; "},
	    {"2026-02-28", "task/2", "9500 - 10000 = -500 green; 2026-Q1 1/1/1; "},
	    {"2026-03-01", "task/2", "9500 - 10000 = -500 red overdue; 2026-Q1 1/1/1; ; 1 overdue"},
	    {"2026-02-28", "overall", "7125 - 7904 = -779 green; 2026-Q1 3/1/1; "},
	    {"2026-03-01", "overall", "7125 - 7910 = -785 red red_tasks; 2026-Q1 3/1/1; "},
	    {"2026-02-28", "agency/b", "7125 - 7904 = -779 green; 2026-Q1 2/1/1; "},
	    {"2026-02-28", "agency/a", "0 - 1616 = -1616 grey unreported; 2026-Q1 1/0/0; "}}},
	{"nobody has reported: grey until a period is due", quarters, {{0}}, {
	    {"2026-04-10", "task/1", "0 - 2739 = -2739 grey unreported; 2026-Q2 2/0/0; "},
	    {"2026-04-11", "task/1", "0 - 2767 = -2767 yellow behind; 2026-Q2 2/0/0; 2026-Q1 2/0/0"},
	    {"2026-04-10", "task/2", "0 - 10000 = -10000 red overdue; 2026-Q2 1/0/0; ; 41 overdue"},
	    {"2026-04-10", "overall", "0 - 8184 = -8184 grey unreported; 2026-Q2 3/0/0; "},
	    {"2026-04-11", "overall", "0 - 8191 = -8191 red behind; 2026-Q2 3/0/0; 2026-Q1 3/0/0"}}},
	{"in time until the end of the last day, late after it, and never unsaid", quarters,
	    {{"2026-03-31 23:59", "2026-04-10 23:59", "a", 1, SAYS(REPORT_IN_PROGRESS, 6000)}, {"2026-03-31 23:59", "2026-04-11 00:00", "b", 1, SAYS(REPORT_IN_PROGRESS, 6000)},
	     {"2026-04-20 00:00", NULL, "a", 1, WITHDRAWS}}, {
	    {"2026-04-11", "task/1", "3000 - 2767 = 233 green; 2026-Q2 2/0/0; 2026-Q1 2/2/1"},
	    {"2026-04-11", "agency/a", "0 - 2767 = -2767 yellow behind; 2026-Q2 1/0/0; 2026-Q1 1/1/1"}}},
	{"the last hour of a period is counted in the plan's offset", months,
	    {{"2026-01-31 23:59", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 6000)}, {"2026-02-01 00:00", NULL, "b", 1, SAYS(REPORT_IN_PROGRESS, 6000)}}, {
	    {"2026-01-31", "task/1", "6000 - 849 = 5151 green; 2026-01 2/1/1; "},
	    {"2026-02-01", "task/1", "6000 - 876 = 5124 yellow missed_period; 2026-02 2/1/1; 2026-01 2/1/1"},
	    {"2026-03-01", "task/1", "6000 - 1643 = 4357 red missed_periods; 2026-03 2/0/0; 2026-02 2/1/1"}}},
	{"what is not of the plan's days is of no period", months,
	    {{"2025-12-31 23:59", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 6000)}, {"2026-12-31 23:59", "2027-01-01 09:00", "b", 1, SAYS(REPORT_IN_PROGRESS, 6000)}}, {
	    {"2026-01-31", "task/1", "6000 - 849 = 5151 green; 2026-01 2/0/0; "},
	    {"2027-01-01", "task/1", "6000 - 10000 = -4000 red overdue; ; 2026-12 2/1/0; 1 overdue"}}},
	{"stale from the day on which its newest word is older than a period and the days to report", two_years,
	    {{"2025-12-02 00:00", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 9999)}, {"2025-10-30 09:00", NULL, "b", 1, SAYS(REPORT_IN_PROGRESS, 9999)}}, {
	    {"2026-03-31", "task/1", "9999 - 7506 = 2493 green; 2026-Q1 2/0/0; 2025-Q4 2/2/2"},
	    {"2026-04-02", "task/1", "9999 - 7561 = 2438 green; 2026-Q2 2/0/0; 2025-Q4 2/2/2"},
	    {"2026-04-03", "task/1", "9999 - 7589 = 2410 yellow stale; 2026-Q2 2/0/0; 2025-Q4 2/2/2"},
	    {"2026-07-01", "task/1", "9999 - 10000 = -1 red overdue; ; 2026-Q1 2/0/0; 1 overdue"}}},
	{"none is stale that was never said", months,
	    {{"2026-01-31 09:00", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 6000)}, {"2026-01-30 09:00", NULL, "b", 1, SAYS(REPORT_IN_PROGRESS, 6000)},
	     {"2026-02-01 09:00", NULL, "a", 1, WITHDRAWS}, {"2026-02-01 09:00", NULL, "b", 1, WITHDRAWS}}, {
	    {"2026-02-28", "task/1", "0 - 1616 = -1616 yellow behind; 2026-02 2/0/0; 2026-01 2/2/2"}}},
	{"a leap year has a day more", leap_year, {{0}}, {
	    {"2028-02-29", "task/1", "0 - 1639 = -1639 grey unreported; 2028-H1 2/0/0; "},
	    {"2028-12-30", "task/1", "0 - 9972 = -9972 red behind; 2028-H2 2/0/0; 2028-H1 2/0/0"},
	    {"2028-12-31", "task/1", "0 - 10000 = -10000 red behind; 2028-H2 2/0/0; 2028-H1 2/0/0"}}},
	{"a plan over a year's end, whose first quarter is the third", two_years, {{0}}, {
	    {"2025-10-30", "task/1", "0 - 3342 = -3342 grey unreported; 2025-Q4 2/0/0; "},
	    {"2025-10-31", "task/1", "0 - 3369 = -3369 red behind; 2025-Q4 2/0/0; 2025-Q3 2/0/0"},
	    {"2026-01-01", "task/1", "0 - 5068 = -5068 red behind; 2026-Q1 2/0/0; 2025-Q3 2/0/0"},
	    {"2026-07-31", "task/1", "0 - 10000 = -10000 red overdue; ; 2026-Q2 2/0/0; 31 overdue"}}},
	{"thresholds from the plan", strict,
	    {{"2026-01-02 09:00", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 2465)}, {"2026-01-02 09:01", NULL, "b", 1, SAYS(REPORT_IN_PROGRESS, 2465)}}, {
	    {"2026-03-30", "task/1", "2465 - 2438 = 27 green; 2026 2/2/2; "},
	    {"2026-03-31", "task/1", "2465 - 2465 = 0 yellow behind; 2026 2/2/2; "},
	    {"2026-04-03", "task/1", "2465 - 2547 = -82 yellow behind; 2026 2/2/2; "},
	    {"2026-04-04", "task/1", "2465 - 2575 = -110 red behind; 2026 2/2/2; "}}},
	{"suspended stands still, and reopened goes on", quarters,
	    {{"2026-02-02 09:00", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 4000)}, {"2026-03-31 23:59", NULL, "a", 1, RULES(REPORT_SUSPENDED)}}, {
	    {"2026-03-31", "task/1", "2000 - 2465 = -465 grey suspended; 2026-Q1 2/1/1; "},
	    {"2027-02-01", "task/1", "2000 - 2465 = -465 grey suspended; ; 2026-Q4 2/0/0"}}},
	{"reopened it is judged like any other", quarters,
	    {{"2026-02-02 09:00", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 4000)}, {"2026-03-31 23:59", NULL, "a", 1, RULES(REPORT_SUSPENDED)},
	     {"2026-05-01 00:00", NULL, "a", 1, RULES(REPORT_OPEN)}}, {
	    {"2026-06-30", "task/1", "2000 - 4958 = -2958 yellow behind; 2026-Q2 2/0/0; 2026-Q1 2/1/1"}}},
	{"verified: to be reported on for the period it was verified in, not for later ones", quarters,
	    {{"2026-04-01 00:00", NULL, "a", 1, RULES(REPORT_VERIFIED)}}, {
	    {"2026-06-30", "task/1", "10000 - 4958 = 5042 blue verified; 2026-Q2 2/0/0; 2026-Q1 2/0/0"},
	    {"2026-07-11", "task/1", "10000 - 5260 = 4740 blue verified; 2026-Q3 0/0/0; 2026-Q2 2/0/0"},
	    {"2026-07-11", "agency/a", "0 - 5260 = -5260 blue completed; 2026-Q3 0/0/0; 2026-Q2 1/0/0"}}},
	{"all tasks cancelled: nothing is expected of anybody", quarters,
	    {{"2026-02-02 09:00", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 4000)}, {"2026-02-03 09:00", NULL, "a", 1, RULES(REPORT_CANCELLED)},
	     {"2026-02-03 09:00", NULL, "a", 2, RULES(REPORT_CANCELLED)}}, {
	    {"2026-07-11", "overall", "nil grey empty; 2026-Q3 0/0/0; 2026-Q2 0/0/0"},
	    {"2026-07-11", "task/1", "nil grey cancelled; 2026-Q3 0/0/0; 2026-Q2 0/0/0"},
	    {"2026-07-11", "agency/a", "nil grey empty; 2026-Q3 0/0/0; 2026-Q2 0/0/0"}}},
	{"all that is included is done: blue", quarters,
	    {{"2026-02-02 09:00", NULL, "b", 2, SAYS(REPORT_COMPLETED, 10000)}, {"2026-02-03 09:00", NULL, "a", 1, RULES(REPORT_VERIFIED)}}, {
	    {"2026-07-11", "overall", "10000 - 8815 = 1185 blue completed; 2026-Q3 1/0/0; 2026-Q2 1/0/0"},
	    {"2026-07-11", "task/2", "10000 - 10000 = 0 blue completed; 2026-Q3 1/0/0; 2026-Q2 1/0/0"}}},
	{"a member counts on its days, and reports if it is one on the last day", dated,
	    {{"2026-02-02 09:00", NULL, "a", 1, SAYS(REPORT_IN_PROGRESS, 8000)}, {"2026-04-02 09:00", NULL, "b", 1, SAYS(REPORT_IN_PROGRESS, 2000)}}, {
	    {"2026-03-30", "task/1", "8000 - 2438 = 5562 green; 2026-Q1 2/1/1; "},
	    {"2026-03-31", "task/1", "5000 - 2465 = 2535 green; 2026-Q1 2/1/1; "},
	    {"2026-06-29", "task/1", "5000 - 4931 = 69 yellow missed_period; 2026-Q2 1/0/0; 2026-Q1 2/1/1"},
	    {"2026-06-30", "task/1", "8000 - 4958 = 3042 yellow missed_period; 2026-Q2 1/0/0; 2026-Q1 2/1/1"},
	    {"2026-06-29", "agency/b", "2000 - 4931 = -2931 yellow behind; 2026-Q2 0/0/0; 2026-Q1 1/0/0"},
	    {"2026-06-30", "agency/b", "nil grey empty; 2026-Q2 0/0/0; 2026-Q1 1/0/0"}}},
};
/* clang-format on */

static void
say(struct rollup *r, const struct said *s, uint64_t seq)
{
	struct record rec = {.seq = seq, .agency = text_of(s->agency), .report = s->report};

	rec.received_ms = instant(s->received != NULL ? s->received : s->at);
	rec.report.task_known = true;
	rec.report.task = s->task;
	rec.report.at_ms = instant(s->at);
	assert_int_equal(rollup_apply(r, &rec, (struct position){seq, 0}), ROLLUP_APPLIED);
	rollup_settle(r);
}

static size_t
put_period(char *out, size_t room, const struct summary_period *p)
{
	if (p->name[0] == '\0')
		return (size_t)snprintf(out, room, "; ");
	return (size_t)snprintf(
	    out, room, "; %s %u/%u/%u", p->name, p->expected, p->reported, p->on_time);
}

static const char *
line_of(const struct summary *s, char out[200])
{
	size_t n = 0;

	if (s->figure.den > 0)
		n = (size_t)snprintf(
		    out, 200, "%d - %d = %d", summary_percent(&s->figure), s->expected, s->gap);
	else
		n = (size_t)snprintf(out, 200, "nil");
	n += (size_t)snprintf(out + n, 200 - n, " %s%s%s", light_name(s->judgement.light),
	    s->judgement.reason != REASON_NONE ? " " : "", light_reason_name(s->judgement.reason));
	n += put_period(out + n, 200 - n, &s->period);
	n += put_period(out + n, 200 - n, &s->last_period);
	if (s->overdue_days > 0)
		snprintf(out + n, 200 - n, "; %u overdue", s->overdue_days);
	return out;
}

static void
look(struct rollup *r, const struct look *l)
{
	struct summary s;
	struct scope   scope;
	char           got[300], want[300], line[200];

	rollup_turn(r, day_of(l->day));
	assert_true(scope_parse(rollup_plan(r), text_of(l->scope), &scope));
	rollup_summary(r, scope_row(rollup_plan(r), scope), &s);
	assert_int_equal(s.as_of_ms, instant(l->day));
	snprintf(got, sizeof(got), "%s %s: %s", l->day, l->scope, line_of(&s, line));
	snprintf(want, sizeof(want), "%s %s: %s", l->day, l->scope, l->line);
	assert_string_equal(got, want);
}

/* Each day is looked at by a rollup that turns from the one before, and by one that
 * began with it. */
static void
check_story(void **state)
{
	const struct story *c = *state;
	struct plan        *p = plan_from_text(c->plan, strlen(c->plan));
	struct rollup      *turned = rollup_new(p, (struct position){0}, 0);

	for (unsigned i = 0; i < SAID_MAX && c->said[i].at != NULL; i++)
		say(turned, &c->said[i], i + 1);
	for (unsigned i = 0; i < DAYS_MAX && c->looks[i].day != NULL; i++) {
		struct rollup *fresh = rollup_new(p, (struct position){0}, day_of(c->looks[i].day));

		for (unsigned j = 0; j < SAID_MAX && c->said[j].at != NULL; j++)
			say(fresh, &c->said[j], j + 1);
		look(turned, &c->looks[i]);
		look(fresh, &c->looks[i]);
		rollup_free(fresh);
	}
	rollup_free(turned);
	plan_free(p);
}

CASES_MAIN(stories, check_story)
