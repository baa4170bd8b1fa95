#include "cli/identity.h"

#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"

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
	if (s->server_key == NULL && s->secret_key == NULL)
		note_plaintext(endpoint);
	return identity_load(id, s, e);
}

int
identity_folder_read(struct identity_folder *f, const struct identity_settings *s, struct err *e)
{
	*f = (struct identity_folder){.path = s->folder};
	if (s->server_key == NULL && s->folder == NULL)
		return 0;
	if (s->server_key == NULL)
		return identity_lacks_server("keys", e);
	if (s->folder == NULL)
		return err_fail(e, ERR_USAGE,
		    "--keys is missing (or TUIJIN_KEYS): with --server-key goes a folder with a "
		    "key of each agency; 'tuijin keygen --dir DIR AGENCY...' makes them");
	return identity_load_server(s, &f->server, e);
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
	identity_use(id);
	return 0;
}
