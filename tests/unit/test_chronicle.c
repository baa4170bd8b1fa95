#include "dashboard/chronicle.h"

#include "tests/unit/chronicle_world.h"

/* The small plan without its second task again, and with it again. */
static const char third_plan[] = FOLD_HEAD "utc_offset: \"+08:00\"\nrevision: 3\n" FOLD_TASKS;
static const char fourth_plan[] = FOLD_HEAD "utc_offset: \"+08:00\"\nrevision: 4\n" FOLD_TASKS
					    "      - {number: 2, zh: t, agencies: [b]}\n";

/* What an item is, in a line. */
static const char *
line_of_item(const struct chronicle_item *item, char out[256])
{
	static const char *const effects[] = {"applied", "stale", "foreign"};
	const struct report     *r;

	if (item == NULL)
		return "none";
	r = &item->record.report;
	snprintf(out, 256, "%.*s %u #%u %s %u '%.*s' %s %s %u", (int)item->record.agency.len,
	    item->record.agency.at, r->task, (unsigned)item->record.seq,
	    r->kind == REPORT_DISPOSITION ? report_disposition_name(r->disposition)
					  : report_state_name(r->state),
	    r->percent, (int)r->summary.len, r->summary.len > 0 ? r->summary.at : "",
	    effects[item->effect],
	    item->was_known ? report_state_name(item->state_before) : "unknown",
	    item->percent_before);
	return out;
}

static void
assert_item(const struct chronicle_item *item, const char *want)
{
	char line[256];

	assert_string_equal(line_of_item(item, line), want);
}

static const char *
word(const struct chronicle *c, uint32_t task, const char *agency, char out[256])
{
	return line_of_item(chronicle_word(c, obligation_in(c, task, agency)), out);
}

static void
the_newest_word_is_that_of_the_highest_seq(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-30");
	char              line[256];

	(void)state;
	assert_string_equal(word(c, 1, "a", line), "none");
	chronicle_say(c, "2026-03-31", status("a", 1, 10, 2500, "first"));
	assert_string_equal(
	    word(c, 1, "a", line), "a 1 #10 in_progress 2500 'first' applied unknown 0");
	chronicle_say(c, "2026-03-31", status("a", 1, 12, 5000, "third"));
	chronicle_say(c, "2026-03-31", status("a", 1, 11, 4000, "late"));
	chronicle_say(c, "2026-03-31", status("a", 1, 12, 1, "the same seq"));
	assert_string_equal(
	    word(c, 1, "a", line), "a 1 #12 in_progress 5000 'third' applied in_progress 2500");
	assert_string_equal(word(c, 1, "b", line), "none");
	assert_item(
	    chronicle_item(c, 1, 0), "a 1 #12 in_progress 1 'the same seq' stale in_progress 5000");
	assert_item(
	    chronicle_item(c, 1, 1), "a 1 #11 in_progress 4000 'late' stale in_progress 5000");
	assert_item(chronicle_item(c, 1, 3), "a 1 #10 in_progress 2500 'first' applied unknown 0");
	assert_null(chronicle_item(c, 1, 4));
	chronicle_free(c);
}

/* It counts as received for a period nobody had reported for, and yet it is no news. */
static void
an_older_word_is_stale_though_it_is_the_first_for_its_period(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-04-30");
	struct record     rec = status("a", 1, 1, 1000, "of the first quarter");

	(void)state;
	chronicle_say(c, "2026-05-01", status("a", 1, 2, 2000, "now"));
	rec.report.at_ms = instant("2026-03-31");
	chronicle_say(c, "2026-05-02", rec);
	assert_int_equal(chronicle_item(c, 0, 0)->effect, ROLLUP_STALE);
	assert_int_equal(chronicle_item(c, 0, 1)->effect, ROLLUP_APPLIED);
	chronicle_free(c);
}

