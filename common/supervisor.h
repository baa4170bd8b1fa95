/*
 * supervisor -- tells the service manager how the process is doing (sd_notify(3)).
 *
 * The protocol is a datagram to the socket that the environment names, and small enough
 * to need no library. Nobody has to listen: nothing here blocks or fails, and what could
 * not be sent is sent with a later call of supervisor_turn(). Without NOTIFY_SOCKET there is
 * no supervisor, and all functions take NULL.
 */
#ifndef TUIJIN_COMMON_SUPERVISOR_H
#define TUIJIN_COMMON_SUPERVISOR_H

#include <stdint.h>

struct supervisor;

/* NULL where no service manager listens: NOTIFY_SOCKET is not set, or is neither a path
 * nor (with @) an abstract name. */
struct supervisor *supervisor_open(void);
void               supervisor_close(struct supervisor *s);

#define SUPERVISOR_STATUS_MAX 200 /* bytes */

/* Enters a state, which holds until the next one, with a line for a person: whatever is
 * not printable ASCII becomes a space, and it is cut at SUPERVISOR_STATUS_MAX. */
enum supervisor_state {
	SUPERVISOR_STARTING,
	SUPERVISOR_READY,
	SUPERVISOR_RELOADING,
	SUPERVISOR_STOPPING
};
void supervisor_enter(struct supervisor *s, enum supervisor_state state, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#define supervisor_ready(s, ...)     supervisor_enter((s), SUPERVISOR_READY, __VA_ARGS__)
#define supervisor_reloading(s, ...) supervisor_enter((s), SUPERVISOR_RELOADING, __VA_ARGS__)
#define supervisor_stopping(s, ...)  supervisor_enter((s), SUPERVISOR_STOPPING, __VA_ARGS__)

/* The line alone; the same one again is not sent. */
void supervisor_status(struct supervisor *s, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* For the main loop, each turn: beats (WATCHDOG=1) when a third of the watchdog's
 * interval is over, sends what is owed. Before supervisor_ready() a beat also asks for another
 * interval's patience, so that only a start that hangs is given up. Returns ms until it has to be
 * called again, -1: no need. */
int64_t supervisor_turn(struct supervisor *s, int64_t mono_ms);

#endif
