/*
 * identity -- the keys of a command: one identity (common/identity), or that of each
 * agency it speaks for.
 */
#ifndef TUIJIN_CLI_IDENTITY_H
#define TUIJIN_CLI_IDENTITY_H

#include "common/identity.h"

/* clang-format off */
#define IDENTITY_FOLDER(type) \
	{"keys", "DIR", OPTION_TEXT, offsetof(type, identity.folder), NULL, 0, 0, \
	    "the agencies' own keys, of 'tuijin keygen': <agency>.key each"}
/* clang-format on */

/* identity_load(), with a note if there are no keys and others than this machine may
 * listen in at endpoint. */
int identity_read(
    struct identity *id, const struct identity_settings *s, const char *endpoint, struct err *e);

/* Whose key is expected, and where those of the agencies are. A value; path NULL: nowhere,
 * nothing is encrypted. */
struct identity_folder {
	const char *path; /* borrowed */
	struct key  server;
};

/* From --keys and --server-key. Errors as those of identity_load(). */
int identity_folder_read(
    struct identity_folder *f, const struct identity_settings *s, struct err *e);

/* Reads the key of one agency. Errors: ERR_CONFIG. identity_wipe() it either way. */
int identity_of_agency(
    struct identity *id, const struct identity_folder *f, const char *agency, struct err *e);

#endif
