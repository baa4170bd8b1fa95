#include "common/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "core/mem.h"

#define PAUSE_MIN_MS 250 /* after the first "retry"; doubles from there */
#define PAUSE_MAX_MS 2000

struct client {
	struct bus_socket *socket; /* owned */
	char               endpoint[BUS_ENDPOINT_SIZE];
};

/* What one client_ask() is about. */
struct ask {
	struct text message;
	uint64_t    seq;         /* 0: the reply is one without */
	int64_t     deadline_ms; /* monotonic, like all here */
	int64_t     send_ms;     /* when to send next */
	int64_t     pause_ms;    /* to wait after the next "retry" */
	struct err  trouble;     /* what the last "retry" said */
};

struct client *
client_open(struct bus *b, const char *endpoint, struct err *e)
{
	struct client     *c;
	struct bus_socket *socket = bus_dealer(b, endpoint, e);

	if (socket == NULL)
		return NULL;
	c = mem_zeroed(1, sizeof(*c));
	c->socket = socket;
	snprintf(c->endpoint, sizeof(c->endpoint), "%s", endpoint);
	return c;
}

void
client_close(struct client *c)
{
	if (c == NULL)
		return;
	bus_socket_close(c->socket);
	free(c);
}

static bool
is_answer(const struct ask *a, const struct reply *r)
{
	if (r->kind == REPLY_ERROR && !r->seq_known)
		return true; /* it could not even be read: ours, there is no other */
	if (a->seq == 0)
		return r->kind == REPLY_PONG || r->kind == REPLY_STATUS || r->kind == REPLY_ERROR;
	return (r->kind == REPLY_ACK || r->kind == REPLY_ERROR) && r->seq_known && r->seq == a->seq;
}

static const char *
printable(struct text t, char *out, size_t size)
{
	if (!text_is_utf8(t) || !text_is_printable(t))
		return text_escape(t, out, size);
	snprintf(out, size, "%.*s", (int)t.len, t.at);
	return out;
}

/* Takes replies until one is the answer. A "retry" puts off the next sending;
 * late replies to earlier messages are passed over. */
static bool
take_answer(struct client *c, struct ask *a, struct reply *reply)
{
	struct text  bytes;
	enum bus_got got;
	char         shown[REPORT_REFUSAL_MAX];

	while ((got = bus_dealer_take(c->socket, &bytes)) != BUS_NOTHING) {
		if (got != BUS_MESSAGE || wire_reply_decode(bytes.at, bytes.len, reply, NULL) != 0)
			continue;
		if (!is_answer(a, reply)) {
			reply_fini(reply);
			continue;
		}
		if (reply->kind != REPLY_ERROR || !reply->retry)
			return true;
		err_set(&a->trouble, ERR_AGAIN, "%s: %s", report_code_name(reply->code),
		    printable(reply->message, shown, sizeof(shown)));
		reply_fini(reply);
		a->send_ms = clock_mono_ms() + a->pause_ms;
		a->pause_ms = a->pause_ms * 2 < PAUSE_MAX_MS ? a->pause_ms * 2 : PAUSE_MAX_MS;
	}
	return false;
}

/* Replies to what was given up on earlier are of no use to anybody. */
static void
drop_late_replies(struct client *c)
{
	struct text bytes;

	while (bus_dealer_take(c->socket, &bytes) != BUS_NOTHING)
		continue;
}

static int
no_answer(const struct client *c, const struct ask *a, int64_t timeout_ms, struct err *e)
{
	if (a->trouble.code != ERR_NONE)
		return err_fail(e, ERR_AGAIN, "%s: not stored within %" PRId64 " ms: %s",
		    c->endpoint, timeout_ms, a->trouble.msg);
	return err_fail(
	    e, ERR_AGAIN, "%s: no answer within %" PRId64 " ms", c->endpoint, timeout_ms);
}

int
client_ask(struct client *c, struct text message, uint64_t seq, int64_t timeout_ms,
    struct reply *reply, struct err *e)
{
	int64_t         now_ms = clock_mono_ms();
	struct bus_wait wait = {.socket = c->socket, .events = POLLIN};
	struct ask      a = {
		 .message = message,
		 .seq = seq,
		 .deadline_ms = now_ms + timeout_ms,
		 .send_ms = now_ms,
		 .pause_ms = PAUSE_MIN_MS,
        };

	drop_late_replies(c);
	for (;;) {
		if (take_answer(c, &a, reply))
			return 0;
		now_ms = clock_mono_ms();
		if (now_ms >= a.deadline_ms)
			return no_answer(c, &a, timeout_ms, e);
		if (now_ms >= a.send_ms) {
			/* A full queue is as good as a lost message: try again later. */
			(void)bus_dealer_send(c->socket, a.message);
			a.send_ms = now_ms + CLIENT_RESEND_MS;
		}
		bus_wait(
		    &wait, 1, (a.send_ms < a.deadline_ms ? a.send_ms : a.deadline_ms) - now_ms);
	}
}
