#include "core/wire_event.h"

#include "tests/cases.h"
#include "tests/hex.h"
#include "tests/unit/event_bytes.h"

#define AS_OF   INT64_C(1774886400000)
#define TEXT(s) ((struct text){(s), sizeof(s) - 1})

static struct summary_part parts_17[] = {
    {TEXT("mof"), true, REPORT_COMPLETED, 10000, 1774947600000, 1774947655001},
    {TEXT("sta"), false, REPORT_IN_PROGRESS, 3333, 1774951200000, 1774951200121},
};

static struct summary_case {
	const char    *name;
	const char    *topic;
	const char    *hex;
	const char    *id, *time;
	uint64_t       digest;
	struct summary summary;
} summaries[] = {
    {"a task", "ipr-2026/task/17/", event_task, "1774951200123-0:1774886400000:ipr-2026/task/17/",
	"2026-03-31T10:00:00.123Z", UINT64_C(0xb29c9633948daff5),
	{.plan = TEXT("ipr-2026"),
	    .revision = 1,
	    .position = {1774951200123, 0},
	    .as_of_ms = AS_OF,
	    .kind = SCOPE_TASK,
	    .key = TEXT("17"),
	    .figure = {6666, 1, 1, 1},
	    .task_total = 1,
	    .task_included = 1,
	    .tasks = {[TASK_IN_PROGRESS] = 1},
	    .obligations_expected = 2,
	    .obligations_reported = 2,
	    .expected = 2465,
	    .gap = 4201,
	    .judgement = {LIGHT_GREEN, REASON_NONE},
	    .period = {"2026-Q1", 2, 2, 2},
	    .state = TASK_IN_PROGRESS,
	    .disposition = REPORT_OPEN,
	    .parts = parts_17,
	    .part_count = 2}},
    {"a chapter", "ipr-2026/chapter/7/", event_chapter,
	"1774940000000-3:1774886400000:ipr-2026/chapter/7/", "2026-03-31T06:53:20.000Z",
	UINT64_C(0x5c68e583c14c8b2f),
	{.plan = TEXT("ipr-2026"),
	    .revision = 1,
	    .position = {1774940000000, 3},
	    .as_of_ms = AS_OF,
	    .kind = SCOPE_CHAPTER,
	    .key = TEXT("7"),
	    .figure = {17500, 4, 4, 3},
	    .task_total = 4,
	    .task_included = 4,
	    .tasks = {[TASK_COMPLETED] = 1, [TASK_IN_PROGRESS] = 2, [TASK_UNREPORTED] = 1},
	    .obligations_expected = 33,
	    .obligations_reported = 3,
	    .expected = 2465,
	    .gap = 1910,
	    .judgement = {LIGHT_GREEN, REASON_NONE},
	    .period = {"2026-Q1", 33, 3, 3}}},
    {"an agency", "ipr-2026/agency/sta/", event_agency,
	"1774951200123-0:1774886400000:ipr-2026/agency/sta/", "2026-03-31T10:00:00.123Z",
	UINT64_C(0xbc5275386fd3a0fc),
	{.plan = TEXT("ipr-2026"),
	    .revision = 1,
	    .position = {1774951200123, 0},
	    .as_of_ms = AS_OF,
	    .kind = SCOPE_AGENCY,
	    .key = TEXT("sta"),
	    .figure = {3333, 1, 1, 1},
	    .participant = {3333, 1, 1, 1},
	    .task_total = 1,
	    .task_included = 1,
	    .tasks = {[TASK_IN_PROGRESS] = 1},
	    .obligations_expected = 1,
	    .obligations_reported = 1,
	    .expected = 2465,
	    .gap = 868,
	    .judgement = {LIGHT_GREEN, REASON_NONE},
	    .period = {"2026-Q1", 1, 1, 1}}},
};

static const struct tick tick = {
    .plan = TEXT("ipr-2026"),
    .position = {1774951200123, 0},
    .seal = {{1774951200123, 0},
	{{0x59, 0x02, 0x38, 0x29, 0x79, 0x6c, 0x60, 0x2a, 0x9e, 0xd1, 0x5b, 0x18, 0x5a, 0x7f, 0x9f,
	    0x0a, 0xac, 0x23, 0x49, 0x95, 0xdc, 0xa9, 0x53, 0xdd, 0x48, 0xd1, 0x10, 0x21, 0xc5,
	    0x8a, 0x80, 0x04}}},
    .as_of_ms = AS_OF,
    .now_ms = 1774951201000,
    .store_ok = true,
    .topics = 3,
    .digest = UINT64_C(0xcb57f0efc5addc20),
};

