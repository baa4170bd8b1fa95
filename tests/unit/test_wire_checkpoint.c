#include "core/wire_checkpoint.h"

#include "core/wire_event.h"
#include "tests/hex.h"
#include "tests/plan_file.h"
#include "tests/unit/checkpoint_bytes.h"

#define AT CHECKPOINT_AT

static const struct record records[] = {
    {4, AT + 1, TEXT("a"), {REPORT_STATUS, true, 1, 11, REPORT_IN_PROGRESS, 2000}},
    {5, AT + 1, TEXT("a"), {REPORT_STATUS, true, 1, AT, REPORT_IN_PROGRESS, 1000, .help = true}},
    {6, 15, TEXT("b"), {REPORT_WITHDRAWAL, true, 1, 14}},
    {7, 16, TEXT("a"), {REPORT_DISPOSITION, true, 2, 13, .disposition = REPORT_CANCELLED}},
};

static const struct position positions[] = {{3, 0}, {3, 0}, {4, 0}, {5, 1}};

/* The same, and behind it: the office suspended task 3 (seq 8) and cancelled 10000; a
 * reported 26 % and then 25 % (seq 3) on task 2, and withdrew on task 3; x, whom the plan
 * does not know, finished task 1. */
static const char with_aside[] = CHECKPOINT_HEAD
    "94" CHECKPOINT_TASKS "9503a3322d300811a973757370656e646564"
    "95cd2710a3322d300912a963616e63656c6c6564"
    "95" CHECKPOINT_WORDS "9a01a17802a9636f6d706c65746564cd2710171800c290"
    "9a02a16103ab696e5f70726f6772657373cd09c4cf0000019d3a52d400cf0000019d3a52d403cd0a28c294"
    "cd5ef905cd5efacf0000019d3a52d403 9a03a16104c000151600c290"
    "90";

/* In another order than they are kept; the second and last are too old. */
static const struct record foreign[] = {
    {4, 22, TEXT("a"), {REPORT_WITHDRAWAL, true, 3, 21}},
    {3, 22, TEXT("a"), {REPORT_STATUS, true, 3, 21, REPORT_BLOCKED, 1}},
    {2, 5, TEXT("a"), {REPORT_STATUS, true, 2, INT64_C(1771000000000), REPORT_IN_PROGRESS, 2600}},
    {3, AT + 3, TEXT("a"), {REPORT_STATUS, true, 2, AT, REPORT_IN_PROGRESS, 2500}},
    {9, 22, TEXT("a"), {REPORT_DISPOSITION, true, 10000, 18, .disposition = REPORT_CANCELLED}},
    {2, 24, TEXT("x"), {REPORT_STATUS, true, 1, 23, REPORT_COMPLETED, 10000}},
    {8, 22, TEXT("a"), {REPORT_DISPOSITION, true, 3, 17, .disposition = REPORT_SUSPENDED}},
    {7, 22, TEXT("a"), {REPORT_DISPOSITION, true, 3, 17, .disposition = REPORT_VERIFIED}},
};

static struct rollup *
fold(const struct plan *p)
{
	struct rollup *r = rollup_new(p, (struct position){2, 0}, CHECKPOINT_TODAY);

	for (size_t i = 0; i < COUNT(records); i++)
		assert_int_equal(rollup_apply(r, &records[i], positions[i]), ROLLUP_APPLIED);
	rollup_settle(r);
	return r;
}

static void
assert_bytes(const struct buf *got, const char *hex)
{
	unsigned char want[2048];
	size_t        len = hex_read(hex, want, sizeof(want));

	assert_int_equal(got->len, len);
	assert_memory_equal(got->at, want, len);
}

/* Every scope's summary event, back to back. */
static void
put_summaries(struct buf *out, struct rollup *r)
{
	for (uint32_t row = 0; row < scope_count(rollup_plan(r)); row++) {
		struct summary s;

		rollup_summary(r, row, &s);
		wire_summary_encode(out, TEXT("x/"), &s);
	}
}

static void
assert_same_summaries(struct rollup *got, struct rollup *want)
{
	struct buf a = {0}, b = {0};

	put_summaries(&a, got);
	put_summaries(&b, want);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.at, b.at, a.len);
	buf_fini(&a);
	buf_fini(&b);
}

static void
a_state_is_these_bytes(void **state)
{
	struct plan   *p = plan_from_text(checkpoint_plan, sizeof(checkpoint_plan) - 1);
	struct rollup *r = fold(p);
	struct alerts *alerts = alerts_new(p);
	struct buf     out = {0};

	(void)state;
	alerts_check(alerts, r, AT + 2);
	wire_checkpoint_encode(&out, r, alerts, (struct position){5, 1});
	assert_bytes(&out, checkpoint_good);
	buf_reset(&out);
	wire_checkpoint_encode(&out, r, NULL, (struct position){5, 1});
	assert_bytes(&out, CHECKPOINT_HEAD "92" CHECKPOINT_TASKS "92" CHECKPOINT_WORDS "90");
	buf_fini(&out);
	alerts_free(alerts);
	rollup_free(r);
	plan_free(p);
}

