/*
 * reload -- SIGHUP as a descriptor to poll.
 *
 * Call reload_open() before the first thread starts (ZeroMQ makes some): it blocks
 * the signal for all of them.
 */
#ifndef TUIJIN_COMMON_RELOAD_H
#define TUIJIN_COMMON_RELOAD_H

#include <stdbool.h>

#include "core/err.h"

/* The descriptor, readable while a reload is asked for; -1 with *e (ERR_ENV). */
int reload_open(struct err *e);

/* True once for what was asked since the last call, however often; does not block. */
bool reload_asked(int fd);

#endif
