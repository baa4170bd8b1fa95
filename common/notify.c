#include "common/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/clock.h"
#include "core/mem.h"

#define RETRY_MS      1000
#define BEATS         3 /* in an interval of the watchdog */
#define DATAGRAM_SIZE (NOTIFY_STATUS_MAX + 100)

struct notify {
	int                fd;
	struct sockaddr_un address;
	socklen_t          address_len;
	enum notify_state  state;
	int64_t            reloading_us; /* since when, monotonic */
	char               status[NOTIFY_STATUS_MAX + 1];
	bool               state_owed, status_owed; /* the manager does not know it yet */
	int64_t            watchdog_us;             /* 0: none watches */
	int64_t            beat_at_ms;
};

/* The environment */

static bool
take_address(struct notify *n, const char *name)
{
	size_t len = name != NULL ? strlen(name) : 0;

	if (len < 2 || len > sizeof(n->address.sun_path) || (name[0] != '/' && name[0] != '@'))
		return false;
	n->address.sun_family = AF_UNIX;
	memcpy(n->address.sun_path, name, len);
	if (name[0] == '@')
		n->address.sun_path[0] = '\0';
	n->address_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
	return true;
}

/* The variable as a number, 0 for anything else. */
static int64_t
number_of(const char *variable)
{
	const char *value = getenv(variable);
	char       *end;
	long long   n;

	if (value == NULL || value[0] < '0' || value[0] > '9')
		return 0;
	errno = 0;
	n = strtoll(value, &end, 10);
	return errno == 0 && *end == '\0' ? n : 0;
}

/* The variables of a watchdog may have been meant for a parent of ours. */
static int64_t
watchdog_us(void)
{
	if (getenv("WATCHDOG_PID") != NULL && number_of("WATCHDOG_PID") != getpid())
		return 0;
	return number_of("WATCHDOG_USEC");
}

struct notify *
notify_open(void)
{
	struct notify *n = mem_zeroed(1, sizeof(*n));

	n->fd = -1;
	if (take_address(n, getenv("NOTIFY_SOCKET")))
		n->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (n->fd == -1) {
		free(n);
		return NULL;
	}
	n->watchdog_us = watchdog_us();
	return n;
}

void
notify_close(struct notify *n)
{
	if (n == NULL)
		return;
	close(n->fd);
	free(n);
}

/* Telling */

static bool
post(struct notify *n, const char *datagram)
{
	return sendto(n->fd, datagram, strlen(datagram), MSG_NOSIGNAL,
		   (const struct sockaddr *)&n->address, n->address_len) >= 0;
}

/* Sends what the manager does not know yet, if it takes it. */
static void
settle(struct notify *n)
{
	static const char *const words[] = {
	    [NOTIFY_STARTING] = "",
	    [NOTIFY_READY] = "READY=1\n",
	    [NOTIFY_RELOADING] = "RELOADING=1\n",
	    [NOTIFY_STOPPING] = "STOPPING=1\n",
	};
	char since[48] = "", datagram[DATAGRAM_SIZE];

	if (!n->state_owed && !n->status_owed)
		return;
	if (n->state_owed && n->state == NOTIFY_RELOADING)
		snprintf(since, sizeof(since), "MONOTONIC_USEC=%" PRId64 "\n", n->reloading_us);
	snprintf(datagram, sizeof(datagram), "%s%sSTATUS=%s", n->state_owed ? words[n->state] : "",
	    since, n->status);
	if (post(n, datagram))
		n->state_owed = n->status_owed = false;
}

/* A line break would begin another assignment. */
static void
clean(char *line)
{
	for (char *c = line; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = ' ';
}

__attribute__((format(printf, 2, 0))) static void
take_status(struct notify *n, const char *fmt, va_list args)
{
	char line[NOTIFY_STATUS_MAX + 1];

	vsnprintf(line, sizeof(line), fmt, args);
	clean(line);
	if (strcmp(line, n->status) == 0)
		return;
	snprintf(n->status, sizeof(n->status), "%s", line);
	n->status_owed = true;
}

void
notify_enter(struct notify *n, enum notify_state state, const char *fmt, ...)
{
	va_list args;

	if (n == NULL)
		return;
	n->state = state;
	n->state_owed = true;
	if (state == NOTIFY_RELOADING)
		n->reloading_us = clock_mono_us();
	va_start(args, fmt);
	take_status(n, fmt, args);
	va_end(args);
	settle(n);
}

void
notify_status(struct notify *n, const char *fmt, ...)
{
	va_list args;

	if (n == NULL)
		return;
	va_start(args, fmt);
	take_status(n, fmt, args);
	va_end(args);
	settle(n);
}

/* The watchdog */

/* Returns ms until the next beat. */
static int64_t
beat(struct notify *n, int64_t mono_ms)
{
	int64_t interval_ms = n->watchdog_us / 1000 / BEATS;
	char    datagram[DATAGRAM_SIZE] = "WATCHDOG=1";

	if (mono_ms < n->beat_at_ms)
		return n->beat_at_ms - mono_ms;
	if (interval_ms == 0)
		interval_ms = 1;
	if (n->state == NOTIFY_STARTING)
		snprintf(datagram, sizeof(datagram), "WATCHDOG=1\nEXTEND_TIMEOUT_USEC=%" PRId64,
		    n->watchdog_us);
	if (!post(n, datagram))
		interval_ms = clock_sooner(interval_ms, RETRY_MS);
	n->beat_at_ms = mono_ms + interval_ms;
	return interval_ms;
}

int64_t
notify_turn(struct notify *n, int64_t mono_ms)
{
	int64_t wait_ms = -1;

	if (n == NULL)
		return -1;
	settle(n);
	if (n->watchdog_us > 0)
		wait_ms = beat(n, mono_ms);
	if (n->state_owed || n->status_owed)
		wait_ms = clock_sooner(wait_ms, RETRY_MS);
	return wait_ms;
}
