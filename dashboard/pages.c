#include "dashboard/pages.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/sha256.h"
#include "dashboard/embedded.h"
#include "dashboard/site_route.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define ETAG_DIGITS 16
#define POLICY                                                                                     \
	"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "                \
	"connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "               \
	"frame-ancestors 'none'"
#define PERMISSIONS                                                                                \
	"camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"

struct pages {
	char (*etags)[PAGES_ETAG_SIZE]; /* owned; of the embedded files, in their order */
};

static void
make_etag(const struct embedded *file, char out[PAGES_ETAG_SIZE])
{
	struct text   content = {(const char *)file->at, file->size};
	struct sha256 hash;
	char          hex[SHA256_TEXT_SIZE];

	sha256_of(&content, 1, &hash);
	snprintf(out, PAGES_ETAG_SIZE, "\"%.*s\"", ETAG_DIGITS, sha256_format(&hash, hex));
}

struct pages *
pages_new(void)
{
	struct pages *p = mem_zeroed(1, sizeof(*p));

	p->etags = mem_zeroed(EMBEDDED_COUNT + 1, sizeof(p->etags[0]));
	for (size_t i = 0; i < EMBEDDED_COUNT; i++)
		make_etag(&EMBEDDED[i], p->etags[i]);
	return p;
}

void
pages_free(struct pages *p)
{
	if (p == NULL)
		return;
	free(p->etags);
	free(p);
}

const char *
pages_type(struct text name)
{
	static const struct {
		const char *end, *type;
	} types[] = {
	    {".html", "text/html; charset=utf-8"},
	    {".css", "text/css; charset=utf-8"},
	    {".js", "text/javascript; charset=utf-8"},
	    {".json", "application/json; charset=utf-8"},
	    {".svg", "image/svg+xml"},
	    {".png", "image/png"},
	    {".ico", "image/x-icon"},
	    {".woff2", "font/woff2"},
	    {".webmanifest", "application/manifest+json"},
	    {".txt", "text/plain; charset=utf-8"},
	};

	for (size_t i = 0; i < COUNT(types); i++) {
		size_t len = strlen(types[i].end);

		if (name.len > len && memcmp(name.at + name.len - len, types[i].end, len) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

static void
answer(struct http_exchange *x, const struct embedded *file, const char *etag)
{
	const struct http_header headers[] = {
	    {"ETag", etag},
	    {"Cache-Control", "no-cache"},
	    {"Content-Security-Policy", POLICY},
	    {"Referrer-Policy", "no-referrer"},
	    {"Cross-Origin-Opener-Policy", "same-origin"},
	    {"Cross-Origin-Resource-Policy", "same-origin"},
	    {"Permissions-Policy", PERMISSIONS},
	};
	bool              same = route_etags_have(http_header(x, "If-None-Match"), etag);
	struct http_reply reply = {
	    .status = same ? 304 : 200,
	    .type = same ? NULL : pages_type(text_of(file->name)),
	    .lasting = true,
	    .headers = headers,
	    .header_count = COUNT(headers),
	};

	if (!same)
		reply.body = (struct text){(const char *)file->at, file->size};
	http_reply(x, &reply);
}

bool
pages_answer(const struct pages *p, struct http_exchange *x, struct text name)
{
	for (size_t i = 0; i < EMBEDDED_COUNT; i++) {
		if (text_equal(name, text_of(EMBEDDED[i].name))) {
			answer(x, &EMBEDDED[i], p->etags[i]);
			return true;
		}
	}
	return false;
}
