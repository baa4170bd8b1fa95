#include "cli/bench_connection.h"

#include <stdlib.h>

#include "cli/identity.h"
#include "common/clock.h"
#include "core/mem.h"
#include "core/wire_message.h"

#define PERCENT_STEP 137 /* prime to 9999 */

int
bench_connection_open(struct bench_connection *c, struct bus *b, const char *endpoint,
    const struct bus_curve *curve, const struct plan *p, uint32_t agency, uint32_t outstanding,
    struct err *e)
{
	const struct plan_agency *a = &p->agencies[agency];
	int64_t                   wall_us = clock_wall_us();

	*c = (struct bench_connection){
	    .obligations = a->obligations,
	    .outstanding = outstanding,
	    .first_seq = (uint64_t)wall_us,
	};
	c->socket = bus_dealer(b, endpoint, curve, e);
	if (c->socket == NULL)
		return -1;
	c->message_count = a->obligation_count;
	c->messages = mem_zeroed(c->message_count, sizeof(c->messages[0]));
	c->slots = mem_zeroed(outstanding, sizeof(c->slots[0]));
	for (uint32_t i = 0; i < c->message_count; i++)
		bench_message_build(&c->messages[i], p, c->obligations[i], wall_us / 1000);
	return 0;
}

void
bench_connection_close(struct bench_connection *c)
{
	bus_socket_close(c->socket);
	for (uint32_t i = 0; i < c->message_count; i++)
		bench_message_fini(&c->messages[i]);
	free(c->messages);
	free(c->slots);
}

int
bench_connection_greet(
    struct bench_connection *c, const char *endpoint, int64_t timeout_ms, struct err *e)
{
	struct bus_wait wait = {.socket = c->socket, .events = POLLIN};
	struct buf      ping = {0};
	struct text     pong;

	wire_ping_encode(&ping);
	bus_dealer_send(c->socket, buf_text(&ping));
	buf_fini(&ping);
	bus_wait(&wait, 1, timeout_ms);
	if (bus_dealer_take(c->socket, &pong) != BUS_NOTHING)
		return 0;
	err_set(e, ERR_AGAIN, "%s: no answer within %d ms", endpoint, (int)timeout_ms);
	return identity_explain(e, bus_obstacle(c->socket));
}

uint32_t
bench_connection_percent(const struct bench_connection *c, uint64_t n)
{
	return 1 + (uint32_t)((c->first_seq + n / c->message_count * PERCENT_STEP) % 9999);
}

bool
bench_connection_send(struct bench_connection *c, uint64_t n)
{
	struct bench_message *m = &c->messages[n % c->message_count];

	return bus_dealer_send(
	    c->socket, bench_message_fill(m, c->first_seq + n, bench_connection_percent(c, n)));
}

struct bench_slot *
bench_connection_slot(struct bench_connection *c, struct text reply, bool verify)
{
	uint64_t           seq = c->first_seq + c->oldest;
	struct bench_slot *slot;

	if (!verify)
		c->oldest++;
	else if (!bench_reply_seq(reply, &seq))
		return NULL;
	slot = &c->slots[(seq - c->first_seq) % c->outstanding];
	return slot->waiting && c->first_seq + slot->n == seq ? slot : NULL;
}
