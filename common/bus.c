#include "common/bus.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <zmq.h>

#include "core/mem.h"

#define SOCKETS_MAX              65535
#define QUEUE_MAX                100000 /* messages: what comes to a client */
#define REPLIES_WAITING_MAX      4096   /* messages to one peer: all acks of a full batch */
#define DEALER_UNSENT_MAX        10000  /* messages */
#define REPORTS_WAITING_MAX      128    /* messages of one peer */
#define TOPIC_MAX                1024   /* bytes of a subscription */
#define ANSWER_MAX               (64ll * 1024 * 1024) /* bytes of a frame from our own daemons */
#define WIRE_OVERHEAD            64   /* bytes that CURVE and ZMTP commands add to a frame */
#define FRAMES_MAX               4    /* of an event */
#define UNSUBSCRIPTIONS_PER_TAKE 1000 /* a flood of them must not hold up the loop */
#define WAITS_ON_STACK           32
#define COUNT(a)                 (sizeof(a) / sizeof((a)[0]))

struct bus {
	void *context; /* owned */
};

struct bus_socket {
	void     *zmq;                /* owned */
	zmq_msg_t address;            /* ROUTER: who sent what was taken last */
	zmq_msg_t frames[FRAMES_MAX]; /* what was taken last: the texts given out point into it */
	char      endpoint[BUS_ENDPOINT_SIZE];
};

/* An option of a socket that is an int. */
struct setting {
	int option, value;
};

static const struct setting settings_of_all[] = {
    {ZMQ_LINGER, 1000},            /* ms */
    {ZMQ_HANDSHAKE_IVL, 10000},    /* ms */
    {ZMQ_RECONNECT_IVL_MAX, 1000}, /* ms; from 100 on, doubling */
    {ZMQ_BACKLOG, 1024},
    {ZMQ_TCP_KEEPALIVE, 1},
    {ZMQ_TCP_KEEPALIVE_IDLE, 60},  /* s */
    {ZMQ_TCP_KEEPALIVE_INTVL, 15}, /* s */
    {ZMQ_TCP_KEEPALIVE_CNT, 4},
};

struct bus *
bus_open(int io_threads)
{
	struct bus *b = mem_zeroed(1, sizeof(*b));

	b->context = zmq_ctx_new();
	if (b->context == NULL)
		abort(); /* out of memory, or of descriptors before anything began */
	zmq_ctx_set(b->context, ZMQ_IO_THREADS, io_threads);
	zmq_ctx_set(b->context, ZMQ_MAX_SOCKETS, SOCKETS_MAX);
	zmq_ctx_set(b->context, ZMQ_BLOCKY, 0);
	return b;
}

void
bus_close(struct bus *b)
{
	if (b == NULL)
		return;
	while (zmq_ctx_term(b->context) == -1 && errno == EINTR)
		;
	free(b);
}

static void
set(struct bus_socket *s, int option, const void *value, size_t size)
{
	if (zmq_setsockopt(s->zmq, option, value, size) != 0)
		abort(); /* option and value are ours */
}

/* What one kind of socket is made of. */
struct kind {
	int            type;
	bool           binds; /* or connects */
	int64_t        message_max;
	struct setting settings[3]; /* beside those of all; option 0 ends them */
};

static void
set_up(struct bus_socket *s, const struct kind *k)
{
	int64_t frame_max = k->message_max + WIRE_OVERHEAD;

	zmq_msg_init(&s->address);
	for (size_t i = 0; i < FRAMES_MAX; i++)
		zmq_msg_init(&s->frames[i]);
	for (size_t i = 0; i < COUNT(settings_of_all); i++)
		set(s, settings_of_all[i].option, &settings_of_all[i].value, sizeof(int));
	for (size_t i = 0; i < COUNT(k->settings) && k->settings[i].option != 0; i++)
		set(s, k->settings[i].option, &k->settings[i].value, sizeof(int));
	set(s, ZMQ_MAXMSGSIZE, &frame_max, sizeof(frame_max));
}

/* Not always: then a bound 127.0.0.1 would show as ::ffff:127.0.0.1, and localhost
 * would be looked for at ::1 alone. */
static int
wants_ipv6(const struct kind *k, const char *endpoint)
{
	return strchr(endpoint, '[') != NULL || (k->binds && strncmp(endpoint, "tcp://*", 7) == 0);
}

