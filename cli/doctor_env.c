#include "cli/doctor_env.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/store_url.h"
#include "core/mem.h"

static struct text
trimmed(struct text t)
{
	while (t.len > 0 && strchr(" \t\r", t.at[0]) != NULL)
		t = (struct text){t.at + 1, t.len - 1};
	while (t.len > 0 && strchr(" \t\r", t.at[t.len - 1]) != NULL)
		t.len--;
	return t;
}

/* systemd takes either kind of quotes off. */
static struct text
unquoted(struct text t)
{
	bool quoted =
	    t.len >= 2 && (t.at[0] == '"' || t.at[0] == '\'') && t.at[t.len - 1] == t.at[0];

	return quoted ? (struct text){t.at + 1, t.len - 2} : t;
}

/* Takes the next line off the front of *rest. */
static struct text
next_line(struct text *rest)
{
	const char *end = memchr(rest->at, '\n', rest->len);
	size_t      len = end != NULL ? (size_t)(end - rest->at) : rest->len;
	struct text line = {rest->at, len};

	len += end != NULL;
	*rest = (struct text){rest->at + len, rest->len - len};
	return trimmed(line);
}

struct text
doctor_env_find(struct text file, const char *name)
{
	struct text found = {0};
	size_t      len = strlen(name);

	while (file.len > 0) {
		struct text line = next_line(&file);

		if (line.len > len && memcmp(line.at, name, len) == 0 && line.at[len] == '=')
			found =
			    unquoted(trimmed((struct text){line.at + len + 1, line.len - len - 1}));
	}
	return found;
}

void
doctor_env_connect(struct buf *out, struct text bound)
{
	static const struct {
		const char *every, *own;
	} hosts[] = {{"0.0.0.0:", "127.0.0.1:"}, {"*:", "127.0.0.1:"}, {"[::]:", "[::1]:"}};
	static const char tcp[] = "tcp://";
	size_t            scheme = strlen(tcp);

	if (bound.len >= scheme && memcmp(bound.at, tcp, scheme) == 0) {
		buf_add(out, tcp, scheme);
		bound = (struct text){bound.at + scheme, bound.len - scheme};
	}
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		size_t len = strlen(hosts[i].every);

		if (bound.len < len || memcmp(bound.at, hosts[i].every, len) != 0)
			continue;
		buf_addf(out, "%s", hosts[i].own);
		bound = (struct text){bound.at + len, bound.len - len};
		break;
	}
	buf_add(out, bound.at, bound.len);
}

/* A path as a part of a URL. */
static void
add_path(struct buf *out, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789/._-~";

	for (; *path != '\0'; path++) {
		if (strchr(plain, *path) != NULL)
			buf_add(out, path, 1);
		else
			buf_addf(out, "%%%02X", (unsigned)(unsigned char)*path);
	}
}

bool
doctor_env_redis(struct buf *out, struct text url, const char *user, const char *password_file)
{
	struct store_url parsed;
	char            *copy = mem_copied(url.at, url.len);
	bool             ok = url.len > 0 && store_url_parse(copy, &parsed, NULL) == 0;

	explicit_bzero(copy, url.len); /* there may be a password in it */
	free(copy);
	if (!ok)
		return false;
	explicit_bzero(parsed.password, sizeof(parsed.password));
	if (parsed.path[0] != '\0') {
		buf_addf(out, "unix://");
		add_path(out, parsed.path);
		buf_addf(out, "?user=%s&", user);
	} else {
		bool is_ipv6 = strchr(parsed.host, ':') != NULL;

		buf_addf(out, "redis://%s@%s%s%s:%d?", user, is_ipv6 ? "[" : "", parsed.host,
		    is_ipv6 ? "]" : "", parsed.port);
	}
	if (parsed.db != 0)
		buf_addf(out, "db=%d&", parsed.db);
	buf_addf(out, "password-file=");
	add_path(out, password_file);
	return true;
}
