/*
 * doctor_settings -- where the parts of an installation are: from flags, and what no flag
 * names from the folder in which the services have their settings (/etc/tuijin).
 */
#ifndef TUIJIN_CLI_DOCTOR_SETTINGS_H
#define TUIJIN_CLI_DOCTOR_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/command.h"
#include "core/err.h"

#define DOCTOR_FOLDER    "/etc/tuijin"
#define DOCTOR_KEPT_MAX  24 /* texts that came out of the folder */
#define DOCTOR_SLIPS_MAX 8

/* What a .env file sets and no service can begin with. */
struct doctor_slip {
	const char *file, *variable;
	const char *expected;
	const char *value; /* NULL: not to be shown */
};

/* As flags gave them; NULL: not given. doctor_settings_complete() fills in the rest. */
struct doctor_settings {
	const char *folder; /* --folder; NULL: there is none */
	const char *redis;  /* --redis URL */
	const char *plan;   /* --plan ID; NULL: all that are loaded */

	const char *collector, *collector_key, *collector_http; /* endpoint, open key, host:port */
	const char *aggregator, *aggregator_key, *aggregator_http; /* http "": not looked at */
	const char *dashboard_http;                                /* keys NULL: plaintext */

	const char *secret_key;      /* --secret-key: whom we connect as; NULL: nobody */
	const char *authorized_keys; /* the list to look at; NULL: there is none */

	/* What the services were told to serve: ids parted by commas; NULL: all. */
	const char *collector_plans, *aggregator_plans, *dashboard_plans;

	const char *redis_disk; /* a folder on the disk of Redis; NULL: what the aggregator says */
	int64_t     timeout;    /* seconds, for any one answer */
	bool        quiet, strict;
	bool        redis_is_preset; /* nobody has named it */

	struct doctor_slip slips[DOCTOR_SLIPS_MAX];
	size_t             slip_count;

	struct command_settings shared;

	char  *kept[DOCTOR_KEPT_MAX]; /* owned: what texts above point into */
	size_t kept_count;
};

/* Fills in what no flag gave: from files of the folder, else as the programs have it by
 * themselves. A file that cannot be read, and a value that is none, is passed over: doctor_keys()
 * tells of it. Of a --redis that comes from its variable the server counts, as our own user.
 * Errors: ERR_USAGE for an endpoint or an address that is none, ERR_CONFIG for a --folder that is
 * none. doctor_settings_fini() it either way. */
int  doctor_settings_complete(struct doctor_settings *s, struct err *e);
void doctor_settings_fini(struct doctor_settings *s);

/* True if the value is what the programs have by themselves, and a file that may name
 * another, of that service, is closed to us. */
bool doctor_settings_is_guess(
    const struct doctor_settings *s, const char *service, const char *value);

/* True if an id is in such a list of plans. */
bool doctor_settings_has_plan(const char *plans, const char *id);

/* True if a file is there, or may be, and who runs this may not read it. */
bool doctor_is_closed(const char *path);

/* "FOLDER/NAME". Returns out. */
#define DOCTOR_PATH_SIZE 4096
const char *doctor_path(const char *folder, const char *name, char out[DOCTOR_PATH_SIZE]);

#endif
