#include "cli/doctor_settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/doctor_env.h"
#include "common/keys_file.h"
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

/* What a service was told in place of a default. */
static const struct env_row {
	const char *file, *variable;
	size_t      at;
	bool        is_address; /* where it listens: not what to connect to as it is */
} variables[] = {
    {"collector.env", "TUIJIN_BIND", AT(collector), true},
    {"collector.env", "TUIJIN_HTTP", AT(collector_http), true},
    {"aggregator.env", "TUIJIN_BIND", AT(aggregator), true},
    {"aggregator.env", "TUIJIN_HTTP", AT(aggregator_http), true},
    {"aggregator.env", "TUIJIN_REDIS_DISK", AT(redis_disk), false},
    {"dashboard.env", "TUIJIN_HTTP", AT(dashboard_http), true},
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

	if (path != NULL && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		errno = ENOTDIR;
	else if (path != NULL)
		s->folder = keep(s, text_of(path));
	else if (!is_named)
		return 0;
	free(path);
	if (s->kept_count > 0)
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

static void
take_variable(struct doctor_settings *s, const struct env_row *row)
{
	struct buf   file = {0}, value = {0};
	struct text  found;
	const char **to = field(s, row->at);

	if (*to != NULL)
		return;
	found = look_up(s, row->file, row->variable, &file);
	if (found.len > 0 && row->is_address)
		doctor_env_connect(&value, found);
	else
		buf_add(&value, found.at, found.len);
	if (value.len > 0)
		*to = keep(s, buf_text(&value));
	buf_fini(&value);
	keys_file_fini(&file);
}

/* The Redis that the collector or the aggregator was told of, else the one of this machine;
 * as a user of our own if there is a password for it. */
static void
take_redis(struct doctor_settings *s)
{
	static const char *const of[] = {"collector.env", "aggregator.env"};
	char                     path[DOCTOR_PATH_SIZE];
	struct buf               url = {0};

	doctor_path(s->folder, OUR_PASSWORD, path);
	if (s->redis != NULL || access(path, F_OK) != 0)
		return;
	for (size_t i = 0; i < OPTIONS_COUNT(of) && url.len == 0; i++) {
		struct buf file = {0};

		doctor_env_redis(&url, look_up(s, of[i], "TUIJIN_REDIS", &file), OUR_USER, path);
		keys_file_fini(&file);
	}
	if (url.len == 0)
		doctor_env_redis(&url, text_of(COMMAND_REDIS_DEFAULT), OUR_USER, path);
	s->redis = keep(s, buf_text(&url));
	buf_fini(&url);
}

/* "none" switches a service's HTTP off: an empty address here. */
static int
check_address(const char *flag, const char **address, struct err *e)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-_:[]";
	const char       *colon = strrchr(*address, ':');
	char              shown[100];

	if (**address == '\0' || strcmp(*address, "none") == 0) {
		*address = "";
		return 0;
	}
	if (strlen(*address) < 256 && strspn(*address, letters) == strlen(*address) &&
	    colon != NULL && colon > *address && colon[1] != '\0' && strlen(colon) <= 6 &&
	    strspn(colon + 1, "0123456789") == strlen(colon + 1))
		return 0;
	return err_fail(e, ERR_USAGE, "--%s: got '%s', expected host:port or none", flag,
	    text_escape(text_of(*address), shown, sizeof(shown)));
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