static void
a_withdrawal_is_a_word_and_a_ruling_is_of_its_task(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-30");
	char              line[256];

	(void)state;
	chronicle_say(c, "2026-03-31", status("a", 1, 1, 2500, "said"));
	chronicle_say(c, "2026-03-31", withdrawal("a", 1, 2));
	assert_string_equal(
	    word(c, 1, "a", line), "a 1 #2 unreported 0 '' applied in_progress 2500");
	chronicle_say(c, "2026-03-31", status("a", 1, 3, 3000, "again"));
	assert_item(
	    chronicle_item(c, 1, 0), "a 1 #3 in_progress 3000 'again' applied unreported 0");
	assert_null(chronicle_ruling(c, 0));
	chronicle_say(c, "2026-03-31", ruling("b", 1, 7, REPORT_RETURNED));
	chronicle_say(c, "2026-03-31", ruling("a", 1, 9, REPORT_VERIFIED));
	chronicle_say(c, "2026-03-31", ruling("a", 1, 8, REPORT_OPEN));
	assert_item(chronicle_ruling(c, 0), "a 1 #9 verified 0 '' applied unknown 0");
	assert_item(chronicle_item(c, 0, 0), "a 1 #8 open 0 '' stale unknown 0");
	assert_string_equal(
	    word(c, 1, "a", line), "a 1 #3 in_progress 3000 'again' applied unreported 0");
	chronicle_free(c);
}

static void
what_the_plan_has_no_place_for_stays_in_the_timeline(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-30");

	(void)state;
	chronicle_say(c, "2026-03-31", status("c", 1, 1, 2500, "who?"));
	chronicle_say(c, "2026-03-31", status("b", 2, 1, 2500, "what?"));
	assert_item(chronicle_item(c, 1, 0), "c 1 #1 in_progress 2500 'who?' foreign unknown 0");
	assert_item(chronicle_item(c, 2, 0), "b 2 #1 in_progress 2500 'what?' foreign unknown 0");
	assert_int_equal(chronicle_count(c, 0), 2);
	assert_int_equal(chronicle_count(c, 1), 1);
	assert_int_equal(chronicle_count(c, 2), 1);
	assert_int_equal(chronicle_count(c, 3), 0);
	assert_null(chronicle_item(c, 3, 0));
	chronicle_free(c);
}

/* Said before there was a place, without one, and when there was none any more. */
static void
words_outlive_the_place_they_had(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-30");
	char              line[256];

	(void)state;
	chronicle_say(c, "2026-03-31", status("b", 2, 1, 2500, "early"));
	chronicle_load(c, "2026-04-01", second_plan);
	assert_string_equal(
	    word(c, 2, "b", line), "b 2 #1 in_progress 2500 'early' foreign unknown 0");
	chronicle_say(c, "2026-04-01", status("b", 2, 2, 3000, "in time"));
	chronicle_load(c, "2026-04-02", third_plan);
	chronicle_say(c, "2026-04-02", status("b", 2, 3, 3500, "late"));
	chronicle_say(c, "2026-04-02", ruling("a", 2, 4, REPORT_SUSPENDED));
	assert_int_equal(chronicle_plan(c)->task_count, 1);
	chronicle_load(c, "2026-04-03", fourth_plan);
	assert_string_equal(
	    word(c, 2, "b", line), "b 2 #3 in_progress 3500 'late' foreign in_progress 3000");
	assert_item(chronicle_ruling(c, 1), "a 2 #4 suspended 0 '' foreign unknown 0");
	assert_int_equal(chronicle_count(c, 2), 4);
	chronicle_free(c);
}

static void
the_newest_of_a_task_and_of_the_plan_are_kept(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-30");

	(void)state;
	for (uint64_t seq = 1; seq <= 450; seq++)
		chronicle_say(
		    c, "2026-03-31", status("a", seq % 3 == 0 ? 2 : 1, seq, 2500, "words"));
	assert_int_equal(chronicle_count(c, 0), 450);
	assert_int_equal(chronicle_count(c, 1), 300);
	assert_int_equal(chronicle_item(c, 0, 0)->record.seq, 450);
	assert_int_equal(chronicle_item(c, 0, CHRONICLE_RECENT_MAX - 1)->record.seq, 251);
	assert_null(chronicle_item(c, 0, CHRONICLE_RECENT_MAX));
	assert_int_equal(chronicle_item(c, 1, 0)->record.seq, 449);
	assert_int_equal(chronicle_item(c, 1, CHRONICLE_TASK_MAX - 1)->record.seq, 301);
	assert_null(chronicle_item(c, 1, CHRONICLE_TASK_MAX));
	assert_int_equal(chronicle_item(c, 2, 99)->record.seq, 153);
	chronicle_free(c);
}

