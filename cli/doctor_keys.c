#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "common/keys.h"
#include "common/keys_file.h"
#include "common/store_password.h"
#include "common/translate.h"

#define FILES_MAX  2000 /* of a folder; more are not looked at */
#define TOLD_MAX   8    /* files of one kind that are named; more are counted */
#define SHOWN_SIZE 160  /* of a path */
#define ENV_MAX    65536

/* How a file of the folder is looked at: errors name it. */
typedef int look_fn(const char *path, struct err *e);

static int
look_at_secret(const char *path, struct err *e)
{
	struct key_pair pair;
	int             rc = key_pair_read(path, &pair, e);

	if (rc == 0)
		key_pair_wipe(&pair);
	return rc;
}

static int
look_at_password(const char *path, struct err *e)
{
	struct store_url u = {0};
	char             password[STORE_URL_PASSWORD_MAX + 1];
	bool             ok;

	snprintf(u.password_file, sizeof(u.password_file), "%s", path);
	ok = store_password(&u, password, e) != NULL;
	explicit_bzero(password, sizeof(password));
	return ok ? 0 : -1;
}

/* It may hold a password, in a URL. */
static int
look_at_settings(const char *path, struct err *e)
{
	struct buf bytes = {0};
	int        rc = keys_file_read(path, KEYS_FILE_TRUSTED, ENV_MAX, &bytes, e);

	keys_file_fini(&bytes);
	return rc;
}

static const struct kind {
	const char *end; /* of the file's name */
	look_fn    *look;
	const char *code, *mend; /* of one that is not as it should be */
	const char *fine;        /* how many are */
} kinds[] = {
    {".key", look_at_secret, "secret_key",
	TEXT("it has to be one line as 'tuijin keygen' writes it, root's or of the service's own "
	     "user, mode 0600; if others may have read it, make a new one and take the old line "
	     "out of authorized_keys"),
	TEXT("secret keys, well-formed and closed to others: %zu")},
    {".redis-password", look_at_password, "password_file",
	TEXT("it has to be one line as 'redis-passwords' writes it, root's or of the service's own "
	     "user, mode 0600; if others may have read it, give the user a new password"),
	TEXT("passwords of Redis, well-formed and closed to others: %zu")},
    {".env", look_at_settings, "settings_file",
	TEXT("chown root and chmod 600 it: whoever can write it rules the service"),
	TEXT("files with settings of services: %zu")},
};

#define KINDS OPTIONS_COUNT(kinds)

static bool
ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), tail = strlen(end);

	return len > tail && strcmp(name + len - tail, end) == 0;
}

/* What was seen of the files of one kind, and of all that are closed to us. */
struct seen {
	size_t     fine, off;
	size_t     closed; /* over all kinds */
	struct buf names;  /* of some that are closed */
};

static void
look(struct doctor *d, const struct kind *kind, const char *name, struct seen *s)
{
	char       path[DOCTOR_PATH_SIZE], shown[SHOWN_SIZE];
	struct err why = {0};

	doctor_path(d->cfg->folder, name, path);
	if (doctor_is_closed(path)) {
		if (s->closed++ < TOLD_MAX)
			buf_addf(&s->names, "%s%s", s->closed > 1 ? ", " : "",
			    screen_safe(text_of(name), shown, sizeof(shown)));
	} else if (kind->look(path, &why) == 0) {
		s->fine++;
	} else if (s->off++ < TOLD_MAX) {
		doctor_find(&d->findings, DOCTOR_FAULT, kind->code, "%s", why.msg);
		doctor_mend(&d->findings, "%s", err_text(kind->mend));
	}
}

static void
look_at_kind(
    struct doctor *d, const struct kind *kind, struct dirent **files, int count, struct seen *s)
{
	s->fine = s->off = 0;
	for (int i = 0; i < count; i++)
		if (ends_with(files[i]->d_name, kind->end))
			look(d, kind, files[i]->d_name, s);
	if (s->off > TOLD_MAX)
		doctor_find(&d->findings, DOCTOR_FAULT, kind->code,
		    "*%s: and %zu more that are not as they should be", kind->end,
		    s->off - TOLD_MAX);
	if (s->fine > 0)
		doctor_find(&d->findings, DOCTOR_FINE, kind->code, kind->fine, s->fine);
}

/* What a service or a person has, and how it is made. */
static const struct holder {
	const char *name, *as;
	bool        is_known_by_pub; /* clients need its open key */
} holders[] = {
    {"collector", "@service", true},
    {"aggregator", "@service", true},
    {"operator", "@operator", false},
};

static void
note_missing(struct doctor *d, const struct holder *h)
{
	doctor_find(&d->findings, DOCTOR_SKIPPED, "key_missing", "there is no %s.key in %s",
	    h->name, d->cfg->folder);
	doctor_mend(&d->findings, "if it belongs here: 'tuijin keygen %s --as %s --dir %s'%s",
	    h->name, h->as, d->cfg->folder,
	    h->is_known_by_pub ? ""
			       : err_text(TEXT(", and its .pub as a line of authorized_keys")));
}

