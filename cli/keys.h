/*
 * keys -- authorized_keys as `tuijin keys` shows it.
 */
#ifndef TUIJIN_CLI_KEYS_H
#define TUIJIN_CLI_KEYS_H

#include <stdint.h>

#include "cli/command.h"
#include "common/authorized.h"
#include "core/err.h"

#define KEYS_PATH_SHOWN 4096

/* The day that --today names, or the one it is (UTC). Errors: ERR_USAGE. */
int keys_today(const char *flag, int32_t *today, struct err *e);

/* authorized_read() for a command: NULL with *e (ERR_INPUT), which says how many mistakes
 * there are; the caller has authorized_mistakes_fini() to call. */
struct authorized *keys_read(const char *path, struct authorized_mistakes *m, struct err *e);

/* FILE:LINE: message on standard error, for each. */
void keys_tell(const char *path, const struct authorized_mistakes *m);

/* clang-format off */
#define KEYS_TODAY(type) \
	{"today", "YYYY-MM-DD", OPTION_TEXT, offsetof(type, today), NULL, 0, 0, \
	    "the day to judge expiry by (default: today, UTC)"}
/* clang-format on */

#endif
