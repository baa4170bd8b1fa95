/*
 * buf -- bytes that grow, for encoders.
 *
 * Zero is an empty one. Reset it and write again: it keeps its room, so a buffer
 * that is used over and over soon allocates no more.
 */
#ifndef TUIJIN_CORE_BUF_H
#define TUIJIN_CORE_BUF_H

#include <stddef.h>
#include <string.h>

#include "core/text.h"

struct buf {
	char  *at; /* owned */
	size_t len, room;
};

void buf_fini(struct buf *b);
void buf_grow(struct buf *b, size_t more); /* room for at least `more` bytes behind len */

static inline void
buf_reset(struct buf *b)
{
	b->len = 0;
}

static inline void
buf_add(struct buf *b, const void *bytes, size_t len)
{
	if (b->room - b->len < len)
		buf_grow(b, len);
	if (len > 0)
		memcpy(b->at + b->len, bytes, len);
	b->len += len;
}

/* Adds formatted text (no NUL counts). */
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The bytes written so far; borrowed until the next write. */
static inline struct text
buf_text(const struct buf *b)
{
	return (struct text){b->at, b->len};
}

#endif
