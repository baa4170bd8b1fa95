/*
 * bus_world -- a folder, a bus, and a raw context for peers that misbehave: for
 * tests of common/bus.h.
 */
#ifndef TUIJIN_TESTS_BUS_WORLD_H
#define TUIJIN_TESTS_BUS_WORLD_H

#include "tests/cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zmq.h>

#include "common/bus.h"
#include "common/clock.h"

#define PATIENCE_MS 5000
#define MIB         (1024 * 1024)

/* A bus, and beside it a raw context for peers that misbehave. What is opened is
 * closed at the end, of a test that failed too: a context waits for its sockets. */
struct world {
	char               folder[64];
	char               ipc[96];
	struct bus        *bus;
	struct bus_socket *sockets[8];
	size_t             socket_count;
	void              *raw;
	void              *peer; /* of the raw context; NULL: none */
	const void        *row;  /* of the table of cases the test belongs to */
};

static inline int
set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	w->row = *state;
	strcpy(w->folder, "/tmp/tuijin-bus-XXXXXX");
	assert_non_null(mkdtemp(w->folder));
	snprintf(w->ipc, sizeof(w->ipc), "ipc://%s/socket", w->folder);
	w->bus = bus_open(1);
	w->raw = zmq_ctx_new();
	*state = w;
	return 0;
}

static inline int
tear_down(void **state)
{
	struct world *w = *state;

	while (w->socket_count > 0)
		bus_socket_close(w->sockets[--w->socket_count]);
	bus_close(w->bus);
	if (w->peer != NULL)
		zmq_close(w->peer);
	zmq_ctx_term(w->raw);
	unlink(w->ipc + strlen("ipc://")); /* libzmq 4.3.4 leaves it */
	assert_int_equal(rmdir(w->folder), 0);
	free(w);
	return 0;
}

/* Takes care of a socket that was to be opened. */
static inline struct bus_socket *
keep(struct world *w, struct bus_socket *s)
{
	assert_non_null(s);
	w->sockets[w->socket_count++] = s;
	return s;
}

static inline void
wait_readable(struct bus_socket *s)
{
	struct bus_wait w = {.socket = s, .events = POLLIN};

	assert_int_equal(bus_wait(&w, 1, PATIENCE_MS), 1);
	assert_int_equal(w.revents, POLLIN);
}

static inline void *
raw_peer(struct world *w, int type, const char *endpoint)
{
	int   none = 0, patience = PATIENCE_MS;
	void *peer = zmq_socket(w->raw, type);

	zmq_setsockopt(peer, ZMQ_LINGER, &none, sizeof(none));
	zmq_setsockopt(peer, ZMQ_RCVTIMEO, &patience, sizeof(patience));
	w->peer = peer;
	assert_int_equal(zmq_connect(peer, endpoint), 0);
	return peer;
}

static inline void
assert_text(struct text got, const char *want)
{
	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(got.at, want, got.len);
}

#define STORY(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
