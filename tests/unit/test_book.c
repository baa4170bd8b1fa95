/*
 * The book decides what a report is: accepted, duplicate, superseded, conflict.
 */
#include "tests/cases.h"

#include "core/book.h"
#include "tests/plan_file.h"

#define MS INT64_C(1774951200000)

struct said {
	uint64_t seq, digest;
};

static struct judge_case {
	const char         *name;
	struct said         stored, said;
	enum report_verdict want;
} judge_cases[] = {
    {"the first word is accepted", {0, 0}, {1, 7}, REPORT_ACCEPTED},
    {"a higher seq is accepted", {5, 7}, {6, 7}, REPORT_ACCEPTED},
    {"a higher seq with other content is accepted", {5, 7}, {6, 8}, REPORT_ACCEPTED},
    {"the same seq and content is a duplicate", {5, 7}, {5, 7}, REPORT_DUPLICATE},
    {"the same seq with other content is a conflict", {5, 7}, {5, 8}, REPORT_CONFLICT},
    {"a lower seq is superseded", {5, 7}, {4, 9}, REPORT_SUPERSEDED},
    {"a lower seq is superseded even with the same content", {5, 7}, {4, 7}, REPORT_SUPERSEDED},
    {"the greatest seq is still in order", {(UINT64_C(1) << 53) - 2, 7},
	{(UINT64_C(1) << 53) - 1, 7}, REPORT_ACCEPTED},
};

static void
check_judge(void **state)
{
	const struct judge_case *c = *state;
	struct plan             *p = plan_from_file(PLAN_FILE);
	struct book             *b = book_new(p);
	struct book_slot         stored = {.seq = c->stored.seq, .digest = c->stored.digest};
	struct book_slot         said = {.seq = c->said.seq, .digest = c->said.digest};

	book_set(b, 3, &stored);
	assert_string_equal(
	    report_verdict_name(book_judge(b, 3, &said)), report_verdict_name(c->want));
	assert_int_equal(book_slot(b, 3)->seq, c->stored.seq); /* judging changes nothing */
	assert_int_equal(book_slot(b, 2)->seq, 0);
	book_free(b);
	plan_free(p);
}

static struct find_case {
	const char      *name;
	const char      *agency;
	uint32_t         task;
	enum report_kind kind;
	uint32_t         want; /* slot */
} find_cases[] = {
    {"the lead of task 1 has the first slot", "cnipa", 1, REPORT_STATUS, 0},
    {"its participant the second", "moj", 1, REPORT_STATUS, 1},
    {"a withdrawal belongs where the report did", "moj", 1, REPORT_WITHDRAWAL, 1},
    {"an agency without the obligation has none", "mof", 1, REPORT_STATUS, PLAN_NONE},
    {"an unknown agency has none", "nobody", 1, REPORT_STATUS, PLAN_NONE},
    {"a task behind the last has none", "jco", 107, REPORT_STATUS, PLAN_NONE},
    {"task 0 has none", "cnipa", 0, REPORT_STATUS, PLAN_NONE},
    {"rulings stand behind the 318 obligations", "jco", 1, REPORT_DISPOSITION, 318},
    {"the last of them", "jco", 106, REPORT_DISPOSITION, 423},
    {"a ruling of an earlier office keeps its slot", "cnipa", 106, REPORT_DISPOSITION, 423},
};

static void
check_find(void **state)
{
	const struct find_case *c = *state;
	struct plan            *p = plan_from_file(PLAN_FILE);
	struct book            *b = book_new(p);
	struct record           rec = {
		      .seq = 1,
		      .agency = text_of(c->agency),
		      .report = {.kind = c->kind, .task_known = true, .task = c->task},
        };

	assert_int_equal(book_find_record(b, &rec), c->want);
	book_free(b);
	plan_free(p);
}

static void
check_slot_of(void **state)
{
	struct record rec = {
	    .seq = 9,
	    .received_ms = MS + 1,
	    .report = {.kind = REPORT_STATUS,
		.at_ms = MS,
		.state = REPORT_BLOCKED,
		.percent = 1234},
	};
	struct book_slot slot = book_slot_of(&rec, 77);

	(void)state;
	assert_int_equal(slot.seq, 9);
	assert_int_equal(slot.digest, 77);
	assert_int_equal(slot.at_ms, MS);
	assert_int_equal(slot.received_ms, MS + 1);
	assert_int_equal(slot.state, REPORT_BLOCKED);
	assert_int_equal(slot.percent, 1234);

	rec.report.kind = REPORT_WITHDRAWAL; /* whatever its other fields hold */
	slot = book_slot_of(&rec, 78);
	assert_int_equal(slot.seq, 9);
	assert_int_equal(slot.state, REPORT_UNREPORTED);
	assert_int_equal(slot.percent, 0);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(judge_cases) + COUNT(find_cases) + 1];
	size_t            n = 0;

	CASES_ADD(tests, n, judge_cases, check_judge);
	CASES_ADD(tests, n, find_cases, check_find);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(check_slot_of);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
