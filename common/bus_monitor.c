#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "common/bus_state.h"
#include "common/clock.h"

#define TAKES_MAX 10000 /* events in one look */
#define LISTENING_EVENTS                                                                           \
	(ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED)
#define CONNECTING_EVENTS                                                                          \
	(ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |                               \
	    ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |           \
	    ZMQ_EVENT_HANDSHAKE_FAILED_AUTH)

void
bus_monitor_open(struct bus_socket *s)
{
	int  events = s->listens ? LISTENING_EVENTS : CONNECTING_EVENTS, none = 0;
	char name[64];

	snprintf(name, sizeof(name), "inproc://monitor-%p", s->zmq);
	s->monitor = zmq_socket(s->bus->context, ZMQ_PAIR);
	if (s->monitor == NULL)
		return; /* no more sockets: then nobody is told */
	/* With a limit libzmq would wait, in its I/O thread, for us to read. */
	zmq_setsockopt(s->monitor, ZMQ_RCVHWM, &none, sizeof(none));
	zmq_setsockopt(s->monitor, ZMQ_LINGER, &none, sizeof(none));
	if (zmq_socket_monitor(s->zmq, name, events) != 0 || zmq_connect(s->monitor, name) != 0) {
		zmq_close(s->monitor);
		s->monitor = NULL;
	}
}

/* What the two sides did not agree on. Who is refused by the other's gate hears nothing
 * but the end of the connection, like one that has another server's key. */
static const char *
failed_handshake(const struct bus_socket *s, uint32_t value)
{
	if (value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH)
		return s->curve ? "it has no keys, and we want one"
				: "it wants keys, and we have none";
	return s->curve ? "the handshake failed: is that its key, and is ours in its list?"
			: "the handshake failed: it may want keys";
}

static void
note(struct bus_socket *s, uint16_t event, uint32_t value)
{
	switch (event) {
	case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
		s->obstacle = "";
		break;
	case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
		s->obstacle = failed_handshake(s, value);
		break;
	case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
	case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
		s->obstacle = failed_handshake(s, 0);
		break;
	default: /* after a failed handshake too, which says more */
		if (s->obstacle[0] == '\0')
			s->obstacle = "nobody listens there";
		break;
	}
}

/* Each event is two frames: number (16 bits) and value (32 bits), then the endpoint. */
void
bus_monitor_take(struct bus_socket *s)
{
	uint8_t  said[6], endpoint[BUS_ENDPOINT_SIZE];
	uint16_t event;
	uint32_t value;

	if (s->monitor == NULL)
		return;
	for (int i = 0; i < TAKES_MAX; i++) {
		if (zmq_recv(s->monitor, said, sizeof(said), ZMQ_DONTWAIT) != (int)sizeof(said))
			return;
		memcpy(&event, said, sizeof(event));
		memcpy(&value, said + sizeof(event), sizeof(value));
		(void)zmq_recv(s->monitor, endpoint, sizeof(endpoint), ZMQ_DONTWAIT);
		if (s->listens)
			bus_visitors_note(&s->visitors, event, value, clock_mono_ms());
		else
			note(s, event, value);
	}
}

const char *
bus_obstacle(struct bus_socket *s)
{
	bus_monitor_take(s);
	return s->obstacle;
}
