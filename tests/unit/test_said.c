#include "dashboard/said.h"

#include "common/json.h"
#include "core/explain.h"
#include "core/period.h"
#include "tests/unit/chronicle_world.h"

/* Three agencies, one of them a member of a group until the middle of the year. */
static const char members_plan[] =
    "format: 1\nid: small\ntitle: {zh: s}\nstarts: 2026-01-15\nends: 2026-12-31\n"
    "reporting: {every: quarter, due_days: 10}\noffice: a\nrevision: 1\nutc_offset: \"+08:00\"\n"
    "agencies:\n  - {id: a, zh: a}\n  - {id: b, zh: b}\n  - {id: c, zh: c}\n"
    "groups:\n  - {id: all, zh: g, agencies: [{id: b, until: 2026-06-29}, c]}\n"
    "chapters:\n  - number: 1\n    zh: one\n    tasks:\n"
    "      - {number: 1, zh: t, duty: shared, agencies: [a, \"@all\"]}\n"
    "      - {number: 2, zh: t, agencies: [a]}\n"
    "      - {number: 3, zh: t, agencies: [a]}\n";

/* What is wanted has ' for each ". */
static void
assert_said(struct buf *out, const char *want)
{
	buf_add(out, "", 1);
	for (size_t i = 0; i < out->len; i++)
		if (out->at[i] == '"')
			out->at[i] = '\'';
	assert_string_equal(out->at, want);
	buf_fini(out);
}

static void
a_task_is_its_parts_its_ruling_and_its_records(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-30");
	struct record     rec = status("a", 1, 1, 6250, "说了什么");
	struct buf        out = {0};

	(void)state;
	rec.key = text_of("0123456789abcdef");
	rec.report.evidence_count = 1;
	rec.report.evidence[0] =
	    (struct report_evidence){text_of("title"), text_of("https://e.cn/")};
	entries = 0;
	chronicle_say(c, "2026-03-31", rec);
	chronicle_say(c, "2026-03-31", ruling("a", 1, 2, REPORT_RETURNED));
	chronicle_say(c, "2026-03-31", withdrawal("a", 1, 3));
	chronicle_say(c, "2026-03-31", status("a", 1, 2, 1, ""));
	assert_true(said_task(c, 1, &out));
	assert_said(&out,
	    "{'task':1,'parts':["
	    "{'agency':'a','role':'lead','in_force':true,'counts':true,'word':"
	    "{'kind':'withdrawal','task':1,'agency':'a','key':null,'seq':3,"
	    "'at':1774886400000,'received':1774886400000}},"
	    "{'agency':'b','role':'participant','in_force':true,'counts':true,'word':null}],"
	    "'ruling':{'kind':'disposition','task':1,'agency':'a','key':null,'seq':2,"
	    "'at':1774886400000,'received':1774886400000,'disposition':'returned','reason':'"
	    "because'},"
	    "'count':4,'timeline':["
	    "{'kind':'report','task':1,'agency':'a','key':null,'seq':2,"
	    "'at':1774886400000,'received':1774886400000,'state':'in_progress','percent':0.01,"
	    "'summary':null,'problems':null,'next_steps':null,'help':false,'evidence':[],"
	    "'position':'1774886400000-4','effect':'stale',"
	    "'percent_before':null,'state_before':'unreported'},"
	    "{'kind':'withdrawal','task':1,'agency':'a','key':null,'seq':3,"
	    "'at':1774886400000,'received':1774886400000,"
	    "'position':'1774886400000-3','effect':'applied',"
	    "'percent_before':62.5,'state_before':'in_progress'},"
	    "{'kind':'disposition','task':1,'agency':'a','key':null,'seq':2,"
	    "'at':1774886400000,'received':1774886400000,'disposition':'returned','reason':'"
	    "because',"
	    "'position':'1774886400000-2','effect':'applied',"
	    "'percent_before':null,'state_before':null},"
	    "{'kind':'report','task':1,'agency':'a','key':'0123456789abcdef','seq':1,"
	    "'at':1774886400000,'received':1774886400000,'state':'in_progress','percent':62.5,"
	    "'summary':'说了什么','problems':null,'next_steps':null,'help':false,"
	    "'evidence':[{'title':'title','uri':'https://e.cn/'}],"
	    "'position':'1774886400000-1','effect':'applied',"
	    "'percent_before':null,'state_before':null}]}");
	assert_false(said_task(c, 2, &out));
	assert_false(said_task(c, 0, &out));
	assert_int_equal(out.len, 0);
	chronicle_free(c);
}

