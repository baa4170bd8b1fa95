#include "cli/doctor_redis.h"

#include <string.h>

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

static bool
lets_everybody_in(const struct store_url *u, int64_t timeout_ms)
{
	struct buf    url = {0};
	struct store *s;
	bool          is_open;

	format_nameless(u, &url);
	s = store_open(url.at, NULL);
	is_open = s != NULL && doctor_redis_reach(s, timeout_ms);
	store_close(s);
	buf_fini(&url);
	return is_open;
}

/* True if it listens for other machines, and not to turn them away. */
static bool
is_exposed(struct doctor *d)
{
	char bind[DOCTOR_SETTING_SIZE], protected[DOCTOR_SETTING_SIZE], *next = bind, *one;

	if (doctor_redis_setting(d, "bind", bind, NULL) != 0 ||
	    doctor_redis_setting(d, "protected-mode", protected, NULL) != 0 ||
	    strcmp(protected, "no") != 0)
		return false;
	while ((one = strsep(&next, " ")) != NULL)
		if (strncmp(one, "127.", 4) != 0 && strstr(one, "::1") == NULL && *one != '\0')
			return true;
	return bind[0] == '\0';
}

void
doctor_redis_access(struct doctor *d, const struct store_url *u)
{
	bool exposed;

	if (!lets_everybody_in(u, d->cfg->timeout * 1000)) {
		doctor_find(&d->findings, DOCTOR_FINE, "redis_closed",
		    "Redis lets in nobody without a password");
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
