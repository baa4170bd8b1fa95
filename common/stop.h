/*
 * stop -- SIGTERM and SIGINT as a descriptor to poll, SIGPIPE ignored.
 *
 * Call stop_open() before the first thread starts (ZeroMQ makes some): it blocks
 * the two signals for all of them.
 */
#ifndef TUIJIN_COMMON_STOP_H
#define TUIJIN_COMMON_STOP_H

#include <stdbool.h>

#include "core/err.h"

/* The descriptor, readable once a stop was asked for; -1 with *e. */
int stop_open(struct err *e);

/* True once a stop was asked for; does not block. */
bool stop_asked(int fd);

#endif
