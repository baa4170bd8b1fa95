#include "cli/doctor_redis.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "cli/doctor_trouble.h"
#include "common/clock.h"
#include "common/store_url.h"
#include "common/translate.h"
#include "core/buf.h"

#define COUNT(a)      (sizeof(a) / sizeof((a)[0]))
#define VERSION_SIZE  32
#define VERSION_LEAST 7

#define NO_REDIS                                                                                   \
	TEXT("what answers there is no Redis"), TEXT("name the address of Redis with --redis")
#define NO_NAME                                                                                    \
	TEXT("nobody here knows the machine of Redis"),                                            \
	    TEXT("mend its name in --redis, in /etc/hosts or in the DNS")

enum { PASSWORD_FILE }; /* in the table */

/* Why there is no link: what its trouble says, which may be in the operator's language, and
 * what that means. The first that fits counts; the last (NULL) does. */
static const struct obstacle {
	const char *part, *code, *what, *mend;
} obstacles[] = {
    [PASSWORD_FILE] = {TEXT("password file"), "redis_password_file",
	TEXT("the file with our password for Redis cannot be used"),
	TEXT("run this as root (sudo), or name a copy of your own, mode 0600: --redis "
	     "'redis://USER@HOST?password-file=FILE'")},
    {"WRONGPASS", "redis_wrong_password", TEXT("Redis refuses our user or our password"),
	TEXT("make new ones: 'redis-passwords FOLDER users.acl USER' writes file and ACL, then "
	     "'redis-cli --user admin ACL LOAD' has Redis read them")},
    {"?password-file=", "redis_wants_password",
	TEXT("Redis lets in nobody without a user and a password"),
	TEXT("name ours: --redis 'redis://doctor@HOST:PORT?password-file=FILE'")},
    {"LOADING", "redis_loading", TEXT("Redis still reads its data, as after each start"),
	TEXT("wait some seconds for each gigabyte; its log says how far it is")},
    {"DENIED", "redis_protected", TEXT("Redis answers its own machine alone (protected mode)"),
	TEXT("run this there; to open it to others, give it users and passwords first "
	     "(deploy/README.md, \"Redis\")")},
    {"max number of clients", "redis_full", TEXT("Redis has no connection to spare"),
	TEXT("'redis-cli --user admin CLIENT LIST' shows who has them; 'maxclients' in "
	     "redis.conf is the limit")},
    {"Permission denied", "redis_socket_denied", TEXT("we may not open the socket of Redis"),
	TEXT("run this as root (sudo) or as a member of the group redis")},
    {"answers in time", "redis_silent",
	TEXT("something takes connections for Redis, and says nothing"),
	TEXT("it hangs, or waits for its disk: see its log and 'dmesg', then 'systemctl restart "
	     "redis-server'; nothing that was acknowledged gets lost by that")},
    {"rotocol error", "redis_other", NO_REDIS},
    {"Server closed the connection", "redis_other", NO_REDIS},
    {"Name or service not known", "redis_unknown_host", NO_NAME},
    {"name resolution", "redis_unknown_host", NO_NAME},
    {NULL, "redis_down", TEXT("Redis is not there"),
	TEXT("'systemctl start redis-server' or 'docker compose up -d redis'; if it does not "
	     "stay, its log says why (/var/log/redis/redis-server.log)")},
};

/* What we may not know is no fault: our password, or where Redis is. */
static void
note_obstacle(struct doctor *d, const struct store_url *u, const char *trouble)
{
	const struct obstacle *o = obstacles;
	bool                   is_closed, is_guess;

	if (trouble[0] == '\0') /* our patience was shorter than the link's */
		trouble = "connected to nothing that answers in time";
	while (o->part != NULL && strstr(trouble, err_text(o->part)) == NULL)
		o++;
	is_closed = o == &obstacles[PASSWORD_FILE] && doctor_is_closed(u->password_file);
	is_guess = d->cfg->redis_is_preset &&
	    doctor_settings_is_guess(d->cfg, "collector", COMMAND_REDIS_DEFAULT);
	doctor_find(&d->findings, is_closed || is_guess ? DOCTOR_SKIPPED : DOCTOR_FAULT, o->code,
	    "%s (%s)", err_text(o->what), trouble);
	if (is_closed || !is_guess || !doctor_mend_guess(d, "collector", COMMAND_REDIS_DEFAULT))
		doctor_mend(&d->findings, "%s", err_text(o->mend));
}

