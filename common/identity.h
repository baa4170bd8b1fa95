/*
 * identity -- with which key a program connects to a service, and whose it expects to find
 * there.
 *
 * A socket copies what it needs (common/bus.h): keys are read, connected with and wiped.
 */
#ifndef TUIJIN_COMMON_IDENTITY_H
#define TUIJIN_COMMON_IDENTITY_H

#include "common/bus.h"
#include "common/keys.h"
#include "common/options.h"
#include "core/err.h"

/* The member `identity` of a program's settings: one identity, or (folder, which is for
 * cli/identity) that of each agency the program speaks for. */
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
/* clang-format on */

struct identity {
	struct key_pair  own;
	struct key       server;
	struct bus_curve curve; /* of these two: not to be copied */
};

/* Reads the keys of --secret-key and --server-key; zero settings are no keys. Errors:
 * ERR_USAGE, one is there without the other; ERR_CONFIG. identity_wipe() it either way. */
int identity_load(struct identity *id, const struct identity_settings *s, struct err *e);

/* The parts of that: the key of --server-key; its absence beside another flag, always -1;
 * and what bus sockets want of the two keys. */
int  identity_load_server(const struct identity_settings *s, struct key *k, struct err *e);
int  identity_lacks_server(const char *flag, struct err *e);
void identity_use(struct identity *id);

/* What bus sockets want: NULL without keys. Borrowed. */
const struct bus_curve *identity_curve(const struct identity *id);

void identity_wipe(struct identity *id);

/* Adds to *e why a socket has no session (bus_obstacle()), if that is known. Always -1. */
int identity_explain(struct err *e, const char *obstacle);

#endif
