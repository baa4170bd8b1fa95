#include "core/wire_checkpoint.h"

#include "core/wire_event.h"
#include "tests/cases.h"
#include "tests/hex.h"
#include "tests/plan_file.h"

#define TEXT(s) ((struct text){(s), sizeof(s) - 1})

static const char small[] =
    "format: 1\nid: small\nrevision: 1\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"
    "utc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\noffice: a\nagencies:\n"
    "  - {id: a, zh: a}\n  - {id: b, zh: b}\n  - {id: c, zh: c}\nchapters:\n"
    "  - number: 1\n    zh: one\n    tasks:\n"
    "      - {number: 1, zh: t, duty: shared, agencies: [a, b, c]}\n"
    "      - {number: 2, zh: t, weight: 3, agencies: [b]}\n";

/* Written by another MessagePack library. */
static const char good[] =
    "9502a3352d31a3322d30 92 9501a3342d300000a46f70656e 9502a3352d31070da963616e63656c6c6564"
    " 92 9701a16105ab696e5f70726f6772657373cd03e80b0c 9701a16206c0000e0f";

/* The same, and behind it: the office suspended task 3 (seq 8) and cancelled 10000; a
 * reported 25 % on task 2 (seq 3) and withdrew on task 3; x, whom the plan does not
 * know, finished task 1. */
static const char with_aside[] =
    "9502a3352d31a3322d30 94 9501a3342d300000a46f70656e 9502a3352d31070da963616e63656c6c6564"
    " 9503a3322d300811a973757370656e646564 95cd2710a3322d300912a963616e63656c6c6564"
    " 95 9701a16105ab696e5f70726f6772657373cd03e80b0c 9701a16206c0000e0f"
    " 9701a17802a9636f6d706c65746564cd27101718"
    " 9702a16103ab696e5f70726f6772657373cd09c41314 9703a16104c0001516";

static const struct record records[] = {
    {5, 12, TEXT("a"), {REPORT_STATUS, true, 1, 11, REPORT_IN_PROGRESS, 1000}},
    {6, 15, TEXT("b"), {REPORT_WITHDRAWAL, true, 1, 14}},
    {7, 16, TEXT("a"), {REPORT_DISPOSITION, true, 2, 13, .disposition = REPORT_CANCELLED}},
};

/* In another order than they are kept; the second and last are too old. */
static const struct record foreign[] = {
    {4, 22, TEXT("a"), {REPORT_WITHDRAWAL, true, 3, 21}},
    {3, 22, TEXT("a"), {REPORT_STATUS, true, 3, 21, REPORT_BLOCKED, 1}},
    {3, 20, TEXT("a"), {REPORT_STATUS, true, 2, 19, REPORT_IN_PROGRESS, 2500}},
    {9, 22, TEXT("a"), {REPORT_DISPOSITION, true, 10000, 18, .disposition = REPORT_CANCELLED}},
    {2, 24, TEXT("x"), {REPORT_STATUS, true, 1, 23, REPORT_COMPLETED, 10000}},
    {8, 22, TEXT("a"), {REPORT_DISPOSITION, true, 3, 17, .disposition = REPORT_SUSPENDED}},
    {7, 22, TEXT("a"), {REPORT_DISPOSITION, true, 3, 17, .disposition = REPORT_VERIFIED}},
};

static const struct position positions[] = {{3, 0}, {4, 0}, {5, 1}};

