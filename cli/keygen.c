#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "cli/command.h"
#include "common/json.h"
#include "cli/moment.h"
#include "common/authorized.h"
#include "common/clock.h"
#include "common/keys.h"
#include "common/translate.h"
#include "core/calendar.h"

#define SECRET_MODE 0600
#define PUBLIC_MODE 0644
#define PATH_SHOWN  200

struct keygen_settings {
	const char             *dir, *as, *expires;
	struct command_settings shared;
};

#define AT(member) offsetof(struct keygen_settings, member)

/* clang-format off */
static const struct option_row rows[] = {
	{"dir", "DIR", OPTION_TEXT, AT(dir), ".", 0, 0, "the folder to write into"},
	{"as", "ROLE", OPTION_TEXT, AT(as), NULL, 0, 0,
	    "whose key: an agency's id, @operator, @subscriber or @service (default: NAME)"},
	{"expires", "YYYY-MM-DD", OPTION_TEXT, AT(expires), NULL, 0, 0,
	    "the last day on which it is good, UTC (default: for ever)"},
	COMMAND_JSON(struct keygen_settings, "one JSON object for each pair, without the secret"),
	COMMAND_LOG(struct keygen_settings),
};
/* clang-format on */

static const struct option_page page = {
    .program = "tuijin keygen",
    .summary =
	"Makes pairs of keys: NAME.key, the secret, which only its owner can read, and NAME.pub,\n"
	"a line for authorized_keys that is also printed. Files that are there already stay as\n"
	"they are. A service's own key is made with --as @service: its NAME.pub is what clients\n"
	"give as --server-key, and no list takes it.",
    .operands = "NAME…",
    .operands_min = 1,
    .operands_max = 1000,
    .rows = rows,
    .row_count = OPTIONS_COUNT(rows),
    .examples = "  tuijin keygen cnipa --expires 2027-12-31 >>authorized_keys\n"
		"  tuijin keygen laptop --as @operator --dir ~/.tuijin\n"
		"  tuijin keygen collector aggregator --as @service --dir /etc/tuijin\n",
};

/* Keys to be made. */
struct session {
	const struct keygen_settings *cfg;
	const char                   *dir;
	bool                          is_service;     /* whose keys are for no list */
	int32_t                       today, expires; /* AUTHORIZED_FOREVER: never */
};

/* A pair and where it goes. */
struct making {
	const char     *name, *role;
	struct key_pair pair;
	struct buf      secret_path, open_path; /* with a NUL */
	struct buf      line;                   /* of authorized_keys */
};

/* Files */

static int
failed(const char *path, int why, struct err *e)
{
	char shown[PATH_SHOWN];

	return err_fail(e, ERR_ENV, "%s: %s", text_escape(text_of(path), shown, sizeof(shown)),
	    why == EEXIST ? "is there already, and stays as it is" : strerror(why));
}

/* Writes all of it down to the disk and closes. Returns 0 or an errno. */
static int
write_all(int fd, struct text t)
{
	ssize_t n;
	int     why = 0;

	while (t.len > 0 && why == 0) {
		n = write(fd, t.at, t.len);
		if (n > 0)
			t = (struct text){t.at + n, t.len - (size_t)n};
		else if (errno != EINTR)
			why = n < 0 ? errno : EIO;
	}
	if (why == 0 && fsync(fd) != 0)
		why = errno;
	if (close(fd) != 0 && why == 0)
		why = errno;
	return why;
}

/* Writes a file that was not there, or none. */
static int
write_new(const char *path, mode_t mode, struct text t, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, SECRET_MODE);
	int why;

	if (fd < 0)
		return failed(path, errno, e);
	why = fchmod(fd, mode) == 0 ? 0 : errno; /* whatever the umask is */
	if (why != 0)
		close(fd);
	else
		why = write_all(fd, t);
	if (why == 0)
		return 0;
	unlink(path);
	return failed(path, why, e);
}

/* That both files are in the folder must be on the disk, too. */
static int
sync_folder(const char *dir, struct err *e)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int why = 0;

	if (fd < 0 || fsync(fd) != 0)
		why = errno;
	if (fd >= 0)
		close(fd);
	return why == 0 || why == EINVAL /* not on this file system */ ? 0 : failed(dir, why, e);
}

static int
write_secret(const struct making *m, struct err *e)
{
	char text[KEY_TEXT_SIZE];
	int  rc;

	key_format(&m->pair.secret, text);
	text[KEY_TEXT_SIZE - 1] = '\n';
	rc = write_new(m->secret_path.at, SECRET_MODE, (struct text){text, sizeof(text)}, e);
	explicit_bzero(text, sizeof(text));
	return rc;
}

/* Both files, or none. */
static int
write_pair(const struct making *m, const char *dir, struct err *e)
{
	if (write_secret(m, e) != 0)
		return -1;
	if (write_new(m->open_path.at, PUBLIC_MODE, buf_text(&m->line), e) == 0) {
		if (sync_folder(dir, e) == 0)
			return 0;
		unlink(m->open_path.at);
	}
	unlink(m->secret_path.at);
	return -1;
}

/* A pair */

static void
add_path(struct buf *b, const char *dir, const char *name, const char *end)
{
	if (strcmp(dir, ".") != 0)
		buf_addf(b, "%s%s", dir, dir[strlen(dir) - 1] == '/' ? "" : "/");
	buf_addf(b, "%s%s", name, end);
	buf_add(b, "", 1);
}