static void
assert_text(struct text got, struct text want)
{
	assert_int_equal(got.len, want.len);
	if (want.len > 0)
		assert_memory_equal(got.at, want.at, want.len);
}

static void
assert_bytes(const struct buf *got, const char *want_hex)
{
	char got_hex[4096];

	assert_string_equal(hex_write(got->at, got->len, got_hex, sizeof(got_hex)), want_hex);
}

static void
check_encode(void **state)
{
	const struct summary_case *c = *state;
	struct buf                 out = {0};

	wire_summary_encode(&out, text_of(c->topic), &c->summary);
	assert_bytes(&out, c->hex);
	assert_true(wire_event_digest(text_of(c->topic), buf_text(&out)) == c->digest);
	buf_fini(&out);
}

static void
assert_figure(const struct figure *got, const struct figure *want)
{
	assert_int_equal(got->num, want->num);
	assert_int_equal(got->den, want->den);
	assert_int_equal(got->tasks, want->tasks);
	assert_int_equal(got->above_zero > 0, want->above_zero > 0);
}

static void
assert_period(const struct summary_period *got, const struct summary_period *want)
{
	assert_string_equal(got->name, want->name);
	assert_int_equal(got->expected, want->expected);
	assert_int_equal(got->reported, want->reported);
	assert_int_equal(got->on_time, want->on_time);
}

static void
assert_summary(const struct summary *got, const struct summary *want)
{
	assert_text(got->plan, want->plan);
	assert_int_equal(got->revision, want->revision);
	assert_int_equal(position_compare(got->position, want->position), 0);
	assert_int_equal(got->as_of_ms, want->as_of_ms);
	assert_int_equal(got->kind, want->kind);
	assert_text(got->key, want->key);
	assert_figure(&got->figure, &want->figure);
	assert_figure(&got->lead, &want->lead);
	assert_figure(&got->participant, &want->participant);
	assert_int_equal(got->task_total, want->task_total);
	assert_int_equal(got->task_included, want->task_included);
	assert_memory_equal(got->tasks, want->tasks, sizeof(want->tasks));
	assert_int_equal(got->obligations_expected, want->obligations_expected);
	assert_int_equal(got->obligations_reported, want->obligations_reported);
	assert_int_equal(got->expected, want->expected);
	assert_int_equal(got->gap, want->gap);
	assert_int_equal(got->judgement.light, want->judgement.light);
	assert_int_equal(got->judgement.reason, want->judgement.reason);
	assert_period(&got->period, &want->period);
	assert_period(&got->last_period, &want->last_period);
	assert_int_equal(got->state, want->state);
	assert_int_equal(got->overdue_days, want->overdue_days);
	assert_int_equal(got->disposition, want->disposition);
	assert_int_equal(got->part_count, want->part_count);
	for (uint32_t i = 0; i < want->part_count; i++) {
		assert_text(got->parts[i].agency, want->parts[i].agency);
		assert_int_equal(got->parts[i].lead, want->parts[i].lead);
		assert_int_equal(got->parts[i].state, want->parts[i].state);
		assert_int_equal(got->parts[i].percent, want->parts[i].percent);
		assert_int_equal(got->parts[i].at_ms, want->parts[i].at_ms);
		assert_int_equal(got->parts[i].received_ms, want->parts[i].received_ms);
	}
}

static void
check_decode(void **state)
{
	const struct summary_case *c = *state;
	struct wire_reader        *w = wire_reader_new();
	unsigned char              bytes[2048];
	size_t                     len = hex_read(c->hex, bytes, sizeof(bytes));
	struct event               ev;
	struct err                 e = {0};

	assert_int_equal(wire_event_decode(w, bytes, len, &ev, &e), 0);
	assert_int_equal(ev.kind, EVENT_SUMMARY);
	assert_text(ev.id, text_of(c->id));
	assert_text(ev.time, text_of(c->time));
	assert_summary(&ev.summary, &c->summary);
	wire_reader_free(w);
}