static json_t *
parsed(struct buf *out)
{
	json_error_t e;
	json_t      *document = json_loadb(out->at, out->len, 0, &e);

	if (document == NULL)
		fail_msg("%s", e.text);
	buf_fini(out);
	return document;
}

static json_int_t
seq_at(const json_t *document, size_t i)
{
	return json_integer_value(
	    json_object_get(json_array_get(json_object_get(document, "items"), i), "seq"));
}

static void
assert_items(json_t *document, size_t count, json_int_t first, json_int_t last)
{
	const json_t *items = json_object_get(document, "items");

	assert_int_equal(json_array_size(items), count);
	if (count > 0) {
		assert_int_equal(seq_at(document, 0), first);
		assert_int_equal(seq_at(document, count - 1), last);
	}
	json_decref(document);
}

static void
news_are_oldest_first_and_the_feed_newest_first(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-30");
	struct buf        out = {0};

	(void)state;
	said_feed(c, 10, &out);
	assert_said(&out, "{'count':0,'items':[]}");
	for (uint64_t seq = 1; seq <= 300; seq++)
		chronicle_say(c, "2026-03-31", status("a", 1, seq, 2500, "words"));
	said_feed(c, 3, &out);
	assert_true(out.len > 0 && memcmp(out.at, "{\"count\":300,", 13) == 0);
	assert_items(parsed(&out), 3, 300, 298);
	said_feed(c, 1000, &out);
	assert_items(parsed(&out), CHRONICLE_RECENT_MAX, 300, 101);
	said_news(c, 297, &out);
	assert_true(out.len > 0 && memcmp(out.at, "{\"count\":300,\"left_out\":0,", 26) == 0);
	assert_items(parsed(&out), 3, 298, 300);
	said_news(c, 100, &out);
	assert_true(out.len > 0 && memcmp(out.at, "{\"count\":300,\"left_out\":0,", 26) == 0);
	assert_items(parsed(&out), CHRONICLE_RECENT_MAX, 101, 300);
	said_news(c, 99, &out);
	assert_true(out.len > 0 && memcmp(out.at, "{\"count\":300,\"left_out\":1,", 26) == 0);
	assert_items(parsed(&out), CHRONICLE_RECENT_MAX, 101, 300);
	said_news(c, 300, &out);
	assert_said(&out, "{'count':300,'left_out':0,'items':[]}");
	said_news(c, 301, &out);
	assert_said(&out, "{'count':300,'left_out':0,'items':[]}");
	chronicle_free(c);
}

static void
a_trend_is_the_days_and_today_so_far(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-31 09:00");
	struct buf        out = {0};

	(void)state;
	chronicle_say(c, "2026-03-31 23:59", status("a", 1, 1, 5000, ""));
	chronicle_say(c, "2026-04-01 00:00", status("b", 1, 1, 10000, ""));
	chronicle_turn(c, day_of("2026-04-02"));
	chronicle_load(c, "2026-04-02", second_plan);
	chronicle_say(c, "2026-04-02", ruling("a", 1, 2, REPORT_CANCELLED));
	assert_true(said_trend(c, text_of("overall"), &out));
	assert_said(&out,
	    "{'scope':'overall','days':["
	    "{'date':'2026-03-31','percent':25.0,'expected':24.65,'light':'green',"
	    "'included':1,'verified':0,'completed':0,'obligations':2,'reported':1},"
	    "{'date':'2026-04-01','percent':75.0,'expected':24.93,'light':'green',"
	    "'included':1,'verified':0,'completed':0,'obligations':2,'reported':2},"
	    "{'date':'2026-04-02','percent':0.0,'expected':25.2,'light':'grey',"
	    "'included':1,'verified':0,'completed':0,'obligations':1,'reported':0,'so_far':true}]"
	    "}");
	assert_true(said_trend(c, text_of("task/2"), &out));
	assert_said(&out,
	    "{'scope':'task/2','days':["
	    "{'date':'2026-04-02','percent':0.0,'expected':25.2,'light':'grey',"
	    "'included':1,'verified':0,'completed':0,'obligations':1,'reported':0,'so_far':true}]"
	    "}");
	assert_true(said_trend(c, text_of("task/1"), &out));
	assert_said(&out,
	    "{'scope':'task/1','days':["
	    "{'date':'2026-03-31','percent':25.0,'expected':24.65,'light':'green',"
	    "'included':1,'verified':0,'completed':0,'obligations':2,'reported':1},"
	    "{'date':'2026-04-01','percent':75.0,'expected':24.93,'light':'green',"
	    "'included':1,'verified':0,'completed':0,'obligations':2,'reported':2},"
	    "{'date':'2026-04-02','percent':null,'expected':null,'light':'grey',"
	    "'included':0,'verified':0,'completed':0,'obligations':0,'reported':0,'so_far':true}]"
	    "}");
	assert_false(said_trend(c, text_of("task/3"), &out));
	assert_false(said_trend(c, text_of(""), &out));
	assert_false(said_trend(c, text_of("overall/"), &out));
	assert_int_equal(out.len, 0);
	chronicle_free(c);
}