static struct record
large(uint32_t task, uint64_t seq, char text[REPORT_SUMMARY_MAX + 1])
{
	struct record rec = status("a", task, seq, 2500, text);

	rec.report.evidence_count = REPORT_EVIDENCE_MAX;
	for (unsigned i = 0; i < REPORT_EVIDENCE_MAX; i++)
		rec.report.evidence[i] =
		    (struct report_evidence){{text, REPORT_TITLE_MAX}, {text, REPORT_URI_MAX}};
	return rec;
}

/* 100 records of 13 KB of each of 100 tasks, one task after the other: twice what there is
 * room for. */
static void
beyond_its_room_the_oldest_of_all_go(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-30");
	char              text[REPORT_SUMMARY_MAX + 1], line[256];
	uint64_t          kept = 0;

	(void)state;
	memset(text, 'w', REPORT_SUMMARY_MAX);
	text[REPORT_SUMMARY_MAX] = '\0';
	chronicle_say(c, "2026-03-31", status("b", 1, 1, 1, "the first"));
	for (uint32_t seq = 1; seq <= 10000; seq++)
		chronicle_say(c, "2026-03-31", large(1 + (seq - 1) / 100, seq, text));
	for (uint32_t task = 100; task >= 1; task--)
		for (size_t i = 0; chronicle_item(c, task, i) != NULL; i++)
			assert_int_equal(chronicle_item(c, task, i)->record.seq, 10000 - kept++);
	assert_in_range(kept * 13000, CHRONICLE_BYTES_MAX * 9ull / 10, CHRONICLE_BYTES_MAX);
	assert_string_equal(
	    word(c, 1, "b", line), "b 1 #1 in_progress 1 'the first' applied unknown 0");
	assert_int_equal(chronicle_count(c, 1), 101);
	chronicle_free(c);
}

/* Nothing that a collector lets through, but bytes that can be read. */
static void
strange_records_are_kept_in_small(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-30");
	struct record     rec = status("a", 1, 1, 2500, "");
	char             *text = mem_zeroed(1, 1 << 20);

	(void)state;
	memset(text, 'w', (1 << 20) - 1);
	rec.report.problems = text_of(text);
	chronicle_say(c, "2026-03-31", rec);
	assert_item(chronicle_item(c, 0, 0), "a 1 #1 in_progress 2500 '' applied unknown 0");
	assert_null(chronicle_item(c, 0, 0)->record.report.problems.at);
	rec.agency = text_of(text);
	chronicle_say(c, "2026-03-31", rec);
	assert_item(chronicle_item(c, 0, 0), "? 1 #1 in_progress 2500 '' foreign unknown 0");
	chronicle_say(c, "2026-03-31", status("a", 0, 2, 1, "no task"));
	chronicle_say(c, "2026-03-31", status("a", UINT32_MAX, 2, 1, "the last task"));
	chronicle_say(c, "2026-03-31", status("NO NAME", 1, 2, 1, "who"));
	assert_int_equal(chronicle_count(c, 0), 5);
	assert_int_equal(chronicle_count(c, 1), 3);
	assert_int_equal(chronicle_count(c, UINT32_MAX), 0);
	assert_item(chronicle_item(c, 0, 1),
	    "a 4294967295 #2 in_progress 1 'the last task' foreign unknown 0");
	free(text);
	chronicle_free(c);
}

static void
what_can_be_read_of_a_broken_entry_is_kept_once(void **state)
{
	struct chronicle   *c = chronicle_of_small("2026-03-30");
	struct record       rec = status("a", 1, 1, 2500, "");
	struct buf          bytes = {0};
	struct ledger_entry entry = {.position = next_position("2026-03-31")};
	struct err          e = {0};

	(void)state;
	rec.report.at_ms = instant("2026-03-31");
	wire_record_encode(&bytes, &rec);
	wire_record_encode(&bytes, &rec);
	buf_add(&bytes, "\xc1", 1);
	for (unsigned i = 0; i < 3; i++) {
		entry.records = buf_text(&bytes);
		assert_int_equal(chronicle_entry(c, &entry, &e), -1);
		assert_int_equal(chronicle_count(c, 0), 2);
	}
	entry.records.len--; /* somebody has mended it */
	assert_int_equal(chronicle_entry(c, &entry, &e), 0);
	assert_int_equal(chronicle_count(c, 0), 2);
	chronicle_say(c, "2026-03-31", status("a", 1, 2, 2500, ""));
	assert_int_equal(chronicle_count(c, 0), 3);
	buf_fini(&bytes);
	chronicle_free(c);
}

