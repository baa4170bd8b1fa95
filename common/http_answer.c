/* The requests and answers of http.h. */
#include "common/http_state.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "core/mem.h"

#define STREAM_PIECE 4096   /* for a viewer of HTTP/1.0; others get as much as has room */
#define KNOWN_PIECE  16384  /* of what has a length */
#define ANSWER_MS    120000 /* for all of what has a length */

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
queue(struct http_exchange *x, unsigned status, struct MHD_Response *r, int64_t end_ms)
{
	x->answered = true;
	x->seat->end_ms = end_ms;
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
	queue(x, reply->status, r, clock_mono_ms() + ANSWER_MS);
}

static void
reply_words(
    struct http_exchange *x, unsigned status, const char *words, const struct http_header *header)
{
	struct http_reply reply = {
	    .status = status,
	    .type = "text/plain; charset=utf-8",
	    .body = text_of(words),
	    .lasting = true,
	    .headers = header,
	    .header_count = header != NULL,
	};

	http_reply(x, &reply);
}

void
http_answer(struct http_exchange *x, const char *method)
{
	static const struct http_header allow = {"Allow", "GET, HEAD"};
	struct http                    *h = x->http;
	const char                     *why;
	unsigned                        status;

	h->counters.requests++;
	x->head = strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
	status = http_check(x, method, &why);
	if (status != 0)
		reply_words(x, status, why, status == MHD_HTTP_METHOD_NOT_ALLOWED ? &allow : NULL);
	else
		h->handler(h->context, x);
	if (!x->answered)
		reply_words(x, MHD_HTTP_NOT_FOUND, "not found\n", NULL);
}

void
http_answer_ambiguous(struct http_exchange *x)
{
	static const struct http_header close = {"Connection", "close"};

	x->http->counters.requests++;
	reply_words(x, MHD_HTTP_BAD_REQUEST,
	    "the headers do not say clearly whom the request is for, or where it ends\n", &close);
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
	bool                 known = source->length > 0;
	struct http_stream  *s = new_stream(x, source, viewer);
	struct MHD_Response *r =
	    MHD_create_response_from_callback(known ? source->length : MHD_SIZE_UNKNOWN,
		known ? KNOWN_PIECE : STREAM_PIECE, read_stream, s, end_stream);

	if (r == NULL)
		abort(); /* out of memory */
	if (x->head &&
	    !known) /* libmicrohttpd 0.9.75 would send the end of the body that is not there */
		MHD_set_response_options(r, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
	add_headers(r, source->type, source->headers, source->header_count);
	queue(x, MHD_HTTP_OK, r, known ? clock_mono_ms() + ANSWER_MS : INT64_MAX);
	if (x->taken == MHD_YES)
		return s;
	reply_words(x, MHD_HTTP_SERVICE_UNAVAILABLE, "unavailable\n", NULL);
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
http_wake_all(struct http *h)
{
	for (struct http_stream *s = h->streams; s != NULL; s = s->next)
		http_wake(s);
}
