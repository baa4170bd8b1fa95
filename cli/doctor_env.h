/*
 * doctor_env -- what a service's .env file changes, as one who connects to it needs it.
 * Pure.
 *
 *   TUIJIN_BIND=tcp://0.0.0.0:7301     a comment has a line of its own
 *   TUIJIN_HTTP="127.0.0.1:9301"
 */
#ifndef TUIJIN_CLI_DOCTOR_ENV_H
#define TUIJIN_CLI_DOCTOR_ENV_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/text.h"

/* The value of the last line that sets a variable, without quotes around it: {NULL, 0} for
 * none. Borrowed from the file. */
struct text doctor_env_find(struct text file, const char *name);

/* Where to connect for what a service listens on, "tcp://0.0.0.0:7301" or "0.0.0.0:9301":
 * where that is every address, this machine's own. Appends it. */
void doctor_env_connect(struct buf *out, struct text bound);

/* The Redis of a service's URL, as another user of it, whose password is in that file.
 * Appends a URL; nothing, and false, where there is no such URL. */
bool doctor_env_redis(
    struct buf *out, struct text url, const char *user, const char *password_file);

#endif