static void
a_plan_that_is_no_later_one_begins_anew(void **state)
{
	struct chronicle      *c = chronicle_of_small("2026-03-30");
	struct chronicle_point point;
	char                   line[256];

	(void)state;
	chronicle_say(c, "2026-03-31", status("a", 1, 1, 2500, "old"));
	chronicle_say(c, "2026-04-02", status("a", 1, 2, 5000, "old"));
	assert_int_equal(chronicle_days(c), 3);
	chronicle_load(c, "2026-04-05", first_plan);
	assert_int_equal(chronicle_count(c, 0), 0);
	assert_int_equal(chronicle_days(c), 0);
	assert_string_equal(word(c, 1, "a", line), "none");
	chronicle_say(c, "2026-04-06", status("a", 1, 1, 100, "new"));
	assert_int_equal(chronicle_days(c), 1);
	assert_int_equal(chronicle_day(c, 0), day_of("2026-04-05"));
	assert_true(chronicle_point(c, 0, "overall", &point));
	assert_int_equal(point.percent, 0);
	chronicle_free(c);
}

static void
a_ledger_begins_with_a_plan(void **state)
{
	struct chronicle   *c = chronicle_new();
	struct ledger_entry entry = {.position = next_position("2026-03-31")};
	struct err          e = {0};

	(void)state;
	assert_null(chronicle_plan(c));
	chronicle_turn(c, day_of("2026-04-01"));
	assert_int_equal(chronicle_days(c), 0);
	entry.records = text_of("\x01");
	assert_int_equal(chronicle_entry(c, &entry, &e), -1);
	assert_null(chronicle_plan(c));
	assert_int_equal(chronicle_count(c, 0), 0);
	chronicle_free(c);
	chronicle_free(NULL);
}

static void
assert_point(const struct chronicle *c, const char *day, const char *scope, const char *want)
{
	struct chronicle_point p;
	char                   got[160] = "none";
	size_t                 i = 0;

	while (i < chronicle_days(c) && chronicle_day(c, i) != day_of(day))
		i++;
	if (chronicle_point(c, i, scope, &p))
		snprintf(got, sizeof(got), "%d of %d %s, %u/%u/%u, %u/%u",
		    p.counts ? p.percent : -1, p.counts ? p.expected : -1, light_name(p.light),
		    p.completed, p.verified, p.included, p.reported, p.obligations);
	assert_string_equal(got, want);
}

/* The 90th to the 97th day of 365. */
static void
days_are_as_they_ended(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-31 09:00");

	(void)state;
	chronicle_say(c, "2026-03-31 23:59", status("a", 1, 1, 5000, ""));
	chronicle_say(c, "2026-04-01 00:00", status("b", 1, 1, 10000, ""));
	chronicle_load(c, "2026-04-03 12:00", second_plan);
	chronicle_say(c, "2026-04-03 13:00", ruling("a", 1, 1, REPORT_CANCELLED));
	chronicle_turn(c, day_of("2026-04-05"));
	chronicle_load(c, "2026-04-05 12:00", third_plan);
	chronicle_turn(c, day_of("2026-04-07"));
	assert_int_equal(chronicle_days(c), 7);
	assert_int_equal(chronicle_day(c, 6), day_of("2026-04-06"));
	assert_point(c, "2026-03-31", "overall", "2500 of 2465 green, 0/0/1, 1/2");
	assert_point(c, "2026-04-01", "task/1", "7500 of 2493 green, 0/0/1, 2/2");
	assert_point(c, "2026-04-02", "agency/b", "10000 of 2520 green, 0/0/1, 1/1");
	assert_point(c, "2026-04-02", "task/2", "none");
	assert_point(c, "2026-04-03", "task/2", "0 of 2547 grey, 0/0/1, 0/1");
	assert_point(c, "2026-04-04", "task/1", "-1 of -1 grey, 0/0/0, 0/0");
	assert_point(c, "2026-04-04", "chapter/1", "0 of 2575 grey, 0/0/1, 0/1");
	assert_point(c, "2026-04-05", "task/2", "none");
	assert_point(c, "2026-04-06", "agency/a", "-1 of -1 grey, 0/0/0, 0/0");
	assert_point(c, "2026-03-31", "agency/a", "5000 of 2465 green, 0/0/1, 1/1");
	assert_point(c, "2026-04-07", "overall", "none");
	assert_point(c, "2026-04-01", "section/1.1", "none");
	chronicle_free(c);
}

