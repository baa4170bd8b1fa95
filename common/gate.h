/*
 * gate -- who may connect to a daemon, and who sent what came.
 *
 * Holds a daemon's own key and its authorized_keys, and answers libzmq's question about
 * each new session (ZAP, ZeroMQ RFC 27) from its owner's loop. A session is marked with
 * its open key and nothing else; what that key may is looked up for every message
 * (gate_caller), so that a list that was read again holds at once. Never blocks.
 */
#ifndef TUIJIN_COMMON_GATE_H
#define TUIJIN_COMMON_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/authorized.h"
#include "common/bus.h"
#include "core/err.h"

/* As the flags say; all borrowed, NULL for what was not given. */
struct gate_settings {
	const char *authorized_keys, *secret_key;
	bool        plaintext;
};

struct gate;

/* A gate for the sockets of one ZAP domain ("collector"); must be there before they are.
 * Without keys it is open: everybody is let in, and nobody is known. Refuses (ERR_CONFIG)
 * one kind of key without the other, a bind that others could reach without keys unless
 * plaintext says so, and what is wrong with the files. */
struct gate *gate_open(struct bus *b, const struct gate_settings *s, const char *domain,
    const char *bind, struct err *e);
void         gate_close(struct gate *g); /* after the sockets it guards; NULL is fine */

/* What bus_router() and bus_xpub() want: NULL where the gate is open. */
const struct bus_curve *gate_curve(const struct gate *g);

/* Lets a key have at most that many new sessions in a second; 0, as at first: any. */
void gate_limit(struct gate *g, uint32_t sessions_a_second);

/* The socket to wait for (POLLIN), NULL where the gate is open. */
struct bus_socket *gate_socket(struct gate *g);

#define GATE_ADDRESS_SIZE 64

/* What became of a new session, in words for a log. */
struct gate_answer {
	bool        admitted;
	const char *why; /* not */
	char        key_id[KEY_ID_SIZE], address[GATE_ADDRESS_SIZE];
};

/* Answers the next question there is about a new session. Returns false if there is
 * none; to be called often, as it is here that the gate learns what day it is. */
bool gate_answer_next(struct gate *g, int64_t wall_ms, int64_t mono_ms, struct gate_answer *a);

/* Reads authorized_keys again. Returns 0, or -1 with *e and the list as it was. */
int gate_reload(struct gate *g, struct err *e);

/* True once after a key that was good was taken out of the list, or has expired: sessions
 * of it may be open. */
bool gate_has_shut_out(struct gate *g);

/* Who a message is from: the key of the session it came by, if that is still in the list
 * and good; NULL otherwise. Meaningless where the gate is open. */
bool                         gate_is_open(const struct gate *g);
const struct authorized_key *gate_caller(const struct gate *g, struct text sender, int64_t wall_ms);

/* The list in force, NULL where the gate is open. */
const struct authorized *gate_list(const struct gate *g);

struct gate_counters {
	uint64_t admitted, refused; /* sessions */
};
struct gate_counters gate_counters(const struct gate *g);

#endif
