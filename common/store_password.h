/*
 * store_password -- the password of a Redis user, out of a file.
 *
 * Its first line, of printable ASCII or bytes above it, is the password; what follows is
 * passed over. The file has to be ours or root's, and nobody else may read or write it:
 * mode 0600 or 0400, or 0440 with group root as systemd's credentials have it.
 */
#ifndef TUIJIN_COMMON_STORE_PASSWORD_H
#define TUIJIN_COMMON_STORE_PASSWORD_H

#include "common/store_url.h"
#include "core/err.h"

/* The password of a URL: its own, or the one that its file holds now, read to room; "" for
 * none. NULL with *e (ERR_AGAIN), which names the file and never its content. */
const char *store_password(
    const struct store_url *u, char room[STORE_URL_PASSWORD_MAX + 1], struct err *e);

#endif
