/*
 * requests -- snapshots that were asked for and are not answered yet.
 *
 * Bounded, in all and for each who asks; what does not fit is passed over, and its
 * subscriber asks again (docs/protocol.md, "Late joiners"). They are taken in the order
 * of asking, but nobody twice in a row while others wait.
 */
#ifndef TUIJIN_AGGREGATOR_REQUESTS_H
#define TUIJIN_AGGREGATOR_REQUESTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/text.h"

#define REQUESTS_MAX       1024
#define REQUESTS_OF_ONE    64
#define REQUEST_INBOX_MAX  512 /* bytes */
#define REQUEST_SENDER_MAX 40  /* bytes: an open key */

struct request {
	size_t inbox_len, sender_len;
	char   inbox[REQUEST_INBOX_MAX];
	char   sender[REQUEST_SENDER_MAX];
};

struct requests;

struct requests *requests_new(void);
void             requests_free(struct requests *q); /* NULL is fine */

/* Adds one, copied. An empty sender is nobody in particular and bounded by the whole
 * alone. The same inbox twice is one request. Returns false if it was passed over. */
bool requests_add(struct requests *q, struct text inbox, struct text sender);

/* Takes the next into *r. Returns false if there is none. */
bool requests_take(struct requests *q, struct request *r);

size_t requests_waiting(const struct requests *q);

#endif
