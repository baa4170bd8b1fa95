/*
 * identity -- with which key a command connects, and whose it expects to find there.
 *
 * A socket copies what it needs (common/bus.h): keys are read, connected with and wiped.
 */
#ifndef TUIJIN_CLI_IDENTITY_H
#define TUIJIN_CLI_IDENTITY_H

#include "common/bus.h"
#include "common/keys.h"
#include "common/options.h"
#include "core/err.h"

/* The member `identity` of a command's settings: one identity, or (folder) that of each
 * agency the command speaks for. */
struct identity_settings {
	const char *server_key, *secret_key, *folder;
	const char *server_key_flag; /* another that gave server_key; NULL: --server-key */
};

/* clang-format off */
#define IDENTITY_SERVER_KEY(type) \
	{"server-key", "KEY|FILE", OPTION_TEXT, offsetof(type, identity.server_key), NULL, 0, 0, \
	    "the open key of the service that --connect names: 40 characters, or its .pub file"}
#define IDENTITY_SECRET_KEY(type) \
	{"secret-key", "FILE", OPTION_TEXT, offsetof(type, identity.secret_key), NULL, 0, 0, \
	    "your own key, of 'tuijin keygen'; also fd:N"}
#define IDENTITY_FOLDER(type) \
	{"keys", "DIR", OPTION_TEXT, offsetof(type, identity.folder), NULL, 0, 0, \
	    "the agencies' own keys, of 'tuijin keygen': <agency>.key each"}
/* clang-format on */

struct identity {
	struct key_pair  own;
	struct key       server;
	struct bus_curve curve; /* of these two: not to be copied */
};

/* Reads the keys of --secret-key and --server-key; zero settings are no keys, of which a
 * note is made if others than this machine may listen in at endpoint. Errors: ERR_USAGE,
 * one is there without the other; ERR_CONFIG. identity_wipe() it either way. */
int identity_read(
    struct identity *id, const struct identity_settings *s, const char *endpoint, struct err *e);

/* What bus sockets want: NULL without keys. Borrowed. */
const struct bus_curve *identity_curve(const struct identity *id);

void identity_wipe(struct identity *id);

/* Adds to *e why a socket has no session (bus_obstacle()), if that is known. Always -1. */
int identity_explain(struct err *e, const char *obstacle);

/* Whose key is expected, and where those of the agencies are. A value; path NULL: nowhere,
 * nothing is encrypted. */
struct identity_folder {
	const char *path; /* borrowed */
	struct key  server;
};

/* From --keys and --server-key. Errors as above. */
int identity_folder_read(
    struct identity_folder *f, const struct identity_settings *s, struct err *e);

/* Reads the key of one agency. Errors: ERR_CONFIG. identity_wipe() it either way. */
int identity_of_agency(
    struct identity *id, const struct identity_folder *f, const char *agency, struct err *e);

#endif
