#include "core/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

#define BUF_FIRST_BYTES 256

void
buf_fini(struct buf *b)
{
	free(b->at);
	*b = (struct buf){0};
}

void
buf_grow(struct buf *b, size_t more)
{
	size_t room = b->room > 0 ? b->room : BUF_FIRST_BYTES;

	while (room - b->len < more)
		room *= 2;
	if (room > b->room) {
		b->at = mem_resized(b->at, room, 1);
		b->room = room;
	}
}

void
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	int     len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		return;
	buf_grow(b, (size_t)len + 1);
	va_start(ap, fmt);
	vsnprintf(b->at + b->len, (size_t)len + 1, fmt, ap);
	va_end(ap);
	b->len += (size_t)len;
}
