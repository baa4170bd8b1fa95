/*
 * ROUTER and DEALER over real sockets: addresses and empty frames, wrong frames,
 * limits, what a full or gone peer does to a reply, waiting.
 */
#include "tests/bus_world.h"

static enum bus_got
take(struct bus_socket *router, struct bus_peer *peer, struct text *payload)
{
	wait_readable(router);
	return bus_router_take(router, peer, payload);
}

static void
a_dealer_asks_and_is_answered(void **state)
{
	struct world      *w = *state;
	struct bus_socket *router =
	    keep(w, bus_router(w->bus, "tcp://127.0.0.1:*", MIB, NULL, NULL));
	struct bus_socket *dealer;
	struct bus_peer    peer;
	struct text        got;

	assert_memory_equal(bus_endpoint(router), "tcp://127.0.0.1:", 16);
	assert_true(atoi(bus_endpoint(router) + 16) > 0);
	dealer = keep(w, bus_dealer(w->bus, bus_endpoint(router), NULL, NULL));
	assert_int_equal(bus_router_take(router, &peer, &got), BUS_NOTHING);

	assert_true(bus_dealer_send(dealer, text_of("question")));
	assert_int_equal(take(router, &peer, &got), BUS_MESSAGE);
	assert_text(got, "question");
	assert_false(peer.req);
	assert_int_equal(bus_router_take(router, &peer, &got), BUS_NOTHING);

	assert_true(bus_router_reply(router, &peer, text_of("answer")));
	wait_readable(dealer);
	assert_int_equal(bus_dealer_take(dealer, &got), BUS_MESSAGE);
	assert_text(got, "answer");
	assert_int_equal(bus_dealer_take(dealer, &got), BUS_NOTHING);
}

static void
ipv6_reaches_a_socket_bound_everywhere(void **state)
{
	struct world      *w = *state;
	struct bus_socket *router = keep(w, bus_router(w->bus, "tcp://*:*", MIB, NULL, NULL));
	const char        *port = strrchr(bus_endpoint(router), ':');
	const char        *hosts[] = {"127.0.0.1", "[::1]", "localhost"};
	struct bus_peer    peer;
	struct text        got;
	char               endpoint[64];

	if (strncmp(bus_endpoint(router), "tcp://[::]:", 11) != 0)
		skip(); /* no IPv6 on this machine */
	for (size_t i = 0; i < COUNT(hosts); i++) {
		snprintf(endpoint, sizeof(endpoint), "tcp://%s%s", hosts[i], port);
		bus_dealer_send(
		    keep(w, bus_dealer(w->bus, endpoint, NULL, NULL)), text_of(hosts[i]));
		assert_int_equal(take(router, &peer, &got), BUS_MESSAGE);
		assert_text(got, hosts[i]);
	}
}

static void
a_req_asks_and_is_answered(void **state)
{
	struct world      *w = *state;
	struct bus_socket *router = keep(w, bus_router(w->bus, w->ipc, MIB, NULL, NULL));
	void              *req = raw_peer(w, ZMQ_REQ, w->ipc);
	struct bus_peer    peer;
	struct text        got;
	char               answer[16];

	zmq_send(req, "question", 8, 0);
	assert_int_equal(take(router, &peer, &got), BUS_MESSAGE);
	assert_text(got, "question");
	assert_true(peer.req);
	assert_true(bus_router_reply(router, &peer, text_of("answer")));
	assert_int_equal(zmq_recv(req, answer, sizeof(answer), 0), 6);
	assert_memory_equal(answer, "answer", 6);
}

/* One message as a peer may send it, and what becomes of it. */
static struct frames_case {
	const char  *name;
	const char  *frames[6]; /* NULL ends them */
	enum bus_got want;
	bool         want_req;
	const char  *want_payload;
} frames_cases[] = {
    {"frames: one", {"x"}, BUS_MESSAGE, false, "x"},
    {"frames: one empty", {""}, BUS_MESSAGE, false, ""},
    {"frames: empty and one", {"", "x"}, BUS_MESSAGE, true, "x"},
    {"frames: empty and empty", {"", ""}, BUS_MESSAGE, true, ""},
    {"frames: two", {"x", "y"}, BUS_WRONG_FRAMES, false, NULL},
    {"frames: empty and two", {"", "x", "y"}, BUS_WRONG_FRAMES, true, NULL},
    {"frames: five", {"a", "b", "c", "d", "e"}, BUS_WRONG_FRAMES, false, NULL},
};

