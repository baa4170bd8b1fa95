/*
 * bench_connection -- one agency under measurement: its DEALER, its messages, and
 * which of them are on their way.
 */
#ifndef TUIJIN_CLI_BENCH_CONNECTION_H
#define TUIJIN_CLI_BENCH_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/bench_message.h"
#include "common/bus.h"
#include "core/err.h"
#include "core/plan.h"

/* Message n of its connection is in slot n modulo outstanding. */
struct bench_slot {
	uint64_t n;
	int64_t  sent_us;
	bool     waiting, again;
};

struct bench_connection {
	struct bus_socket    *socket; /* owned, like messages and slots */
	struct bench_message *messages;
	struct bench_slot    *slots;
	const uint32_t       *obligations; /* what each message is about; of the plan */
	uint32_t              message_count, outstanding;
	uint64_t              first_seq, sent;
	uint64_t              oldest; /* of an echo, which answers in order */
};

/* Of agency index `agency`, which has obligations; curve may be NULL (common/bus.h).
 * Returns 0, or -1 with *e; bench_connection_close() it either way. */
int  bench_connection_open(struct bench_connection *c, struct bus *b, const char *endpoint,
     const struct bus_curve *curve, const struct plan *p, uint32_t agency, uint32_t outstanding,
     struct err *e);
void bench_connection_close(struct bench_connection *c);

/* Waits until the other end has answered a ping. */
int bench_connection_greet(
    struct bench_connection *c, const char *endpoint, int64_t timeout_ms, struct err *e);

/* Sends message n. Returns false when the queue is full. */
bool bench_connection_send(struct bench_connection *c, uint64_t n);

/* What message n says, basis points: no two in 9999 of one obligation are equal. */
uint32_t bench_connection_percent(const struct bench_connection *c, uint64_t n);

/* The slot that a reply is for; NULL: none that waits. An echo (verify false) is
 * taken to answer in order. */
struct bench_slot *bench_connection_slot(
    struct bench_connection *c, struct text reply, bool verify);

#endif
