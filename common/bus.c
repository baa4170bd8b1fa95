#include "common/bus.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "common/bus_state.h"
#include "common/limits.h"
#include "core/mem.h"

#define SOCKETS_MAX         65535
#define QUEUE_MAX           100000 /* messages: what comes to a client */
#define REPLIES_WAITING_MAX 4096   /* messages to one peer: all acks of a full batch */
#define DEALER_UNSENT_MAX   10000  /* messages */
#define REPORTS_WAITING_MAX 128    /* messages of one peer */
#define TOPIC_MAX           512    /* bytes of a subscription */
#define ANSWER_MAX          (64ll * 1024 * 1024) /* bytes of a frame from our own daemons */
#define WIRE_OVERHEAD       64 /* bytes that CURVE and ZMTP commands add to a frame */
#define WAITS_ON_STACK      32
#define COUNT(a)            (sizeof(a) / sizeof((a)[0]))

/* ZMQ_ZAP_ENFORCE_DOMAIN: zmq.h has it among its drafts, the library always. */
#define ZAP_ENFORCE_DOMAIN 93

/* An option of a socket that is an int. */
struct setting {
	int option, value;
};

static const struct setting settings_of_all[] = {
    {ZMQ_LINGER, 1000},            /* ms */
    {ZMQ_HANDSHAKE_IVL, 3000},     /* ms: how long a stranger may hold a connection */
    {ZMQ_RECONNECT_IVL_MAX, 1000}, /* ms; from 100 on, doubling */
    {ZMQ_BACKLOG, 1024},
    {ZMQ_TCP_KEEPALIVE, 1},
    {ZMQ_TCP_KEEPALIVE_IDLE, 60},  /* s */
    {ZMQ_TCP_KEEPALIVE_INTVL, 15}, /* s */
    {ZMQ_TCP_KEEPALIVE_CNT, 4},
};

/* libzmq 4.3.4 numbers the peers of a ROUTER from rand() on, which it does not seed, and
 * aborts when one of them has given itself the next number. */
static void
seed(void)
{
	unsigned int from;

	if (getrandom(&from, sizeof(from), 0) != sizeof(from))
		abort(); /* not with so few bytes */
	srand(from);
}

