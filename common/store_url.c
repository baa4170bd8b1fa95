#include "common/store_url.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

/* Copies t to out (max bytes and a NUL), %XX decoded. */
static int
decode(const char *part, struct text t, char *out, size_t max, struct err *e)
{
	size_t len = 0;

	for (size_t i = 0; i < t.len; i++) {
		int c = (unsigned char)t.at[i];

		if (c == '%') {
			int high = i + 2 < t.len ? text_hex_digit(t.at[i + 1]) : -1;
			int low = i + 2 < t.len ? text_hex_digit(t.at[i + 2]) : -1;

			if (high < 0 || low < 0)
				return err_fail(e, ERR_USAGE,
				    "%s: %% must be followed by two hex digits", part);
			c = high * 16 + low;
			i += 2;
		}
		if (c == 0)
			return err_fail(e, ERR_USAGE, "%s: must not hold a zero byte", part);
		if (len == max)
			return err_fail(e, ERR_USAGE, "%s: longer than %zu bytes", part, max);
		out[len++] = (char)c;
	}
	out[len] = '\0';
	return 0;
}

static int
parse_number(const char *part, struct text t, int min, int max, int *out, struct err *e)
{
	int  value = 0;
	bool digits = t.len > 0;

	for (size_t i = 0; i < t.len && digits && value <= max; i++) {
		digits = t.at[i] >= '0' && t.at[i] <= '9';
		value = value * 10 + (t.at[i] - '0');
	}
	if (!digits || value < min || value > max)
		return err_fail(
		    e, ERR_USAGE, "%s: expected a number from %d to %d", part, min, max);
	*out = value;
	return 0;
}

static struct text
cut(struct text t, size_t from, size_t to)
{
	return (struct text){t.at + from, to - from};
}

/* Where c stands in t, or t.len. */
static size_t
find(struct text t, char c)
{
	const char *at = t.len > 0 ? memchr(t.at, c, t.len) : NULL;

	return at != NULL ? (size_t)(at - t.at) : t.len;
}

static int
parse_credentials(struct text t, struct store_url *u, struct err *e)
{
	size_t colon = find(t, ':');

	if (colon == t.len) /* some programs take a lone word for the user, some for the password */
		return err_fail(e, ERR_USAGE, "credentials: expected user:password@ or :password@");
	if (colon + 1 == t.len)
		return err_fail(e, ERR_USAGE, "password: must not be empty");
	if (decode("user", cut(t, 0, colon), u->user, STORE_URL_USER_MAX, e) != 0)
		return -1;
	return decode("password", cut(t, colon + 1, t.len), u->password, STORE_URL_PASSWORD_MAX, e);
}

static bool
is_of(struct text t, const char *letters)
{
	for (size_t i = 0; i < t.len; i++)
		if (t.at[i] == '\0' || strchr(letters, t.at[i]) == NULL)
			return false;
	return t.len > 0;
}

static int
parse_host(struct text t, bool bracketed, struct store_url *u, struct err *e)
{
	const char *letters = bracketed ? "0123456789abcdefABCDEF:."
					: "0123456789abcdefghijklmnopqrstuvwxyz"
					  "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-_";

	if (!is_of(t, letters))
		return err_fail(
		    e, ERR_USAGE, "host: expected a name, an address or [an IPv6 address]");
	if (t.len > STORE_URL_HOST_MAX)
		return err_fail(e, ERR_USAGE, "host: longer than %d bytes", STORE_URL_HOST_MAX);
	memcpy(u->host, t.at, t.len);
	u->host[t.len] = '\0';
	return 0;
}

/* host[:port] */
static int
parse_place(struct text t, struct store_url *u, struct err *e)
{
	bool   bracketed = t.len > 0 && t.at[0] == '[';
	size_t first = bracketed ? 1 : 0;
	size_t end = find(t, bracketed ? ']' : ':');
	size_t next = bracketed ? end + 1 : end;

	if (bracketed && end == t.len)
		return err_fail(e, ERR_USAGE, "host: [ without ]");
	if (parse_host(cut(t, first, end), bracketed, u, e) != 0)
		return -1;
	u->port = STORE_URL_PORT;
	if (next == t.len)
		return 0;
	if (t.at[next] != ':')
		return err_fail(e, ERR_USAGE, "host: expected a port or nothing behind ]");
	return parse_number("port", cut(t, next + 1, t.len), 1, 65535, &u->port, e);
}

static int
parse_tcp(struct text t, struct store_url *u, struct err *e)
{
	size_t slash = find(t, '/');
	size_t at = find(cut(t, 0, slash), '@');
	size_t place = at < slash ? at + 1 : 0;

	if (find(t, '?') < t.len || find(t, '#') < t.len)
		return err_fail(e, ERR_USAGE, "? and # must be written as %%3F and %%23");
	if (at < slash && parse_credentials(cut(t, 0, at), u, e) != 0)
		return -1;
	if (parse_place(cut(t, place, slash), u, e) != 0)
		return -1;
	if (slash + 1 >= t.len)
		return 0;
	return parse_number("db", cut(t, slash + 1, t.len), 0, STORE_URL_DB_MAX, &u->db, e);
}

static int
parse_unix(struct text t, struct store_url *u, struct err *e)
{
	size_t slash = find(t, '/');
	size_t query = find(t, '?');
	size_t value = query + strlen("?db=");

	if (slash > 0 && slash < t.len && t.at[slash - 1] == '@') {
		if (parse_credentials(cut(t, 0, slash - 1), u, e) != 0)
			return -1;
	} else if (slash > 0 || slash == t.len) {
		return err_fail(e, ERR_USAGE, "path: must begin with /");
	}
	if (query < slash)
		return err_fail(e, ERR_USAGE, "? must be written as %%3F");
	if (decode("path", cut(t, slash, query), u->path, STORE_URL_PATH_MAX, e) != 0)
		return -1;
	if (query == t.len)
		return 0;
	if (value > t.len || memcmp(t.at + query, "?db=", strlen("?db=")) != 0)
		return err_fail(e, ERR_USAGE, "expected ?db=N or nothing behind the path");
	return parse_number("db", cut(t, value, t.len), 0, STORE_URL_DB_MAX, &u->db, e);
}

int
store_url_parse(const char *url, struct store_url *u, struct err *e)
{
	struct text t = text_of(url);
	int         rc;

	*u = (struct store_url){0};
	if (strncmp(url, "redis://", strlen("redis://")) == 0)
		rc = parse_tcp(cut(t, strlen("redis://"), t.len), u, e);
	else if (strncmp(url, "unix://", strlen("unix://")) == 0)
		rc = parse_unix(cut(t, strlen("unix://"), t.len), u, e);
	else
		rc = err_fail(e, ERR_USAGE, "expected redis://host:port or unix:///path");
	if (rc != 0)
		err_wrap(e, "URL of Redis");
	return rc;
}

const char *
store_url_where(const struct store_url *u, char out[STORE_URL_WHERE_SIZE])
{
	if (strchr(u->host, ':') != NULL)
		snprintf(out, STORE_URL_WHERE_SIZE, "redis [%s]:%d", u->host, u->port);
	else if (u->host[0] != '\0')
		snprintf(out, STORE_URL_WHERE_SIZE, "redis %s:%d", u->host, u->port);
	else
		snprintf(out, STORE_URL_WHERE_SIZE, "redis %s", u->path);
	return out;
}