static struct bus_socket *
open_socket(struct bus *b, const struct kind *k, const char *endpoint, struct err *e)
{
	struct bus_socket *s = mem_zeroed(1, sizeof(*s));
	size_t             len = sizeof(s->endpoint);
	int                ipv6 = wants_ipv6(k, endpoint);
	char               shown[100];

	s->zmq = zmq_socket(b->context, k->type);
	if (s->zmq == NULL) {
		err_set(e, ERR_ENV, "cannot make a socket: %s", zmq_strerror(errno));
		free(s);
		return NULL;
	}
	set_up(s, k);
	set(s, ZMQ_IPV6, &ipv6, sizeof(ipv6));
	if ((k->binds ? zmq_bind : zmq_connect)(s->zmq, endpoint) != 0) {
		const char *why =
		    errno == ENODEV ? "not an address of this machine" : zmq_strerror(errno);

		/* A port in use may become free; the rest somebody has to change. */
		err_set(e, errno == EADDRINUSE ? ERR_ENV : ERR_CONFIG, "cannot %s %s: %s",
		    k->binds ? "bind" : "connect to",
		    text_escape(text_of(endpoint), shown, sizeof(shown)), why);
		bus_socket_close(s);
		return NULL;
	}
	zmq_getsockopt(s->zmq, ZMQ_LAST_ENDPOINT, s->endpoint, &len);
	return s;
}

struct bus_socket *
bus_router(struct bus *b, const char *endpoint, size_t message_max, struct err *e)
{
	struct kind k = {
	    .type = ZMQ_ROUTER,
	    .binds = true,
	    .message_max = (int64_t)message_max,
	    .settings =
		{
		    {ZMQ_ROUTER_MANDATORY, 1}, /* a reply that cannot be queued is reported */
		    {ZMQ_SNDHWM, REPLIES_WAITING_MAX},
		    {ZMQ_RCVHWM, REPORTS_WAITING_MAX},
		},
	};

	return open_socket(b, &k, endpoint, e);
}

struct bus_socket *
bus_xpub(struct bus *b, const char *endpoint, int events_max, struct err *e)
{
	struct kind k = {
	    .type = ZMQ_XPUB,
	    .binds = true,
	    .message_max = TOPIC_MAX, /* subscriptions are all that comes in */
	    .settings = {{ZMQ_XPUB_VERBOSE, 1}, {ZMQ_SNDHWM, events_max}},
	};

	return open_socket(b, &k, endpoint, e);
}

struct bus_socket *
bus_dealer(struct bus *b, const char *endpoint, struct err *e)
{
	static const struct kind k = {
	    .type = ZMQ_DEALER,
	    .message_max = ANSWER_MAX,
	    .settings = {{ZMQ_SNDHWM, DEALER_UNSENT_MAX}, {ZMQ_RCVHWM, QUEUE_MAX}},
	};

	return open_socket(b, &k, endpoint, e);
}

struct bus_socket *
bus_sub(struct bus *b, const char *endpoint, struct err *e)
{
	static const struct kind k = {
	    .type = ZMQ_SUB,
	    .message_max = ANSWER_MAX,
	    /* Subscriptions go out by the send queue: with a limit some would be lost. */
	    .settings = {{ZMQ_SNDHWM, 0}, {ZMQ_RCVHWM, QUEUE_MAX}},
	};

	return open_socket(b, &k, endpoint, e);
}

void
bus_socket_close(struct bus_socket *s)
{
	if (s == NULL)
		return;
	zmq_msg_close(&s->address);
	for (size_t i = 0; i < FRAMES_MAX; i++)
		zmq_msg_close(&s->frames[i]);
	zmq_close(s->zmq);
	free(s);
}

const char *
bus_endpoint(const struct bus_socket *s)
{
	return s->endpoint;
}

static bool
take_frame(struct bus_socket *s, zmq_msg_t *into)
{
	return zmq_msg_recv(into, s->zmq, ZMQ_DONTWAIT) >= 0;
}

/* Passes over the frames that follow `last`. One at a time is held, and the
 * socket bounds each. */
static void
skip_rest(struct bus_socket *s, zmq_msg_t *last)
{
	while (zmq_msg_more(last) && take_frame(s, last))
		;
}

static struct text
frame_text(zmq_msg_t *frame)
{
	return (struct text){zmq_msg_data(frame), zmq_msg_size(frame)};
}

enum bus_got
bus_router_take(struct bus_socket *s, struct bus_peer *peer, struct text *payload)
{
	zmq_msg_t *body = &s->frames[0];

	if (!take_frame(s, &s->address))
		return BUS_NOTHING;
	peer->len = (uint8_t)zmq_msg_size(&s->address);
	peer->req = false;
	memcpy(peer->id, zmq_msg_data(&s->address), peer->len);
	if (!zmq_msg_more(&s->address) || !take_frame(s, body))
		return BUS_WRONG_FRAMES;
	if (zmq_msg_more(body) && zmq_msg_size(body) == 0) {
		peer->req = true;
		take_frame(s, body);
	}
	if (zmq_msg_more(body)) {
		skip_rest(s, body);
		return BUS_WRONG_FRAMES;
	}
	*payload = frame_text(body);
	return BUS_MESSAGE;
}

