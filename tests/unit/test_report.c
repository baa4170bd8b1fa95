#include "core/report.h"

#include <math.h>

#include "tests/cases.h"

#define TEXT(s) ((struct text){(s), sizeof(s) - 1})

#define NOW      INT64_C(1774951200000) /* 2026-03-31T18:00:00+08:00 */
#define EARLIEST INT64_C(1735574400000) /* 2024-12-31T00:00:00+08:00 */

/* 2026 at +08:00. */
static const struct plan plan = {.starts = 20454, .ends = 20818, .utc_offset_min = 480};

/* clang-format off */
static struct percent_case {
	const char *name;
	double      percent;
	int         want; /* basis points; -1: refused */
	int         want_float; /* of the float32 nearest to it */
} percents[] = {
	{"0 %", 0, 0, 0},
	{"minus 0 %", -0.0, 0, 0},
	{"100 %", 100, 10000, 10000},
	{"0.01 %", 0.01, 1, 1},
	{"62.5 %", 62.5, 6250, 6250},
	{"62.55 %, which no float has", 62.55, 6255, 6255},
	{"62.55 % that was a float32", 62.549999237060547, 6255, 6255},
	{"33.33 %", 33.33, 3333, 3333},
	{"99.99 %", 99.99, 9999, 9999},
	{"99.99 % that was a float32", 99.98999786376953, -1, 9999},
	{"64.01 %, further off as float32", 64.01, 6401, 6401},
	{"10⁻⁶ above, almost", 62.5500009, 6255, 6255},
	{"10⁻⁶ below, almost", 62.5499991, 6255, 6255},
	{"1.2 × 10⁻⁶ above", 62.5500012, -1, -1},
	{"1.2 × 10⁻⁶ below, which rounds to the float32 of 62.55", 62.5499988, -1, 6255},
	{"2 × 10⁻⁶ above", 62.550002, -1, -1},
	{"three decimals", 62.555, -1, -1},
	{"half a basis point", 0.005, -1, -1},
	{"a little above 100", 100.0000005, -1, 10000},
	{"101 %", 101, -1, -1},
	{"a little below 0", -1e-9, -1, -1},
	{"minus 1 %", -1, -1, -1},
	{"no number", NAN, -1, -1},
	{"infinity", INFINITY, -1, -1},
	{"minus infinity", -INFINITY, -1, -1},
	{"1e30", 1e30, -1, -1},
};