bool
doctor_redis_reach(struct store *s, int64_t timeout_ms)
{
	int64_t end_ms = clock_mono_ms() + timeout_ms;

	for (;;) {
		int64_t now_ms = clock_mono_ms();
		int64_t wait_ms = store_turn(s, now_ms);

		if (store_is_ready(s) || store_trouble(s)[0] != '\0' || now_ms >= end_ms)
			return store_is_ready(s);
		struct pollfd p = {.fd = store_fd(s), .events = store_events(s)};

		poll(&p, 1, (int)clock_sooner_at(wait_ms, end_ms, now_ms));
	}
}

static struct store_reply *
ask(struct doctor *d, const char *a, const char *b, const char *c, struct err *e)
{
	const struct text words[] = {text_of(a), text_of(b), text_of(c)};

	return store_call(d->store, d->cfg->timeout * 1000, e, words, c[0] == '\0' ? 2 : 3);
}

int
doctor_redis_setting(
    struct doctor *d, const char *name, char out[DOCTOR_SETTING_SIZE], struct err *e)
{
	struct store_reply *r = ask(d, "CONFIG", "GET", name, e);

	if (r == NULL)
		return -1;
	screen_safe(store_reply_text(store_reply_at(r, 1)), out, DOCTOR_SETTING_SIZE);
	store_reply_free(r);
	return 0;
}

/* What makes Redis keep what it has confirmed. */
static const struct setting {
	const char *name, *value;
} durable[] = {
    {"appendonly", "yes"},
    {"appendfsync", "always"},
    {"no-appendfsync-on-rewrite", "no"},
};

/* is: the settings that are not as they should be; set: the commands that make them so. */
static void
note_weakness(struct doctor *d, const struct buf *is, const struct buf *set)
{
	bool everysec = store_durability(d->store) == DURABILITY_EVERYSEC;

	doctor_find(&d->findings, DOCTOR_FAULT, everysec ? "redis_everysec" : "redis_not_durable",
	    everysec ? TEXT("a power cut takes the last second of what was acknowledged with it: "
			    "Redis has %.*s")
		     : TEXT("what was acknowledged can be lost when Redis or its machine stops: "
			    "Redis has %.*s"),
	    (int)is->len, is->at);
	doctor_mend(&d->findings,
	    "in the running Redis (a restart alone might begin empty) as the user admin: %.*s; "
	    "then "
	    "the same in /etc/redis/redis.conf",
	    (int)set->len, set->at);
}

/* Returns -1 with *e. */
static int
compare_setting(
    struct doctor *d, const struct setting *s, struct buf *is, struct buf *set, struct err *e)
{
	char        value[DOCTOR_SETTING_SIZE];
	const char *comma = is->len > 0 ? ", " : "";

	if (doctor_redis_setting(d, s->name, value, e) != 0)
		return -1;
	if (strcmp(value, s->value) == 0)
		return 0;
	buf_addf(is, "%s%s %s", comma, s->name, value);
	buf_addf(set, "%sCONFIG SET %s %s", comma, s->name, s->value);
	return 0;
}

static void
look_at_durability(struct doctor *d)
{
	struct buf is = {0}, set = {0};
	struct err e = {0};
	int        rc = 0;

	for (size_t i = 0; rc == 0 && i < COUNT(durable); i++)
		rc = compare_setting(d, &durable[i], &is, &set, &e);
	if (rc != 0)
		doctor_unanswered_as(d, &e, DOCTOR_ADVICE);
	else if (store_durability(d->store) == DURABILITY_FSYNC)
		doctor_find(&d->findings, DOCTOR_FINE, "redis_durable",
		    "Redis has on its disk what it confirms, before it does (appendfsync always)");
	else
		note_weakness(d, &is, &set);
	buf_fini(&is);
	buf_fini(&set);
}

