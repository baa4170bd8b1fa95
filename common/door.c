#include "common/door.h"

#include <malloc.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/limits.h"

#define LOOK_MS         250   /* between two looks at the memory */
#define SETTLE_MS       1200  /* to the next look, when sessions have just ended: they may linger */
#define REBIND_MS       10000 /* for the port to become free again */
#define REBIND_PAUSE_MS 5

/* When all descriptors are taken, those that were set aside are for this too. */
static int
bind_to(struct door *d, const char *endpoint, struct err *e)
{
	limits_lift();
	d->socket = d->bind(d->bus, endpoint, d->limit, gate_curve(d->gate), e);
	limits_lower();
	return d->socket != NULL ? 0 : -1;
}

int
door_open(struct door *d, const char *endpoint, struct err *e)
{
	if (bind_to(d, endpoint, e) != 0)
		return -1;
	snprintf(d->endpoint, sizeof(d->endpoint), "%s", bus_endpoint(d->socket));
	return 0;
}

void
door_close(struct door *d)
{
	bus_socket_close(d->socket);
	d->socket = NULL;
}

/* What is in use, of all threads: freed memory that malloc keeps does not count. */
static bool
is_too_much(struct door *d, int64_t mono_ms)
{
	struct mallinfo2 m;

	if (d->memory_max == 0 || mono_ms < d->look_at_ms)
		return false;
	d->look_at_ms = mono_ms + LOOK_MS;
	m = mallinfo2();
	return m.uordblks + m.hblkhd > d->memory_max;
}

static void
end_sessions(struct door *d, int64_t mono_ms, enum door_news why)
{
	door_close(d);
	d->why = why;
	d->rebind_until_ms = mono_ms + REBIND_MS;
}

/* libzmq lets go of the port in a moment. */
static enum door_news
bind_again(struct door *d, int64_t mono_ms, int64_t *wait_ms, struct err *e)
{
	if (bind_to(d, d->endpoint, e) != 0) {
		*wait_ms = clock_sooner(*wait_ms, REBIND_PAUSE_MS);
		return mono_ms < d->rebind_until_ms ? DOOR_AS_BEFORE : DOOR_BROKEN;
	}
	malloc_trim(0);
	d->look_at_ms = mono_ms + SETTLE_MS;
	return d->why;
}

enum door_news
door_turn(struct door *d, int64_t mono_ms, int64_t *wait_ms, struct err *e)
{
	bool shut_out = gate_has_shut_out(d->gate);

	if (d->endpoint[0] == '\0')
		return DOOR_AS_BEFORE;
	if (d->socket != NULL && shut_out && (!d->lenient || limits_are_near()))
		end_sessions(d, mono_ms, DOOR_SHUT_OUT);
	else if (d->socket != NULL && is_too_much(d, mono_ms))
		end_sessions(d, mono_ms, DOOR_TOO_MUCH);
	if (d->memory_max > 0)
		*wait_ms = clock_sooner(*wait_ms, LOOK_MS);
	return d->socket == NULL ? bind_again(d, mono_ms, wait_ms, e) : DOOR_AS_BEFORE;
}

const char *
door_news_name(enum door_news n)
{
	static const char *const names[] = {
	    [DOOR_AS_BEFORE] = "nothing has changed",
	    [DOOR_SHUT_OUT] = "a key is good no more",
	    [DOOR_TOO_MUCH] = "those who are connected took up too much memory",
	    [DOOR_BROKEN] = "the port was lost",
	};

	return names[n];
}
