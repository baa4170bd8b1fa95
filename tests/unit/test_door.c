/*
 * The socket that listens: when sessions end, and that it is bound again.
 */
#include "tests/cases.h"

#include <malloc.h>
#include <sched.h>
#include <unistd.h>

#include "common/door.h"

static int refused; /* how often the port is still taken */

static struct bus_socket *
bind_later(
    struct bus *b, const char *endpoint, size_t limit, const struct bus_curve *curve, struct err *e)
{
	struct bus_socket *socket;

	if (refused > 0) {
		refused--;
		err_set(e, ERR_ENV, "taken");
		return NULL;
	}
	/* The time here is not libzmq's, which lets go of the real port when it gets to it. */
	while ((socket = bus_router(b, endpoint, limit, curve, e)) == NULL)
		sched_yield();
	return socket;
}

/* Memory of which one byte is allowed is too much at the first look; the port is free again
 * after some tries, one each 5 ms. */
static struct door_case {
	const char    *name;
	size_t         memory_max;
	int            refused;
	enum door_news want;
} cases[] = {
    {"no bound, nothing changes", 0, 0, DOOR_AS_BEFORE},
    {"far from the bound, nothing changes", SIZE_MAX, 0, DOOR_AS_BEFORE},
    {"too much: bound again at once", 1, 0, DOOR_TOO_MUCH},
    {"too much: bound again when the port is free", 1, 100, DOOR_TOO_MUCH},
    {"the port is not free for ten seconds", 1, 1000000, DOOR_BROKEN},
};

static enum door_news
turn_until_news(struct door *d, struct err *e)
{
	enum door_news news = DOOR_AS_BEFORE;

	for (int64_t ms = 1000; ms < 20000 && news == DOOR_AS_BEFORE; ms += 5) {
		int64_t wait_ms = 60000;

		news = door_turn(d, ms, &wait_ms, e);
		assert_true(d->socket != NULL || wait_ms <= 5);
	}
	return news;
}

static void
check_door(void **state)
{
	const struct door_case    *c = *state;
	const struct gate_settings open = {0};
	struct err                 err = {0};
	struct bus                *b;
	struct gate               *gate;
	char                       endpoint[BUS_ENDPOINT_SIZE];

	alarm(60);
	if (c->memory_max == 1 && mallinfo2().uordblks == 0)
		skip(); /* a sanitizer's malloc does not tell; nothing is open yet that would be
			   lost */
	b = bus_open(1);
	gate = gate_open(b, &open, "test", "tcp://127.0.0.1:*", &err);

	struct door d = {.bus = b, .gate = gate, .bind = bind_later, .limit = 1000};

	d.memory_max = c->memory_max;
	refused = 0;
	assert_int_equal(door_open(&d, "tcp://127.0.0.1:*", &err), 0);
	memcpy(endpoint, d.endpoint, sizeof(endpoint));
	refused = c->refused;
	assert_int_equal(turn_until_news(&d, &err), c->want);
	assert_int_equal(d.socket == NULL, c->want == DOOR_BROKEN);
	if (d.socket != NULL)
		assert_string_equal(bus_endpoint(d.socket), endpoint);
	door_close(&d);
	gate_close(gate);
	bus_close(b);
}

CASES_MAIN(cases, check_door)
