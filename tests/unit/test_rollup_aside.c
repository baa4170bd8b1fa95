#include "core/rollup_aside.h"

#include <stdio.h>

#include "tests/cases.h"

#define ID_64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct put_case {
	const char *name;
	bool        want;
	uint32_t    task;
	uint64_t    seq;
	const char *agency; /* NULL: a ruling */
	size_t      agency_len;
} rows[] = {
    {"a word", true, 1, 1, "a", 1},
    {"a word on the last task any plan can have", true, 10000, 1, "a", 1},
    {"a word of an agency of 64 bytes", true, 1, 1, ID_64, 64},
    {"a word without seq", false, 1, 0, "a", 1},
    {"a word on task 0", false, 0, 1, "a", 1},
    {"a word on task 10001", false, 10001, 1, "a", 1},
    {"a word of an agency of 65 bytes", false, 1, 1, ID_64 "0", 65},
    {"a word of nobody", false, 1, 1, "", 0},
    {"a word of an agency with a NUL", false, 1, 1, "a\0b", 3},
    {"a ruling", true, 1, 1},
    {"a ruling on the last task any plan can have", true, 10000, 1},
    {"a ruling without seq", false, 1, 0},
    {"a ruling on task 0", false, 0, 1},
    {"a ruling on task 10001", false, 10001, 1},
};

static void
check_put(void **state)
{
	const struct put_case *c = *state;
	struct rollup_aside    a = {0};
	struct rollup_word     word = {.seq = c->seq};
	struct rollup_ruling   ruling = {.seq = c->seq};
	struct text            agency = {c->agency, c->agency_len};

	if (c->agency != NULL)
		assert_int_equal(rollup_aside_put_word(&a, c->task, agency, &word), c->want);
	else
		assert_int_equal(rollup_aside_put_ruling(&a, c->task, &ruling), c->want);
	assert_int_equal(a.word_count, c->want && c->agency != NULL);
	assert_int_equal(a.rulings != NULL, c->want && c->agency == NULL);
	rollup_aside_fini(&a);
}

static bool
put(struct rollup_aside *a, uint32_t task, const char *agency, uint64_t seq, uint32_t percent)
{
	struct rollup_word word = {.seq = seq, .percent = percent};

	return rollup_aside_put_word(a, task, text_of(agency), &word);
}

static void
words_stand_by_task_and_agency_and_the_newest_is_kept(void **state)
{
	static const char *want[] = {
	    "1 ab 4 40", "1 b 5 50", "2 a 7 70", "12 a 1 10", "12 aa 2 20"};
	struct rollup_aside a = {0};

	(void)state;
	assert_true(put(&a, 12, "aa", 2, 20));
	assert_true(put(&a, 2, "a", 3, 30));
	assert_true(put(&a, 1, "ab", 4, 40));
	assert_true(put(&a, 1, "b", 5, 50));
	assert_true(put(&a, 12, "a", 1, 10));
	assert_true(put(&a, 2, "a", 7, 70));
	assert_true(put(&a, 2, "a", 6, 60));
	assert_true(put(&a, 2, "a", 7, 71));
	assert_int_equal(a.word_count, COUNT(want));
	for (uint32_t i = 0; i < COUNT(want); i++) {
		const struct rollup_aside_word *w = rollup_aside_word(&a, i);
		char                            got[100];

		snprintf(got, sizeof(got), "%u %s %u %u", w->task, w->agency, (unsigned)w->word.seq,
		    w->word.percent);
		assert_string_equal(got, want[i]);
	}
	rollup_aside_fini(&a);
}

static void
the_newest_ruling_is_kept(void **state)
{
	static const uint64_t seqs[] = {3, 5, 4, 5};
	struct rollup_aside   a = {0};

	(void)state;
	assert_int_equal(rollup_aside_ruling(&a, 10000)->seq, 0);
	for (unsigned i = 0; i < COUNT(seqs); i++) {
		struct rollup_ruling ruling = {.seq = seqs[i], .at_ms = i};

		assert_true(rollup_aside_put_ruling(&a, 7, &ruling));
	}
	assert_int_equal(rollup_aside_ruling(&a, 7)->seq, 5);
	assert_int_equal(rollup_aside_ruling(&a, 7)->at_ms, 1);
	assert_int_equal(rollup_aside_ruling(&a, 6)->seq, 0);
	assert_int_equal(rollup_aside_ruling(&a, 10000)->seq, 0);
	rollup_aside_fini(&a);
}

static void
a_full_one_takes_what_is_newer_but_nothing_more(void **state)
{
	struct rollup_aside a = {0};
	char                id[16];

	(void)state;
	for (uint32_t i = 0; i < 100000; i++) {
		snprintf(id, sizeof(id), "a%u", i % 10);
		assert_true(put(&a, 1 + i / 10, id, 1, 0));
	}
	assert_false(put(&a, 1, "b", 1, 0));
	assert_true(put(&a, 10000, "a9", 2, 0));
	assert_int_equal(a.word_count, 100000);
	assert_int_equal(rollup_aside_word(&a, 99999)->word.seq, 2);
	rollup_aside_fini(&a);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(rows)];
	size_t            n = 0;

	const struct CMUnitTest others[] = {
	    cmocka_unit_test(words_stand_by_task_and_agency_and_the_newest_is_kept),
	    cmocka_unit_test(the_newest_ruling_is_kept),
	    cmocka_unit_test(a_full_one_takes_what_is_newer_but_nothing_more),
	};

	CASES_ADD(tests, n, rows, check_put);
	return cmocka_run_group_tests(tests, NULL, NULL) +
	    cmocka_run_group_tests(others, NULL, NULL);
}
