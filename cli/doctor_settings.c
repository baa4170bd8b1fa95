#include "cli/doctor_settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/doctor_env.h"
#include "common/keys_file.h"
#include "common/store_url.h"
#include "core/mem.h"

#define ENV_MAX         65536 /* bytes of a .env file */
#define OUR_USER        "doctor"
#define OUR_PASSWORD    OUR_USER ".redis-password"
#define COLLECTOR_HTTP  "127.0.0.1:9301"
#define AGGREGATOR_HTTP "127.0.0.1:9302"
#define DASHBOARD_HTTP  "127.0.0.1:7380"

#define AT(member) offsetof(struct doctor_settings, member)

/* What a file that is there stands for. */
static const struct file_row {
	const char *name;
	size_t      at;
} files[] = {
    {"collector.pub", AT(collector_key)},
    {"aggregator.pub", AT(aggregator_key)},
    {"operator.key", AT(secret_key)},
    {"authorized_keys", AT(authorized_keys)},
};

/* Of an endpoint and an address: where it listens, not what to connect to as it is. */
enum env_kind { ENV_PLAIN, ENV_ENDPOINT, ENV_ADDRESS };

/* What a service was told in place of a default. */
static const struct env_row {
	const char   *file, *variable;
	size_t        at;
	enum env_kind kind;
} variables[] = {
    {"collector.env", "TUIJIN_BIND", AT(collector), ENV_ENDPOINT},
    {"collector.env", "TUIJIN_HTTP", AT(collector_http), ENV_ADDRESS},
    {"collector.env", "TUIJIN_PLAN", AT(collector_plans), ENV_PLAIN},
    {"aggregator.env", "TUIJIN_BIND", AT(aggregator), ENV_ENDPOINT},
    {"aggregator.env", "TUIJIN_HTTP", AT(aggregator_http), ENV_ADDRESS},
    {"aggregator.env", "TUIJIN_PLAN", AT(aggregator_plans), ENV_PLAIN},
    {"aggregator.env", "TUIJIN_REDIS_DISK", AT(redis_disk), ENV_PLAIN},
    {"dashboard.env", "TUIJIN_HTTP", AT(dashboard_http), ENV_ADDRESS},
    {"dashboard.env", "TUIJIN_PLAN", AT(dashboard_plans), ENV_PLAIN},
};

static const struct preset_row {
	size_t      at;
	const char *value;
} presets[] = {
    {AT(redis), COMMAND_REDIS_DEFAULT},
    {AT(collector), COMMAND_REPORTS_DEFAULT},
    {AT(collector_http), COLLECTOR_HTTP},
    {AT(aggregator), COMMAND_EVENTS_DEFAULT},
    {AT(aggregator_http), AGGREGATOR_HTTP},
    {AT(dashboard_http), DASHBOARD_HTTP},
};

static const char **
field(struct doctor_settings *s, size_t at)
{
	return (const char **)(void *)((char *)s + at);
}

/* A copy that lives as long as the settings. */
static const char *
keep(struct doctor_settings *s, struct text t)
{
	if (s->kept_count == DOCTOR_KEPT_MAX)
		abort(); /* each row of the tables is kept once */
	s->kept[s->kept_count] = mem_copied(t.at, t.len);
	return s->kept[s->kept_count++];
}

void
doctor_settings_fini(struct doctor_settings *s)
{
	for (size_t i = 0; i < s->kept_count; i++)
		free(s->kept[i]);
	s->kept_count = 0;
}

const char *
doctor_path(const char *folder, const char *name, char out[DOCTOR_PATH_SIZE])
{
	snprintf(out, DOCTOR_PATH_SIZE, "%s/%s", folder, name);
	return out;
}

/* The folder as an absolute path: the URL of Redis wants that of a file in it. */
static int
choose_folder(struct doctor_settings *s, struct err *e)
{
	bool        is_named = s->folder != NULL;
	char       *path = realpath(is_named ? s->folder : DOCTOR_FOLDER, NULL);
	struct stat st;
	char        shown[200];

	if (path != NULL && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
		s->folder = keep(s, text_of(path));
		free(path);
		return 0;
	}
	if (path != NULL)
		errno = ENOTDIR;
	free(path);
	if (!is_named)
		return 0;
	return err_fail(e, ERR_CONFIG, "--folder: %s: %s",
	    text_escape(text_of(s->folder), shown, sizeof(shown)), strerror(errno));
}