static void
add_line(struct making *m, const struct session *s)
{
	char open[KEY_TEXT_SIZE], date[CALENDAR_DATE_SIZE];

	buf_addf(&m->line, "%s %s", key_format(&m->pair.open, open), m->role);
	if (s->expires != AUTHORIZED_FOREVER)
		buf_addf(&m->line, " expires=%s", calendar_format_date(s->expires, date));
	if (strcmp(m->name, m->role) != 0)
		buf_addf(
		    &m->line, "  %s, made %s\n", m->name, calendar_format_date(s->today, date));
	else
		buf_addf(&m->line, "  made %s\n", calendar_format_date(s->today, date));
}

static void
print_json(const struct making *m, const struct session *s)
{
	char secret[PATH_SHOWN * 4], open_shown[PATH_SHOWN * 4], open[KEY_TEXT_SIZE],
	    id[KEY_ID_SIZE];

	json_print(stdout,
	    json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:s}", "name", m->name, "id",
		key_id(&m->pair.open, id), "key", key_format(&m->pair.open, open), "as", m->role,
		"expires", s->expires != AUTHORIZED_FOREVER ? json_date(s->expires) : json_null(),
		"secret_file", screen_safe(text_of(m->secret_path.at), secret, sizeof(secret)),
		"public_file",
		screen_safe(text_of(m->open_path.at), open_shown, sizeof(open_shown))));
}

static int
make(const struct session *s, const char *name, struct err *e)
{
	struct making m = {.name = name, .role = s->cfg->as != NULL ? s->cfg->as : name};
	int           rc;

	key_pair_make(&m.pair);
	add_path(&m.secret_path, s->dir, name, ".key");
	add_path(&m.open_path, s->dir, name, ".pub");
	add_line(&m, s);
	rc = write_pair(&m, s->dir, e);
	key_pair_wipe(&m.pair);
	if (rc == 0 && s->cfg->shared.json)
		print_json(&m, s);
	else if (rc == 0)
		fwrite(m.line.at, 1, m.line.len, stdout);
	buf_fini(&m.secret_path);
	buf_fini(&m.open_path);
	buf_fini(&m.line);
	return rc;
}

/* What to do with the files; of several pairs, "NAME" stands for each. */
static void
explain(const struct session *s, const char *name)
{
	struct buf path = {0};
	char       shown[PATH_SHOWN];

	add_path(&path, s->dir, name, ".key");
	command_note(LOG_INFO,
	    s->is_service
		? TEXT("%s is the secret, for --secret-key of the service; show it to nobody")
		: TEXT("%s is the secret, for --secret-key of its owner's programs; show it to "
		       "nobody"),
	    text_escape(text_of(path.at), shown, sizeof(shown)));
	buf_reset(&path);
	add_path(&path, s->dir, name, ".pub");
	command_note(LOG_INFO,
	    s->is_service
		? TEXT("%s goes to the service's clients, for --server-key")
		: TEXT("%s goes into authorized_keys of the services, to be read on SIGHUP"),
	    text_escape(text_of(path.at), shown, sizeof(shown)));
	buf_fini(&path);
}

/* Flags */

static int
check_name(const char *what, const char *name, struct err *e)
{
	char shown[PATH_SHOWN];

	if (text_is_name(text_of(name), PLAN_ID_MAX))
		return 0;
	return err_fail(e, ERR_USAGE,
	    "%s: got '%s', expected a-z, 0-9, '.', '_' and '-', at most %d characters", what,
	    text_escape(text_of(name), shown, sizeof(shown)), PLAN_ID_MAX);
}

static int
check_role(struct session *s, struct err *e)
{
	const char *role = s->cfg->as;
	char        shown[PATH_SHOWN];

	if (role == NULL)
		return 0;
	if (role[0] != '@')
		return check_name("--as", role, e);
	s->is_service = strcmp(role + 1, AUTHORIZED_SERVICE) == 0;
	if (s->is_service || strcmp(role + 1, authorized_role_name(AUTHORIZED_OPERATOR)) == 0 ||
	    strcmp(role + 1, authorized_role_name(AUTHORIZED_SUBSCRIBER)) == 0)
		return 0;
	return err_fail(e, ERR_USAGE,
	    "--as: got '%s', expected an agency, @operator, @subscriber or @service",
	    text_escape(text_of(role), shown, sizeof(shown)));
}

static int
check_expiry(struct session *s, struct err *e)
{
	s->expires = AUTHORIZED_FOREVER;
	if (s->cfg->expires == NULL)
		return 0;
	if (s->is_service)
		return err_fail(e, ERR_USAGE,
		    "--expires: a service's own key has no last day: no list says when");
	if (moment_parse_day("expires", s->cfg->expires, &s->expires, e) != 0)
		return -1;
	if (s->expires < s->today)
		return err_fail(e, ERR_USAGE, "--expires: %s is past", s->cfg->expires);
	return 0;
}

int
keygen_command(int argc, char **argv)
{
	struct keygen_settings cfg = {0};
	struct command_run     run;
	struct session         s = {.cfg = &cfg, .today = calendar_day_at(clock_wall_ms(), 0)};
	struct err             err = {0};
	int                    status = command_open(&page, argc, argv, &cfg, &cfg.shared, &run);
	int                    rc;

	if (status >= 0)
		return status;
	s.dir = *cfg.dir != '\0' ? cfg.dir : ".";
	rc = check_role(&s, &err) == 0 ? check_expiry(&s, &err) : -1;
	for (int i = run.first; i < argc && rc == 0; i++)
		rc = check_name("NAME", argv[i], &err);
	for (int i = run.first; i < argc && rc == 0; i++)
		rc = make(&s, argv[i], &err);
	if (rc == 0) {
		explain(&s, argc - run.first == 1 ? argv[run.first] : "NAME");
		return 0;
	}
	status = command_fail(&err);
	return err.code == ERR_ENV ? EX_IOERR : status;
}