/* Whether NAME.pub is what belongs to NAME.key. */
static void
compare_pub(struct doctor *d, const struct holder *h, const struct key *open)
{
	char       name[64], path[DOCTOR_PATH_SIZE], text[KEY_TEXT_SIZE];
	struct key told;
	struct err why = {0};

	snprintf(name, sizeof(name), "%s.pub", h->name);
	if (key_open_read(doctor_path(d->cfg->folder, name, path), &told, &why) != 0)
		doctor_find(&d->findings, DOCTOR_ADVICE, "open_key", "%s", why.msg);
	else if (memcmp(told.at, open->at, KEY_SIZE) != 0)
		doctor_find(&d->findings, DOCTOR_FAULT, "open_key_other",
		    "%s.pub is not the open key of %s.key: whoever expects it does not get "
		    "through",
		    h->name, h->name);
	else
		return;
	doctor_mend(&d->findings,
	    "write the line '%s @service' to %s and wherever it was copied to",
	    key_format(open, text), path);
}

static void
look_at_holder(struct doctor *d, const struct holder *h)
{
	char            name[64], path[DOCTOR_PATH_SIZE];
	struct key_pair pair;

	snprintf(name, sizeof(name), "%s.key", h->name);
	doctor_path(d->cfg->folder, name, path);
	if (access(path, F_OK) != 0) {
		note_missing(d, h);
	} else if (h->is_known_by_pub && key_pair_read(path, &pair, NULL) == 0) {
		compare_pub(d, h, &pair.open);
		key_pair_wipe(&pair);
	}
}

static void
note_closed(struct doctor *d, const struct seen *s)
{
	doctor_find(&d->findings, DOCTOR_SKIPPED, "files_closed",
	    "files in %s that are closed to us: %zu (%.*s%s)", d->cfg->folder, s->closed,
	    (int)s->names.len, s->names.at, s->closed > TOLD_MAX ? ", …" : "");
	doctor_mend(&d->findings, "run it as root (sudo): what they hold, we cannot know");
}

static int
is_wanted(const struct dirent *file)
{
	for (size_t i = 0; i < KINDS; i++)
		if (ends_with(file->d_name, kinds[i].end))
			return 1;
	return 0;
}

static bool
has_secret(struct dirent **files, int count)
{
	for (int i = 0; i < count; i++)
		if (ends_with(files[i]->d_name, ".key"))
			return true;
	return false;
}

static void
look_at_files(struct doctor *d, struct dirent **files, int count)
{
	struct seen s = {0};

	if (count > FILES_MAX)
		doctor_find(&d->findings, DOCTOR_SKIPPED, "files_many",
		    "only %d of %d files in %s are looked at", FILES_MAX, count, d->cfg->folder);
	for (size_t i = 0; i < KINDS; i++)
		look_at_kind(d, &kinds[i], files, count < FILES_MAX ? count : FILES_MAX, &s);
	if (s.closed > 0)
		note_closed(d, &s);
	if (has_secret(files, count)) {
		for (size_t i = 0; i < OPTIONS_COUNT(holders); i++)
			look_at_holder(d, &holders[i]);
	} else {
		doctor_find(&d->findings, DOCTOR_SKIPPED, "no_keys", "there is no secret key in %s",
		    d->cfg->folder);
		doctor_mend(&d->findings,
		    "without keys everybody who reaches a service can read and report: "
		    "'tuijin-setup' makes them");
	}
	buf_fini(&s.names);
}

/* Of what a service cannot begin with. */
static void
note_slips(struct doctor *d)
{
	char shown[SHOWN_SIZE];

	for (size_t i = 0; i < d->cfg->slip_count; i++) {
		const struct doctor_slip *s = &d->cfg->slips[i];

		doctor_find(&d->findings, DOCTOR_FAULT, "settings_value",
		    s->value != NULL ? TEXT("%s in %s/%s: '%s' is no address")
				     : TEXT("%s in %s/%s: that is no address"),
		    s->variable, d->cfg->folder, s->file,
		    s->value != NULL ? screen_safe(text_of(s->value), shown, sizeof(shown)) : "");
		doctor_mend(&d->findings,
		    "write it as %s, and restart the service, which does not begin with this",
		    s->expected);
	}
}

static void
look_at_folder(struct doctor *d)
{
	struct dirent **files = NULL;
	int             count = scandir(d->cfg->folder, &files, is_wanted, alphasort);

	if (count < 0) {
		doctor_find(&d->findings, DOCTOR_SKIPPED, "folder_closed", "%s: %s", d->cfg->folder,
		    strerror(errno));
		doctor_mend(&d->findings, "run it as root (sudo): what they hold, we cannot know");
		return;
	}
	look_at_files(d, files, count);
	for (int i = 0; i < count; i++)
		free(files[i]);
	free(files);
}

/* A key that a flag names is not in the folder, or is seen twice. */
static void
look_at_own(struct doctor *d)
{
	struct err why = {0};

	if (look_at_secret(d->cfg->secret_key, &why) == 0 || doctor_is_closed(d->cfg->secret_key))
		return;
	doctor_find(&d->findings, DOCTOR_FAULT, "own_key", "--secret-key: %s", why.msg);
	doctor_mend(&d->findings, "without it nobody here can ask the services anything");
}

void
doctor_keys(struct doctor *d)
{
	note_slips(d);
	if (d->cfg->folder != NULL)
		look_at_folder(d);
	else if (d->cfg->secret_key == NULL && d->cfg->authorized_keys == NULL)
		doctor_find(&d->findings, DOCTOR_SKIPPED, "no_folder",
		    "there is no folder %s, and no flag names keys or a list", DOCTOR_FOLDER);
	if (d->cfg->folder == NULL && d->cfg->secret_key != NULL)
		look_at_own(d);
	if (d->cfg->authorized_keys != NULL)
		doctor_list(d);
}
