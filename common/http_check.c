/* What is refused of a request before it gets to its handler. */
#include <string.h>
#include <strings.h>

#include "common/http_host.h"
#include "common/http_state.h"

/* How often those headers are there that say where a request ends and whom it is for. */
struct framing {
	unsigned hosts, lengths, encodings;
	bool     chunked;
};

static enum MHD_Result
count_header(void *context, enum MHD_ValueKind kind, const char *name, const char *value)
{
	struct framing *f = context;

	(void)kind;
	if (strcasecmp(name, MHD_HTTP_HEADER_HOST) == 0) {
		f->hosts++;
	} else if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
		f->lengths++;
	} else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
		f->encodings++;
		f->chunked = value != NULL && strcasecmp(value, "chunked") == 0;
	}
	return MHD_YES;
}

bool
http_is_ambiguous(struct MHD_Connection *connection)
{
	struct framing f = {0};

	MHD_get_connection_values(connection, MHD_HEADER_KIND, count_header, &f);
	return f.hosts > 1 || f.lengths + f.encodings > 1 || (f.encodings == 1 && !f.chunked);
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

/* Without a Host it is HTTP/1.0, which no browser speaks: HTTP/1.1 has to have one. */
static bool
is_for_us(const struct http_exchange *x)
{
	const struct http *h = x->http;
	struct text        host = http_header(x, MHD_HTTP_HEADER_HOST), name;

	if (host.at == NULL || (h->exposed && h->host_count == 0))
		return true;
	name = http_host_name(host);
	for (size_t i = 0; i < h->host_count; i++) {
		if (http_host_equal(name, h->hosts[i]))
			return true;
	}
	return !h->exposed && http_host_is_own(name);
}

unsigned
http_check(const struct http_exchange *x, const char *method, const char **why)
{
	if (!x->head && strcmp(method, MHD_HTTP_METHOD_GET) != 0) {
		*why = "only GET and HEAD\n";
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	}
	if (x->seat->wrong || !is_utf8(x)) {
		*why = "the address is not well-formed\n";
		return MHD_HTTP_BAD_REQUEST;
	}
	if (!is_for_us(x)) {
		*why = "this server is not known by the name that the request has as Host: it has "
		       "to be an IP address or localhost where nobody else can connect, or a name "
		       "given with --host\n";
		return MHD_HTTP_MISDIRECTED_REQUEST;
	}
	return 0;
}