static void
take_files(struct doctor_settings *s)
{
	char path[DOCTOR_PATH_SIZE];

	for (size_t i = 0; i < OPTIONS_COUNT(files); i++) {
		const char **to = field(s, files[i].at);

		doctor_path(s->folder, files[i].name, path);
		if (*to == NULL && access(path, F_OK) == 0)
			*to = keep(s, text_of(path));
	}
}

/* What a variable of a file in the folder says; {NULL, 0}: nothing, or it is not to be
 * read. Borrowed from *file. */
static struct text
look_up(const struct doctor_settings *s, const char *name, const char *variable, struct buf *file)
{
	char path[DOCTOR_PATH_SIZE];

	doctor_path(s->folder, name, path);
	if (keys_file_read(path, KEYS_FILE_ANY, ENV_MAX, file, NULL) != 0)
		return (struct text){0};
	return doctor_env_find(buf_text(file), variable);
}

static bool
is_address(const char *value)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-_:[]";
	const char       *colon = strrchr(value, ':');

	if (value[0] == '\0' || strcmp(value, "none") == 0)
		return true;
	return strlen(value) < 256 && strspn(value, letters) == strlen(value) && colon != NULL &&
	    colon > value && colon[1] != '\0' && strlen(colon) <= 6 &&
	    strspn(colon + 1, "0123456789") == strlen(colon + 1);
}

static bool
is_of_kind(enum env_kind kind, const char *value)
{
	switch (kind) {
	case ENV_ENDPOINT:
		return command_check_endpoint("", value, NULL) == 0;
	case ENV_ADDRESS:
		return is_address(value);
	case ENV_PLAIN:
		break;
	}
	return true;
}

static void
note_slip(struct doctor_settings *s, const char *file, const char *variable, const char *expected,
    const char *value)
{
	if (s->slip_count == DOCTOR_SLIPS_MAX)
		abort(); /* each row of the table is read once, and two files for Redis */
	s->slips[s->slip_count++] = (struct doctor_slip){file, variable, expected, value};
}

static void
take_variable(struct doctor_settings *s, const struct env_row *row)
{
	static const char *const expected[] = {
	    [ENV_ENDPOINT] = "tcp://HOST:PORT", [ENV_ADDRESS] = "HOST:PORT"};
	struct buf   file = {0}, value = {0};
	struct text  found;
	const char **to = field(s, row->at), *kept;

	if (*to != NULL)
		return;
	found = look_up(s, row->file, row->variable, &file);
	if (found.len > 0 && row->kind != ENV_PLAIN)
		doctor_env_connect(&value, found);
	else
		buf_add(&value, found.at, found.len);
	if (value.len > 0) {
		kept = keep(s, buf_text(&value));
		if (is_of_kind(row->kind, kept))
			*to = kept;
		else
			note_slip(s, row->file, row->variable, expected[row->kind], keep(s, found));
	}
	buf_fini(&value);
	keys_file_fini(&file);
}

/* A URL may hold a password, so none is shown. */
static bool
is_url(struct text t, struct store_url *u)
{
	char *copy = mem_copied(t.at, t.len);
	bool  ok = store_url_parse(copy, u, NULL) == 0;

	explicit_bzero(copy, t.len);
	free(copy);
	explicit_bzero(u->password, sizeof(u->password));
	return ok;
}

/* Appends what a service was told of Redis, for us; nothing if that is nothing. */
static void
add_redis_of(struct doctor_settings *s, const char *name, const char *password, struct buf *url)
{
	struct buf       file = {0};
	struct text      found = look_up(s, name, "TUIJIN_REDIS", &file);
	struct store_url u;

	if (found.len > 0 && !is_url(found, &u))
		note_slip(
		    s, name, "TUIJIN_REDIS", "redis://USER@HOST:PORT?password-file=FILE", NULL);
	else if (url->len == 0)
		doctor_env_redis(url, found, OUR_USER, password);
	keys_file_fini(&file);
}