struct bus *
bus_open(int io_threads)
{
	struct bus *b = mem_zeroed(1, sizeof(*b));

	seed();
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

void
bus_set(struct bus_socket *s, int option, const void *value, size_t size)
{
	if (zmq_setsockopt(s->zmq, option, value, size) != 0)
		abort(); /* option and value are ours */
}

void
bus_set_int(struct bus_socket *s, int option, int value)
{
	bus_set(s, option, &value, sizeof(value));
}

struct bus_socket *
bus_socket_new(struct bus *b, int type, struct err *e)
{
	struct bus_socket *s = mem_zeroed(1, sizeof(*s));

	s->zmq = zmq_socket(b->context, type);
	if (s->zmq == NULL) {
		err_set(e, ERR_ENV, "cannot make a socket: %s", zmq_strerror(errno));
		free(s);
		return NULL;
	}
	s->bus = b;
	s->obstacle = "";
	zmq_msg_init(&s->address);
	for (size_t i = 0; i < BUS_FRAMES_MAX; i++)
		zmq_msg_init(&s->frames[i]);
	return s;
}

/* What one kind of socket is made of. */
struct kind {
	int            type;
	bool           binds; /* or connects */
	int64_t        message_max;
	bool           monitored;
	struct setting settings[3]; /* beside those of all; option 0 ends them */
};

static void
set_up(struct bus_socket *s, const struct kind *k)
{
	int64_t frame_max = k->message_max + WIRE_OVERHEAD;

	for (size_t i = 0; i < COUNT(settings_of_all); i++)
		bus_set_int(s, settings_of_all[i].option, settings_of_all[i].value);
	for (size_t i = 0; i < COUNT(k->settings) && k->settings[i].option != 0; i++)
		bus_set_int(s, k->settings[i].option, k->settings[i].value);
	bus_set(s, ZMQ_MAXMSGSIZE, &frame_max, sizeof(frame_max));
}

/* Without the option to enforce the domain a socket whose gate is not there would let
 * everybody in. */
static void
set_curve(struct bus_socket *s, const struct bus_curve *curve)
{
	if (curve == NULL)
		return;
	s->curve = true;
	bus_set(s, ZMQ_CURVE_SECRETKEY, curve->own->secret.at, KEY_SIZE);
	bus_set(s, ZMQ_CURVE_PUBLICKEY, curve->own->open.at, KEY_SIZE);
	if (curve->server != NULL) {
		bus_set(s, ZMQ_CURVE_SERVERKEY, curve->server->at, KEY_SIZE);
		return;
	}
	bus_set_int(s, ZMQ_CURVE_SERVER, 1);
	bus_set(s, ZMQ_ZAP_DOMAIN, curve->domain, strlen(curve->domain));
	bus_set_int(s, ZAP_ENFORCE_DOMAIN, 1);
}

/* Not always: then a bound 127.0.0.1 would show as ::ffff:127.0.0.1, and localhost
 * would be looked for at ::1 alone. */
static int
wants_ipv6(const struct kind *k, const char *endpoint)
{
	return strchr(endpoint, '[') != NULL || (k->binds && strncmp(endpoint, "tcp://*", 7) == 0);
}

static struct bus_socket *
open_socket(struct bus *b, const struct kind *k, const char *endpoint,
    const struct bus_curve *curve, struct err *e)
{
	struct bus_socket *s = bus_socket_new(b, k->type, e);
	size_t             len = sizeof(s->endpoint);
	char               shown[100];

	if (s == NULL)
		return NULL;
	if (k->binds)
		limits_set();
	set_up(s, k);
	set_curve(s, curve);
	bus_set_int(s, ZMQ_IPV6, wants_ipv6(k, endpoint));
	s->listens = k->binds;
	if (k->monitored)
		bus_monitor_open(s);
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
bus_router(struct bus *b, const char *endpoint, size_t message_max, const struct bus_curve *curve,
    struct err *e)
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

	return open_socket(b, &k, endpoint, curve, e);
}

struct bus_socket *
bus_xpub(struct bus *b, const char *endpoint, size_t events_max, const struct bus_curve *curve,
    struct err *e)
{
	struct kind k = {
	    .type = ZMQ_XPUB,
	    .binds = true,
	    .monitored = true,
	    .message_max = TOPIC_MAX, /* subscriptions are all that comes in */
	    .settings =
		{
		    {ZMQ_XPUB_VERBOSE, 1},
		    {ZMQ_XPUB_NODROP, 1}, /* bus_publish() counts, then lets it drop */
		    {ZMQ_SNDHWM, (int)events_max},
		},
	};

	return open_socket(b, &k, endpoint, curve, e);
}

struct bus_socket *
bus_dealer(struct bus *b, const char *endpoint, const struct bus_curve *curve, struct err *e)
{
	static const struct kind k = {
	    .type = ZMQ_DEALER,
	    .monitored = true,
	    .message_max = ANSWER_MAX,
	    .settings = {{ZMQ_SNDHWM, DEALER_UNSENT_MAX}, {ZMQ_RCVHWM, QUEUE_MAX}},
	};

	return open_socket(b, &k, endpoint, curve, e);
}

struct bus_socket *
bus_sub(struct bus *b, const char *endpoint, const struct bus_curve *curve, struct err *e)
{
	static const struct kind k = {
	    .type = ZMQ_SUB,
	    .monitored = true,
	    .message_max = ANSWER_MAX,
	    /* Subscriptions go out by the send queue: with a limit some would be lost. */
	    .settings = {{ZMQ_SNDHWM, 0}, {ZMQ_RCVHWM, QUEUE_MAX}},
	};

	return open_socket(b, &k, endpoint, curve, e);
}

void
bus_socket_close(struct bus_socket *s)
{
	if (s == NULL)
		return;
	zmq_msg_close(&s->address);
	for (size_t i = 0; i < BUS_FRAMES_MAX; i++)
		zmq_msg_close(&s->frames[i]);
	if (s->monitor != NULL) {
		zmq_socket_monitor(s->zmq, NULL, 0);
		zmq_close(s->monitor);
	}
	zmq_close(s->zmq);
	bus_visitors_fini(&s->visitors);
	free(s);
}

const char *
bus_endpoint(const struct bus_socket *s)
{
	return s->endpoint;
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
