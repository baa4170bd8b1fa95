/*
 * The subscriber against an aggregator played by the test, with a clock of the
 * test's own: what it asks for, when it asks again, and what it then believes.
 */
#include "common/subscriber.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "tests/cases.h"

#define PATIENCE_MS 5000
#define START_MS    1000000 /* of the test's clock */

struct world {
	struct bus        *bus;
	struct bus_socket *xpub;
	struct subscriber *subscriber;
	int64_t            now_ms;
	char               inbox[128]; /* of the newest question */
	struct buf         payload;
};

static int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->bus = bus_open(1);
	w->xpub = bus_xpub(w->bus, "inproc://events", 1000, NULL, NULL);
	assert_non_null(w->xpub);
	w->subscriber = subscriber_open(w->bus, "inproc://events", NULL, "p", NULL);
	assert_non_null(w->subscriber);
	w->now_ms = START_MS;
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	struct world *w = *state;

	subscriber_close(w->subscriber);
	bus_socket_close(w->xpub);
	bus_close(w->bus);
	buf_fini(&w->payload);
	free(w);
	return 0;
}

/* What the subscriber has to say at the test's time. */
static enum subscriber_news
next(struct world *w)
{
	const struct event *ev;
	bool                live;

	return subscriber_next(w->subscriber, w->now_ms, &ev, &live);
}

static void
wait_news(struct world *w, enum subscriber_news want)
{
	struct bus_wait wait = {.socket = subscriber_socket(w->subscriber), .events = POLLIN};
	int64_t         end_ms = clock_mono_ms() + PATIENCE_MS;

	while (next(w) != want) {
		assert_true(clock_mono_ms() < end_ms);
		bus_wait(&wait, 1, 10);
	}
}

/* The same, and there is no other news before. */
static void
wait_only_news(struct world *w, enum subscriber_news want)
{
	struct bus_wait      wait = {.socket = subscriber_socket(w->subscriber), .events = POLLIN};
	int64_t              end_ms = clock_mono_ms() + PATIENCE_MS;
	enum subscriber_news news;

	while ((news = next(w)) == SUBSCRIBER_NOTHING) {
		assert_true(clock_mono_ms() < end_ms);
		bus_wait(&wait, 1, 10);
	}
	assert_int_equal(news, want);
}

/* The next subscription that comes in, or "" if none does. */
static const char *
subscription(struct world *w, int64_t timeout_ms)
{
	struct bus_wait wait = {.socket = w->xpub, .events = POLLIN};
	struct text     topic;

	w->inbox[0] = '\0';
	if (bus_wait(&wait, 1, timeout_ms) == 1 &&
	    bus_subscription_take(w->xpub, &topic) == BUS_MESSAGE)
		snprintf(w->inbox, sizeof(w->inbox), "%.*s", (int)topic.len, topic.at);
	return w->inbox;
}

/* The subscriber asks for a snapshot; its inbox is then in w. */
static void
wait_question(struct world *w)
{
	next(w);
	subscription(w, PATIENCE_MS);
	assert_int_equal(strncmp(w->inbox, "snap/", 5), 0);
	assert_int_equal(strspn(w->inbox + 5, "0123456789abcdef"), 32);
	assert_string_equal(w->inbox + 5 + 32, "/p/");
}

static void
expect_no_question(struct world *w)
{
	next(w);
	assert_string_equal(subscription(w, 50), "");
}

static void
encode(struct world *w, const char *task, uint64_t position, uint64_t num)
{
	char           topic[64];
	struct summary s = {
	    .plan = text_of("p"),
	    .revision = 1,
	    .position = {position, 0},
	    .kind = SCOPE_TASK,
	    .key = text_of(task),
	    .figure = {.num = num, .den = 1, .tasks = 1, .above_zero = num > 0},
	    .task_total = 1,
	    .task_included = 1,
	    .state = TASK_IN_PROGRESS,
	};

	s.gap = summary_percent(&s.figure); /* nothing is expected yet */
	snprintf(topic, sizeof(topic), "p/task/%s/", task);
	buf_reset(&w->payload);
	wire_summary_encode(&w->payload, text_of(topic), &s);
}

static void
topic_of(const char *task, char out[64])
{
	snprintf(out, 64, "p/task/%s/", task);
}

