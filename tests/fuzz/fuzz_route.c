/*
 * fuzz_route -- any address, parameter and id of an event as strangers send them. The first
 * byte says where the path ends and the rest begins.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

#include "core/mem.h"
#include "dashboard/site_route.h"
#include "dashboard/stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EPOCH UINT64_C(0x0123456789abcdef)

static bool
is_within(struct text part, struct text whole)
{
	return part.at >= whole.at && part.at + part.len <= whole.at + whole.len;
}

static void
check_route(struct text path)
{
	struct route r = route_of(path);

	assert(r.kind < ROUTES);
	if (r.plan.at != NULL) {
		assert(r.plan.len > 0 && is_within(r.plan, path));
		assert(memchr(r.plan.at, '/', r.plan.len) == NULL);
	}
	if (r.rest.at != NULL)
		assert(r.rest.len > 0 && is_within(r.rest, path));
}

static void
check_number(struct text t)
{
	uint64_t n;

	if (route_number(t, 3, 1000, &n))
		assert(n >= 3 && n <= 1000 && t.len > 0);
}

/* What a viewer is sent begins with a greeting, and what is left is whole messages. */
static void
check_id(struct text id)
{
	static struct stream *s;
	struct stream_cursor  c;
	char                  out[1024];
	size_t                len;

	if (s == NULL) {
		s = stream_new(EPOCH);
		for (int i = 0; i < 10; i++)
			stream_add(s, "update", text_of("{}"), true);
	}
	c = stream_begin(s, id);
	assert(c.reset || c.next <= 11);
	len = stream_read(s, &c, out, sizeof(out));
	assert(len >= 13 && memcmp(out, "retry: 1000\n\n", 13) == 0);
	assert(memcmp(out + len - 2, "\n\n", 2) == 0);
	assert(!c.reset && c.next == 11);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t      len = size > 0 ? data[0] : 0;
	char       *bytes = mem_copied(data, size); /* of its own size, for the sanitizer */
	struct text path = {bytes, size}, rest;

	path = size > 0 ? (struct text){bytes + 1, size - 1} : path;
	path.len = len < path.len ? len : path.len;
	rest = (struct text){path.at + path.len, size - path.len - (size > 0)};
	check_route(path);
	check_number(rest);
	check_id(rest);
	route_etags_have(rest, "\"0123456789abcdef\"");
	free(bytes);
	return 0;
}