static void
two_days_are_compared_over_the_scopes_of_now(void **state)
{
	struct chronicle *c = chronicle_of_small("2026-03-31 09:00");
	struct buf        out = {0};

	(void)state;
	chronicle_say(c, "2026-03-31 23:59", status("a", 1, 1, 5000, ""));
	chronicle_load(c, "2026-04-01", second_plan);
	chronicle_turn(c, day_of("2026-04-02"));
	assert_true(said_compare(c, day_of("2026-03-31"), day_of("2026-04-02"), &out));
	assert_said(&out,
	    "{'from':'2026-03-31','to':'2026-04-02','scopes':["
	    "{'scope':'overall','key':'',"
	    "'from':{'percent':25.0,'expected':24.65,'light':'green',"
	    "'included':1,'verified':0,'completed':0,'obligations':2,'reported':1},"
	    "'to':{'percent':12.5,'expected':25.2,'light':'yellow',"
	    "'included':2,'verified':0,'completed':0,'obligations':3,'reported':1}},"
	    "{'scope':'chapter','key':'1',"
	    "'from':{'percent':25.0,'expected':24.65,'light':'green',"
	    "'included':1,'verified':0,'completed':0,'obligations':2,'reported':1},"
	    "'to':{'percent':12.5,'expected':25.2,'light':'yellow',"
	    "'included':2,'verified':0,'completed':0,'obligations':3,'reported':1}},"
	    "{'scope':'task','key':'1',"
	    "'from':{'percent':25.0,'expected':24.65,'light':'green',"
	    "'included':1,'verified':0,'completed':0,'obligations':2,'reported':1},"
	    "'to':{'percent':25.0,'expected':25.2,'light':'green',"
	    "'included':1,'verified':0,'completed':0,'obligations':2,'reported':1}},"
	    "{'scope':'task','key':'2',"
	    "'from':null,"
	    "'to':{'percent':0.0,'expected':25.2,'light':'grey',"
	    "'included':1,'verified':0,'completed':0,'obligations':1,'reported':0}},"
	    "{'scope':'agency','key':'a',"
	    "'from':{'percent':50.0,'expected':24.65,'light':'green',"
	    "'included':1,'verified':0,'completed':0,'obligations':1,'reported':1},"
	    "'to':{'percent':50.0,'expected':25.2,'light':'green',"
	    "'included':1,'verified':0,'completed':0,'obligations':1,'reported':1}},"
	    "{'scope':'agency','key':'b',"
	    "'from':{'percent':0.0,'expected':24.65,'light':'grey',"
	    "'included':1,'verified':0,'completed':0,'obligations':1,'reported':0},"
	    "'to':{'percent':0.0,'expected':25.2,'light':'grey',"
	    "'included':2,'verified':0,'completed':0,'obligations':2,'reported':0}}]}");
	assert_true(said_compare(c, day_of("2026-04-02"), day_of("2026-04-01"), &out));
	buf_reset(&out);
	assert_false(said_compare(c, day_of("2026-03-30"), day_of("2026-04-01"), &out));
	assert_false(said_compare(c, day_of("2026-03-31"), day_of("2026-04-03"), &out));
	assert_int_equal(out.len, 0);
	buf_fini(&out);
	chronicle_free(c);
}