static void
publish(struct world *w, const char *task, uint64_t position, uint64_t num)
{
	char topic[64];

	topic_of(task, topic);
	encode(w, task, position, num);
	bus_publish(w->xpub, (struct text[]){text_of(topic), buf_text(&w->payload)}, 2);
}

static void
answer(struct world *w, const char *task, uint64_t position, uint64_t num)
{
	char topic[64];

	topic_of(task, topic);
	encode(w, task, position, num);
	bus_publish(
	    w->xpub, (struct text[]){text_of(w->inbox), text_of(topic), buf_text(&w->payload)}, 3);
}

static void
end_answer(struct world *w, uint64_t count, uint64_t position)
{
	buf_reset(&w->payload);
	wire_snapshot_begin_end(&w->payload, count, 1);
	wire_snapshot_plan(&w->payload, text_of("p"), (struct position){position, 0});
	bus_publish(w->xpub, (struct text[]){text_of(w->inbox), {"", 0}, buf_text(&w->payload)}, 3);
}

static const struct plan plan = {.id = "p", .revision = 1};

/* The payload and topic of an alert on a task. */
static const char *
encode_alert(struct world *w, const char *task, uint64_t position, int64_t as_of_ms, bool standing,
    char topic[ALERT_TOPIC_SIZE])
{
	struct alert alert = {
	    .what = ALARM_OVERDUE,
	    .standing = standing,
	    .revision = 1,
	    .position = {position, 0},
	    .as_of_ms = as_of_ms,
	    .kind = SCOPE_TASK,
	    .since_ms = 1,
	    .ended_ms = standing ? 0 : 2,
	    .judgement = {LIGHT_RED, REASON_OVERDUE},
	    .overdue_days = 3,
	};

	snprintf(alert.key, sizeof(alert.key), "%s", task);
	alert_topic(&plan, &alert, topic);
	buf_reset(&w->payload);
	wire_alert_encode(&w->payload, text_of(topic), &plan, &alert);
	return topic;
}

static void
publish_alert(struct world *w, const char *task, uint64_t position, int64_t as_of_ms, bool standing)
{
	char        topic[ALERT_TOPIC_SIZE];
	struct text name = text_of(encode_alert(w, task, position, as_of_ms, standing, topic));

	bus_publish(w->xpub, (struct text[]){name, buf_text(&w->payload)}, 2);
}

static void
answer_alert(struct world *w, const char *task, uint64_t position, int64_t as_of_ms)
{
	char        topic[ALERT_TOPIC_SIZE];
	struct text name = text_of(encode_alert(w, task, position, as_of_ms, true, topic));

	bus_publish(w->xpub, (struct text[]){text_of(w->inbox), name, buf_text(&w->payload)}, 3);
}

/* True if the copy has the alert on that task. */
static bool
stands(struct world *w, const char *task)
{
	char topic[ALERT_TOPIC_SIZE];

	snprintf(topic, sizeof(topic), "p/alert/overdue/task/%s/", task);
	return subscriber_payload(w->subscriber, text_of(topic)).at != NULL;
}

/* A tick of an aggregator that has these tasks at one position. */
static void
tick(struct world *w, const char *const *tasks, uint32_t count, uint64_t position, uint64_t num)
{
	struct tick t = {.plan = text_of("p"), .store_ok = true, .topics = count};
	char        topic[64];

	for (uint32_t i = 0; i < count; i++) {
		topic_of(tasks[i], topic);
		encode(w, tasks[i], position, num);
		t.digest += wire_event_digest(text_of(topic), buf_text(&w->payload));
	}
	buf_reset(&w->payload);
	wire_tick_encode(&w->payload, text_of("p/tick/"), &t);
	bus_publish(w->xpub, (struct text[]){text_of("p/tick/"), buf_text(&w->payload)}, 2);
	wait_news(w, SUBSCRIBER_TICK);
}

static const char *const both[] = {"1", "2"};

/* A subscriber that has tasks 1 and 2 at position 5 and num 100. */
static void
bring_up(struct world *w)
{
	next(w);
	assert_string_equal(subscription(w, PATIENCE_MS), "p/"); /* live first */
	wait_question(w);
	answer(w, "1", 5, 100);
	answer(w, "2", 5, 100);
	end_answer(w, 2, 5);
	wait_news(w, SUBSCRIBER_SNAPSHOT);
	assert_int_equal(subscriber_topics(w->subscriber), 2);
}

