/*
 * door -- the one socket of a daemon that listens.
 *
 * libzmq can end no session by itself. When one may not go on (its key is good no more),
 * or those who are connected take up more memory than they may (messages that never end
 * or are never read: libzmq 4.3.4 has no bound for them), the socket is closed and bound
 * again: all sessions end, and honest peers come back by themselves.
 */
#ifndef TUIJIN_COMMON_DOOR_H
#define TUIJIN_COMMON_DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/bus.h"
#include "common/gate.h"
#include "core/err.h"

/* bus_router() or bus_xpub(), with what it takes. */
typedef struct bus_socket *door_bind_fn(struct bus *b, const char *endpoint, size_t limit,
    const struct bus_curve *curve, struct err *e);

enum door_news { DOOR_AS_BEFORE, DOOR_SHUT_OUT, DOOR_TOO_MUCH, DOOR_BROKEN };

struct door {
	struct bus   *bus; /* borrowed, like the gate */
	struct gate  *gate;
	door_bind_fn *bind;
	size_t        limit;
	size_t        memory_max; /* bytes on the heap; 0: no bound */
	/* A session whose key is good no more may stay, to be told so, unless descriptors get
	 * scarce. */
	bool               lenient;
	struct bus_socket *socket;                      /* owned; NULL while it is not bound */
	char               endpoint[BUS_ENDPOINT_SIZE]; /* as bound; "" before */
	int64_t            look_at_ms, rebind_until_ms;
	enum door_news     why;
};

/* Binds, for the first time; before that all of the above but the last four is the
 * caller's to fill. Returns 0, or -1 with *e. */
int  door_open(struct door *d, const char *endpoint, struct err *e);
void door_close(struct door *d); /* one that was never opened is fine */

/* Ends all sessions if need be, and binds again. *wait_ms is brought forward to when it
 * wants another turn. Tells why they have ended, once the socket is bound again;
 * DOOR_BROKEN with *e, the port is somebody else's now. */
enum door_news door_turn(struct door *d, int64_t mono_ms, int64_t *wait_ms, struct err *e);

/* In a word. */
const char *door_news_name(enum door_news n);

#endif