/* Of the first quarter a said one on time and one late, and the second is not over. */
static void
periods_say_who_reported_for_which(void **state)
{
	struct chronicle *c = chronicle_new();
	struct record     late = status("a", 2, 3, 2500, "");
	struct buf        out = {0};

	(void)state;
	chronicle_load(c, "2026-02-01", members_plan);
	late.report.at_ms = instant("2026-03-31");
	chronicle_say(c, "2026-03-31", status("a", 1, 1, 2500, ""));
	chronicle_say(c, "2026-04-11", late);
	chronicle_say(c, "2026-05-01", status("b", 1, 1, 2500, ""));
	chronicle_say(c, "2026-05-02", ruling("a", 3, 9, REPORT_CANCELLED));
	chronicle_turn(c, day_of("2026-06-30"));
	said_periods(c, &out);
	assert_said(&out,
	    "{'every':'quarter','due_days':10,'today':'2026-06-30','periods':["
	    "{'name':'2026-Q1','first':'2026-01-01','last':'2026-03-31',"
	    "'due':'2026-04-10','state':'due'},"
	    "{'name':'2026-Q2','first':'2026-04-01','last':'2026-06-30',"
	    "'due':'2026-07-10','state':'open'},"
	    "{'name':'2026-Q3','first':'2026-07-01','last':'2026-09-30',"
	    "'due':'2026-10-10','state':'ahead'},"
	    "{'name':'2026-Q4','first':'2026-10-01','last':'2026-12-31',"
	    "'due':'2027-01-10','state':'ahead'}],'agencies':["
	    "{'agency':'a','cells':[{'expected':2,'on_time':1,'late':1,'missed':0},"
	    "{'expected':2,'on_time':0,'late':0,'missed':2},"
	    "{'expected':2,'on_time':0,'late':0,'missed':2},"
	    "{'expected':2,'on_time':0,'late':0,'missed':2}]},"
	    "{'agency':'b','cells':[{'expected':1,'on_time':0,'late':0,'missed':1},null,null,null]}"
	    ","
	    "{'agency':'c','cells':[{'expected':1,'on_time':0,'late':0,'missed':1},"
	    "{'expected':1,'on_time':0,'late':0,'missed':1},"
	    "{'expected':1,'on_time':0,'late':0,'missed':1},"
	    "{'expected':1,'on_time':0,'late':0,'missed':1}]}]}");
	chronicle_free(c);
}

/* On the first day of a period it is open, on the last one in time it still is. */
static void
a_period_is_due_the_day_after_its_last_one_in_time(void **state)
{
	static const struct {
		const char *today, *want;
	} days[] = {
	    {"2026-01-01", "ahead"},
	    {"2026-04-01", "open"},
	    {"2026-07-10", "open"},
	    {"2026-07-11", "due"},
	};
	struct chronicle *c;
	struct buf        out;
	json_t           *document;
	const char       *got;

	(void)state;
	for (size_t i = 0; i < COUNT(days); i++) {
		c = chronicle_new();
		out = (struct buf){0};
		chronicle_load(c, days[i].today, members_plan);
		said_periods(c, &out);
		document = parsed(&out);
		got = json_string_value(json_object_get(
		    json_array_get(json_object_get(document, "periods"), 1), "state"));
		assert_string_equal(got, days[i].want);
		json_decref(document);
		chronicle_free(c);
	}
}

static void
assert_same_numbers(const json_t *cell, const struct summary_period *period)
{
	json_int_t on_time = json_integer_value(json_object_get(cell, "on_time"));
	json_int_t late = json_integer_value(json_object_get(cell, "late"));

	assert_int_equal(json_integer_value(json_object_get(cell, "expected")), period->expected);
	assert_int_equal(on_time, period->on_time);
	assert_int_equal(on_time + late, period->reported);
}

