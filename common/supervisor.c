#include "common/supervisor.h"

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
#define DATAGRAM_SIZE (SUPERVISOR_STATUS_MAX + 100)

struct supervisor {
	int                   fd;
	struct sockaddr_un    address;
	socklen_t             address_len;
	enum supervisor_state state;
	int64_t               reloading_us; /* since when, monotonic */
	char                  status[SUPERVISOR_STATUS_MAX + 1];
	bool                  state_owed, status_owed; /* the manager does not know it yet */
	int64_t               watchdog_us;             /* 0: none watches */
	int64_t               beat_at_ms;
};

/* The environment */

static bool
take_address(struct supervisor *s, const char *name)
{
	size_t len = name != NULL ? strlen(name) : 0;

	if (len < 2 || len > sizeof(s->address.sun_path) || (name[0] != '/' && name[0] != '@'))
		return false;
	s->address.sun_family = AF_UNIX;
	memcpy(s->address.sun_path, name, len);
	if (name[0] == '@')
		s->address.sun_path[0] = '\0';
	s->address_len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len);
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

struct supervisor *
supervisor_open(void)
{
	struct supervisor *s = mem_zeroed(1, sizeof(*s));

	s->fd = -1;
	if (take_address(s, getenv("NOTIFY_SOCKET")))
		s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd == -1) {
		free(s);
		return NULL;
	}
	s->watchdog_us = watchdog_us();
	return s;
}

void
supervisor_close(struct supervisor *s)
{
	if (s == NULL)
		return;
	close(s->fd);
	free(s);
}

/* Telling */

static bool
post(struct supervisor *s, const char *datagram)
{
	return sendto(s->fd, datagram, strlen(datagram), MSG_NOSIGNAL,
		   (const struct sockaddr *)&s->address, s->address_len) >= 0;
}

/* Sends what the manager does not know yet, if it takes it. */
static void
settle(struct supervisor *s)
{
	static const char *const words[] = {
	    [SUPERVISOR_STARTING] = "",
	    [SUPERVISOR_READY] = "READY=1\n",
	    [SUPERVISOR_RELOADING] = "RELOADING=1\n",
	    [SUPERVISOR_STOPPING] = "STOPPING=1\n",
	};
	char since[48] = "", datagram[DATAGRAM_SIZE];

	if (!s->state_owed && !s->status_owed)
		return;
	if (s->state_owed && s->state == SUPERVISOR_RELOADING)
		snprintf(since, sizeof(since), "MONOTONIC_USEC=%" PRId64 "\n", s->reloading_us);
	snprintf(datagram, sizeof(datagram), "%s%sSTATUS=%s", s->state_owed ? words[s->state] : "",
	    since, s->status);
	if (post(s, datagram))
		s->state_owed = s->status_owed = false;
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
take_status(struct supervisor *s, const char *fmt, va_list args)
{
	char line[SUPERVISOR_STATUS_MAX + 1];

	vsnprintf(line, sizeof(line), fmt, args);
	clean(line);
	if (strcmp(line, s->status) == 0)
		return;
	snprintf(s->status, sizeof(s->status), "%s", line);
	s->status_owed = true;
}

void
supervisor_enter(struct supervisor *s, enum supervisor_state state, const char *fmt, ...)
{
	va_list args;

	if (s == NULL)
		return;
	s->state = state;
	s->state_owed = true;
	if (state == SUPERVISOR_RELOADING)
		s->reloading_us = clock_mono_us();
	va_start(args, fmt);
	take_status(s, fmt, args);
	va_end(args);
	settle(s);
}

void
supervisor_status(struct supervisor *s, const char *fmt, ...)
{
	va_list args;

	if (s == NULL)
		return;
	va_start(args, fmt);
	take_status(s, fmt, args);
	va_end(args);
	settle(s);
}

/* The watchdog */

/* Returns ms until the next beat. */
static int64_t
beat(struct supervisor *s, int64_t mono_ms)
{
	int64_t interval_ms = s->watchdog_us / 1000 / BEATS;
	char    datagram[DATAGRAM_SIZE] = "WATCHDOG=1";

	if (mono_ms < s->beat_at_ms)
		return s->beat_at_ms - mono_ms;
	if (interval_ms == 0)
		interval_ms = 1;
	if (s->state == SUPERVISOR_STARTING)
		snprintf(datagram, sizeof(datagram), "WATCHDOG=1\nEXTEND_TIMEOUT_USEC=%" PRId64,
		    s->watchdog_us);
	if (!post(s, datagram))
		interval_ms = clock_sooner(interval_ms, RETRY_MS);
	s->beat_at_ms = mono_ms + interval_ms;
	return interval_ms;
}

int64_t
supervisor_turn(struct supervisor *s, int64_t mono_ms)
{
	int64_t wait_ms = -1;

	if (s == NULL)
		return -1;
	settle(s);
	if (s->watchdog_us > 0)
		wait_ms = beat(s, mono_ms);
	if (s->state_owed || s->status_owed)
		wait_ms = clock_sooner(wait_ms, RETRY_MS);
	return wait_ms;
}
