/*
 * bus_state -- what a bus and its sockets are made of; for common/bus*.c alone.
 */
#ifndef TUIJIN_COMMON_BUS_STATE_H
#define TUIJIN_COMMON_BUS_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include <zmq.h>

#include "common/bus.h"

#define BUS_FRAMES_MAX 4 /* of an event */

struct bus {
	void    *context; /* owned */
	uint64_t dropped;
};

/* Who is connected to a socket that listens, by what its monitor says. */
struct bus_visitors {
	int64_t *since_ms; /* owned; by descriptor: connected since, 0: it is none */
	size_t   room;
	size_t   shaken[2]; /* handshakes that were done in this spell, and in the last */
	int64_t  spell_ms;  /* when this one began */
};

struct bus_socket {
	struct bus         *bus;      /* borrowed */
	void               *zmq;      /* owned */
	void               *monitor;  /* owned; of all that connect, and of an XPUB */
	const char         *obstacle; /* of one that connects: by what the monitor last said */
	struct bus_visitors visitors; /* of an XPUB */
	unsigned            takes;
	bool                listens, curve;
	zmq_msg_t           address;                /* ROUTER: who sent what was taken last */
	zmq_msg_t           frames[BUS_FRAMES_MAX]; /* taken last: texts given out point into it */
	char                endpoint[BUS_ENDPOINT_SIZE];
};

/* A socket of that type with nothing set. NULL with *e. */
struct bus_socket *bus_socket_new(struct bus *b, int type, struct err *e);

/* Sets an option of ours, to a value of ours. */
void bus_set(struct bus_socket *s, int option, const void *value, size_t size);
void bus_set_int(struct bus_socket *s, int option, int value);

/* Takes a frame without waiting; false: there is none. The text points into it. */
bool        bus_take_frame(struct bus_socket *s, zmq_msg_t *into);
struct text bus_frame_text(zmq_msg_t *frame);

/* Passes over the frames that follow `last`. One at a time is held, and the socket
 * bounds each. */
void bus_skip_rest(struct bus_socket *s, zmq_msg_t *last);

/* Follows what becomes of connections: before they are made; and whenever there is nothing
 * else to take, so that nothing piles up. */
void bus_monitor_open(struct bus_socket *s);
void bus_monitor_take(struct bus_socket *s);

/* What the monitor of a socket that listens has said; value is a descriptor, or of no
 * meaning (ZMQ_EVENT_HANDSHAKE_SUCCEEDED). */
void   bus_visitors_note(struct bus_visitors *v, uint16_t event, uint32_t value, int64_t mono_ms);
size_t bus_visitors_count(struct bus_visitors *v, int64_t mono_ms);
void   bus_visitors_fini(struct bus_visitors *v);

/* Sends the frames of one message, whatever becomes of it. */
void bus_send_frames(struct bus_socket *s, const struct text *frames, size_t count);

#endif