/* Whatever came, the next message is whole and the sender can be answered. */
static void
check_frames(void **state)
{
	struct world             *w = *state;
	const struct frames_case *c = w->row;
	struct bus_socket        *router;
	struct bus_peer           peer;
	struct text               got;
	void                     *raw;
	char                      answer[16];

	router = keep(w, bus_router(w->bus, w->ipc, MIB, NULL, NULL));
	raw = raw_peer(w, ZMQ_DEALER, w->ipc);
	for (int i = 0; c->frames[i] != NULL; i++)
		zmq_send(raw, c->frames[i], strlen(c->frames[i]),
		    c->frames[i + 1] != NULL ? ZMQ_SNDMORE : 0);
	zmq_send(raw, "next", 4, 0);

	assert_int_equal(take(router, &peer, &got), c->want);
	assert_int_equal(peer.req, c->want_req);
	if (c->want == BUS_MESSAGE)
		assert_text(got, c->want_payload);
	assert_true(bus_router_reply(router, &peer, text_of("heard")));
	assert_int_equal(zmq_recv(raw, answer, sizeof(answer), 0), c->want_req ? 0 : 5);
	if (c->want_req)
		assert_int_equal(zmq_recv(raw, answer, sizeof(answer), 0), 5);
	assert_int_equal(take(router, &peer, &got), BUS_MESSAGE);
	assert_text(got, "next");
}

static void
a_message_at_the_limit_passes_and_one_far_over_it_does_not(void **state)
{
	struct world      *w = *state;
	struct bus_socket *router = keep(w, bus_router(w->bus, w->ipc, MIB, NULL, NULL));
	struct bus_socket *polite = keep(w, bus_dealer(w->bus, w->ipc, NULL, NULL));
	void              *rude = raw_peer(w, ZMQ_DEALER, w->ipc);
	char              *bytes = calloc(2, MIB);
	struct bus_peer    peer;
	struct text        got;
	struct bus_wait    w_router = {.socket = router, .events = POLLIN};
	int64_t            until = clock_mono_ms() + PATIENCE_MS;

	assert_true(bus_dealer_send(polite, (struct text){bytes, MIB}));
	assert_int_equal(take(router, &peer, &got), BUS_MESSAGE);
	assert_int_equal(got.len, MIB);

	/* The rude one is cut off; once it is back, its next words are heard. */
	zmq_send(rude, bytes, 2 * MIB, 0);
	do {
		assert_true(clock_mono_ms() < until);
		zmq_send(rude, "after", 5, ZMQ_DONTWAIT);
	} while (bus_wait(&w_router, 1, 10) == 0);
	assert_int_equal(bus_router_take(router, &peer, &got), BUS_MESSAGE);
	assert_text(got, "after");
	free(bytes);
}

static void
a_reply_to_a_peer_that_left_is_not_queued(void **state)
{
	struct world      *w = *state;
	struct bus_socket *router = keep(w, bus_router(w->bus, w->ipc, MIB, NULL, NULL));
	struct bus_socket *dealer = bus_dealer(w->bus, w->ipc, NULL, NULL);
	struct bus_peer    peer;
	struct text        got;
	int64_t            until = clock_mono_ms() + PATIENCE_MS;
	struct bus_wait    none = {.fd = -1, .events = POLLIN};

	bus_dealer_send(dealer, text_of("hello"));
	assert_int_equal(take(router, &peer, &got), BUS_MESSAGE);
	bus_socket_close(dealer);
	while (bus_router_reply(router, &peer, text_of("are you there?"))) {
		assert_true(clock_mono_ms() < until);
		bus_wait(&none, 1, 1);
	}
}

static void
a_peer_that_does_not_read_loses_replies_and_others_do_not(void **state)
{
	struct world      *w = *state;
	struct bus_socket *router = keep(w, bus_router(w->bus, w->ipc, MIB, NULL, NULL));
	struct bus_socket *good = keep(w, bus_dealer(w->bus, w->ipc, NULL, NULL));
	void              *deaf = raw_peer(w, ZMQ_DEALER, w->ipc);
	struct bus_peer    deaf_peer, peer;
	struct text        got;
	size_t             queued = 0;

	zmq_send(deaf, "hello", 5, 0);
	assert_int_equal(take(router, &deaf_peer, &got), BUS_MESSAGE);
	while (queued < 1000000 && bus_router_reply(router, &deaf_peer, text_of("x")))
		queued++;
	assert_in_range(queued, 4096, 99999); /* all acks of a full batch, and it ends */

	bus_dealer_send(good, text_of("hello"));
	assert_int_equal(take(router, &peer, &got), BUS_MESSAGE);
	assert_true(bus_router_reply(router, &peer, text_of("fine")));
	wait_readable(good);
	assert_int_equal(bus_dealer_take(good, &got), BUS_MESSAGE);
	assert_text(got, "fine");
}