static void
the_bytes_are_the_state_they_came_from(void **state)
{
	struct plan    *p = plan_from_text(checkpoint_plan, sizeof(checkpoint_plan) - 1);
	struct rollup  *r = fold(p), *restored;
	unsigned char   bytes[2048];
	size_t          len = hex_read(checkpoint_good, bytes, sizeof(bytes));
	struct position position = {0};
	struct alerts  *alerts;
	struct err      e = {0};

	(void)state;
	restored = wire_checkpoint_decode(bytes, len, p, &position, &alerts, &e);
	assert_non_null(restored);
	assert_true(position.ms == 5 && position.n == 1);
	assert_int_equal(rollup_today(restored), CHECKPOINT_TODAY);
	assert_same_summaries(restored, r);
	assert_int_equal(rollup_word(restored, 0)->fell_from, 2000);
	assert_true(rollup_word(restored, 0)->help);
	assert_int_equal(rollup_word(restored, 1)->seq, 6);
	assert_int_equal(rollup_word(restored, 1)->at_ms, 14);
	assert_int_equal(rollup_word(restored, 1)->received_ms, 15);
	assert_int_equal(rollup_ruling(restored, 1)->at_ms, 13);
	for (size_t i = 0; i < COUNT(records); i++)
		assert_int_equal(
		    rollup_apply(restored, &records[i], (struct position){6, 0}), ROLLUP_STALE);
	for (uint32_t row = 0; row < scope_count(p); row++)
		assert_int_equal(rollup_take_changed(restored, ROLLUP_BOARD), row);
	alerts_free(alerts);
	rollup_free(restored);
	rollup_free(r);
	plan_free(p);
}

/* The alerts stand as they did, and are not told again. */
static void
the_alerts_stand_and_are_no_news(void **state)
{
	struct plan        *p = plan_from_text(checkpoint_plan, sizeof(checkpoint_plan) - 1);
	unsigned char       bytes[2048];
	size_t              len = hex_read(checkpoint_good, bytes, sizeof(bytes)), at = 0;
	struct position     position;
	struct alerts      *alerts;
	const struct alert *alert;
	struct rollup      *r = wire_checkpoint_decode(bytes, len, p, &position, &alerts, NULL);
	struct buf          out = {0};

	(void)state;
	assert_non_null(r);
	alerts_check(alerts, r, AT + 9);
	assert_null(alerts_take_edge(alerts));
	alert = alerts_standing(alerts, &at);
	assert_non_null(alert);
	assert_int_equal(alert->what, ALARM_HELP);
	assert_int_equal(alert->since_ms, AT + 2);
	assert_int_equal(alert->agency_count, 1);
	assert_string_equal(alert->agencies[0], "a");
	wire_checkpoint_encode(&out, r, alerts, position);
	assert_bytes(&out, checkpoint_good);
	buf_fini(&out);
	alerts_free(alerts);
	rollup_free(r);
	plan_free(p);
}

static void
a_new_rollup_goes_through_too(void **state)
{
	struct plan    *p = plan_from_file(PLAN_FILE);
	struct rollup  *r = rollup_new(p, (struct position){2, 0}, -1), *restored;
	struct buf      out = {0};
	struct position position;
	struct alerts  *alerts;

	(void)state;
	wire_checkpoint_encode(&out, r, NULL, (struct position){9, 9});
	assert_bytes(&out, "9703a3392d39a3322d30ff909090");
	restored = wire_checkpoint_decode(out.at, out.len, p, &position, &alerts, NULL);
	assert_non_null(restored);
	assert_same_summaries(restored, r);
	buf_fini(&out);
	alerts_free(alerts);
	rollup_free(restored);
	rollup_free(r);
	plan_free(p);
}

static void
what_is_kept_aside_goes_through_too(void **state)
{
	struct plan    *p = plan_from_text(checkpoint_plan, sizeof(checkpoint_plan) - 1);
	struct rollup  *r = fold(p), *restored;
	struct buf      out = {0}, again = {0};
	struct position position;
	struct alerts  *alerts;

	(void)state;
	for (size_t i = 0; i < COUNT(foreign); i++)
		assert_int_equal(
		    rollup_apply(r, &foreign[i], (struct position){5, 1}), ROLLUP_FOREIGN);
	wire_checkpoint_encode(&out, r, NULL, (struct position){5, 1});
	assert_bytes(&out, with_aside);
	restored = wire_checkpoint_decode(out.at, out.len, p, &position, &alerts, NULL);
	assert_non_null(restored);
	wire_checkpoint_encode(&again, restored, alerts, position);
	assert_bytes(&again, with_aside);
	buf_fini(&out);
	buf_fini(&again);
	alerts_free(alerts);
	rollup_free(restored);
	rollup_free(r);
	plan_free(p);
}

static void
a_glance_tells_position_and_day(void **state)
{
	unsigned char   bytes[2048];
	size_t          len = hex_read(checkpoint_good, bytes, sizeof(bytes));
	struct position position;
	struct err      e = {0};
	int32_t         day;

	(void)state;
	assert_int_equal(wire_checkpoint_peek(bytes, len, &position, &day, &e), 0);
	assert_true(position.ms == 5 && position.n == 1);
	assert_int_equal(day, CHECKPOINT_TODAY);
	bytes[1] = 4;
	assert_int_equal(wire_checkpoint_peek(bytes, len, &position, &day, &e), -1);
	assert_string_equal(e.msg, "checkpoint: not of version 3");
	assert_int_equal(wire_checkpoint_peek(bytes, len - 1, &position, &day, &e), -1);
	assert_non_null(strstr(e.msg, "checkpoint: byte "));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_state_is_these_bytes),
	    cmocka_unit_test(the_bytes_are_the_state_they_came_from),
	    cmocka_unit_test(the_alerts_stand_and_are_no_news),
	    cmocka_unit_test(a_new_rollup_goes_through_too),
	    cmocka_unit_test(what_is_kept_aside_goes_through_too),
	    cmocka_unit_test(a_glance_tells_position_and_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