static void
a_tick_is_these_bytes_and_back(void **state)
{
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct event        ev;
	struct err          e = {0};

	(void)state;
	wire_tick_encode(&out, TEXT("ipr-2026/tick/"), &tick);
	assert_bytes(&out, event_tick);
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, &e), 0);
	assert_int_equal(ev.kind, EVENT_TICK);
	assert_text(ev.id, TEXT("1774951200123-0:1774951201000:ipr-2026/tick/"));
	assert_text(ev.time, TEXT("2026-03-31T10:00:01.000Z"));
	assert_text(ev.tick.plan, tick.plan);
	assert_int_equal(position_compare(ev.tick.position, tick.position), 0);
	assert_int_equal(position_compare(ev.tick.seal.position, tick.seal.position), 0);
	assert_memory_equal(ev.tick.seal.hash.at, tick.seal.hash.at, SHA256_SIZE);
	assert_int_equal(ev.tick.as_of_ms, tick.as_of_ms);
	assert_int_equal(ev.tick.now_ms, tick.now_ms);
	assert_true(ev.tick.store_ok);
	assert_int_equal(ev.tick.topics, 3);
	assert_true(ev.tick.digest == tick.digest);
	buf_fini(&out);
	wire_reader_free(w);
}

static void
a_tick_says_when_the_store_is_away(void **state)
{
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct tick         away = tick;
	struct event        ev;

	(void)state;
	away.store_ok = false;
	away.digest = 0x2a;
	wire_tick_encode(&out, TEXT("ipr-2026/tick/"), &away);
	assert_memory_equal(out.at + out.len - 23,
	    "digest\xb0"
	    "000000000000002a",
	    23);
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, NULL), 0);
	assert_false(ev.tick.store_ok);
	assert_true(ev.tick.digest == 0x2a);
	buf_fini(&out);
	wire_reader_free(w);
}

static void
a_tick_has_no_seal_before_the_first_entry(void **state)
{
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct tick         early = tick;
	struct event        ev;

	(void)state;
	early.seal = (struct seal){0};
	wire_tick_encode(&out, TEXT("ipr-2026/tick/"), &early);
	assert_non_null(memmem(out.at, out.len, "\xa4seal\xc0", 6));
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, NULL), 0);
	assert_true(position_is_zero(ev.tick.seal.position));
	buf_fini(&out);
	wire_reader_free(w);
}

static void
a_tick_of_an_older_aggregator_has_no_seal(void **state)
{
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct event        ev;

	(void)state;
	wire_tick_encode(&out, TEXT("ipr-2026/tick/"), &tick);
	memcpy(memmem(out.at, out.len, "\xa4seal", 5), "\xa4seat", 5);
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, NULL), 0);
	assert_true(position_is_zero(ev.tick.seal.position));
	assert_true(ev.tick.digest == tick.digest);
	buf_fini(&out);
	wire_reader_free(w);
}

static void
an_event_of_another_type_is_left_alone(void **state)
{
	static const char   bytes[] = "\x84\xa2id\xa1"
				      "1\xa4time\xa1"
				      "2\xa4type\xaftuijin.other.v1\xa4"
				      "data\x07";
	struct wire_reader *w = wire_reader_new();
	struct event        ev;

	(void)state;
	assert_int_equal(wire_event_decode(w, bytes, sizeof(bytes) - 1, &ev, NULL), 0);
	assert_int_equal(ev.kind, EVENT_OTHER);
	assert_text(ev.id, TEXT("1"));
	assert_text(ev.time, TEXT("2"));
	wire_reader_free(w);
}

/* The time of an event is the later instant; an unreported part has neither time. */
static void
an_event_of_a_day_after_its_position_has_the_time_of_the_day(void **state)
{
	struct summary_part silent = {TEXT("sta"), true, REPORT_UNREPORTED, 0, 5, 6};
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct summary      s = summaries[0].summary;
	struct event        ev;

	(void)state;
	s.as_of_ms = 1774951200124;
	s.parts = &silent;
	s.part_count = 1;
	wire_summary_encode(&out, TEXT("ipr-2026/task/17/"), &s);
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, NULL), 0);
	assert_text(ev.time, TEXT("2026-03-31T10:00:00.124Z"));
	assert_text(ev.id, TEXT("1774951200123-0:1774951200124:ipr-2026/task/17/"));
	assert_int_equal(ev.summary.parts[0].state, REPORT_UNREPORTED);
	assert_int_equal(ev.summary.parts[0].at_ms, 0);
	assert_int_equal(ev.summary.parts[0].received_ms, 0);
	assert_memory_equal(out.at + out.len - 14,
	    "\xa2"
	    "at\xc0\xa8received\xc0",
	    14);
	buf_fini(&out);
	wire_reader_free(w);
}

