/*
 * fuzz_url -- any text as the URL of a Redis. What parses keeps the limits, and
 * written again with everything by %XX means the same.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/store_url.h"
#include "core/buf.h"
#include "core/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
add_encoded(struct buf *b, const char *s)
{
	for (; *s != '\0'; s++)
		buf_addf(b, "%%%02x", (unsigned char)*s);
}

static void
add_parameter(struct buf *b, const char *name, const char *value)
{
	if (value[0] == '\0')
		return;
	buf_addf(b, "&%s=", name);
	add_encoded(b, value);
}

static void
add_url(struct buf *b, const struct store_url *u)
{
	bool by_path = u->path[0] != '\0', is_ipv6 = strchr(u->host, ':') != NULL;

	buf_addf(b, "%s://", by_path ? "unix" : "redis");
	if (u->password[0] != '\0') {
		buf_addf(b, ":");
		add_encoded(b, u->password);
		buf_addf(b, "@");
	}
	if (by_path) {
		buf_addf(b, "/");
		add_encoded(b, u->path + 1);
	} else {
		buf_addf(b, "%s%s%s:%d", is_ipv6 ? "[" : "", u->host, is_ipv6 ? "]" : "", u->port);
	}
	buf_addf(b, "?db=%d", u->db);
	add_parameter(b, "user", u->user);
	add_parameter(b, "password-file", u->password_file);
	buf_add(b, "", 1);
}

static void
check(const struct store_url *u)
{
	static struct buf b;
	struct store_url  again;

	assert((u->host[0] != '\0') != (u->path[0] != '\0'));
	assert(u->path[0] == '\0' ? u->port >= 1 && u->port <= 65535 : u->path[0] == '/');
	assert(u->password[0] == '\0' || u->password_file[0] == '\0');
	assert(u->user[0] == '\0' || u->password[0] != '\0' || u->password_file[0] != '\0');
	assert(u->password_file[0] == '\0' || u->password_file[0] == '/');
	assert(u->db >= 0 && u->db <= STORE_URL_DB_MAX);
	buf_reset(&b);
	add_url(&b, u);
	assert(store_url_parse(b.at, &again, NULL) == 0);
	assert(memcmp(u, &again, sizeof(again)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char            *url = mem_copied(data, size); /* of its own size, for the sanitizer */
	struct store_url u;
	struct err       err = {0};
	char             where[STORE_URL_WHERE_SIZE];

	if (store_url_parse(url, &u, &err) == 0) {
		check(&u);
		assert(strncmp(store_url_where(&u, where), "redis ", 6) == 0);
	} else {
		assert(err.code == ERR_USAGE && strncmp(err.msg, "URL of Redis: ", 14) == 0);
	}
	free(url);
	return 0;
}
