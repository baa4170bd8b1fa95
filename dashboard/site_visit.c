#include "dashboard/site_visit.h"

#include <stdarg.h>
#include <stdio.h>

#include "common/json.h"

#define MESSAGE_SIZE 600

const struct http_header VISIT_HEADERS[] = {
    {"Cache-Control", "no-store"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
};
const size_t VISIT_HEADER_COUNT = sizeof(VISIT_HEADERS) / sizeof(VISIT_HEADERS[0]);

void
visit_reply(struct visit *v, unsigned status)
{
	struct http_reply r = {
	    .status = status,
	    .type = "application/json; charset=utf-8",
	    .body = buf_text(&v->site->out),
	    .headers = VISIT_HEADERS,
	    .header_count = VISIT_HEADER_COUNT,
	};

	http_reply(v->x, &r);
}

void
visit_decline(struct visit *v, unsigned status, const char *error, const char *fmt, ...)
{
	char    message[MESSAGE_SIZE], safe[MESSAGE_SIZE];
	json_t *document = json_object();
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	json_object_set_new(document, "error", json_string(error));
	text_escape(text_of(message), safe, sizeof(safe));
	json_object_set_new(
	    document, "message", json_string(text_is_utf8(text_of(message)) ? message : safe));
	buf_reset(&v->site->out);
	json_write(&v->site->out, document);
	visit_reply(v, status);
}

const char *
visit_shown(struct text t, char out[VISIT_SHOWN_SIZE])
{
	return text_escape(t, out, VISIT_SHOWN_SIZE);
}

void
visit_not_yet(struct visit *v, const char *what, const char *why)
{
	visit_unavailable(
	    v, "plan %s: %s%s%s", desk_id(v->desk), what, why[0] != '\0' ? ": " : "", why);
}
