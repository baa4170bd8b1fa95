#include "core/wire_trend.h"

#include "tests/cases.h"
#include "tests/hex.h"
#include "tests/plan_file.h"

#define TEXT(s) ((struct text){(s), sizeof(s) - 1})

#define MARCH_31 20543
#define AS_OF    INT64_C(1774886400000)

static const char small[] =
    "format: 1\nid: small\nrevision: 3\ntitle: {zh: s}\nstarts: 2026-01-01\nends: 2026-12-31\n"
    "utc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\noffice: a\nagencies:\n"
    "  - {id: a, zh: a}\n  - {id: b, zh: b}\n  - {id: c, zh: c}\nchapters:\n"
    "  - number: 1\n    zh: one\n    tasks:\n"
    "      - {number: 1, zh: t, duty: shared, agencies: [a, b]}\n"
    "      - {number: 2, zh: t, weight: 3, agencies: [b]}\n"
    "  - number: 2\n    zh: two\n    sections:\n      - number: 1\n        zh: s\n        tasks:\n"
    "          - {number: 3, zh: t, agencies: [a]}\n"
    "          - {number: 4, zh: t, agencies: [a]}\n";

static const struct record records[] = {
    {5, 12, TEXT("a"), {REPORT_STATUS, true, 1, AS_OF, REPORT_IN_PROGRESS, 2500}},
    {6, 12, TEXT("b"), {REPORT_STATUS, true, 2, AS_OF, REPORT_COMPLETED, 10000}},
    {7, 12, TEXT("a"), {REPORT_DISPOSITION, true, 3, AS_OF, .disposition = REPORT_CANCELLED}},
    {8, 12, TEXT("a"), {REPORT_DISPOSITION, true, 4, AS_OF, .disposition = REPORT_VERIFIED}},
};

static struct rollup *
fold(const struct plan *p)
{
	struct rollup *r = rollup_new(p, (struct position){2, 0}, MARCH_31);

	for (size_t i = 0; i < COUNT(records); i++)
		assert_int_equal(
		    rollup_apply(r, &records[i], (struct position){3 + i, 0}), ROLLUP_APPLIED);
	rollup_settle(r);
	return r;
}

static void
assert_is_of(const struct trend_point *point, const struct summary *s)
{
	assert_int_equal(point->as_of_ms, s->as_of_ms);
	assert_int_equal(point->revision, s->revision);
	assert_int_equal(point->counts, s->figure.den > 0);
	assert_int_equal(point->percent, point->counts ? summary_percent(&s->figure) : 0);
	assert_int_equal(point->expected, point->counts ? s->expected : 0);
	assert_int_equal(point->light, s->judgement.light);
	assert_int_equal(point->included, s->task_included);
	assert_int_equal(point->verified, s->tasks[TASK_VERIFIED]);
	assert_int_equal(point->completed, s->tasks[TASK_COMPLETED]);
	assert_int_equal(point->obligations, s->obligations_expected);
	assert_int_equal(point->reported, s->obligations_reported);
}

static void
every_scope_comes_back(void **state)
{
	static const char *const scopes[] = {"overall", "chapter/1", "chapter/2", "section/2.1",
	    "task/1", "task/2", "task/3", "task/4", "agency/a", "agency/b", "agency/c"};
	struct plan             *p = plan_from_text(small, sizeof(small) - 1);
	struct rollup           *r = fold(p);
	struct buf               bytes = {0};

	(void)state;
	wire_trend_encode(&bytes, r, (struct position){9, 4});
	assert_int_equal(scope_count(p), COUNT(scopes));
	for (uint32_t row = 0; row < COUNT(scopes); row++) {
		struct trend_point point;
		struct summary     s;
		bool               found;

		rollup_summary(r, row, &s);
		assert_int_equal(wire_trend_decode(bytes.at, bytes.len, text_of(scopes[row]),
				     &point, &found, NULL),
		    0);
		assert_true(found);
		assert_is_of(&point, &s);
		assert_int_equal(point.position.ms, 9);
		assert_int_equal(point.position.n, 4);
	}
	buf_fini(&bytes);
	rollup_free(r);
	plan_free(p);
}

/* clang-format off */
#define HEAD    "9501cf0000019d3f793000a3352d3101" /* version 1, as of, "5-1", revision 1 */
#define OVERALL "99a76f766572616c6c"
#define PERCENT "cb4029000000000000"                /* 12.5 */
#define DUE     "cb4038a66666666666"                /* 24.65 */
#define YELLOW  "a679656c6c6f77"
#define OTHER   "99a9636861707465722f31c0c0a4677265790000000000" /* chapter/1: nothing counts */

