/*
 * notify_exec -- hands a notice to a program: `/bin/sh -c CMD` with the notice on its
 * standard input, and what it is in the environment.
 *
 * The program is the leader of a process group of its own, inherits no descriptor but
 * standard error (which is its standard output, too), none of our signal settings and of
 * our environment no TUIJIN_ variable. Exit status 0 is delivered. Nothing here blocks.
 */
#ifndef TUIJIN_CLI_NOTIFY_EXEC_H
#define TUIJIN_CLI_NOTIFY_EXEC_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "cli/notify_delivery.h"
#include "common/bus.h"
#include "core/err.h"

#define NOTIFY_EXEC_WAITS 2

/* One that runs. Start from notify_exec_start(). */
struct notify_exec {
	pid_t       pid;
	int         pid_fd, in;              /* in: -1 once all is written or nobody reads it */
	struct text rest;                    /* not written yet; borrowed */
	int64_t     timeout_ms, deadline_ms; /* the latter on the monotonic clock */
	bool        killed;
};

/* Returns 0, or -1 with *e (ERR_AGAIN): there are no processes or descriptors left. */
int notify_exec_start(struct notify_exec *x, const char *command, const struct notify_parcel *p,
    int64_t mono_ms, int64_t timeout_ms, struct err *e);

/* What to wait for, NOTIFY_EXEC_WAITS at most; returns how many. */
size_t notify_exec_waits(const struct notify_exec *x, struct bus_wait *waits);

/* Goes on. Anything but DELIVERY_RUNNING: it has ended, and *why says how it failed. Past
 * the deadline its process group is killed. */
enum delivery notify_exec_turn(struct notify_exec *x, int64_t mono_ms, struct err *why);

/* Kills its process group and forgets it. */
void notify_exec_abandon(struct notify_exec *x);

#endif
