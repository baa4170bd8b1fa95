#include "dashboard/desk_body.h"

#include <stdlib.h>

#include "core/mem.h"

struct body {
	struct buf content;
	size_t     holders;
};

/* Somebody who is being sent it. */
struct recipient {
	struct body *body;
	size_t       offset;
};

struct body *
body_new(void)
{
	struct body *b = mem_zeroed(1, sizeof(*b));

	b->holders = 1;
	return b;
}

void
body_drop(struct body *b)
{
	if (b == NULL || --b->holders > 0)
		return;
	buf_fini(&b->content);
	free(b);
}

struct buf *
body_buf(struct body *b)
{
	return &b->content;
}

void
body_trim(struct body *b)
{
	if (b->content.len == 0)
		return;
	b->content.at = mem_resized(b->content.at, b->content.len, 1);
	b->content.room = b->content.len;
}

static int64_t
read_body(void *viewer, char *at, size_t room)
{
	struct recipient *r = viewer;
	size_t            left = r->body->content.len - r->offset, got = left < room ? left : room;

	if (got == 0)
		return HTTP_END;
	memcpy(at, r->body->content.at + r->offset, got);
	r->offset += got;
	return (int64_t)got;
}

static void
end_body(void *viewer)
{
	struct recipient *r = viewer;

	body_drop(r->body);
	free(r);
}

void
body_send(struct body *b, struct http_exchange *x, const struct http_header *headers, size_t count)
{
	const struct http_source source = {
	    .type = "application/json; charset=utf-8",
	    .read = read_body,
	    .ended = end_body,
	    .length = b->content.len,
	    .headers = headers,
	    .header_count = count,
	};
	struct recipient *r = mem_zeroed(1, sizeof(*r));

	r->body = b;
	b->holders++;
	http_stream(x, &source, r);
}
