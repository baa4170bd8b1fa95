/*
 * store_hello -- what a new link asks the server, and what the answers mean.
 *
 * The link authenticates, selects its database unless that is 0, gives itself a name, sees
 * by a PING whether the server can be used, and asks how durable it is if its owner wants to
 * know. No input or output here: store.c sends the questions and brings the answers.
 */
#ifndef TUIJIN_COMMON_STORE_HELLO_H
#define TUIJIN_COMMON_STORE_HELLO_H

#include <stdbool.h>
#include <stddef.h>

#include "common/store.h"
#include "common/store_asked.h"
#include "common/store_url.h"
#include "core/err.h"
#include "core/durability.h"

#define STORE_HELLO_MAX        4 /* questions of a new link */
#define STORE_HELLO_DURABILITY 3 /* and those about durability */
#define STORE_HELLO_WORDS      3 /* of one */

/* One question of the link itself; words borrowed. */
struct store_question {
	enum store_asked kind;
	struct text      words[STORE_HELLO_WORDS];
	size_t           count;
};

#define STORE_DB_SIZE 16

/* Everything a new link asks, in order, to out. password is the URL's own or the one
 * out of its file, "" for none; db is storage for one of the words. Returns how many. */
size_t store_hello(const struct store_url *u, const char *password, char db[STORE_DB_SIZE],
    struct store_question out[STORE_HELLO_MAX]);

/* What tells how durable the server is. */
size_t store_hello_durability(struct store_question out[STORE_HELLO_DURABILITY]);

/* What the server promises, as learnt so far. */
struct store_promise {
	bool            is_denied, append_only, pauses; /* of the answers so far */
	enum durability durability;
};

/* Looks at an answer. -1 with *e (ERR_AGAIN): the link cannot be used. */
int store_hello_settle(const struct store_url *u, struct store_promise *p, enum store_asked kind,
    const struct store_reply *r, struct err *e);

/* Why it promises less than could be, for a person. */
const char *store_hello_weakness(const struct store_promise *p);

#endif
