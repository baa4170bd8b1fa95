#include "cli/identity.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"

static void
set_curve(struct identity *id)
{
	id->curve = (struct bus_curve){.own = &id->own, .server = &id->server};
}

static int
read_server_key(const struct identity_settings *s, struct key *k, struct err *e)
{
	if (key_open_read(s->server_key, k, e) == 0)
		return 0;
	err_wrap(e, s->server_key_flag != NULL ? s->server_key_flag : "--server-key");
	return -1;
}

static int
no_server_key(const char *flag, struct err *e)
{
	return err_fail(e, ERR_USAGE,
	    "--server-key is missing (or TUIJIN_SERVER_KEY): with --%s goes the open key of the "
	    "service, 40 characters or its .pub file",
	    flag);
}

static void
note_plaintext(const char *endpoint)
{
	char shown[200];

	if (bus_check_exposure(endpoint, false, NULL) != 0)
		command_note(LOG_WARN,
		    "%s: without --server-key and --secret-key others can read and change what is "
		    "sent",
		    text_escape(text_of(endpoint), shown, sizeof(shown)));
}

int
identity_read(
    struct identity *id, const struct identity_settings *s, const char *endpoint, struct err *e)
{
	*id = (struct identity){0};
	if (s->server_key == NULL && s->secret_key == NULL) {
		note_plaintext(endpoint);
		return 0;
	}
	if (s->server_key == NULL)
		return no_server_key("secret-key", e);
	if (s->secret_key == NULL)
		return err_fail(e, ERR_USAGE,
		    "--secret-key is missing (or TUIJIN_SECRET_KEY): with --server-key goes a key "
		    "of your own; 'tuijin keygen NAME' makes one, and the line for the service's "
		    "authorized_keys");
	if (read_server_key(s, &id->server, e) != 0)
		return -1;
	if (key_pair_read(s->secret_key, &id->own, e) != 0) {
		err_wrap(e, "--secret-key");
		return -1;
	}
	set_curve(id);
	return 0;
}

const struct bus_curve *
identity_curve(const struct identity *id)
{
	return id->curve.own != NULL ? &id->curve : NULL;
}

void
identity_wipe(struct identity *id)
{
	key_pair_wipe(&id->own);
	id->curve = (struct bus_curve){0};
}

int
identity_explain(struct err *e, const char *obstacle)
{
	struct err plain = *e;

	if (obstacle[0] != '\0')
		err_set(e, plain.code, "%.200s: %s", plain.msg, obstacle);
	return -1;
}

int
identity_folder_read(struct identity_folder *f, const struct identity_settings *s, struct err *e)
{
	*f = (struct identity_folder){.path = s->folder};
	if (s->server_key == NULL && s->folder == NULL)
		return 0;
	if (s->server_key == NULL)
		return no_server_key("keys", e);
	if (s->folder == NULL)
		return err_fail(e, ERR_USAGE,
		    "--keys is missing (or TUIJIN_KEYS): with --server-key goes a folder with a "
		    "key of each agency; 'tuijin keygen --dir DIR AGENCY...' makes them");
	return read_server_key(s, &f->server, e);
}

int
identity_of_agency(
    struct identity *id, const struct identity_folder *f, const char *agency, struct err *e)
{
	char path[PATH_MAX];

	*id = (struct identity){0};
	if (f->path == NULL)
		return 0;
	snprintf(path, sizeof(path), "%s/%s.key", f->path, agency);
	if (access(path, F_OK) != 0)
		return err_fail(e, ERR_CONFIG,
		    "--keys: there is no %s.key in that folder, and every agency needs one "
		    "('tuijin keygen --dir DIR AGENCY...' makes many at once)",
		    agency);
	if (key_pair_read(path, &id->own, e) != 0) {
		err_wrap(e, "--keys");
		return -1;
	}
	id->server = f->server;
	set_curve(id);
	return 0;
}