static struct check_case {
	const char   *name;
	struct report report;
	const char   *want_message; /* NULL: it holds */
} checks[] = {
	{"in progress at 62.5", {REPORT_STATUS, .at_ms = NOW, .state = REPORT_IN_PROGRESS, .percent = 6250}, NULL},
	{"in progress at 0", {REPORT_STATUS, .at_ms = NOW, .state = REPORT_IN_PROGRESS}, NULL},
	{"not started at 0", {REPORT_STATUS, .at_ms = NOW, .state = REPORT_NOT_STARTED}, NULL},
	{"not started at 0.01", {REPORT_STATUS, .at_ms = NOW, .state = REPORT_NOT_STARTED, .percent = 1},
	    "percent: got 0.01, expected 0 with state not_started"},
	{"completed at 100", {REPORT_STATUS, .at_ms = NOW, .state = REPORT_COMPLETED, .percent = 10000}, NULL},
	{"completed at 99.99", {REPORT_STATUS, .at_ms = NOW, .state = REPORT_COMPLETED, .percent = 9999},
	    "percent: got 99.99, expected 100 with state completed"},
	{"in progress at 100", {REPORT_STATUS, .at_ms = NOW, .state = REPORT_IN_PROGRESS, .percent = 10000},
	    "percent: got 100, expected less than 100 with state in_progress"},
	{"blocked at 100", {REPORT_STATUS, .at_ms = NOW, .state = REPORT_BLOCKED, .percent = 10000, .problems = TEXT("x")},
	    "percent: got 100, expected less than 100 with state blocked"},
	{"blocked with problems", {REPORT_STATUS, .at_ms = NOW, .state = REPORT_BLOCKED, .problems = TEXT("x")}, NULL},
	{"blocked without problems", {REPORT_STATUS, .at_ms = NOW, .state = REPORT_BLOCKED},
	    "problems: got nothing, expected 1 to 1000 bytes with state blocked"},

	{"open without reason", {REPORT_DISPOSITION, .at_ms = NOW, .disposition = REPORT_OPEN}, NULL},
	{"verified without reason", {REPORT_DISPOSITION, .at_ms = NOW, .disposition = REPORT_VERIFIED}, NULL},
	{"returned with reason", {REPORT_DISPOSITION, .at_ms = NOW, .disposition = REPORT_RETURNED, .reason = TEXT("x")}, NULL},
	{"returned without reason", {REPORT_DISPOSITION, .at_ms = NOW, .disposition = REPORT_RETURNED},
	    "reason: got nothing, expected 1 to 500 bytes with disposition returned"},
	{"suspended without reason", {REPORT_DISPOSITION, .at_ms = NOW, .disposition = REPORT_SUSPENDED},
	    "reason: got nothing, expected 1 to 500 bytes with disposition suspended"},
	{"cancelled without reason", {REPORT_DISPOSITION, .at_ms = NOW, .disposition = REPORT_CANCELLED},
	    "reason: got nothing, expected 1 to 500 bytes with disposition cancelled"},

	{"at the earliest", {REPORT_WITHDRAWAL, .at_ms = EARLIEST}, NULL},
	{"before the earliest", {REPORT_WITHDRAWAL, .at_ms = EARLIEST - 1},
	    "at: got 1735574399999, expected at least 1735574400000 (366 days before the plan's first day)"},
	{"300 s in the future", {REPORT_WITHDRAWAL, .at_ms = NOW + 300000}, NULL},
	{"1 ms more", {REPORT_WITHDRAWAL, .at_ms = NOW + 300001},
	    "at: got 1774951500001, expected at most 1774951500000 (300 s from now)"},
	{"the future of a status", {REPORT_STATUS, .at_ms = NOW + 300001, .state = REPORT_IN_PROGRESS},
	    "at: got 1774951500001, expected at most 1774951500000 (300 s from now)"},
	{"the future of a disposition", {REPORT_DISPOSITION, .at_ms = NOW + 300001},
	    "at: got 1774951500001, expected at most 1774951500000 (300 s from now)"},
};

#define DAY(n)    (EARLIEST + (n) * INT64_C(86400000)) /* the start of 2026-01-01 is DAY(366) */
#define APRIL     20544 /* 2026-04-01 */
#define SEPTEMBER 20726 /* 2026-09-30 */

