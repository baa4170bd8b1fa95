#include "core/wire_alert.h"

#include "core/wire_event.h"
#include "tests/cases.h"
#include "tests/hex.h"
#include "tests/plan_file.h"
#include "tests/unit/event_bytes.h"

#define TEXT(s)  ((struct text){(s), sizeof(s) - 1})
#define HEX_SIZE 4096

static struct plan *real; /* the plan of 2026 */

static char sta[1][PLAN_ID_MAX + 1] = {"sta"};

/* Task 17 was due on 2026-12-31; sta had not completed its part, and then did. */
static struct alert_case {
	const char  *name;
	const char  *topic, *hex;
	struct alert alert;
} alerts[] = {
    {"raised", "ipr-2026/alert/overdue/task/17/", event_alert,
	{.what = ALARM_OVERDUE,
	    .standing = true,
	    .revision = 1,
	    .position = {1774951200123, 0},
	    .as_of_ms = 1798732800000,
	    .kind = SCOPE_TASK,
	    .key = "17",
	    .since_ms = 1798732800000,
	    .counts = true,
	    .percent = 6666,
	    .expected = 10000,
	    .gap = -3334,
	    .judgement = {LIGHT_RED, REASON_OVERDUE},
	    .overdue_days = 1,
	    .agencies = sta,
	    .agency_count = 1}},
    {"ended", "ipr-2026/alert/resolved/overdue/task/17/", event_alert_resolved,
	{.what = ALARM_OVERDUE,
	    .revision = 1,
	    .position = {1798740000000, 0},
	    .as_of_ms = 1798732800000,
	    .kind = SCOPE_TASK,
	    .key = "17",
	    .since_ms = 1798732800000,
	    .ended_ms = 1798740000000,
	    .counts = true,
	    .percent = 10000,
	    .expected = 10000,
	    .gap = 0,
	    .judgement = {LIGHT_BLUE, REASON_COMPLETED},
	    .agencies = sta,
	    .agency_count = 1}},
};

static void
check_encode(void **state)
{
	const struct alert_case *c = *state;
	struct buf               out = {0};
	char                     topic[ALERT_TOPIC_SIZE], hex[HEX_SIZE];

	assert_string_equal(alert_topic(real, &c->alert, topic), c->topic);
	wire_alert_encode(&out, text_of(c->topic), real, &c->alert);
	assert_string_equal(hex_write(out.at, out.len, hex, sizeof(hex)), c->hex);
	buf_fini(&out);
}

static void
assert_alert(const struct alert *got, const struct alert *want)
{
	assert_int_equal(got->what, want->what);
	assert_int_equal(got->standing, want->standing);
	assert_int_equal(got->revision, want->revision);
	assert_int_equal(position_compare(got->position, want->position), 0);
	assert_int_equal(got->as_of_ms, want->as_of_ms);
	assert_int_equal(got->kind, want->kind);
	assert_string_equal(got->key, want->key);
	assert_int_equal(got->since_ms, want->since_ms);
	assert_int_equal(got->ended_ms, want->ended_ms);
	assert_int_equal(got->counts, want->counts);
	assert_int_equal(got->percent, want->percent);
	assert_int_equal(got->expected, want->expected);
	assert_int_equal(got->gap, want->gap);
	assert_int_equal(got->judgement.light, want->judgement.light);
	assert_int_equal(got->judgement.reason, want->judgement.reason);
	assert_int_equal(got->overdue_days, want->overdue_days);
	assert_string_equal(got->period, want->period);
	assert_int_equal(got->agency_count, want->agency_count);
	for (uint32_t i = 0; i < want->agency_count; i++)
		assert_string_equal(got->agencies[i], want->agencies[i]);
}

static void
decode(struct wire_reader *w, const char *hex, struct event *ev)
{
	static unsigned char bytes[HEX_SIZE];
	struct err           e = {0};

	if (wire_event_decode(w, bytes, hex_read(hex, bytes, sizeof(bytes)), ev, &e) != 0)
		fail_msg("%s", e.msg);
	assert_int_equal(ev->kind, EVENT_ALERT);
	assert_true(text_equal(ev->plan, text_of("ipr-2026")));
}