/* The num that the copy has of a task; UINT64_MAX: it has none. */
static uint64_t
num_of(struct world *w, const char *task)
{
	struct wire_reader *reader = wire_reader_new();
	char                topic[64];
	struct text         payload;
	struct event        ev = {0};
	uint64_t            num = UINT64_MAX;

	topic_of(task, topic);
	payload = subscriber_payload(w->subscriber, text_of(topic));
	if (payload.at != NULL) {
		assert_int_equal(wire_event_decode(reader, payload.at, payload.len, &ev, NULL), 0);
		num = ev.summary.figure.num;
	}
	wire_reader_free(reader);
	return num;
}

static void
a_snapshot_makes_the_copy(void **state)
{
	struct world *w = *state;

	bring_up(w);
	assert_int_equal(num_of(w, "1"), 100);
	assert_int_equal(num_of(w, "3"), UINT64_MAX);
	assert_false(subscriber_in_step(w->subscriber));
	tick(w, both, 2, 5, 100);
	assert_true(subscriber_in_step(w->subscriber));
}

static void
events_that_come_before_the_snapshot_are_not_undone_by_it(void **state)
{
	struct world *w = *state;

	next(w);
	subscription(w, PATIENCE_MS);
	wait_question(w);
	publish(w, "1", 7, 300);
	wait_news(w, SUBSCRIBER_SUMMARY);
	answer(w, "1", 5, 100);
	end_answer(w, 1, 5);
	wait_news(w, SUBSCRIBER_SNAPSHOT);
	assert_int_equal(num_of(w, "1"), 300);
}

static void
newer_events_replace_and_older_ones_do_not(void **state)
{
	struct world *w = *state;

	bring_up(w);
	publish(w, "1", 6, 200);
	wait_news(w, SUBSCRIBER_SUMMARY);
	assert_int_equal(num_of(w, "1"), 200);
	publish(w, "1", 4, 50);
	publish(w, "2", 9, 900);
	wait_news(w, SUBSCRIBER_SUMMARY); /* of task 2: the older one is no news */
	assert_int_equal(num_of(w, "1"), 200);
	assert_int_equal(num_of(w, "2"), 900);
}

static void
a_snapshot_with_a_message_missing_is_asked_for_again(void **state)
{
	struct world *w = *state;
	char          first[128];

	next(w);
	subscription(w, PATIENCE_MS);
	wait_question(w);
	strcpy(first, w->inbox);
	answer(w, "1", 5, 100);
	end_answer(w, 2, 5);
	wait_news(w, SUBSCRIBER_SUMMARY);
	w->now_ms += 4999;
	expect_no_question(w);
	w->now_ms += 1;
	wait_question(w);
	assert_string_not_equal(w->inbox, first);
	answer(w, "1", 5, 100);
	end_answer(w, 1, 5);
	wait_news(w, SUBSCRIBER_SNAPSHOT);
}

static void
what_came_in_during_a_pause_is_taken_before_it_asks_again(void **state)
{
	struct world *w = *state;

	next(w);
	subscription(w, PATIENCE_MS);
	wait_question(w);
	answer(w, "1", 5, 100);
	answer(w, "2", 5, 100);
	end_answer(w, 2, 5);
	w->now_ms += 60000;
	wait_only_news(w, SUBSCRIBER_SUMMARY);
	wait_only_news(w, SUBSCRIBER_SUMMARY);
	wait_only_news(w, SUBSCRIBER_SNAPSHOT);
	expect_no_question(w);
}

static void
an_answer_that_still_comes_in_is_not_asked_for_again(void **state)
{
	struct world *w = *state;
	char          inbox[128];

	next(w);
	subscription(w, PATIENCE_MS);
	wait_question(w);
	strcpy(inbox, w->inbox);
	answer(w, "1", 5, 100);
	w->now_ms += 4999;
	wait_only_news(w, SUBSCRIBER_SUMMARY);
	w->now_ms += 4999;
	expect_no_question(w);
	strcpy(w->inbox, inbox);
	answer(w, "2", 5, 100);
	end_answer(w, 2, 5);
	wait_only_news(w, SUBSCRIBER_SUMMARY);
	wait_only_news(w, SUBSCRIBER_SNAPSHOT);
}

