/*
 * store_asked -- what was asked of Redis and not yet answered, oldest first.
 *
 * Redis answers in order, so the order of the questions tells whose each answer
 * is, and what was asked: Redis' own words for a refusal name no key. A zeroed queue is an
 * empty one.
 */
#ifndef TUIJIN_COMMON_STORE_ASKED_H
#define TUIJIN_COMMON_STORE_ASKED_H

#include <stdbool.h>
#include <stddef.h>

#include "core/text.h"

#define ASKED_WHAT_SIZE 96 /* of a command's name and first key; cut to fit */

/* The owner's command, or which of the link's own questions. */
enum store_asked {
	ASKED_BY_OWNER,
	ASKED_AUTH,
	ASKED_SELECT,
	ASKED_NAME,
	ASKED_PING,
	ASKED_APPENDONLY,
	ASKED_PAUSE,
	ASKED_APPENDFSYNC,
	ASKED_KINDS
};

struct asked {
	enum store_asked kind;
	char             what[ASKED_WHAT_SIZE]; /* "EVAL tuijin:{ipr-2026}:plan" */
};

struct asked_queue {
	struct asked *at;   /* owned */
	size_t        room; /* a power of two, or 0 */
	size_t        first, len;
};

/* args are the command's words. */
void asked_push(
    struct asked_queue *q, enum store_asked kind, const struct text *args, size_t count);
enum store_asked asked_pop(struct asked_queue *q); /* of one that is not empty */
void             asked_clear(struct asked_queue *q);
void             asked_fini(struct asked_queue *q);

/* What the next answer is to, of a queue that is not empty. */
const char *asked_what(const struct asked_queue *q);

/* True if the next answer is to a question of the link itself. */
bool asked_own_is_next(const struct asked_queue *q);

#endif