static void
check_decode(void **state)
{
	const struct alert_case *c = *state;
	struct wire_reader      *w = wire_reader_new();
	struct event             ev;

	for (int round = 0; round < 2; round++) { /* the reader's memory is used again */
		decode(w, c->hex, &ev);
		assert_alert(&ev.alert, &c->alert);
	}
	wire_reader_free(w);
}

/* Without figures, about a period, of the whole, and about nobody. */
static void
what_is_not_there_is_nil_and_back(void **state)
{
	const struct alert  none = {.what = ALARM_MISSED_PERIOD,
	     .standing = true,
	     .kind = SCOPE_OVERALL,
	     .percent = -1,
	     .judgement = {LIGHT_GREEN, REASON_NONE},
	     .period = "2026-Q1"};
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct event        ev;
	char                hex[HEX_SIZE];

	(void)state;
	wire_alert_encode(&out, TEXT("ipr-2026/alert/missed_period/overall/"), real, &none);
	hex_write(out.at, out.len, hex, sizeof(hex));
	assert_non_null(strstr(hex, "a770657263656e74c0a86578706563746564c0a3676170c0")); /* nil */
	assert_non_null(strstr(hex, "a6726561736f6ec0"));
	decode(w, hex, &ev);
	assert_alert(&ev.alert, &none);
	buf_fini(&out);
	wire_reader_free(w);
}

static void
as_many_agencies_as_a_plan_can_have(void **state)
{
	struct alert        many = alerts[0].alert;
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct event        ev;
	struct err          e = {0};

	(void)state;
	many.agencies = mem_zeroed(PLAN_AGENCIES_MAX + 1, sizeof(many.agencies[0]));
	for (uint32_t i = 0; i <= PLAN_AGENCIES_MAX; i++)
		snprintf(many.agencies[i], sizeof(many.agencies[i]), "a%u", i);
	many.agency_count = PLAN_AGENCIES_MAX;
	wire_alert_encode(&out, text_of(alerts[0].topic), real, &many);
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, &e), 0);
	assert_alert(&ev.alert, &many);
	many.agency_count++;
	buf_reset(&out);
	wire_alert_encode(&out, text_of(alerts[0].topic), real, &many);
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, &e), -1);
	assert_string_equal(e.msg, "data.agencies: got an array of 1001");
	free(many.agencies);
	buf_fini(&out);
	wire_reader_free(w);
}

