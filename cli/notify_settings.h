/*
 * notify_settings -- the flags of `tuijin notify`, and what of them can be checked and opened
 * before anything is connected to.
 */
#ifndef TUIJIN_CLI_NOTIFY_SETTINGS_H
#define TUIJIN_CLI_NOTIFY_SETTINGS_H

#include "cli/command.h"
#include "cli/identity.h"
#include "cli/notify_secret.h"
#include "cli/notify_target.h"
#include "core/err.h"
#include "core/plan.h"

struct notify_settings {
	const char        *plan, *connect, *redis;
	struct option_list exec, webhook;
	const char        *webhook_header, *webhook_secret, *webhook_ca;
	const char        *state, *only, *agency, *digest_at;
	bool               from_now, once, digest;
	int64_t            timeout; /* s */

	struct identity_settings identity;
	struct command_settings  shared;
};

extern const struct option_page notify_page;

/* What the flags come to. */
struct notify_wanted {
	uint32_t      alarms;  /* a bit for each */
	int           minutes; /* of --digest-at; -1: never */
	const char   *agency;  /* NULL: all */
	enum language language;
};

/* Checks all flags. Errors: ERR_USAGE. */
int notify_settings_check(const struct notify_settings *cfg, const struct command_run *run,
    struct notify_wanted *wanted, struct err *e);

/* Names and makes the queues of the books, one for each program, then for each webhook. */
void notify_settings_books(
    const struct notify_settings *cfg, const char *plan, struct notify_books *b);

/* Opens the targets of these books, as many and in that order; notify_target_fini() them all
 * either way. secret is read, and has to outlive them. Errors: ERR_CONFIG, ERR_USAGE. */
int notify_settings_targets(const struct notify_settings *cfg, const struct notify_books *b,
    struct notify_secret *secret, struct notify_target *targets, struct err *e);

#endif
