/*
 * notify -- tells the service manager how the process is doing (sd_notify(3)).
 *
 * The protocol is a datagram to the socket that the environment names, and small enough
 * to need no library. Nobody has to listen: nothing here blocks or fails, and what could
 * not be sent is sent with a later call of notify_turn(). Without NOTIFY_SOCKET there is
 * no notifier, and all functions take NULL.
 */
#ifndef TUIJIN_COMMON_NOTIFY_H
#define TUIJIN_COMMON_NOTIFY_H

#include <stdint.h>

struct notify;

/* NULL where no service manager listens: NOTIFY_SOCKET is not set, or is neither a path
 * nor (with @) an abstract name. */
struct notify *notify_open(void);
void           notify_close(struct notify *n);

#define NOTIFY_STATUS_MAX 200 /* bytes */

/* Enters a state, which holds until the next one, with a line for a person: whatever is
 * not printable ASCII becomes a space, and it is cut at NOTIFY_STATUS_MAX. */
enum notify_state { NOTIFY_STARTING, NOTIFY_READY, NOTIFY_RELOADING, NOTIFY_STOPPING };
void notify_enter(struct notify *n, enum notify_state state, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define notify_ready(n, ...)     notify_enter((n), NOTIFY_READY, __VA_ARGS__)
#define notify_reloading(n, ...) notify_enter((n), NOTIFY_RELOADING, __VA_ARGS__)
#define notify_stopping(n, ...)  notify_enter((n), NOTIFY_STOPPING, __VA_ARGS__)

/* The line alone; the same one again is not sent. */
void notify_status(struct notify *n, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* For the main loop, each turn: beats (WATCHDOG=1) when a third of the watchdog's
 * interval is over, sends what is owed. Before notify_ready() a beat also asks for another
 * interval's patience, so that only a start that hangs is given up. Returns ms until it has to be
 * called again, -1: no need. */
int64_t notify_turn(struct notify *n, int64_t mono_ms);

#endif
