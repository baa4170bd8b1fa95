#include "cli/doctor_redis.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "common/ledger.h"
#include "common/translate.h"
#include "core/buf.h"

/* The same server as a user without a name. */
static void
format_nameless(const struct store_url *u, struct buf *out)
{
	bool is_ipv6 = strchr(u->host, ':') != NULL;

	if (u->host[0] != '\0')
		buf_addf(out, "redis://%s%s%s:%d", is_ipv6 ? "[" : "", u->host, is_ipv6 ? "]" : "",
		    u->port);
	else
		buf_addf(out, "unix://");
	for (const char *at = u->path; *at != '\0'; at++)
		buf_addf(out, *at == '/' ? "/" : "%%%02X", (unsigned)(unsigned char)*at);
	buf_add(out, "", 1);
}

enum access { ACCESS_OPEN, ACCESS_CLOSED, ACCESS_UNKNOWN };

/* What it says to who may do nothing: not to who was not heard at all. */
static enum access
access_of(const char *refusal)
{
	static const char *const closed[] = {"?password-file=", "NOPERM"};

	for (size_t i = 0; i < OPTIONS_COUNT(closed); i++)
		if (strstr(refusal, closed[i]) != NULL)
			return ACCESS_CLOSED;
	return ACCESS_UNKNOWN;
}

/* Looks as nobody. *why says what was answered where that is ACCESS_UNKNOWN. */
static enum access
try_as_nobody(const struct store_url *u, int64_t timeout_ms, struct err *why)
{
	const struct text   words[] = {text_of("EXISTS"), text_of(LEDGER_PLANS)};
	struct buf          url = {0};
	struct store       *s;
	struct store_reply *r = NULL;

	format_nameless(u, &url);
	s = store_open(url.at, why);
	if (s != NULL && doctor_redis_reach(s, timeout_ms))
		r = store_call(s, timeout_ms, why, words, OPTIONS_COUNT(words));
	else if (s != NULL)
		err_set(why, ERR_AGAIN, "%s",
		    store_trouble(s)[0] != '\0' ? store_trouble(s) : "no answer in time");
	store_close(s);
	store_reply_free(r);
	buf_fini(&url);
	return r != NULL ? ACCESS_OPEN : access_of(why->msg);
}

/* Of an address of "bind"; one that need not be there begins with '-'. */
static bool
is_loopback(const char *one)
{
	one += *one == '-';
	return *one == '\0' || strncmp(one, "127.", 4) == 0 || strcmp(one, "::1") == 0;
}

/* True if it has a port, encrypted or not, or does not say that it has none. */
static bool
has_port(struct doctor *d)
{
	static const char *const names[] = {"port", "tls-port"};
	char                     value[DOCTOR_SETTING_SIZE];

	for (size_t i = 0; i < OPTIONS_COUNT(names); i++)
		if (doctor_redis_setting(d, names[i], value, NULL) != 0 ||
		    (strcmp(value, "0") != 0 && (i == 0 || value[0] != '\0')))
			return true;
	return false;
}

/* True if the only way in is a socket that is closed to others by its mode, or by that of
 * its folder. */
static bool
is_closed_socket(struct doctor *d, const struct store_url *u)
{
	char        folder[STORE_URL_PATH_MAX + 1];
	char       *slash;
	struct stat of_socket, of_folder;

	snprintf(folder, sizeof(folder), "%s", u->path);
	if ((slash = strrchr(folder, '/')) == NULL || slash == folder)
		return false;
	*slash = '\0';
	return stat(u->path, &of_socket) == 0 && stat(folder, &of_folder) == 0 &&
	    ((of_socket.st_mode & S_IWOTH) == 0 || (of_folder.st_mode & S_IXOTH) == 0) &&
	    !has_port(d);
}

/* True if it listens for other machines, and not to turn them away. */
static bool
is_exposed(struct doctor *d)
{
	char bind[DOCTOR_SETTING_SIZE], protected[DOCTOR_SETTING_SIZE], *next = bind, *one;

	if (!has_port(d) || doctor_redis_setting(d, "bind", bind, NULL) != 0 ||
	    doctor_redis_setting(d, "protected-mode", protected, NULL) != 0 ||
	    strcmp(protected, "no") != 0)
		return false;
	while ((one = strsep(&next, " ")) != NULL)
		if (!is_loopback(one))
			return true;
	return bind[0] == '\0';
}

void
doctor_redis_access(struct doctor *d, const struct store_url *u)
{
	struct err why = {0};
	bool       exposed;

	switch (try_as_nobody(u, d->cfg->timeout * 1000, &why)) {
	case ACCESS_CLOSED:
		doctor_find(&d->findings, DOCTOR_FINE, "redis_closed",
		    "Redis lets in nobody without a password");
		return;
	case ACCESS_UNKNOWN:
		doctor_find(&d->findings, DOCTOR_SKIPPED, "redis_access_unknown",
		    "whether Redis lets in somebody without a password is not known: %s", why.msg);
		doctor_mend(
		    &d->findings, "run this again; if it says the same, see the log of Redis");
		return;
	case ACCESS_OPEN:
		break;
	}
	if (is_closed_socket(d, u)) {
		doctor_find(&d->findings, DOCTOR_FINE, "redis_socket",
		    "Redis asks nobody for a password, but only its own user and group reach it");
		return;
	}
	exposed = is_exposed(d);
	doctor_find(&d->findings, exposed ? DOCTOR_FAULT : DOCTOR_ADVICE,
	    exposed ? "redis_open_to_network" : "redis_open",
	    exposed ? TEXT("any machine that reaches Redis may read and delete everything, without "
			   "a password")
		    : TEXT("whoever is on the machine of Redis may read and delete everything, "
			   "without a password"));
	doctor_mend(&d->findings,
	    "give it the users of deploy/users.acl: deploy/README.md, \"Redis\", or "
	    "'tuijin-setup'");
}