static struct day_case {
	const char      *name;
	enum report_kind kind;
	int64_t          at_ms;
	int32_t          from, until;
	const char      *want_message; /* NULL: it holds */
} days[] = {
	{"any day of an obligation without limits", REPORT_STATUS, EARLIEST, PLAN_FIRST_DAY, PLAN_LAST_DAY, NULL},
	{"the first moment of the first day", REPORT_STATUS, DAY(366 + 90), APRIL, SEPTEMBER, NULL},
	{"1 ms before", REPORT_STATUS, DAY(366 + 90) - 1, APRIL, SEPTEMBER,
	    "agency: nbs answers for task 5 from 2026-04-01 until 2026-09-30 only, at is 2026-03-31"},
	{"the last moment of the last day", REPORT_STATUS, DAY(366 + 273) - 1, APRIL, SEPTEMBER, NULL},
	{"1 ms later", REPORT_STATUS, DAY(366 + 273), APRIL, SEPTEMBER,
	    "agency: nbs answers for task 5 from 2026-04-01 until 2026-09-30 only, at is 2026-10-01"},
	{"before one who comes", REPORT_STATUS, DAY(366), APRIL, PLAN_LAST_DAY,
	    "agency: nbs answers for task 5 from 2026-04-01 only, at is 2026-01-01"},
	{"long after one came", REPORT_STATUS, DAY(5000), APRIL, PLAN_LAST_DAY, NULL},
	{"after one who left", REPORT_STATUS, DAY(366 + 364), PLAN_FIRST_DAY, SEPTEMBER,
	    "agency: nbs answers for task 5 until 2026-09-30 only, at is 2026-12-31"},
	{"long before one left", REPORT_STATUS, EARLIEST, PLAN_FIRST_DAY, SEPTEMBER, NULL},
	{"a withdrawal before", REPORT_WITHDRAWAL, DAY(366), APRIL, SEPTEMBER, NULL},
	{"a withdrawal after", REPORT_WITHDRAWAL, DAY(366 + 364), APRIL, SEPTEMBER, NULL},
	{"a disposition", REPORT_DISPOSITION, DAY(366), APRIL, SEPTEMBER, NULL},
};

static const char *const states[] = {"unreported", "not_started", "in_progress", "blocked", "completed"};
static const char *const dispositions[] = {"open", "verified", "returned", "suspended", "cancelled"};
static const char *const verdicts[] = {"accepted", "duplicate", "superseded", "conflict", "rejected"};
static const char *const codes[] = {
	"malformed", "too_large", "unsupported_version", "unknown_kind", "unknown_plan", "unknown_agency",
	"not_authorized", "unknown_task", "not_responsible", "not_office", "duplicate_task",
	"too_many_reports", "bad_field", "unavailable", "busy"};
/* clang-format on */

static void
check_percent(void **state)
{
	const struct percent_case *c = *state;
	uint32_t                   got = 77777;

	assert_int_equal(report_percent_parse(c->percent, &got), c->want >= 0);
	assert_int_equal(got, c->want >= 0 ? (uint32_t)c->want : 77777);
	got = 77777;
	assert_int_equal(report_percent_parse_float((float)c->percent, &got), c->want_float >= 0);
	assert_int_equal(got, c->want_float >= 0 ? (uint32_t)c->want_float : 77777);
}

static void
check_every_basis_point(void **state)
{
	uint32_t got;

	(void)state;
	for (uint32_t bp = 0; bp <= 10000; bp++) {
		assert_true(report_percent_parse(bp / 100.0, &got));
		assert_int_equal(got, bp);
		assert_true(report_percent_parse_float((float)(bp / 100.0), &got));
		assert_int_equal(got, bp);
	}
}

static void
check_report(void **state)
{
	const struct check_case *c = *state;
	struct refusal           why = {0};
	int                      rc = report_check(&c->report, &plan, NOW, &why);

	if (c->want_message != NULL) {
		assert_string_equal(why.message, c->want_message);
		assert_int_equal(why.code, REPORT_BAD_FIELD);
		assert_int_equal(rc, -1);
		return;
	}
	assert_string_equal(why.message, "");
	assert_int_equal(rc, 0);
}

static void
check_day(void **state)
{
	const struct day_case       *c = *state;
	const struct plan_agency     agency = {.id = "nbs"};
	const struct plan_obligation obligation = {
	    .task = 4, .by_group = true, .from = c->from, .until = c->until};
	const struct report r = {.kind = c->kind, .task = 5, .at_ms = c->at_ms};
	struct plan         p = plan;
	struct refusal      why = {0};
	int                 rc;

	p.agencies = &agency;
	p.obligations = &obligation;
	rc = report_check_day(&r, &p, 0, &why);
	assert_string_equal(why.message, c->want_message != NULL ? c->want_message : "");
	assert_int_equal(why.code, c->want_message != NULL ? REPORT_NOT_RESPONSIBLE : REPORT_FINE);
	assert_int_equal(rc, c->want_message != NULL ? -1 : 0);
}