static void
a_digest_that_differs_for_a_second_is_a_reason_to_ask(void **state)
{
	struct world *w = *state;

	bring_up(w);
	tick(w, both, 2, 6, 200);
	assert_false(subscriber_in_step(w->subscriber));
	w->now_ms += 999;
	tick(w, both, 2, 6, 200);
	expect_no_question(w);
	w->now_ms += 1;
	tick(w, both, 2, 6, 200);
	wait_question(w);
	answer(w, "1", 6, 200);
	answer(w, "2", 6, 200);
	end_answer(w, 2, 6);
	wait_news(w, SUBSCRIBER_SNAPSHOT);
	tick(w, both, 2, 6, 200);
	assert_true(subscriber_in_step(w->subscriber));
}

static void
a_difference_that_passes_is_none(void **state)
{
	struct world *w = *state;

	bring_up(w);
	tick(w, both, 2, 6, 200);
	w->now_ms += 900;
	tick(w, both, 2, 5, 100);
	w->now_ms += 900;
	tick(w, both, 2, 6, 200);
	expect_no_question(w);
}

static void
what_no_longer_exists_goes_with_the_next_snapshot(void **state)
{
	static const char *const one[] = {"1"};
	struct world            *w = *state;

	bring_up(w);
	tick(w, one, 1, 5, 100);
	w->now_ms += 1000;
	tick(w, one, 1, 5, 100);
	wait_question(w);
	answer(w, "1", 5, 100);
	end_answer(w, 1, 8);
	wait_news(w, SUBSCRIBER_SNAPSHOT);
	assert_int_equal(subscriber_topics(w->subscriber), 1);
	assert_int_equal(num_of(w, "2"), UINT64_MAX);
	tick(w, one, 1, 5, 100);
	assert_true(subscriber_in_step(w->subscriber));
}

static void
a_ledger_that_went_back_is_believed_the_second_time(void **state)
{
	struct world *w = *state;

	bring_up(w);
	for (int round = 0; round < 2; round++) {
		tick(w, both, 2, 1, 7);
		w->now_ms += 1000;
		tick(w, both, 2, 1, 7);
		wait_question(w);
		answer(w, "1", 1, 7);
		answer(w, "2", 1, 7);
		end_answer(w, 2, 1);
		wait_news(w, SUBSCRIBER_SNAPSHOT);
		assert_int_equal(num_of(w, "1"), round == 0 ? 100 : 7);
	}
	tick(w, both, 2, 1, 7);
	assert_true(subscriber_in_step(w->subscriber));
}

static void
an_alert_stands_from_its_edge_to_its_end(void **state)
{
	struct world *w = *state;

	bring_up(w);
	publish_alert(w, "1", 6, 0, true);
	wait_news(w, SUBSCRIBER_ALERT);
	assert_true(stands(w, "1"));
	assert_false(stands(w, "2"));
	publish_alert(w, "1", 6, 86400000, false);
	wait_news(w, SUBSCRIBER_ALERT);
	assert_false(stands(w, "1"));
	publish_alert(w, "1", 7, 86400000, true);
	wait_news(w, SUBSCRIBER_ALERT);
	assert_true(stands(w, "1"));
}

static void
an_alert_that_has_ended_is_not_raised_by_what_is_older(void **state)
{
	struct world *w = *state;

	bring_up(w);
	publish_alert(w, "1", 7, 0, false);
	wait_news(w, SUBSCRIBER_ALERT);
	publish_alert(w, "1", 6, 0, true);
	publish_alert(w, "1", 7, 0, false);
	publish(w, "1", 9, 900);
	wait_only_news(w, SUBSCRIBER_SUMMARY);
	assert_false(stands(w, "1"));
}

static void
alerts_are_in_a_snapshot_and_not_in_the_digest(void **state)
{
	struct world *w = *state;

	next(w);
	subscription(w, PATIENCE_MS);
	wait_question(w);
	answer(w, "1", 5, 100);
	answer(w, "2", 5, 100);
	answer_alert(w, "1", 5, 0);
	end_answer(w, 3, 5);
	wait_news(w, SUBSCRIBER_SNAPSHOT);
	assert_true(stands(w, "1"));
	assert_int_equal(subscriber_topics(w->subscriber), 2);
	tick(w, both, 2, 5, 100);
	assert_true(subscriber_in_step(w->subscriber));
}

