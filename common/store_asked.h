/*
 * store_asked -- what was asked of Redis and not yet answered, oldest first.
 *
 * Redis answers in order, so the order of the questions tells whose each answer
 * is. A zeroed queue is an empty one.
 */
#ifndef TUIJIN_COMMON_STORE_ASKED_H
#define TUIJIN_COMMON_STORE_ASKED_H

#include <stdbool.h>
#include <stddef.h>

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

struct asked_queue {
	unsigned char *kinds; /* owned; of enum store_asked */
	size_t         room;  /* a power of two, or 0 */
	size_t         first, len;
};

void             asked_push(struct asked_queue *q, enum store_asked kind);
enum store_asked asked_pop(struct asked_queue *q); /* of one that is not empty */
void             asked_clear(struct asked_queue *q);
void             asked_fini(struct asked_queue *q);

/* True if the next answer is to a question of the link itself. */
bool asked_own_is_next(const struct asked_queue *q);

#endif