/* True for the URL of a user who is not ours, that was not typed: the variable is there for
 * other commands. */
static bool
is_for_others(const char *redis)
{
	const char      *exported = getenv("TUIJIN_REDIS");
	struct store_url u;

	return exported != NULL && strcmp(exported, redis) == 0 && is_url(text_of(redis), &u) &&
	    u.user[0] != '\0' && strcmp(u.user, OUR_USER) != 0;
}

/* The Redis that the collector or the aggregator was told of, else the one of this machine;
 * as a user of our own if there is a password for it. */
static void
take_redis(struct doctor_settings *s)
{
	static const char *const of[] = {"collector.env", "aggregator.env"};
	char                     path[DOCTOR_PATH_SIZE];
	struct buf               url = {0};
	bool                     given = s->redis != NULL;

	doctor_path(s->folder, OUR_PASSWORD, path);
	if (given && is_for_others(s->redis))
		doctor_env_redis(&url, text_of(s->redis), OUR_USER, path);
	for (size_t i = 0; i < OPTIONS_COUNT(of) && !given; i++)
		add_redis_of(s, of[i], path, &url);
	s->redis_is_preset = !given && url.len == 0;
	if (s->redis_is_preset)
		doctor_env_redis(&url, text_of(COMMAND_REDIS_DEFAULT), OUR_USER, path);
	if (url.len > 0 && access(path, F_OK) == 0)
		s->redis = keep(s, buf_text(&url));
	buf_fini(&url);
}

/* "none" switches a service's HTTP off: an empty address here. */
static int
check_address(const char *flag, const char **address, struct err *e)
{
	char shown[100];

	if (!is_address(*address))
		return err_fail(e, ERR_USAGE, "--%s: got '%s', expected host:port or none", flag,
		    text_escape(text_of(*address), shown, sizeof(shown)));
	if (strcmp(*address, "none") == 0)
		*address = "";
	return 0;
}

bool
doctor_is_closed(const char *path)
{
	return geteuid() != 0 && access(path, R_OK) != 0 && errno == EACCES;
}

bool
doctor_settings_is_guess(const struct doctor_settings *s, const char *service, const char *value)
{
	char name[64], path[DOCTOR_PATH_SIZE];

	if (s->folder == NULL)
		return false;
	snprintf(name, sizeof(name), "%s.env", service);
	if (!doctor_is_closed(doctor_path(s->folder, name, path)))
		return false;
	for (size_t i = 0; i < OPTIONS_COUNT(presets); i++)
		if (strcmp(presets[i].value, value) == 0)
			return true;
	return false;
}

bool
doctor_settings_has_plan(const char *plans, const char *id)
{
	size_t len = strlen(id);

	for (const char *at = plans; at != NULL; at = strchr(at, ',')) {
		at += strspn(at, ", ");
		if (strncmp(at, id, len) == 0 && strchr(", ", at[len]) != NULL)
			return true;
	}
	return false;
}

int
doctor_settings_complete(struct doctor_settings *s, struct err *e)
{
	if (choose_folder(s, e) != 0)
		return -1;
	if (s->folder != NULL) {
		take_files(s);
		for (size_t i = 0; i < OPTIONS_COUNT(variables); i++)
			take_variable(s, &variables[i]);
		take_redis(s);
	}
	for (size_t i = 0; i < OPTIONS_COUNT(presets); i++)
		if (*field(s, presets[i].at) == NULL)
			*field(s, presets[i].at) = presets[i].value;
	if (check_address("collector-http", &s->collector_http, e) != 0 ||
	    check_address("aggregator-http", &s->aggregator_http, e) != 0 ||
	    check_address("dashboard-http", &s->dashboard_http, e) != 0 ||
	    command_check_endpoint("collector", s->collector, e) != 0 ||
	    command_check_endpoint("aggregator", s->aggregator, e) != 0)
		return -1;
	return 0;
}
