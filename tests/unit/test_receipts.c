#include "core/receipts.h"

#include <inttypes.h>

#include "core/buf.h"
#include "tests/cases.h"

#define NOTES_MAX 8

/* What is noted, in that order: month and time; then whether that was news. */
/* clang-format off */
static struct note_case {
	const char *name;
	struct {
		int32_t month;
		int64_t received_ms;
		bool    news;
	} notes[NOTES_MAX]; /* to the first of month 0 */
	const char *kept;
} notes[] = {
	{"none", {{0}}, ""},
	{"one", {{5, 100, true}}, "5:100 "},
	{"a later one of the month is no news", {{5, 100, true}, {5, 101, false}}, "5:100 "},
	{"nor is one of the same moment", {{5, 100, true}, {5, 100, false}}, "5:100 "},
	{"an earlier one is", {{5, 100, true}, {5, 99, true}, {5, 98, true}}, "5:98 "},
	{"months rise, however they come",
	    {{5, 1, true}, {9, 2, true}, {7, 3, true}, {4, 4, true}, {8, 5, true}, {10, 6, true}, {6, 7, true}},
	    "4:4 5:1 6:7 7:3 8:5 9:2 10:6 "},
	{"also what came before 1970", {{3, -5, true}, {3, INT64_MIN, true}, {3, INT64_MAX, false}},
	    "3:-9223372036854775808 "},
	{"a month between two that are there", {{24313, 1, true}, {24315, 1, true}, {24314, 1, true}},
	    "24313:1 24314:1 24315:1 "},
};
/* clang-format on */

static void
check_notes(void **state)
{
	const struct note_case *c = *state;
	struct receipts         r = {0};
	struct buf              kept = {0};

	for (unsigned i = 0; i < NOTES_MAX && c->notes[i].month != 0; i++)
		assert_int_equal(receipts_note(&r, c->notes[i].month, c->notes[i].received_ms),
		    c->notes[i].news);
	for (uint32_t i = 0; i < r.count; i++)
		buf_addf(&kept, "%d:%" PRId64 " ", r.at[i].month, r.at[i].received_ms);
	buf_add(&kept, "", 1);
	assert_string_equal(kept.at, c->kept);
	buf_fini(&kept);
	receipts_fini(&r);
	assert_int_equal(r.count, 0);
}

static struct first_case {
	const char *name;
	int32_t     from, to;
	int64_t     want; /* -1: none */
} firsts[] = {
    {"of one month", 3, 3, 70},
    {"of a quarter, the earliest", 1, 3, 40},
    {"of a year", 1, 12, 20},
    {"of months without any", 4, 6, -1},
    {"before all", -5, 0, -1},
    {"behind all", 13, 90, -1},
    {"from the last one on", 12, 24, 20},
    {"to the first one", -11, 1, 40},
    {"of no month", 3, 2, -1},
};

static void
check_first(void **state)
{
	const struct first_case *c = *state;
	struct receipts          r = {0};
	int64_t                  received_ms = -1;

	receipts_note(&r, 12, 20);
	receipts_note(&r, 1, 40);
	receipts_note(&r, 3, 70);
	receipts_note(&r, 2, 60);
	receipts_note(&r, 8, 30);
	assert_int_equal(receipts_first(&r, c->from, c->to, &received_ms), c->want >= 0);
	assert_int_equal(received_ms, c->want);
	receipts_fini(&r);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(notes) + COUNT(firsts)];
	size_t            n = 0;

	CASES_ADD(tests, n, notes, check_notes);
	CASES_ADD(tests, n, firsts, check_first);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