static size_t
index_of_period(const json_t *periods, const char *name)
{
	for (size_t i = 0; i < json_array_size(periods); i++)
		if (strcmp(json_string_value(json_object_get(json_array_get(periods, i), "name")),
			name) == 0)
			return i;
	fail_msg("no period %s", name);
	return 0;
}

/* What the cells say of today's period and of the last due one is in the events too. */
static void
assert_cells_are_the_summaries(struct chronicle *c)
{
	struct rollup     *r = fold_rollup(chronicle_fold(c));
	const struct plan *p = chronicle_plan(c);
	struct buf         out = {0};
	json_t            *document, *periods, *cells;
	struct summary     s;

	said_periods(c, &out);
	document = parsed(&out);
	periods = json_object_get(document, "periods");
	for (uint32_t a = 0; a < p->agency_count; a++) {
		rollup_summary(r, scope_row(p, (struct scope){SCOPE_AGENCY, a}), &s);
		cells = json_object_get(
		    json_array_get(json_object_get(document, "agencies"), a), "cells");
		if (s.period.name[0] != '\0')
			assert_same_numbers(
			    json_array_get(cells, index_of_period(periods, s.period.name)),
			    &s.period);
		if (s.last_period.name[0] != '\0')
			assert_same_numbers(
			    json_array_get(cells, index_of_period(periods, s.last_period.name)),
			    &s.last_period);
	}
	json_decref(document);
}

static void
periods_are_those_of_the_summaries(void **state)
{
	struct chronicle *c = chronicle_new();

	(void)state;
	chronicle_load(c, "2025-12-20", members_plan);
	for (int32_t day = day_of("2026-01-01"); day < day_of("2027-02-01"); day += 3) {
		char     date[CALENDAR_DATE_SIZE];
		uint64_t seq = (uint64_t)day;

		calendar_format_date(day, date);
		if (day % 5 == 0)
			chronicle_say(
			    c, date, status("a", 1 + (uint32_t)(day / 5) % 3, seq, 100, ""));
		if (day % 31 == 0)
			chronicle_say(c, date, status("b", 1, seq, 100, ""));
		if (day % 120 == 0)
			chronicle_say(c, date, status("c", 1, seq, 100, ""));
		if (date[5] == '0' && date[6] == '5')
			chronicle_say(c, date, ruling("a", 3, seq, REPORT_VERIFIED));
		if (date[5] == '0' && date[6] == '8')
			chronicle_say(c, date, ruling("a", 2, seq, REPORT_CANCELLED));
		chronicle_turn(c, day);
		assert_cells_are_the_summaries(c);
	}
	chronicle_free(c);
}

static void
periods_of_a_long_plan_are_those_around_today(void **state)
{
	static const char yaml[] =
	    "format: 1\nid: long\ntitle: {zh: s}\nstarts: 1000-01-01\nends: 9999-12-31\n"
	    "reporting: {every: month, due_days: 10}\noffice: a\nrevision: 1\n"
	    "utc_offset: \"+08:00\"\nagencies:\n  - {id: a, zh: a}\n"
	    "chapters:\n  - number: 1\n    zh: one\n    tasks:\n"
	    "      - {number: 1, zh: t, agencies: [a]}\n";
	struct chronicle *c = chronicle_new();
	struct buf        out = {0};
	json_t           *document, *periods;

	(void)state;
	chronicle_load(c, "2026-03-31", yaml);
	said_periods(c, &out);
	document = parsed(&out);
	periods = json_object_get(document, "periods");
	assert_int_equal(json_array_size(periods), SAID_PERIODS_MAX);
	assert_int_equal(index_of_period(periods, "2026-03"), SAID_PERIODS_MAX - 1);
	json_decref(document);
	chronicle_free(c);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_task_is_its_parts_its_ruling_and_its_records),
	    cmocka_unit_test(news_are_oldest_first_and_the_feed_newest_first),
	    cmocka_unit_test(a_trend_is_the_days_and_today_so_far),
	    cmocka_unit_test(two_days_are_compared_over_the_scopes_of_now),
	    cmocka_unit_test(periods_say_who_reported_for_which),
	    cmocka_unit_test(a_period_is_due_the_day_after_its_last_one_in_time),
	    cmocka_unit_test(periods_are_those_of_the_summaries),
	    cmocka_unit_test(periods_of_a_long_plan_are_those_around_today),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
