#include "common/identity.h"

void
identity_use(struct identity *id)
{
	id->curve = (struct bus_curve){.own = &id->own, .server = &id->server};
}

int
identity_load_server(const struct identity_settings *s, struct key *k, struct err *e)
{
	if (key_open_read(s->server_key, k, e) == 0)
		return 0;
	err_wrap(e, s->server_key_flag != NULL ? s->server_key_flag : "--server-key");
	return -1;
}

int
identity_lacks_server(const char *flag, struct err *e)
{
	return err_fail(e, ERR_USAGE,
	    "--server-key is missing (or TUIJIN_SERVER_KEY): with --%s goes the open key of the "
	    "service, 40 characters or its .pub file",
	    flag);
}

int
identity_load(struct identity *id, const struct identity_settings *s, struct err *e)
{
	*id = (struct identity){0};
	if (s->server_key == NULL && s->secret_key == NULL)
		return 0;
	if (s->server_key == NULL)
		return identity_lacks_server("secret-key", e);
	if (s->secret_key == NULL)
		return err_fail(e, ERR_USAGE,
		    "--secret-key is missing (or TUIJIN_SECRET_KEY): with --server-key goes a key "
		    "of your own; 'tuijin keygen NAME' makes one, and the line for the service's "
		    "authorized_keys");
	if (identity_load_server(s, &id->server, e) != 0)
		return -1;
	if (key_pair_read(s->secret_key, &id->own, e) != 0) {
		err_wrap(e, "--secret-key");
		return -1;
	}
	identity_use(id);
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
