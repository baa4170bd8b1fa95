#include "common/store_url.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

#define DB_NOT_GIVEN (-1)

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
take_db(struct text t, struct store_url *u, struct err *e)
{
	if (u->db != DB_NOT_GIVEN)
		return err_fail(e, ERR_USAGE, "db: given twice");
	return parse_number("db", t, 0, STORE_URL_DB_MAX, &u->db, e);
}

static int
take_user(struct text t, struct store_url *u, struct err *e)
{
	if (u->user[0] != '\0')
		return err_fail(e, ERR_USAGE, "user: given twice");
	if (t.len == 0)
		return err_fail(e, ERR_USAGE, "user: must not be empty");
	return decode("user", t, u->user, STORE_URL_USER_MAX, e);
}

static int
parse_credentials(struct text t, struct store_url *u, struct err *e)
{
	size_t colon = find(t, ':');

	if ((colon > 0 || t.len == 0) && take_user(cut(t, 0, colon), u, e) != 0)
		return -1;
	if (colon == t.len)
		return 0;
	if (colon + 1 == t.len)
		return err_fail(e, ERR_USAGE, "password: must not be empty");
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
take_password_file(struct text t, struct store_url *u, struct err *e)
{
	if (u->password_file[0] != '\0')
		return err_fail(e, ERR_USAGE, "password-file: given twice");
	if (decode("password-file", t, u->password_file, STORE_URL_FILE_MAX, e) != 0)
		return -1;
	if (u->password_file[0] != '/')
		return err_fail(e, ERR_USAGE, "password-file: must begin with /");
	return 0;
}

static const struct parameter {
	const char *name;
	int (*take)(struct text value, struct store_url *u, struct err *e);
} parameters[] = {
    {"db", take_db},
    {"user", take_user},
    {"password-file", take_password_file},
};

static int
parse_parameter(struct text t, struct store_url *u, struct err *e)
{
	size_t equals = find(t, '=');

	for (size_t i = 0; i < sizeof(parameters) / sizeof(parameters[0]); i++)
		if (equals < t.len && text_equal(cut(t, 0, equals), text_of(parameters[i].name)))
			return parameters[i].take(cut(t, equals + 1, t.len), u, e);
	return err_fail(e, ERR_USAGE,
	    "expected db=, user= or password-file= behind ?, and %%3F for a ? elsewhere");
}

/* name=value&name=value */
static int
parse_parameters(struct text t, struct store_url *u, struct err *e)
{
	for (;;) {
		size_t end = find(t, '&');

		if (parse_parameter(cut(t, 0, end), u, e) != 0)
			return -1;
		if (end == t.len)
			return 0;
		t = cut(t, end + 1, t.len);
	}
}

static int
parse_tcp(struct text t, struct store_url *u, struct err *e)
{
	size_t slash = find(t, '/');
	size_t at = find(cut(t, 0, slash), '@');
	size_t place = at < slash ? at + 1 : 0;

	if (at < slash && parse_credentials(cut(t, 0, at), u, e) != 0)
		return -1;
	if (parse_place(cut(t, place, slash), u, e) != 0)
		return -1;
	return slash + 1 < t.len ? take_db(cut(t, slash + 1, t.len), u, e) : 0;
}

static int
parse_unix(struct text t, struct store_url *u, struct err *e)
{
	size_t slash = find(t, '/');

	if (slash > 0 && slash < t.len && t.at[slash - 1] == '@') {
		if (parse_credentials(cut(t, 0, slash - 1), u, e) != 0)
			return -1;
	} else if (slash > 0 || slash == t.len) {
		return err_fail(e, ERR_USAGE, "path: must begin with /");
	}
	return decode("path", cut(t, slash, t.len), u->path, STORE_URL_PATH_MAX, e);
}

static int
check_credentials(const struct store_url *u, struct err *e)
{
	bool password = u->password[0] != '\0', file = u->password_file[0] != '\0';

	if (password && file)
		return err_fail(e, ERR_USAGE, "password: given, and a password-file too");
	if (u->user[0] != '\0' && !password && !file)
		return err_fail(e, ERR_USAGE,
		    "credentials: expected user:password@, :password@ or a password-file");
	return 0;
}

static const struct scheme {
	const char *begin;
	int (*parse)(struct text t, struct store_url *u, struct err *e);
} schemes[] = {
    {"redis://", parse_tcp},
    {"unix://", parse_unix},
};

static int
parse(struct text t, struct store_url *u, struct err *e)
{
	size_t query = find(t, '?');

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		size_t begin = strlen(schemes[i].begin);

		if (t.len < begin || memcmp(t.at, schemes[i].begin, begin) != 0)
			continue;
		if (find(t, '#') < t.len)
			return err_fail(e, ERR_USAGE, "# must be written as %%23");
		if (query < t.len && parse_parameters(cut(t, query + 1, t.len), u, e) != 0)
			return -1;
		if (schemes[i].parse(cut(t, begin, query), u, e) != 0)
			return -1;
		return check_credentials(u, e);
	}
	return err_fail(e, ERR_USAGE, "expected redis://host:port or unix:///path");
}

int
store_url_parse(const char *url, struct store_url *u, struct err *e)
{
	*u = (struct store_url){.db = DB_NOT_GIVEN};
	if (parse(text_of(url), u, e) != 0) {
		err_wrap(e, "URL of Redis");
		return -1;
	}
	if (u->db == DB_NOT_GIVEN)
		u->db = 0;
	return 0;
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
