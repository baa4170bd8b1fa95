/* The requests and answers of http.h. */
#include "common/http_state.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

#define STREAM_PIECE 4096 /* for a viewer of HTTP/1.0; others get as much as has room */

struct http_stream {
	struct http           *http;
	struct MHD_Connection *connection;
	struct http_source     source;
	void                  *viewer;
	bool                   asleep;
	struct http_stream    *prev, *next;
};

struct text
http_path(const struct http_exchange *x)
{
	return text_of(x->path);
}

struct http_counters
http_exchange_counters(const struct http_exchange *x)
{
	return x->http->counters;
}

static struct text
look_up(const struct http_exchange *x, enum MHD_ValueKind kind, const char *name)
{
	const char *value = NULL;
	size_t      len = 0;

	if (MHD_lookup_connection_value_n(x->connection, kind, name, strlen(name), &value, &len) !=
	    MHD_YES)
		return (struct text){0};
	return (struct text){value != NULL ? value : "", len};
}

struct text
http_query(const struct http_exchange *x, const char *name)
{
	return look_up(x, MHD_GET_ARGUMENT_KIND, name);
}

struct text
http_header(const struct http_exchange *x, const char *name)
{
	return look_up(x, MHD_HEADER_KIND, name);
}

static void
add_headers(
    struct MHD_Response *r, const char *type, const struct http_header *headers, size_t count)
{
	MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
	if (type != NULL)
		MHD_add_response_header(r, "Content-Type", type);
	for (size_t i = 0; i < count; i++)
		MHD_add_response_header(r, headers[i].name, headers[i].value);
}

/* Takes r over. */
static void
queue(struct http_exchange *x, unsigned status, struct MHD_Response *r)
{
	x->answered = true;
	x->taken = MHD_queue_response(x->connection, status, r);
	MHD_destroy_response(r);
}

void
http_reply(struct http_exchange *x, const struct http_reply *reply)
{
	enum MHD_ResponseMemoryMode keep =
	    reply->lasting ? MHD_RESPMEM_PERSISTENT : MHD_RESPMEM_MUST_COPY;
	char                *body = (char *)(uintptr_t)reply->body.at; /* it is not written to */
	struct MHD_Response *r = MHD_create_response_from_buffer(reply->body.len, body, keep);

	x->http->counters.refused += reply->status >= 400 && reply->status < 500;
	if (r == NULL)
		abort(); /* out of memory */
	add_headers(r, reply->type, reply->headers, reply->header_count);
	queue(x, reply->status, r);
}

static void
reply_words(struct http_exchange *x, unsigned status, const char *words)
{
	static const struct http_header allow = {"Allow", "GET, HEAD"};
	struct http_reply               reply = {
			  .status = status,
			  .type = "text/plain; charset=utf-8",
			  .body = text_of(words),
			  .lasting = true,
			  .headers = &allow,
			  .header_count = status == MHD_HTTP_METHOD_NOT_ALLOWED,
        };

	http_reply(x, &reply);
}

static enum MHD_Result
look_if_utf8(void *context, enum MHD_ValueKind kind, const char *key, size_t key_len,
    const char *value, size_t len)
{
	bool *good = context;

	(void)kind;
	*good = *good && text_is_utf8((struct text){key, key_len}) &&
	    (value == NULL || text_is_utf8((struct text){value, len}));
	return MHD_YES;
}

static bool
is_utf8(const struct http_exchange *x)
{
	bool good = text_is_utf8(text_of(x->path));

	MHD_get_connection_values_n(x->connection, MHD_GET_ARGUMENT_KIND, look_if_utf8, &good);
	return good;
}

void
http_answer(struct http_exchange *x, const char *method, bool wrong)
{
	struct http *h = x->http;

	h->counters.requests++;
	x->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	if (!x->head && strcmp(method, MHD_HTTP_METHOD_GET) != 0)
		reply_words(x, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET and HEAD\n");
	else if (wrong || !is_utf8(x))
		reply_words(x, MHD_HTTP_BAD_REQUEST, "the address is not well-formed\n");
	else
		h->handler(h->context, x);
	if (!x->answered)
		reply_words(x, MHD_HTTP_NOT_FOUND, "not found\n");
}

static ssize_t
read_stream(void *context, uint64_t position, char *at, size_t room)
{
	struct http_stream *s = context;
	int64_t             n = s->source.read(s->viewer, at, room);

	(void)position;
	if (n == HTTP_END)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (n == 0) {
		s->asleep = true;
		MHD_suspend_connection(s->connection);
	}
	return (ssize_t)n;
}

/* The library's word that nobody is sent anything any more. */
static void
end_stream(void *context)
{
	struct http_stream *s = context;

	if (s->prev != NULL)
		s->prev->next = s->next;
	else
		s->http->streams = s->next;
	if (s->next != NULL)
		s->next->prev = s->prev;
	s->source.ended(s->viewer);
	free(s);
}

static struct http_stream *
new_stream(struct http_exchange *x, const struct http_source *source, void *viewer)
{
	struct http_stream *s = mem_zeroed(1, sizeof(*s));

	*s = (struct http_stream){
	    .http = x->http,
	    .connection = x->connection,
	    .source = *source,
	    .viewer = viewer,
	    .next = x->http->streams,
	};
	if (s->next != NULL)
		s->next->prev = s;
	x->http->streams = s;
	return s;
}

struct http_stream *
http_stream(struct http_exchange *x, const struct http_source *source, void *viewer)
{
	struct http_stream  *s = new_stream(x, source, viewer);
	struct MHD_Response *r = MHD_create_response_from_callback(
	    MHD_SIZE_UNKNOWN, STREAM_PIECE, read_stream, s, end_stream);

	if (r == NULL)
		abort(); /* out of memory */
	if (x->head)     /* libmicrohttpd 0.9.75 would send the end of the body that is not there */
		MHD_set_response_options(r, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
	add_headers(r, source->type, source->headers, source->header_count);
	queue(x, MHD_HTTP_OK, r);
	if (x->taken == MHD_YES)
		return s;
	reply_words(x, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable\n");
	return NULL;
}

void
http_wake(struct http_stream *s)
{
	if (!s->asleep)
		return;
	s->asleep = false;
	MHD_resume_connection(s->connection);
}

void
http_close(struct http *h)
{
	if (h == NULL)
		return;
	for (struct http_stream *s = h->streams; s != NULL; s = s->next)
		http_wake(s);
	MHD_stop_daemon(h->daemon);
	free(h);
}
