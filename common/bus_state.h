/*
 * bus_state -- what a bus and its sockets are made of; for common/bus*.c alone.
 */
#ifndef TUIJIN_COMMON_BUS_STATE_H
#define TUIJIN_COMMON_BUS_STATE_H

#include <stdbool.h>

#include <zmq.h>

#include "common/bus.h"

#define BUS_FRAMES_MAX 4 /* of an event */

struct bus {
	void *context; /* owned */
};

struct bus_socket {
	void       *zmq;      /* owned */
	void       *monitor;  /* owned; of a socket that connects */
	const char *obstacle; /* by what the monitor last said */
	bool        curve;
	zmq_msg_t   address;                /* ROUTER: who sent what was taken last */
	zmq_msg_t   frames[BUS_FRAMES_MAX]; /* what was taken last: texts given out point into it */
	char        endpoint[BUS_ENDPOINT_SIZE];
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

/* Follows what becomes of a connection: before it is made; and whenever there is nothing
 * else to take, so that nothing piles up. */
void bus_monitor_open(struct bus *b, struct bus_socket *s);
void bus_monitor_take(struct bus_socket *s);

#endif