static void
a_snapshot_ends_the_alerts_that_it_does_not_name(void **state)
{
	static const char *const tasks[] = {"1", "2", "3"};
	struct world            *w = *state;

	bring_up(w);
	for (size_t i = 0; i < COUNT(tasks); i++) {
		publish_alert(w, tasks[i], i == 2 ? 9 : 5, 0, true);
		wait_news(w, SUBSCRIBER_ALERT);
	}
	tick(w, both, 2, 6, 200);
	w->now_ms += 1000;
	tick(w, both, 2, 6, 200);
	wait_question(w);
	answer(w, "1", 6, 200);
	answer(w, "2", 6, 200);
	answer_alert(w, "2", 5, 0);
	end_answer(w, 3, 6);
	wait_news(w, SUBSCRIBER_SNAPSHOT);
	assert_false(stands(w, "1"));
	assert_true(stands(w, "2"));
	assert_true(stands(w, "3")); /* newer than the snapshot */
	tick(w, both, 2, 6, 200);
	assert_true(subscriber_in_step(w->subscriber));
}

static void
an_alert_under_another_topic_is_passed_over(void **state)
{
	static const char *const topics[] = {"p/alert/overdue/task/2/", "p/alert/help/task/1/",
	    "p/alert/resolved/overdue/task/1/", "p/task/1/"};
	struct world            *w = *state;
	char                     own[ALERT_TOPIC_SIZE];

	bring_up(w);
	for (size_t i = 0; i < COUNT(topics); i++) {
		encode_alert(w, "1", 6, 0, true, own);
		bus_publish(w->xpub, (struct text[]){text_of(topics[i]), buf_text(&w->payload)}, 2);
	}
	publish(w, "1", 9, 900);
	wait_only_news(w, SUBSCRIBER_SUMMARY);
	assert_false(stands(w, "1"));
	assert_false(stands(w, "2"));
}

static void
garbage_and_other_plans_are_passed_over(void **state)
{
	struct world *w = *state;

	bring_up(w);
	bus_publish(w->xpub, (struct text[]){text_of("p/task/1/"), text_of("\xc1")}, 2);
	bus_publish(w->xpub, (struct text[]){text_of("p/task/1/")}, 1);
	publish(w, "1", 6, 200);
	wait_news(w, SUBSCRIBER_SUMMARY);
	assert_int_equal(num_of(w, "1"), 200);
	assert_int_equal(subscriber_topics(w->subscriber), 2);
}

static void
a_name_that_is_none_is_refused(void **state)
{
	struct world *w = *state;
	struct err    err = {0};

	assert_null(subscriber_open(w->bus, "inproc://events", NULL, "P/", &err));
	assert_int_equal(err.code, ERR_USAGE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_snapshot_makes_the_copy),
	    TEST(events_that_come_before_the_snapshot_are_not_undone_by_it),
	    TEST(newer_events_replace_and_older_ones_do_not),
	    TEST(a_snapshot_with_a_message_missing_is_asked_for_again),
	    TEST(what_came_in_during_a_pause_is_taken_before_it_asks_again),
	    TEST(an_answer_that_still_comes_in_is_not_asked_for_again),
	    TEST(a_digest_that_differs_for_a_second_is_a_reason_to_ask),
	    TEST(a_difference_that_passes_is_none),
	    TEST(what_no_longer_exists_goes_with_the_next_snapshot),
	    TEST(a_ledger_that_went_back_is_believed_the_second_time),
	    TEST(an_alert_stands_from_its_edge_to_its_end),
	    TEST(an_alert_that_has_ended_is_not_raised_by_what_is_older),
	    TEST(alerts_are_in_a_snapshot_and_not_in_the_digest),
	    TEST(a_snapshot_ends_the_alerts_that_it_does_not_name),
	    TEST(an_alert_under_another_topic_is_passed_over),
	    TEST(garbage_and_other_plans_are_passed_over),
	    TEST(a_name_that_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
