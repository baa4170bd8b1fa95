/*
 * client -- an agency's side of the report protocol: send, wait, send again.
 *
 * Blocking, for commands. A message is sent again, byte for byte, when no reply
 * came in time or the reply says retry: the collector knows it by its seq.
 */
#ifndef TUIJIN_COMMON_CLIENT_H
#define TUIJIN_COMMON_CLIENT_H

#include <stdint.h>

#include "common/bus.h"
#include "core/err.h"
#include "core/wire_reply.h"

#define CLIENT_RESEND_MS 2000 /* without a reply */

struct client;

/* curve may be NULL (common/bus.h). NULL with *e. */
struct client *client_open(
    struct bus *b, const char *endpoint, const struct bus_curve *curve, struct err *e);
void client_close(struct client *c); /* NULL is fine */

/* Has late() called when a message is still without a verdict after CLIENT_RESEND_MS:
 * why says what the collector last answered, or why there is no session with it; NULL,
 * nothing is known. Called once, and after NULL once more when there is a reason. */
typedef void client_late_fn(const char *endpoint, int64_t timeout_ms, const char *why);
void         client_on_late(struct client *c, client_late_fn *late);

/* Sends message and waits at most timeout_ms for its reply; seq 0 where a message
 * has none (ping, status). Returns 0 with *reply (borrowing from c until the next
 * call; reply_fini() it), or -1 with *e: ERR_AGAIN, nobody answered in time or
 * the store stayed away. An error reply without retry is a reply: returns 0. */
int client_ask(struct client *c, struct text message, uint64_t seq, int64_t timeout_ms,
    struct reply *reply, struct err *e);

#endif