/* The raised one, in which one run of bytes is another. */
/* clang-format off */
static struct refused_case {
	const char *name;
	const char *from, *to;
	const char *want;
} refused[] = {
	{"no plan", "a4706c616ea8", "a4706c616fa8", "data.plan: got nothing"},
	{"revision below 0", "a87265766973696f6e01", "a87265766973696f6eff", "data.revision: got -1"},
	{"a position of one number", "af313737343935313230303132332d30", "ae3137373439353132303031323330",
	    "data.position: got \"17749512001230\""},
	{"as_of is text", "a561735f6f66cf000001a2ccd46000", "a561735f6f66a131", "data.as_of: got \"1\""},
	{"an alarm we do not know", "a477686174a76f766572647565", "a477686174a76f766572647566",
	    "data.what: got \"overduf\""},
	{"a scope we do not know", "a573636f7065a47461736b", "a573636f7065a47461736c",
	    "data.scope: got \"tasl\""},
	{"key is a number", "a36b6579a23137", "a36b657911", "data.key: got 17"},
	{"a key that is no name", "a36b6579a23137", "a36b6579a22f37", "data.key: got \"/7\""},
	{"a key of 65 bytes", "a36b6579a23137", "a36b6579d941"
	    "3131313131313131313131313131313131313131313131313131313131313131"
	    "313131313131313131313131313131313131313131313131313131313131313131",
	    "data.key: got \"11111111111111111111111111111111111111111111…\" (65 bytes)"},
	{"standing is nil", "a87374616e64696e67c3", "a87374616e64696e67c0", "data.standing: got nothing"},
	{"since is nil", "a573696e6365cf000001a2ccd46000", "a573696e6365c0", "data.since: got nothing"},
	{"ended is text", "a5656e646564c0", "a5656e646564a131", "data.ended: got \"1\""},
	{"percent 100.01", "a770657263656e74cb4050aa3d70a3d70a", "a770657263656e74cb405900a3d70a3d71",
	    "data.percent: got 100.01"},
	{"percent below 0", "a770657263656e74cb4050aa3d70a3d70a", "a770657263656e74ff", "data.percent: got -1"},
	{"expected is nil beside a percent", "a86578706563746564cb4059000000000000", "a86578706563746564c0",
	    "data.expected: got nothing"},
	{"expected below 0", "a86578706563746564cb4059000000000000", "a86578706563746564ff",
	    "data.expected: got -1"},
	{"a gap below -100", "a3676170cbc040ab851eb851ec", "a3676170cbc05900a3d70a3d71",
	    "data.gap: got -100.01"},
	{"a light we do not know", "a56c69676874a3726564", "a56c69676874a3726565", "data.light: got \"ree\""},
	{"a reason we do not know", "a6726561736f6ea76f766572647565", "a6726561736f6ea76f766572647566",
	    "data.reason: got \"overduf\""},
	{"overdue since the day after", "ac6f7665726475655f6461797301", "ac6f7665726475655f64617973ff",
	    "data.overdue_days: got -1"},
	{"a period that is none", "a6706572696f64c0", "a6706572696f64a7323032362d5135",
	    "data.period: got \"2026-Q5\""},
	{"a period that is empty", "a6706572696f64c0", "a6706572696f64a0", "data.period: got \"\""},
	{"agencies is nil", "a86167656e6369657391a3737461", "a86167656e63696573c0", "data.agencies: got nothing"},
	{"an agency that is empty", "a86167656e6369657391a3737461", "a86167656e6369657391a0",
	    "data.agencies: got an array of 1"},
	{"an agency that is a number", "a86167656e6369657391a3737461", "a86167656e636965739107",
	    "data.agencies: got an array of 1"},
	{"an agency with a space", "a86167656e6369657391a3737461", "a86167656e6369657391a3732061",
	    "data.agencies: got an array of 1"},
	{"the second agency is none", "a86167656e6369657391a3737461", "a86167656e6369657392a3737461a158",
	    "data.agencies: got an array of 2"},
};
/* clang-format on */

static void
check_refused(void **state)
{
	const struct refused_case *c = *state;
	struct wire_reader        *w = wire_reader_new();
	const char                *found = strstr(event_alert, c->from);
	char                       hex[HEX_SIZE];
	unsigned char              bytes[HEX_SIZE / 2];
	struct event               ev;
	struct err                 e = {0};

	assert_non_null(found);
	snprintf(hex, sizeof(hex), "%.*s%s%s", (int)(found - event_alert), event_alert, c->to,
	    found + strlen(c->from));
	assert_int_equal(
	    wire_event_decode(w, bytes, hex_read(hex, bytes, sizeof(bytes)), &ev, &e), -1);
	assert_string_equal(e.msg, c->want);
	assert_int_equal(e.code, ERR_INPUT);
	wire_reader_free(w);
}

int
main(void)
{
	struct CMUnitTest tests[2 * COUNT(alerts) + COUNT(refused)];
	size_t            n = 0;
	int               failed;

	const struct CMUnitTest others[] = {
	    cmocka_unit_test(what_is_not_there_is_nil_and_back),
	    cmocka_unit_test(as_many_agencies_as_a_plan_can_have),
	};

	real = plan_from_file(PLAN_FILE);
	CASES_ADD(tests, n, alerts, check_encode);
	CASES_ADD(tests, n, alerts, check_decode);
	CASES_ADD(tests, n, refused, check_refused);
	failed =
	    cmocka_run_group_tests(tests, NULL, NULL) + cmocka_run_group_tests(others, NULL, NULL);
	plan_free(real);
	return failed;
}