bool
bus_router_reply(struct bus_socket *s, const struct bus_peer *peer, struct text payload)
{
	/* Whether there is room is decided at the address; the rest then goes through. */
	if (zmq_send(s->zmq, peer->id, peer->len, ZMQ_SNDMORE | ZMQ_DONTWAIT) == -1)
		return false;
	if (peer->req && zmq_send(s->zmq, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT) == -1)
		return false;
	return zmq_send(s->zmq, payload.at, payload.len, ZMQ_DONTWAIT) >= 0;
}

bool
bus_dealer_send(struct bus_socket *s, struct text payload)
{
	return zmq_send(s->zmq, payload.at, payload.len, ZMQ_DONTWAIT) >= 0;
}

enum bus_got
bus_dealer_take(struct bus_socket *s, struct text *payload)
{
	zmq_msg_t *body = &s->frames[0];

	if (!take_frame(s, body))
		return BUS_NOTHING;
	if (zmq_msg_more(body)) {
		skip_rest(s, body);
		return BUS_WRONG_FRAMES;
	}
	*payload = frame_text(body);
	return BUS_MESSAGE;
}

void
bus_publish(struct bus_socket *s, const struct text *frames, size_t count)
{
	for (size_t i = 0; i < count; i++)
		zmq_send(s->zmq, frames[i].at, frames[i].len,
		    ZMQ_DONTWAIT | (i + 1 < count ? ZMQ_SNDMORE : 0));
}

enum bus_got
bus_subscription_take(struct bus_socket *s, struct text *topic)
{
	zmq_msg_t *request = &s->frames[0];

	for (int i = 0; i < UNSUBSCRIPTIONS_PER_TAKE && take_frame(s, request); i++) {
		struct text t = frame_text(request);

		if (t.len >= 1 && t.at[0] == 1) { /* 0 ends a subscription */
			*topic = (struct text){t.at + 1, t.len - 1};
			return BUS_MESSAGE;
		}
	}
	return BUS_NOTHING;
}

void
bus_subscribe(struct bus_socket *s, struct text prefix)
{
	zmq_setsockopt(s->zmq, ZMQ_SUBSCRIBE, prefix.at, prefix.len);
}

void
bus_unsubscribe(struct bus_socket *s, struct text prefix)
{
	zmq_setsockopt(s->zmq, ZMQ_UNSUBSCRIBE, prefix.at, prefix.len);
}

enum bus_got
bus_event_take(struct bus_socket *s, struct text *frames, size_t frames_max, size_t *count)
{
	size_t n = 0;

	assert(frames_max >= 1 && frames_max <= FRAMES_MAX);
	if (!take_frame(s, &s->frames[0]))
		return BUS_NOTHING;
	for (;;) {
		frames[n] = frame_text(&s->frames[n]);
		if (!zmq_msg_more(&s->frames[n++]))
			break;
		if (n == frames_max) {
			skip_rest(s, &s->frames[n - 1]);
			return BUS_WRONG_FRAMES;
		}
		if (!take_frame(s, &s->frames[n]))
			return BUS_WRONG_FRAMES;
	}
	*count = n;
	return BUS_MESSAGE;
}

static short
to_zmq(short events)
{
	return (short)((events & POLLIN ? ZMQ_POLLIN : 0) | (events & POLLOUT ? ZMQ_POLLOUT : 0));
}

static short
from_zmq(short events)
{
	return (short)((events & ZMQ_POLLIN ? POLLIN : 0) | (events & ZMQ_POLLOUT ? POLLOUT : 0) |
	    (events & ZMQ_POLLERR ? POLLERR : 0));
}

static int
poll_items(zmq_pollitem_t *items, struct bus_wait *waits, size_t count, int64_t timeout_ms)
{
	int ready;

	for (size_t i = 0; i < count; i++)
		items[i] = (zmq_pollitem_t){
		    .socket = waits[i].socket != NULL && waits[i].events != 0 ? waits[i].socket->zmq
									      : NULL,
		    .fd = waits[i].events != 0 ? waits[i].fd : -1,
		    .events = to_zmq(waits[i].events),
		};
	ready = zmq_poll(items, (int)count, (long)timeout_ms);
	for (size_t i = 0; i < count; i++)
		waits[i].revents = ready > 0 ? from_zmq(items[i].revents) : 0;
	return ready > 0 ? ready : 0;
}

int
bus_wait(struct bus_wait *waits, size_t count, int64_t timeout_ms)
{
	zmq_pollitem_t  few[WAITS_ON_STACK];
	zmq_pollitem_t *many;
	int             ready;

	if (count <= WAITS_ON_STACK)
		return poll_items(few, waits, count, timeout_ms);
	many = mem_zeroed(count, sizeof(*many));
	ready = poll_items(many, waits, count, timeout_ms);
	free(many);
	return ready;
}