/* clang-format off */
static struct refused_case {
	const char *name;
	const char *hex;
	const char *want;
} refused[] = {
	{"another version",
	    "9501a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: not of version 2"},
	{"no position",
	    "9502c0a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: no such position"},
	{"a position that is none",
	    "9502a135a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: no such position"},
	{"since is none",
	    "9502a3352d31a12d929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: no such position"},
	{"folded to before the plan was in force",
	    "9502a3312d30a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: no such position"},
	{"tasks is a number",
	    "9502a3352d31a3322d3007929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: tasks: no array"},
	{"words is nil",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564c0",
	    "checkpoint: words: no array"},
	{"a task of number 0",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9500a3352d31070da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: tasks[1]: no such row for revision 1 of plan small"},
	{"a task number above any plan's",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e95cd2711a3352d31070da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: tasks[1]: no such row for revision 1 of plan small"},
	{"a task the plan does not have, on which nobody ruled",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9503a3352d310000a46f70656e929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: tasks[1]: no such row for revision 1 of plan small"},
	{"a task row that is no row",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e00929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: tasks[1]: no such row for revision 1 of plan small"},
	{"a task touched before the plan was in force",
	    "9502a3352d31a3322d30929501a3312d390000a46f70656e9502a3352d31070da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: tasks[0]: no such row for revision 1 of plan small"},
	{"a ruling we do not know",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da46f62656e929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: tasks[1]: no such row for revision 1 of plan small"},
	{"a ruling nobody made",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31000da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: tasks[1]: no such row for revision 1 of plan small"},
	{"an agency id that is none",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a15805ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: words[0]: no such row for revision 1 of plan small"},
	{"an agency id of 65 bytes",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701d941616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: words[0]: no such row for revision 1 of plan small"},
	{"a word on a task number above any plan's",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c65649297cd2711a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: words[0]: no such row for revision 1 of plan small"},
	{"a word on a task number above 32 bits",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c65649297cf0000000100000001a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: words[0]: no such row for revision 1 of plan small"},
	{"a word without seq on a task the plan does not have",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929703a16100ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: words[0]: no such row for revision 1 of plan small"},
	{"percent 100.01 of an agency the plan does not have",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a17805ab696e5f70726f6772657373cd27110b0c9701a16206c0000e0f",
	    "checkpoint: words[0]: no such row for revision 1 of plan small"},
	{"a word without seq",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a16100ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: words[0]: no such row for revision 1 of plan small"},
	{"seq above 2^53-1",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a161cf0020000000000000ab696e5f70726f6772657373cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: words[0]: no such row for revision 1 of plan small"},
	{"percent 100.01",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd27110b0c9701a16206c0000e0f",
	    "checkpoint: words[0]: no such row for revision 1 of plan small"},
	{"a state we do not know",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a16105aa756e7265706f72746564cd03e80b0c9701a16206c0000e0f",
	    "checkpoint: words[0]: no such row for revision 1 of plan small"},
	{"a withdrawn word with a percent",
	    "9502a3352d31a3322d30929501a3342d300000a46f70656e9502a3352d31070da963616e63656c6c6564929701a16105ab696e5f70726f6772657373cd03e80b0c9701a16206c0010e0f",
	    "checkpoint: words[1]: no such row for revision 1 of plan small"},
	{"empty", "", "checkpoint: no bytes at all"},
	{"cut short", "9502a3352d31a3322d", "checkpoint: byte 7: 3 bytes where 2 are left"},
};
/* clang-format on */

static struct rollup *
fold(const struct plan *p)
{
	struct rollup *r = rollup_new(p, (struct position){2, 0});

	for (size_t i = 0; i < COUNT(records); i++)
		assert_int_equal(rollup_apply(r, &records[i], positions[i]), ROLLUP_APPLIED);
	rollup_settle(r);
	return r;
}

/* Every scope's summary event, back to back. */
static void
put_summaries(struct buf *out, struct rollup *r)
{
	for (uint32_t row = 0; row < scope_count(rollup_plan(r)); row++) {
		struct summary s;

		rollup_summary(r, row, 0, &s);
		wire_summary_encode(out, TEXT("x/"), &s);
	}
}

static void
a_state_is_these_bytes(void **state)
{
	struct plan   *p = plan_from_text(small, sizeof(small) - 1);
	struct rollup *r = fold(p);
	struct buf     out = {0};
	unsigned char  want[256];
	size_t         len = hex_read(good, want, sizeof(want));

	(void)state;
	wire_checkpoint_encode(&out, r, (struct position){5, 1});
	assert_int_equal(out.len, len);
	assert_memory_equal(out.at, want, len);
	buf_fini(&out);
	rollup_free(r);
	plan_free(p);
}

static void
the_bytes_are_the_state_they_came_from(void **state)
{
	struct plan    *p = plan_from_text(small, sizeof(small) - 1);
	struct rollup  *r = fold(p), *restored;
	struct buf      want = {0}, got = {0};
	unsigned char   bytes[256];
	size_t          len = hex_read(good, bytes, sizeof(bytes));
	struct position position = {0};
	struct err      e = {0};

	(void)state;
	restored = wire_checkpoint_decode(bytes, len, p, &position, &e);
	assert_non_null(restored);
	assert_true(position.ms == 5 && position.n == 1);
	put_summaries(&want, r);
	put_summaries(&got, restored);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(got.at, want.at, want.len);
	assert_int_equal(rollup_word(restored, 1)->seq, 6);
	assert_int_equal(rollup_word(restored, 1)->at_ms, 14);
	assert_int_equal(rollup_word(restored, 1)->received_ms, 15);
	assert_int_equal(rollup_ruling(restored, 1)->at_ms, 13);
	for (size_t i = 0; i < COUNT(records); i++)
		assert_int_equal(
		    rollup_apply(restored, &records[i], (struct position){6, 0}), ROLLUP_STALE);
	for (uint32_t row = 0; row < scope_count(p); row++)
		assert_int_equal(rollup_take_changed(restored), row);
	buf_fini(&want);
	buf_fini(&got);
	rollup_free(restored);
	rollup_free(r);
	plan_free(p);
}

static void
a_new_rollup_goes_through_too(void **state)
{
	struct plan    *p = plan_from_file(PLAN_FILE);
	struct rollup  *r = rollup_new(p, (struct position){2, 0}), *restored;
	struct buf      out = {0}, want = {0}, got = {0};
	struct position position;

	(void)state;
	wire_checkpoint_encode(&out, r, (struct position){9, 9});
	assert_memory_equal(out.at,
	    "\x95\x02\xa3"
	    "9-9\xa3"
	    "2-0\x90\x90",
	    out.len);
	restored = wire_checkpoint_decode(out.at, out.len, p, &position, NULL);
	assert_non_null(restored);
	put_summaries(&want, r);
	put_summaries(&got, restored);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(got.at, want.at, want.len);
	buf_fini(&out);
	buf_fini(&want);
	buf_fini(&got);
	rollup_free(restored);
	rollup_free(r);
	plan_free(p);
}

static void
what_is_kept_aside_goes_through_too(void **state)
{
	struct plan    *p = plan_from_text(small, sizeof(small) - 1);
	struct rollup  *r = fold(p), *restored;
	struct buf      out = {0}, again = {0};
	unsigned char   want[256];
	size_t          len = hex_read(with_aside, want, sizeof(want));
	struct position position;

	(void)state;
	for (size_t i = 0; i < COUNT(foreign); i++)
		assert_int_equal(
		    rollup_apply(r, &foreign[i], (struct position){5, 1}), ROLLUP_FOREIGN);
	wire_checkpoint_encode(&out, r, (struct position){5, 1});
	assert_int_equal(out.len, len);
	assert_memory_equal(out.at, want, len);
	restored = wire_checkpoint_decode(want, len, p, &position, NULL);
	assert_non_null(restored);
	wire_checkpoint_encode(&again, restored, position);
	assert_int_equal(again.len, len);
	assert_memory_equal(again.at, want, len);
	buf_fini(&out);
	buf_fini(&again);
	rollup_free(restored);
	rollup_free(r);
	plan_free(p);
}

/* An array of 917,504 zeros. */
static void
more_objects_than_a_checkpoint_of_this_plan_can_have(void **state)
{
	size_t          len = 5 + 0xe0000;
	unsigned char  *bytes = mem_zeroed(len, 1);
	struct plan    *p = plan_from_text(small, sizeof(small) - 1);
	struct position position;
	struct err      e = {0};

	(void)state;
	memcpy(bytes, "\xdd\x00\x0e\x00\x00", 5);
	assert_null(wire_checkpoint_decode(bytes, len, p, &position, &e));
	assert_string_equal(e.msg, "checkpoint: byte 860042: more than 860038 objects");
	free(bytes);
	plan_free(p);
}

static void
check_refused(void **state)
{
	const struct refused_case *c = *state;
	struct plan               *p = plan_from_text(small, sizeof(small) - 1);
	unsigned char              bytes[256];
	size_t                     len = hex_read(c->hex, bytes, sizeof(bytes));
	struct position            position;
	struct err                 e = {0};

	assert_null(wire_checkpoint_decode(bytes, len, p, &position, &e));
	assert_string_equal(e.msg, c->want);
	assert_int_equal(e.code, ERR_INPUT);
	plan_free(p);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(refused)];
	size_t            n = 0;

	const struct CMUnitTest others[] = {
	    cmocka_unit_test(a_state_is_these_bytes),
	    cmocka_unit_test(the_bytes_are_the_state_they_came_from),
	    cmocka_unit_test(a_new_rollup_goes_through_too),
	    cmocka_unit_test(what_is_kept_aside_goes_through_too),
	    cmocka_unit_test(more_objects_than_a_checkpoint_of_this_plan_can_have),
	};

	CASES_ADD(tests, n, refused, check_refused);
	return cmocka_run_group_tests(tests, NULL, NULL) +
	    cmocka_run_group_tests(others, NULL, NULL);
}