static void
what_the_calendar_says_comes_back(void **state)
{
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct summary      late = summaries[0].summary, empty = summaries[1].summary;
	struct event        ev;

	(void)state;
	late.expected = summary_percent(&late.figure) + 3334;
	late.gap = -3334;
	late.judgement = (struct judgement){LIGHT_RED, REASON_OVERDUE};
	late.period = (struct summary_period){0};
	late.last_period = (struct summary_period){"2026-12", 2, 1, 0};
	late.overdue_days = 1;
	wire_summary_encode(&out, TEXT("ipr-2026/task/17/"), &late);
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, NULL), 0);
	assert_summary(&ev.summary, &late);

	empty.figure = (struct figure){0};
	empty.task_included = 0;
	empty.expected = empty.gap = 0;
	empty.judgement = (struct judgement){LIGHT_GREY, REASON_EMPTY};
	buf_reset(&out);
	wire_summary_encode(&out, TEXT("ipr-2026/chapter/7/"), &empty);
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, NULL), 0);
	assert_summary(&ev.summary, &empty);
	buf_fini(&out);
	wire_reader_free(w);
}

static void
a_position_beyond_all_calendars_has_a_time_all_the_same(void **state)
{
	struct wire_reader *w = wire_reader_new();
	struct buf          out = {0};
	struct summary      s = summaries[1].summary;
	struct event        ev;

	(void)state;
	s.position = (struct position){UINT64_MAX, UINT64_MAX};
	wire_summary_encode(&out, TEXT("ipr-2026/chapter/7/"), &s);
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, NULL), 0);
	assert_text(ev.time, TEXT("9999-12-31T23:59:59.999Z"));
	assert_true(ev.summary.position.ms == UINT64_MAX && ev.summary.position.n == UINT64_MAX);
	buf_fini(&out);
	wire_reader_free(w);
}

static struct percent_case {
	const char   *name;
	struct figure figure;
	const char   *hex; /* of the percent */
} percents[] = {
    {"null when nothing counts", {0, 0, 0, 0}, "c0"},
    {"0 when nothing is done", {0, 4, 4, 0}, "cb0000000000000000"},
    {"0.01 where a floor of 0 hides something", {0, 4, 4, 1}, "cb3f847ae147ae147b"},
    {"99.99", {39999, 4, 4, 4}, "cb4058ff5c28f5c28f"},
    {"100 when all is done", {40000, 4, 4, 4}, "cb4059000000000000"},
};

static void
check_percent(void **state)
{
	const struct percent_case *c = *state;
	struct wire_reader        *w = wire_reader_new();
	struct buf                 out = {0};
	struct summary             s = summaries[1].summary;
	char                       want[64], hex[4096];
	struct event               ev;

	s.figure = c->figure;
	s.gap = summary_percent(&s.figure) - s.expected;
	wire_summary_encode(&out, TEXT("ipr-2026/chapter/7/"), &s);
	snprintf(want, sizeof(want), "a770657263656e74%sa36e756d", c->hex);
	assert_non_null(strstr(hex_write(out.at, out.len, hex, sizeof(hex)), want));
	assert_int_equal(wire_event_decode(w, out.at, out.len, &ev, NULL), 0);
	assert_int_equal(summary_percent(&ev.summary.figure), summary_percent(&c->figure));
	buf_fini(&out);
	wire_reader_free(w);
}

int
main(void)
{
	struct CMUnitTest tests[2 * COUNT(summaries) + COUNT(percents)];
	size_t            n = 0;

	const struct CMUnitTest others[] = {
	    cmocka_unit_test(a_tick_is_these_bytes_and_back),
	    cmocka_unit_test(a_tick_says_when_the_store_is_away),
	    cmocka_unit_test(a_tick_has_no_seal_before_the_first_entry),
	    cmocka_unit_test(a_tick_of_an_older_aggregator_has_no_seal),
	    cmocka_unit_test(an_event_of_another_type_is_left_alone),
	    cmocka_unit_test(an_event_of_a_day_after_its_position_has_the_time_of_the_day),
	    cmocka_unit_test(what_the_calendar_says_comes_back),
	    cmocka_unit_test(a_position_beyond_all_calendars_has_a_time_all_the_same),
	};

	CASES_ADD(tests, n, summaries, check_encode);
	CASES_ADD(tests, n, summaries, check_decode);
	CASES_ADD(tests, n, percents, check_percent);
	return cmocka_run_group_tests(tests, NULL, NULL) +
	    cmocka_run_group_tests(others, NULL, NULL);
}
