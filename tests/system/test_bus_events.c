/*
 * XPUB and SUB over real sockets: who gets which event, and that no subscription
 * is lost.
 */
#include "tests/bus_world.h"

#include <arpa/inet.h>
#include <sys/socket.h>

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

/* How many whole events of three frames each wait for it, all of them numbered alike. */
static int
count_whole_events(void *raw, int patience_ms)
{
	int events = 0;

	zmq_setsockopt(raw, ZMQ_RCVTIMEO, &patience_ms, sizeof(patience_ms));
	for (;;) {
		char   first[4] = "", next[4] = "";
		int    more;
		size_t len = sizeof(more);
		int    size = zmq_recv(raw, first, sizeof(first), 0);

		if (size < 0)
			return events;
		for (int i = 0; i < 2; i++) {
			zmq_getsockopt(raw, ZMQ_RCVMORE, &more, &len);
			assert_true(more);
			assert_int_equal(zmq_recv(raw, next, sizeof(next), 0), size);
			assert_memory_equal(next, first, sizeof(first));
		}
		zmq_getsockopt(raw, ZMQ_RCVMORE, &more, &len);
		assert_false(more);
		events++;
	}
}

/* Large events, each taken by sub, until somebody has no room. Returns how many. */
static int
publish_until_dropped(struct bus_socket *xpub, struct bus_socket *sub, struct bus *b)
{
	static char large[4096];
	struct text frame = {large, sizeof(large)}, got[3];
	uint64_t    before = bus_dropped(b);
	size_t      count = 0;
	int         sent = 0;

	while (bus_dropped(b) == before) {
		assert_true(sent < 100000);
		memcpy(large, &sent, sizeof(sent));
		bus_publish(xpub, (struct text[]){frame, frame, frame}, 3);
		assert_int_equal(take_event(sub, got, &count), BUS_MESSAGE);
		assert_int_equal(count, 3);
		assert_memory_equal(got[2].at, &sent, sizeof(sent));
		sent++;
	}
	return sent;
}

/* What fits into the kernel comes on top of the marks. */
static void
what_a_full_subscriber_misses_is_counted_and_others_get_it(void **state)
{
	struct world      *w = *state;
	struct bus_socket *xpub = keep(w, bus_xpub(w->bus, w->ipc, 200, NULL, NULL));
	struct bus_socket *sub = keep(w, bus_sub(w->bus, w->ipc, NULL, NULL));
	void              *slow;
	struct text        got[3];
	size_t             count = 0;
	int                one = 1, sent;

	slow = raw_peer(w, ZMQ_SUB, w->ipc);
	zmq_setsockopt(slow, ZMQ_RCVHWM, &one, sizeof(one));
	zmq_setsockopt(slow, ZMQ_SUBSCRIBE, "", 0);
	bus_subscribe(sub, text_of(""));
	assert_subscription(xpub, "");
	assert_subscription(xpub, "");
	assert_int_equal(bus_dropped(w->bus), 0);
	sent = publish_until_dropped(xpub, sub, w->bus);
	for (int i = 0; i < 100; i++, sent++) {
		publish(xpub, "late", "late", "late", NULL);
		assert_int_equal(take_event(sub, got, &count), BUS_MESSAGE);
	}
	assert_int_equal(bus_dropped(w->bus), 1); /* once it is full libzmq looks at it no more */
	assert_in_range(count_whole_events(slow, 300), 200, (uintmax_t)sent - 101);

	/* It has read all: now it is there again, and may be full again. */
	publish(xpub, "new", "new", "new", NULL);
	assert_int_equal(take_event(sub, got, &count), BUS_MESSAGE);
	assert_int_equal(count_whole_events(slow, 300), 1);
	assert_int_equal(bus_dropped(w->bus), 1);
	publish_until_dropped(xpub, sub, w->bus);
}

static void
wait_sessions(struct bus_socket *xpub, size_t want)
{
	int64_t end_ms = clock_mono_ms() + 2 * PATIENCE_MS;

	while (bus_sessions(xpub) != want && clock_mono_ms() < end_ms)
		clock_sleep_us(1000);
	assert_int_equal(bus_sessions(xpub), want);
}

/* Connects and says nothing, or so much, to who listens on 127.0.0.1. */
static int
stranger(const char *endpoint, const char *words)
{
	struct sockaddr_in to = {
	    .sin_family = AF_INET,
	    .sin_port = htons((uint16_t)atoi(strrchr(endpoint, ':') + 1)),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(write(fd, words, strlen(words)), strlen(words));
	return fd;
}

static void
wait_thrown_out(int fd)
{
	char heard[100];

	while (read(fd, heard, sizeof(heard)) > 0)
		;
	close(fd);
}

static void
sessions_are_counted_as_they_come_and_go(void **state)
{
	struct world      *w = *state;
	struct bus_socket *xpub = keep(w, bus_xpub(w->bus, "tcp://127.0.0.1:*", 100, NULL, NULL));
	struct bus_socket *subs[20];

	assert_int_equal(bus_sessions(xpub), 0);
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < COUNT(subs); i++)
			subs[i] = bus_sub(w->bus, bus_endpoint(xpub), NULL, NULL);
		wait_sessions(xpub, COUNT(subs));
		for (size_t i = 0; i < COUNT(subs); i++)
			bus_socket_close(subs[i]);
		wait_sessions(xpub, 0);
	}
}

/* Whoever shakes no hands is thrown out after a while, and counts at most until then. */
static void
strangers_are_no_sessions(void **state)
{
	static const char *const words[] = {"", "GET / HTTP/1.1\r\n\r\n", "\x01"};
	struct world            *w = *state;
	struct bus_socket *xpub = keep(w, bus_xpub(w->bus, "tcp://127.0.0.1:*", 100, NULL, NULL));
	struct bus_socket *sub = keep(w, bus_sub(w->bus, bus_endpoint(xpub), NULL, NULL));
	int                strangers[30];

	wait_sessions(xpub, 1);
	for (size_t i = 0; i < COUNT(strangers); i++)
		strangers[i] = stranger(bus_endpoint(xpub), words[i % COUNT(words)]);
	for (size_t i = 0; i < COUNT(strangers); i += 2)
		close(strangers[i]);
	bus_subscribe(sub, text_of("a"));
	assert_subscription(xpub, "a");
	wait_sessions(xpub, 1);
	for (size_t i = 1; i < COUNT(strangers); i += 2)
		wait_thrown_out(strangers[i]);
	assert_int_equal(bus_sessions(xpub), 1);
	bus_socket_close(w->sockets[--w->socket_count]);
	wait_sessions(xpub, 0);
}

int
main(void)
{
	const struct CMUnitTest stories[] = {
	    STORY(events_reach_those_who_subscribed),
	    STORY(every_subscription_is_seen_again_and_unsubscriptions_are_not),
	    STORY(five_thousand_subscriptions_at_once_all_arrive),
	    STORY(a_topic_of_512_bytes_passes),
	    STORY(what_a_full_subscriber_misses_is_counted_and_others_get_it),
	    STORY(sessions_are_counted_as_they_come_and_go),
	    STORY(strangers_are_no_sessions),
	};

	return cmocka_run_group_tests(stories, NULL, NULL);
}