static void
four_thousand_outstanding_are_all_answered(void **state)
{
	struct world      *w = *state;
	struct bus_socket *router = keep(w, bus_router(w->bus, w->ipc, MIB, NULL, NULL));
	struct bus_socket *dealer = keep(w, bus_dealer(w->bus, w->ipc, NULL, NULL));
	struct bus_peer    peer;
	struct text        got;
	uint32_t           n;

	for (n = 0; n < 4096; n++)
		assert_true(bus_dealer_send(dealer, (struct text){(char *)&n, sizeof(n)}));
	for (n = 0; n < 4096; n++) {
		assert_int_equal(take(router, &peer, &got), BUS_MESSAGE);
		assert_true(bus_router_reply(router, &peer, got));
	}
	for (n = 0; n < 4096; n++) {
		wait_readable(dealer);
		assert_int_equal(bus_dealer_take(dealer, &got), BUS_MESSAGE);
		assert_int_equal(got.len, sizeof(n));
		assert_memory_equal(got.at, &n, sizeof(n));
	}
}

static void
waiting_sees_sockets_and_descriptors(void **state)
{
	struct world      *w = *state;
	struct bus_socket *router = keep(w, bus_router(w->bus, w->ipc, MIB, NULL, NULL));
	struct bus_socket *dealer = keep(w, bus_dealer(w->bus, w->ipc, NULL, NULL));
	int                ends[2];
	struct bus_wait    waits[40] = {0}; /* more than fit on the stack of bus_wait() */

	assert_int_equal(pipe(ends), 0);
	for (int i = 0; i < 40; i++)
		waits[i].fd = -1;
	waits[1] = (struct bus_wait){.fd = ends[0], .events = POLLIN};
	waits[2] = (struct bus_wait){.fd = ends[1], .events = POLLOUT};
	waits[39] = (struct bus_wait){.socket = router, .events = POLLIN};
	assert_int_equal(bus_wait(waits, 40, 0), 1);
	assert_int_equal(waits[2].revents, POLLOUT);

	waits[2].events = 0;
	assert_int_equal(bus_wait(waits, 40, 0), 0);
	assert_int_equal(waits[2].revents, 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	bus_dealer_send(dealer, text_of("hello"));
	for (int ready = 0; ready < 2;)
		ready = bus_wait(waits, 40, PATIENCE_MS);
	assert_int_equal(waits[1].revents, POLLIN);
	assert_int_equal(waits[39].revents, POLLIN);
	close(ends[0]);
	close(ends[1]);
}

static void
an_endpoint_in_use_or_wrong_is_named(void **state)
{
	struct world      *w = *state;
	struct bus_socket *router =
	    keep(w, bus_router(w->bus, "tcp://127.0.0.1:*", MIB, NULL, NULL));
	struct err err = {0};
	char       want[BUS_ENDPOINT_SIZE + 64];

	assert_null(bus_router(w->bus, bus_endpoint(router), MIB, NULL, &err));
	snprintf(
	    want, sizeof(want), "cannot bind %s: Address already in use", bus_endpoint(router));
	assert_string_equal(err.msg, want);
	assert_int_equal(err.code, ERR_ENV);
	assert_null(bus_xpub(w->bus, "tcp://127.0.0.1:nine", 1, NULL, &err));
	assert_string_equal(err.msg, "cannot bind tcp://127.0.0.1:nine: Invalid argument");
	assert_int_equal(err.code, ERR_CONFIG);
	assert_null(bus_xpub(w->bus, "tcp://localhost:*", 1, NULL, &err));
	assert_string_equal(
	    err.msg, "cannot bind tcp://localhost:*: not an address of this machine");
	assert_int_equal(err.code, ERR_CONFIG);
	assert_null(bus_sub(w->bus, "gopher://x", NULL, &err));
	assert_string_equal(err.msg, "cannot connect to gopher://x: Protocol not supported");
	assert_int_equal(err.code, ERR_CONFIG);
}

int
main(void)
{
	const struct CMUnitTest stories[] = {
	    STORY(a_dealer_asks_and_is_answered),
	    STORY(ipv6_reaches_a_socket_bound_everywhere),
	    STORY(a_req_asks_and_is_answered),
	    STORY(a_message_at_the_limit_passes_and_one_far_over_it_does_not),
	    STORY(a_reply_to_a_peer_that_left_is_not_queued),
	    STORY(a_peer_that_does_not_read_loses_replies_and_others_do_not),
	    STORY(four_thousand_outstanding_are_all_answered),
	    STORY(waiting_sees_sockets_and_descriptors),
	    STORY(an_endpoint_in_use_or_wrong_is_named),
	};
	struct CMUnitTest tests[COUNT(stories) + COUNT(frames_cases)];
	size_t            n = COUNT(stories);

	memcpy(tests, stories, sizeof(stories));
	CASES_ADD(tests, n, frames_cases, check_frames);
	for (size_t i = COUNT(stories); i < n; i++) {
		tests[i].setup_func = set_up;
		tests[i].teardown_func = tear_down;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