static void
check_words(void **state)
{
	enum report_state       s;
	enum report_disposition d;

	(void)state;
	assert_int_equal(COUNT(states), REPORT_STATES);
	for (int i = 0; i < REPORT_STATES; i++) {
		assert_string_equal(report_state_name((enum report_state)i), states[i]);
		if (i == REPORT_UNREPORTED)
			continue;
		assert_true(report_state_parse(text_of(states[i]), &s));
		assert_int_equal(s, i);
	}
	assert_int_equal(COUNT(dispositions), REPORT_DISPOSITIONS);
	for (int i = 0; i < REPORT_DISPOSITIONS; i++) {
		assert_string_equal(
		    report_disposition_name((enum report_disposition)i), dispositions[i]);
		assert_true(report_disposition_parse(text_of(dispositions[i]), &d));
		assert_int_equal(d, i);
	}
}

static void
check_codes(void **state)
{
	enum report_code    c;
	enum report_verdict v;

	(void)state;
	assert_int_equal(COUNT(codes), REPORT_CODES - 1);
	for (int i = 1; i < REPORT_CODES; i++) {
		assert_string_equal(report_code_name((enum report_code)i), codes[i - 1]);
		assert_true(report_code_parse(text_of(codes[i - 1]), &c));
		assert_int_equal(c, i);
		assert_int_equal(report_code_retry((enum report_code)i),
		    i == REPORT_UNAVAILABLE || i == REPORT_BUSY);
	}
	assert_int_equal(COUNT(verdicts), REPORT_VERDICTS);
	for (int i = 0; i < REPORT_VERDICTS; i++) {
		assert_string_equal(report_verdict_name((enum report_verdict)i), verdicts[i]);
		assert_true(report_verdict_parse(text_of(verdicts[i]), &v));
		assert_int_equal(v, i);
	}
}

static void
check_other_words(void **state)
{
	static const char *const others[] = {
	    "", "unreported", "fine", "Blocked", "blocke", "blockedx", "OPEN", "accept"};
	enum report_state       s;
	enum report_disposition d;
	enum report_code        c;
	enum report_verdict     v;

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		assert_false(report_state_parse(text_of(others[i]), &s));
		assert_false(report_disposition_parse(text_of(others[i]), &d));
		assert_false(report_code_parse(text_of(others[i]), &c));
		assert_false(report_verdict_parse(text_of(others[i]), &v));
	}
}

/* 239 bytes of message: 80 Chinese characters are one byte too many. */
static void
check_refusal_cut(void **state)
{
	struct refusal why;
	char           zh[3 * 80 + 1] = "";

	(void)state;
	for (int i = 0; i < 80; i++)
		memcpy(zh + 3 * i, "\xe6\x8e\xa8", 3);
	refusal_set(&why, REPORT_BUSY, "%s", zh);
	assert_int_equal(why.code, REPORT_BUSY);
	assert_int_equal(strlen(why.message), 3 * 79);
	assert_memory_equal(why.message, zh, 3 * 79);
	refusal_set(&why, REPORT_BUSY, "%0300d", 7);
	assert_int_equal(strlen(why.message), 239);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(percents) + COUNT(checks) + COUNT(days) + 5] = {
	    {.name = "every basis point, as float and as float32",
		.test_func = check_every_basis_point},
	    {.name = "states and dispositions by name", .test_func = check_words},
	    {.name = "codes and verdicts by name", .test_func = check_codes},
	    {.name = "words that are none of these", .test_func = check_other_words},
	    {.name = "a message is not cut inside a character", .test_func = check_refusal_cut},
	};
	size_t n = 5;

	CASES_ADD(tests, n, percents, check_percent);
	CASES_ADD(tests, n, checks, check_report);
	CASES_ADD(tests, n, days, check_day);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
