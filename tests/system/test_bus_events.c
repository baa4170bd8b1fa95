/*
 * XPUB and SUB over real sockets: who gets which event, and that no subscription
 * is lost.
 */
#include "tests/bus_world.h"

static enum bus_got
take_event(struct bus_socket *sub, struct text frames[3], size_t *count)
{
	wait_readable(sub);
	return bus_event_take(sub, frames, 3, count);
}

static void
assert_subscription(struct bus_socket *xpub, const char *want)
{
	struct text topic;

	wait_readable(xpub);
	assert_int_equal(bus_subscription_take(xpub, &topic), BUS_MESSAGE);
	assert_text(topic, want);
}

static void
publish(struct bus_socket *xpub, const char *a, const char *b, const char *c, const char *d)
{
	const char *words[] = {a, b, c, d};
	struct text frames[4];
	size_t      n = 0;

	for (; n < 4 && words[n] != NULL; n++)
		frames[n] = text_of(words[n]);
	bus_publish(xpub, frames, n);
}

static void
events_reach_those_who_subscribed(void **state)
{
	struct world      *w = *state;
	struct bus_socket *xpub = keep(w, bus_xpub(w->bus, "tcp://127.0.0.1:*", 1000, NULL, NULL));
	struct bus_socket *sub = keep(w, bus_sub(w->bus, bus_endpoint(xpub), NULL, NULL));
	struct text        got[3];
	size_t             count = 0;

	bus_subscribe(sub, text_of("p/task/"));
	assert_subscription(xpub, "p/task/");
	publish(xpub, "p/other/", "no", NULL, NULL);
	publish(xpub, "p/task/1/", "one", NULL, NULL);
	publish(xpub, "p/task/2/", "inner", "", NULL);
	publish(xpub, "p/task/3/", "b", "c", "d");
	publish(xpub, "p/task/4/", "four", NULL, NULL);

	assert_int_equal(take_event(sub, got, &count), BUS_MESSAGE);
	assert_int_equal(count, 2);
	assert_text(got[0], "p/task/1/");
	assert_text(got[1], "one");
	assert_int_equal(take_event(sub, got, &count), BUS_MESSAGE);
	assert_int_equal(count, 3);
	assert_text(got[0], "p/task/2/");
	assert_text(got[1], "inner");
	assert_text(got[2], "");
	assert_int_equal(take_event(sub, got, &count), BUS_WRONG_FRAMES);
	assert_int_equal(take_event(sub, got, &count), BUS_MESSAGE);
	assert_text(got[0], "p/task/4/");
	assert_int_equal(bus_event_take(sub, got, 3, &count), BUS_NOTHING);
}

static void
every_subscription_is_seen_again_and_unsubscriptions_are_not(void **state)
{
	struct world      *w = *state;
	struct bus_socket *xpub = keep(w, bus_xpub(w->bus, "inproc://events", 1000, NULL, NULL));
	struct bus_socket *first = keep(w, bus_sub(w->bus, "inproc://events", NULL, NULL));
	struct bus_socket *second = keep(w, bus_sub(w->bus, "inproc://events", NULL, NULL));
	struct text        topic;

	bus_subscribe(first, text_of("a/"));
	assert_subscription(xpub, "a/");
	bus_subscribe(second, text_of("a/"));
	assert_subscription(xpub, "a/");
	bus_unsubscribe(first, text_of("a/"));
	bus_unsubscribe(second, text_of("a/"));
	bus_subscribe(second, text_of("b/"));
	assert_subscription(xpub, "b/");
	assert_int_equal(bus_subscription_take(xpub, &topic), BUS_NOTHING);
}

/* More than any default queue holds: none may be lost on its way up. */
static void
five_thousand_subscriptions_at_once_all_arrive(void **state)
{
	struct world      *w = *state;
	struct bus_socket *xpub = keep(w, bus_xpub(w->bus, w->ipc, 1000, NULL, NULL));
	struct bus_socket *sub = keep(w, bus_sub(w->bus, w->ipc, NULL, NULL));
	char               topic[32];
	struct text        last;

	for (int i = 0; i < 5000; i++) {
		snprintf(topic, sizeof(topic), "topic/%d/", i);
		bus_subscribe(sub, text_of(topic));
	}
	for (int i = 0; i < 5000; i++) {
		wait_readable(xpub);
		assert_int_equal(bus_subscription_take(xpub, &last), BUS_MESSAGE);
	}
}

static void
a_topic_of_512_bytes_passes(void **state)
{
	struct world      *w = *state;
	struct bus_socket *xpub = keep(w, bus_xpub(w->bus, w->ipc, 1000, NULL, NULL));
	struct bus_socket *sub = keep(w, bus_sub(w->bus, w->ipc, NULL, NULL));
	char               topic[513];

	memset(topic, 'x', 512);
	topic[512] = '\0';
	bus_subscribe(sub, text_of(topic));
	assert_subscription(xpub, topic);
}

int
main(void)
{
	const struct CMUnitTest stories[] = {
	    STORY(events_reach_those_who_subscribed),
	    STORY(every_subscription_is_seen_again_and_unsubscriptions_are_not),
	    STORY(five_thousand_subscriptions_at_once_all_arrive),
	    STORY(a_topic_of_512_bytes_passes),
	};

	return cmocka_run_group_tests(stories, NULL, NULL);
}