/* "7.0.15"; "" if it does not say. */
static void
read_version(struct doctor *d, char out[VERSION_SIZE])
{
	static const char   name[] = "redis_version:";
	struct store_reply *r = ask(d, "INFO", "server", "", NULL);
	struct text         said = r != NULL ? store_reply_text(r) : (struct text){0};
	const char *at = said.len > 0 ? memmem(said.at, said.len, name, strlen(name)) : NULL;
	size_t      len = 0;

	out[0] = '\0';
	if (at != NULL) {
		at += strlen(name);
		while (at + len < said.at + said.len && at[len] != '\r')
			len++;
		screen_safe((struct text){at, len}, out, VERSION_SIZE);
	}
	store_reply_free(r);
}

static void
look_at_version(struct doctor *d, const struct store_url *u)
{
	char where[STORE_URL_WHERE_SIZE], version[VERSION_SIZE];
	int  major;

	store_url_where(u, where);
	read_version(d, version);
	if (version[0] != '\0')
		doctor_find(&d->findings, DOCTOR_FINE, "redis_reached", "%s answers, version %s",
		    where, version);
	else
		doctor_find(&d->findings, DOCTOR_FINE, "redis_reached", "%s answers", where);
	if (sscanf(version, "%4d.", &major) != 1 || major >= VERSION_LEAST)
		return;
	doctor_find(&d->findings, DOCTOR_ADVICE, "redis_old",
	    "Redis %s is older than %d.0, with which Tuijin is tested", version, VERSION_LEAST);
	doctor_mend(&d->findings, "Debian 12 has Redis 7.0: 'apt-get install redis-server'");
}

static void
look_at_time(struct doctor *d)
{
	const struct text   words = text_of("TIME");
	struct err          e = {0};
	int64_t             asked_ms = clock_wall_ms();
	struct store_reply *r = store_call(d->store, d->cfg->timeout * 1000, &e, &words, 1);
	int64_t             answered_ms = clock_wall_ms();
	char                s[24], us[24];
	long long           shown_s, shown_us;

	if (r == NULL) {
		doctor_unanswered(d, &e);
		return;
	}
	screen_safe(store_reply_text(store_reply_at(r, 0)), s, sizeof(s));
	screen_safe(store_reply_text(store_reply_at(r, 1)), us, sizeof(us));
	store_reply_free(r);
	if (sscanf(s, "%12lld", &shown_s) == 1 && sscanf(us, "%6lld", &shown_us) == 1)
		doctor_note_clock(
		    d, TEXT("Redis"), shown_s * 1000 + shown_us / 1000, asked_ms, answered_ms);
}

void
doctor_redis(struct doctor *d)
{
	struct store_url u;
	struct err       e = {0};

	if (store_url_parse(d->cfg->redis, &u, &e) != 0 ||
	    (d->store = store_open(d->cfg->redis, &e)) == NULL) {
		doctor_find(&d->findings, DOCTOR_FAULT, "redis_url", "--redis: %s", e.msg);
		doctor_mend(
		    &d->findings, "write it as 'redis://USER@HOST:PORT?password-file=FILE'");
		return;
	}
	store_ask_durability(d->store);
	if (doctor_redis_reach(d->store, d->cfg->timeout * 1000)) {
		look_at_version(d, &u);
		look_at_durability(d);
		doctor_redis_role(d);
		doctor_redis_access(d, &u);
		look_at_time(d);
	} else {
		note_obstacle(d, &u, store_trouble(d->store));
		store_close(d->store);
		d->store = NULL;
	}
	explicit_bzero(&u, sizeof(u));
}