/* Written by another MessagePack library. found: what is said of overall. */
static struct trend_case {
	const char *name;
	const char *hex;
	const char *want; /* NULL: fine */
} cases[] = {
	{"a day", HEAD "92" OVERALL PERCENT DUE YELLOW "0200010403" OTHER, NULL},
	{"with more behind",
	    "9601cf0000019d3f793000a3352d3101919ba76f766572616c6c" PERCENT DUE YELLOW "020001040309a17881a46d6f726501",
	    NULL},
	{"another version", "9502cf0000019d3f793000a3352d310191" OVERALL PERCENT DUE YELLOW "0200010403", "trend: not of version 1"},
	{"no version", "95c0cf0000019d3f793000a3352d310190", "trend: not of version 1"},
	{"a map", "81a16101", "trend: not of version 1"},
	{"a day that is none", "9501a178a3352d310190", "trend: no such day"},
	{"a day of the year 10000", "9501cf0000e677d21fdc00a3352d310190", "trend: no such day"},
	{"a day of the year 0", "9501d3ffffc77cedd327ffa3352d310190", "trend: no such day"},
	{"a position that is none", "9501cf0000019d3f793000a1350190", "trend: no such position"},
	{"a revision below 0", "9501cf0000019d3f793000a3352d31ff90", "trend: no such revision"},
	{"points are nil", HEAD "c0", "trend: points: no array"},
	{"points are a map", HEAD "80", "trend: points: no array"},
	{"a point that is a number", HEAD "9107", "trend: points[0]: no scope"},
	{"a scope that is a number", HEAD "9291a17891920102", "trend: points[1]: no scope"},
	{"percent is a text", HEAD "91" OVERALL "a178" DUE YELLOW "0200010403", "trend: points[0]: no such point"},
	{"percent below 0", HEAD "91" OVERALL "cbbf847ae147ae147b" DUE YELLOW "0200010403", "trend: points[0]: no such point"},
	{"percent 100.01", HEAD "91" OVERALL "cb405900a3d70a3d71" DUE YELLOW "0200010403", "trend: points[0]: no such point"},
	{"percent is no number", HEAD "91" OVERALL "cb7ff8000000000000" DUE YELLOW "0200010403", "trend: points[0]: no such point"},
	{"expected without percent", HEAD "91" OVERALL "c0" DUE YELLOW "0200010403", "trend: points[0]: no such point"},
	{"percent without expected", HEAD "91" OVERALL PERCENT "c0" YELLOW "0200010403", "trend: points[0]: no such point"},
	{"expected below 0", HEAD "91" OVERALL PERCENT "ff" YELLOW "0200010403", "trend: points[0]: no such point"},
	{"a light we do not know", HEAD "91" OVERALL PERCENT DUE "a470696e6b" "0200010403", "trend: points[0]: no such point"},
	{"tasks below 0", HEAD "91" OVERALL PERCENT DUE YELLOW "ff00010403", "trend: points[0]: no such point"},
	{"2^32 tasks", HEAD "91" OVERALL PERCENT DUE YELLOW "cf000000010000000000010403", "trend: points[0]: no such point"},
	{"more verified than included", HEAD "91" OVERALL PERCENT DUE YELLOW "0203000403", "trend: points[0]: no such point"},
	{"more verified and completed than included", HEAD "91" OVERALL PERCENT DUE YELLOW "0201020403", "trend: points[0]: no such point"},
	{"more reported than there are", HEAD "91" OVERALL PERCENT DUE YELLOW "0200010405", "trend: points[0]: no such point"},
	{"a point cut short", HEAD "9198a76f766572616c6c" PERCENT DUE YELLOW "02000104", "trend: points[0]: no such point"},
	{"no bytes", "", "trend: no bytes at all"},
	{"a header that promises much", "dd7fffffff", "trend: byte 5: array of 2147483647 in the 0 bytes left"},
	{"a byte behind", HEAD "90c0", "trend: byte 17: 1 bytes follow the object"},
};
/* clang-format on */

static void
check(void **state)
{
	const struct trend_case *c = *state;
	unsigned char            bytes[512];
	size_t                   len = hex_read(c->hex, bytes, sizeof(bytes));
	struct trend_point       point;
	struct err               e = {0};
	bool                     found;
	int rc = wire_trend_decode(bytes, len, text_of("overall"), &point, &found, &e);

	if (c->want != NULL) {
		assert_string_equal(e.msg, c->want);
		assert_int_equal(e.code, ERR_INPUT);
		assert_int_equal(rc, -1);
		assert_false(found);
		return;
	}
	assert_string_equal(e.msg, "");
	assert_int_equal(rc, 0);
	assert_true(found && point.counts);
	assert_int_equal(point.as_of_ms, AS_OF);
	assert_int_equal(point.percent, 1250);
	assert_int_equal(point.expected, 2465);
	assert_int_equal(point.light, LIGHT_YELLOW);
	assert_int_equal(point.included, 2);
	assert_int_equal(point.completed, 1);
	assert_int_equal(point.obligations, 4);
	assert_int_equal(point.reported, 3);
}

static void
what_a_day_does_not_have_is_not_found(void **state)
{
	static const char *const scopes[] = {"", "task/27", "chapter", "chapter/10", "overall/"};
	unsigned char            bytes[512];
	size_t                   len = hex_read(cases[0].hex, bytes, sizeof(bytes));
	struct trend_point       point;
	bool                     found = true;

	(void)state;
	for (size_t i = 0; i < COUNT(scopes); i++) {
		assert_int_equal(
		    wire_trend_decode(bytes, len, text_of(scopes[i]), &point, &found, NULL), 0);
		assert_false(found);
	}
	assert_int_equal(
	    wire_trend_decode(bytes, len, text_of("chapter/1"), &point, &found, NULL), 0);
	assert_true(found && !point.counts);
	assert_int_equal(point.light, LIGHT_GREY);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 2] = {
	    cmocka_unit_test(every_scope_comes_back),
	    cmocka_unit_test(what_a_day_does_not_have_is_not_found),
	};
	size_t n = 2;

	CASES_ADD(tests, n, cases, check);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
