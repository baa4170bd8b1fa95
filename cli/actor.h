/*
 * actor -- one agency of a simulation: a link of its own to the collector, with
 * several messages under way at a time.
 *
 * A message is sent again, byte for byte, until it is answered.
 */
#ifndef TUIJIN_CLI_ACTOR_H
#define TUIJIN_CLI_ACTOR_H

#include <stdint.h>

#include "common/bus.h"
#include "core/report.h"
#include "core/wire_reply.h"

#define ACTOR_RESEND_MS 2000 /* without an answer */

/* What all actors have counted together. */
struct actor_counts {
	uint64_t sent, resent, errors; /* errors: answers that refuse a whole message */
	uint64_t verdicts[REPORT_VERDICTS];
};

struct actor;

/* Room for `outstanding` messages under way. plan and agency are borrowed; curve may be
 * NULL (common/bus.h). */
struct actor *actor_open(struct bus *b, const char *endpoint, const struct bus_curve *curve,
    const char *plan, const char *agency, uint32_t outstanding, struct actor_counts *counts,
    struct err *e);
void          actor_close(struct actor *a); /* NULL is fine */

struct bus_socket *actor_socket(struct actor *a);

/* Asks what is stored; actor_take() hands over the answer. */
void actor_ask_status(struct actor *a, int64_t mono_ms);
bool actor_knows_status(const struct actor *a);

/* What the last whole message that was refused was answered, printable, "" for none; and
 * why there is no session, "" if there is one or nothing is known. */
const char *actor_refusal(const struct actor *a);
const char *actor_obstacle(struct actor *a);

bool     actor_has_room(const struct actor *a);
uint32_t actor_outstanding(const struct actor *a);

/* Sends one entry under a new seq, wall_us or the next higher. Needs room. */
void actor_send(struct actor *a, const struct report *r, uint64_t wall_us, int64_t mono_ms);

/* Takes all answers that are there. reply is memory to decode into. A status is
 * handed to `heard`, once for each obligation. */
typedef void actor_heard_fn(void *ctx, const struct reply_obligation *o);
void         actor_take(
	    struct actor *a, struct reply *reply, int64_t mono_ms, actor_heard_fn *heard, void *ctx);

/* Sends again what is late. */
void actor_resend(struct actor *a, int64_t mono_ms);

#endif
