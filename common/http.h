/*
 * http -- answers GET and HEAD over HTTP/1.1, from its owner's loop. The only user of
 * libmicrohttpd.
 *
 * No thread: the owner waits for http_fd() and calls http_turn(), so that an answer proves
 * that the loop still turns. Each request is answered at once by the handler, whole, or as
 * a stream that goes on for as long as the viewer stays. Connections are bounded in number
 * and headers in size (32 KiB); closed are those on which nothing moves for 15 s, but for
 * streams that have nothing to send, those whose request takes longer than 30 s, and those
 * that take longer than 120 s for an answer whose length is known. That a viewer has gone
 * is noticed when the stream sends something.
 *
 * What is no HTTP, or too long, is answered by the library: with a page that has nothing of
 * the request in it, and none of our headers (X-Content-Type-Options), which it cannot be
 * told of.
 */
#ifndef TUIJIN_COMMON_HTTP_H
#define TUIJIN_COMMON_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/text.h"

#define HTTP_ADDRESS_SIZE 64

struct http;
struct http_exchange; /* one request, while its handler runs */
struct http_stream;   /* an answer that goes on */

/* Answers the request by exactly one of http_reply() and http_stream(); one it leaves
 * alone is answered with 404. Methods other than GET and HEAD do not get here (405). */
typedef void http_handler_fn(void *context, struct http_exchange *x);

/* Listens on "127.0.0.1:9301", "[::1]:9301" or "0.0.0.0:0" (0: a free port); a host name
 * is refused. At most connections_max at a time, what is more waits to be accepted. NULL
 * with *e: ERR_USAGE for an address that is off, ERR_ENV if it cannot be had.
 * Where only this machine can connect, a request whose Host is no IP address and not
 * localhost is refused (421): a page of a stranger could have sent it. */
struct http *http_open(const char *address, size_t connections_max, http_handler_fn *handler,
    void *context, struct err *e);
void         http_close(struct http *h); /* ends all streams; NULL is fine */

/* Names (without a port, borrowed) that a request's Host may be too; on an address where
 * others can connect, these alone instead of any. Errors: ERR_USAGE for what is no name. */
int http_allow_hosts(struct http *h, const char *const *names, size_t count, struct err *e);

/* "127.0.0.1:9301", as bound; and whether others than this machine may reach it. */
const char *http_address(const struct http *h);
bool        http_is_exposed(const struct http *h);

int http_fd(const struct http *h); /* to poll for POLLIN */

/* Does what can be done without blocking, for eight requests at most: others wait for
 * the next turn, so that the rest of the loop has its own. Returns ms until it wants to be called
 * again even if the descriptor stays quiet, -1: never. */
int64_t http_turn(struct http *h);

/* The path ("/api/v1/plans", decoded, without the query), a parameter of the query, and a
 * header, case-insensitive. {NULL, 0}: not there. Borrowed for the call of the handler.
 * Path and query are valid UTF-8 without NUL; what is not is refused (400) before. */
struct text http_path(const struct http_exchange *x);
struct text http_query(const struct http_exchange *x, const char *name);
struct text http_header(const struct http_exchange *x, const char *name);

struct http_header {
	const char *name, *value;
};

/* status 200, 304, 400, 404, 429, 500, 503 …; the body is copied unless lasting says that
 * it stays where it is for as long as the process. HEAD gets the same headers and no body. */
struct http_reply {
	unsigned                  status;
	const char               *type; /* "application/json; charset=utf-8" */
	struct text               body;
	bool                      lasting;
	const struct http_header *headers; /* more of them */
	size_t                    header_count;
};
void http_reply(struct http_exchange *x, const struct http_reply *reply);

/* An answer that goes on. read() fills in what there is for this viewer, at most `room`
 * bytes, and returns how many; 0: nothing now, until http_wake(). HTTP_END ends it. ended()
 * is told once that the viewer has gone, or that the server closes; the viewer is the
 * handler's to make and ended()'s to free. */
#define HTTP_END (-1)

struct http_source {
	const char *type; /* "text/event-stream" */
	int64_t (*read)(void *viewer, char *at, size_t room);
	void (*ended)(void *viewer);
	uint64_t                  length; /* of all that read() gives; 0: it is not known */
	const struct http_header *headers;
	size_t                    header_count;
};

/* Returns the stream, which lives until ended(); NULL if it cannot be had (the request
 * was answered with 503 and ended() was told). */
struct http_stream *http_stream(
    struct http_exchange *x, const struct http_source *source, void *viewer);

/* There is something for read(). Cheap if it is awake already. Not from within read(). */
void http_wake(struct http_stream *s);

struct http_counters {
	uint64_t requests, refused; /* refused: 4xx */
	size_t   connections;
};
struct http_counters http_counters(const struct http *h);
struct http_counters http_exchange_counters(const struct http_exchange *x); /* its server's */

#endif