static void
now_is_not_over_yet(void **state)
{
	struct chronicle      *c = chronicle_of_small("2026-03-31");
	struct chronicle_point p;

	(void)state;
	chronicle_say(c, "2026-03-31 23:59", status("a", 1, 1, 5000, ""));
	chronicle_point_now(c, 0, &p);
	assert_int_equal(p.percent, 2500);
	assert_int_equal(p.expected, 2465);
	assert_int_equal(chronicle_days(c), 0);
	chronicle_free(c);
}

/* A scope that is gone when the older half goes, and one that stays. */
static void
the_older_half_of_too_many_days_is_forgotten(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-31");

	(void)state;
	chronicle_say(c, "2026-03-31 23:59", status("a", 1, 1, 5000, ""));
	chronicle_load(c, "2026-04-05", second_plan);
	chronicle_load(c, "2026-04-07", third_plan);
	chronicle_turn(c, day_of("2026-03-31") + CHRONICLE_DAYS_MAX / 2);
	chronicle_load(c, "2031-11-10", fourth_plan);
	chronicle_turn(c, day_of("2026-03-31") + CHRONICLE_DAYS_MAX);
	assert_int_equal(chronicle_days(c), CHRONICLE_DAYS_MAX);
	assert_point(c, "2026-03-31", "overall", "2500 of 2465 green, 0/0/1, 1/2");
	assert_point(c, "2026-04-06", "task/2", "0 of 2630 grey, 0/0/1, 0/1");
	assert_point(c, "2027-04-07", "task/2", "none");
	chronicle_turn(c, day_of("2026-03-31") + CHRONICLE_DAYS_MAX + 1);
	assert_int_equal(chronicle_days(c), CHRONICLE_DAYS_MAX / 2 + 1);
	assert_int_equal(chronicle_day(c, 0), day_of("2026-03-31") + CHRONICLE_DAYS_MAX / 2);
	assert_point(c, "2031-11-09", "overall", "2500 of 10000 red, 0/0/1, 1/2");
	assert_point(c, "2031-11-09", "task/2", "none");
	assert_point(c, "2031-11-10", "task/2", "0 of 10000 red, 0/0/1, 0/1");
	chronicle_say(c, "2037-06-20", status("b", 2, 1, 10000, ""));
	chronicle_turn(c, day_of("2037-06-21"));
	assert_point(c, "2037-06-20", "task/2", "10000 of 10000 blue, 1/0/1, 1/1");
	assert_point(c, "2031-11-10", "overall", "1250 of 10000 red, 0/0/2, 1/3");
	chronicle_free(c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_newest_word_is_that_of_the_highest_seq),
	    cmocka_unit_test(an_older_word_is_stale_though_it_is_the_first_for_its_period),
	    cmocka_unit_test(a_withdrawal_is_a_word_and_a_ruling_is_of_its_task),
	    cmocka_unit_test(what_the_plan_has_no_place_for_stays_in_the_timeline),
	    cmocka_unit_test(words_outlive_the_place_they_had),
	    cmocka_unit_test(the_newest_of_a_task_and_of_the_plan_are_kept),
	    cmocka_unit_test(beyond_its_room_the_oldest_of_all_go),
	    cmocka_unit_test(strange_records_are_kept_in_small),
	    cmocka_unit_test(what_can_be_read_of_a_broken_entry_is_kept_once),
	    cmocka_unit_test(a_plan_that_is_no_later_one_begins_anew),
	    cmocka_unit_test(a_ledger_begins_with_a_plan),
	    cmocka_unit_test(days_are_as_they_ended),
	    cmocka_unit_test(now_is_not_over_yet),
	    cmocka_unit_test(the_older_half_of_too_many_days_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
