#include "common/client.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/backoff.h"
#include "common/clock.h"
#include "core/mem.h"

struct client {
	struct bus_socket *socket; /* owned */
	client_late_fn    *late;   /* NULL: not wanted, or nothing more to tell */
	bool               told_silence;
	char               endpoint[BUS_ENDPOINT_SIZE];
	char               key_id[KEY_ID_SIZE]; /* ours; "": none */
};

/* What one client_ask() is about. */
struct ask {
	struct text    message;
	uint64_t       seq; /* 0: the reply is one without */
	int64_t        timeout_ms;
	int64_t        deadline_ms; /* monotonic, like the next two */
	int64_t        late_ms;     /* when silence is worth a word */
	int64_t        send_ms;     /* when to send next */
	struct backoff pause;       /* after each "retry" */
	struct err     trouble;     /* what the last "retry" said */
};

struct client *
client_open(struct bus *b, const char *endpoint, const struct bus_curve *curve, struct err *e)
{
	struct client     *c;
	struct bus_socket *socket = bus_dealer(b, endpoint, curve, e);

	if (socket == NULL)
		return NULL;
	c = mem_zeroed(1, sizeof(*c));
	c->socket = socket;
	snprintf(c->endpoint, sizeof(c->endpoint), "%s", endpoint);
	if (curve != NULL)
		key_id(&curve->own->open, c->key_id);
	return c;
}

void
client_on_late(struct client *c, client_late_fn *late)
{
	c->late = late;
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
	if (a->seq == 0)     /* an error with a seq is a late one, to something else */
		return r->kind == REPLY_PONG || r->kind == REPLY_STATUS;
	return (r->kind == REPLY_ACK || r->kind == REPLY_ERROR) && r->seq_known && r->seq == a->seq;
}

static const char *
printable(struct text t, char *out, size_t size)
{
	if (!text_is_utf8(t) || !text_is_printable(t) || !text_is_ordered(t) || text_has_break(t))
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
		a->send_ms = clock_mono_ms() + backoff_next(&a->pause);
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
no_answer(const struct client *c, const struct ask *a, struct err *e)
{
	double      seconds = (double)a->timeout_ms / 1000;
	const char *obstacle = bus_obstacle(c->socket);

	if (a->trouble.code != ERR_NONE)
		return err_fail(e, ERR_AGAIN, "%s: not stored within %g s: %s", c->endpoint,
		    seconds, a->trouble.msg);
	if (obstacle[0] == '\0')
		obstacle = c->key_id[0] == '\0'
		    ? err_text("is a collector running there?")
		    : err_text("is a collector running there, and our key in its list?");
	return err_fail(e, ERR_AGAIN, "%s: no answer within %g s: %s%s%s", c->endpoint, seconds,
	    obstacle, c->key_id[0] != '\0' ? err_text("; our key is ") : "", c->key_id);
}

/* What the collector last said, or what keeps us from it; NULL: silence. */
static const char *
why_late(const struct client *c, const struct ask *a)
{
	const char *obstacle = bus_obstacle(c->socket);

	if (a->trouble.code != ERR_NONE)
		return a->trouble.msg;
	return obstacle[0] != '\0' ? obstacle : NULL;
}

/* Once; and once more when silence turns out to have a reason. */
static void
tell_late(struct client *c, const struct ask *a)
{
	const char *why = why_late(c, a);

	if (c->late == NULL || (c->told_silence && why == NULL))
		return;
	c->late(c->endpoint, a->timeout_ms, why);
	c->told_silence = true;
	if (why != NULL)
		c->late = NULL;
}

static void
send_when_due(struct client *c, struct ask *a, int64_t now_ms)
{
	if (now_ms < a->send_ms)
		return;
	/* A full queue is as good as a lost message: try again later. */
	(void)bus_dealer_send(c->socket, a->message);
	a->send_ms = now_ms + CLIENT_RESEND_MS;
	if (now_ms >= a->late_ms)
		tell_late(c, a);
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
		 .timeout_ms = timeout_ms,
		 .deadline_ms = now_ms + timeout_ms,
		 .late_ms = now_ms + CLIENT_RESEND_MS,
		 .send_ms = now_ms,
        };

	backoff_init_resend(&a.pause, (uint64_t)clock_mono_us());
	drop_late_replies(c);
	for (;;) {
		if (take_answer(c, &a, reply))
			return 0;
		now_ms = clock_mono_ms();
		if (now_ms >= a.deadline_ms)
			return no_answer(c, &a, e);
		send_when_due(c, &a, now_ms);
		bus_wait(
		    &wait, 1, (a.send_ms < a.deadline_ms ? a.send_ms : a.deadline_ms) - now_ms);
	}
}
