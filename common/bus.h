/*
 * bus -- ZeroMQ sockets as this system uses them. With common/keys the only user of zmq.h.
 *
 * A process has one bus (its ZeroMQ context); sockets are used by one thread.
 * Nothing here blocks but bus_wait(). Known faults of libzmq 4.3.4 are kept out
 * on purpose: no XPUB manual mode, no ZMTP heartbeats (TCP keepalive instead).
 */
#ifndef TUIJIN_COMMON_BUS_H
#define TUIJIN_COMMON_BUS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/keys.h"
#include "core/err.h"
#include "core/text.h"

#define BUS_ENDPOINT_SIZE 256

struct bus;
struct bus_socket;

struct bus *bus_open(int io_threads);
void        bus_close(struct bus *b); /* after its sockets; NULL is fine */

/* Refuses (ERR_CONFIG) an endpoint that others than this machine could reach,
 * unless plaintext says that this is meant. Loopback, ipc and inproc pass. */
int bus_check_exposure(const char *endpoint, bool plaintext, struct err *e);

/* What makes a socket speak CURVE (ZeroMQ RFC 26). Copied. */
struct bus_curve {
	const struct key_pair *own;
	const struct key      *server; /* of a socket that connects: whom it trusts */
	const char            *domain; /* of one that listens: the gate's (common/gate.h) */
};

/* Sockets that listen: reports come in on a ROUTER, events go out on an XPUB
 * (verbose). "tcp://127.0.0.1:*" picks a free port. message_max bounds what a
 * peer may send, in bytes; events_max is the high-water mark of each subscriber,
 * in messages; curve may be NULL. NULL with *e (ERR_CONFIG for a bad endpoint, ERR_ENV). */
struct bus_socket *bus_router(struct bus *b, const char *endpoint, size_t message_max,
    const struct bus_curve *curve, struct err *e);
struct bus_socket *bus_xpub(struct bus *b, const char *endpoint, size_t events_max,
    const struct bus_curve *curve, struct err *e);

/* Sockets that connect (and reconnect by themselves). A name is looked up as IPv4;
 * an IPv6 address stands in brackets. curve may be NULL. */
struct bus_socket *bus_dealer(
    struct bus *b, const char *endpoint, const struct bus_curve *curve, struct err *e);
struct bus_socket *bus_sub(
    struct bus *b, const char *endpoint, const struct bus_curve *curve, struct err *e);

void bus_socket_close(
    struct bus_socket *s); /* sends what is queued for at most 1 s; NULL is fine */

/* The endpoint as bound, with the port that was picked. Borrowed. */
const char *bus_endpoint(const struct bus_socket *s);

/* Who is to get a reply, as the ROUTER knows it, and whether it is a REQ (an
 * empty frame parts address and payload). A value; copy it. */
struct bus_peer {
	uint8_t len;
	bool    req;
	uint8_t id[255];
};

enum bus_got { BUS_NOTHING, BUS_MESSAGE, BUS_WRONG_FRAMES };

/* Takes the next message off a ROUTER. BUS_MESSAGE: *payload is borrowed from the
 * socket until the next take. BUS_WRONG_FRAMES: from *peer came something else
 * than [payload] or [empty][payload]; it is gone. */
enum bus_got bus_router_take(struct bus_socket *s, struct bus_peer *peer, struct text *payload);

/* Who sent what was taken last off a ROUTER or an XPUB: what the gate answered about its
 * session, which nobody else can set. Empty without CURVE. Borrowed until the next take. */
struct text bus_sender(const struct bus_socket *s);

/* Sends a reply. A peer that has left, or whose queue is full, loses it. Returns
 * whether it was queued. */
bool bus_router_reply(struct bus_socket *s, const struct bus_peer *peer, struct text payload);

/* A DEALER's side: sends one payload (false: the queue is full), takes one. */
bool         bus_dealer_send(struct bus_socket *s, struct text payload);
enum bus_got bus_dealer_take(struct bus_socket *s, struct text *payload);

/* An XPUB: sends the frames of one event; takes the next subscription request
 * (topic borrowed until the next take; unsubscriptions are passed over). */
void         bus_publish(struct bus_socket *s, const struct text *frames, size_t count);
enum bus_got bus_subscription_take(struct bus_socket *s, struct text *topic);

/* How many events there were, of all XPUBs so far, at which a subscriber was found to have
 * no room. From such an event on it misses all until it has read half of what waits, and
 * of those libzmq tells nothing: it is the number of times, not of what was lost. */
uint64_t bus_dropped(const struct bus *b);

/* How many are connected to an XPUB and have shaken hands. For some seconds after peers
 * that failed to do so have come or gone it may be a few more or less. */
size_t bus_sessions(struct bus_socket *s);

/* A SUB: (un)subscribes to a prefix; takes one event of at most frames_max
 * frames, borrowed until the next take. More frames: BUS_WRONG_FRAMES. */
void         bus_subscribe(struct bus_socket *s, struct text prefix);
void         bus_unsubscribe(struct bus_socket *s, struct text prefix);
enum bus_got bus_event_take(
    struct bus_socket *s, struct text *frames, size_t frames_max, size_t *count);

/* Where libzmq asks whether a session may be (ZAP, ZeroMQ RFC 27): once in a process,
 * before the sockets it is about. Each question is answered before the next is taken. */
struct bus_knock {
	struct text domain, address; /* of the socket; of the peer. Borrowed, until answered */
	struct key  key;
};

struct bus_socket *bus_gate(struct bus *b, struct err *e);
bool               bus_gate_take(struct bus_socket *s, struct bus_knock *knock);

/* Lets it in as `sender`, or with an empty one does not. */
void bus_gate_answer(struct bus_socket *s, struct text sender);

/* Why a socket that connects has no session, "" once it has one or while nothing is
 * known: that nobody listens there, or that the handshake failed (keys). */
const char *bus_obstacle(struct bus_socket *s);

/* One thing to wait for: a socket, or (socket NULL) a descriptor. */
struct bus_wait {
	struct bus_socket *socket;
	int                fd;
	short              events;  /* POLLIN, POLLOUT; 0 passes over it */
	short              revents; /* out */
};

/* Waits until one of them is ready or timeout_ms is over (-1: for ever; 0: looks).
 * Returns how many are ready; a signal counts as a timeout. */
int bus_wait(struct bus_wait *waits, size_t count, int64_t timeout_ms);

#endif
