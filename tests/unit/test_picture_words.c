#include "cli/picture_words.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/cases.h"

static struct record
status(uint32_t task, const char *agency, uint64_t seq, const char *summary)
{
	return (struct record){.seq = seq,
	    .agency = text_of(agency),
	    .report = {.kind = REPORT_STATUS, .task = task, .summary = text_of(summary)}};
}

static void
keep(struct picture_words *w, uint64_t ms, struct record rec)
{
	picture_words_keep(w, (struct position){ms, 0}, &rec);
}

static void
assert_said(const struct picture_word *word, uint64_t ms, const char *summary)
{
	assert_non_null(word);
	assert_int_equal(word->position.ms, ms);
	assert_true(text_equal(word->record.report.summary, text_of(summary)));
}

static void
the_highest_seq_stays(void **state)
{
	struct picture_words *w = picture_words_new();

	(void)state;
	keep(w, 1, status(1, "mof", 10, "first"));
	keep(w, 2, status(1, "mof", 12, "third"));
	keep(w, 3, status(1, "mof", 11, "second, late"));
	keep(w, 4, status(1, "mof", 12, "the same seq"));
	assert_said(picture_words_said(w, 1, text_of("mof")), 2, "third");
	picture_words_free(w);
}

static void
each_agency_and_task_has_a_word_of_its_own(void **state)
{
	struct picture_words *w = picture_words_new();
	struct record         ruling = status(1, "mof", 5, "");

	(void)state;
	ruling.report.kind = REPORT_DISPOSITION;
	keep(w, 1, status(1, "mof", 1, "a"));
	keep(w, 2, status(1, "mofcom", 1, "b"));
	keep(w, 3, status(2, "mof", 1, "c"));
	keep(w, 4, ruling);
	assert_said(picture_words_said(w, 1, text_of("mof")), 1, "a");
	assert_said(picture_words_said(w, 1, text_of("mofcom")), 2, "b");
	assert_said(picture_words_said(w, 2, text_of("mof")), 3, "c");
	assert_int_equal(picture_words_ruled(w, 1)->position.ms, 4);
	assert_null(picture_words_said(w, 1, text_of("mo")));
	assert_null(picture_words_said(w, 3, text_of("mof")));
	assert_null(picture_words_ruled(w, 2));
	picture_words_free(w);
}

static void
a_ruling_is_of_whoever_is_the_office(void **state)
{
	struct picture_words *w = picture_words_new();
	struct record         a = status(1, "old-office", 1, ""), b = status(1, "office", 2, "");

	(void)state;
	a.report.kind = b.report.kind = REPORT_DISPOSITION;
	keep(w, 1, a);
	keep(w, 2, b);
	assert_int_equal(picture_words_ruled(w, 1)->position.ms, 2);
	picture_words_free(w);
}

/* What is copied is overwritten before it is looked at. */
static void
words_own_their_texts(void **state)
{
	char                  bytes[5][20] = {"mof", "sum", "title", "uri", "0123456789abcdef"};
	struct picture_words *w = picture_words_new();
	struct record         rec = status(1, bytes[0], 1, bytes[1]);

	(void)state;
	rec.key = text_of(bytes[4]);
	rec.report.evidence_count = 1;
	rec.report.evidence[0] = (struct report_evidence){text_of(bytes[2]), text_of(bytes[3])};
	keep(w, 1, rec);
	memset(bytes, 'x', sizeof(bytes));
	const struct picture_word *word = picture_words_said(w, 1, text_of("mof"));

	assert_said(word, 1, "sum");
	assert_true(text_equal(word->record.agency, text_of("mof")));
	assert_true(text_equal(word->record.key, text_of("0123456789abcdef")));
	assert_true(text_equal(word->record.report.evidence[0].title, text_of("title")));
	assert_true(text_equal(word->record.report.evidence[0].uri, text_of("uri")));
	assert_null(word->record.report.problems.at);
	picture_words_free(w);
}

static void
many_words_are_all_found(void **state)
{
	struct picture_words *w = picture_words_new();
	char                  agency[16];

	(void)state;
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(agency, sizeof(agency), "a%u", i % 50);
		keep(w, i + 1, status(i / 50, agency, 1, agency));
	}
	for (uint32_t i = 0; i < 5000; i++) {
		snprintf(agency, sizeof(agency), "a%u", i % 50);
		assert_said(picture_words_said(w, i / 50, text_of(agency)), i + 1, agency);
	}
	picture_words_free(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_highest_seq_stays),
	    cmocka_unit_test(each_agency_and_task_has_a_word_of_its_own),
	    cmocka_unit_test(a_ruling_is_of_whoever_is_the_office),
	    cmocka_unit_test(words_own_their_texts),
	    cmocka_unit_test(many_words_are_all_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
