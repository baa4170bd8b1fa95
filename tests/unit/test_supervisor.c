/*
 * What a service manager is told: a real datagram socket takes it.
 */
#include "tests/cases.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "common/supervisor.h"

#define STEPS_MAX 7 /* the last is END */
#define HEARD_MAX 2048
#define TEN       "0123456789"
#define FIFTY     TEN TEN TEN TEN TEN

enum act { END, READY, RELOAD, STOP, STATUS, TURN, DEAF, HEAR };

struct step {
	enum act    act;
	const char *text;    /* of a state or status */
	int64_t     at_ms;   /* TURN: now */
	int64_t     want_ms; /* TURN: what it returns */
};

static struct supervisor_case {
	const char *name;
	const char *watchdog_us, *watchdog_pid; /* "self": ours */
	struct step steps[STEPS_MAX];
	const char *want; /* datagrams, a | behind each, line breaks as ;, the time as T */
} cases[] = {
    {"states and their lines", NULL, NULL,
	{{READY, "plans=2"}, {RELOAD, "keys"}, {READY, "keys=7"}, {STOP, "bye"}},
	"READY=1;STATUS=plans=2|RELOADING=1;MONOTONIC_USEC=T;STATUS=keys|"
	"READY=1;STATUS=keys=7|STOPPING=1;STATUS=bye|"},
    {"a line alone, once", NULL, NULL,
	{{STATUS, "waiting"}, {STATUS, "waiting"}, {STATUS, "again"}, {STATUS, "waiting"}},
	"STATUS=waiting|STATUS=again|STATUS=waiting|"},
    {"a state with the line that stands", NULL, NULL, {{READY, "a"}, {STOP, "a"}},
	"READY=1;STATUS=a|STOPPING=1;STATUS=a|"},
    {"a line cannot say more than itself", NULL, NULL, {{STATUS, "a\nMAINPID=1\t\x7f\xe4\xb8\xad"}},
	"STATUS=a MAINPID=1     |"},
    {"a long line is cut", NULL, NULL, {{STATUS, FIFTY FIFTY FIFTY FIFTY "more"}},
	"STATUS=" FIFTY FIFTY FIFTY FIFTY "|"},
    {"without a watchdog there is nothing to do", NULL, NULL, {{TURN, NULL, 5000, -1}}, ""},
    {"beats at a third; before it is ready it asks for patience", "30000000", "self",
	{{TURN, NULL, 1000, 10000}, {READY, "", 0}, {TURN, NULL, 10999, 1},
	    {TURN, NULL, 11000, 10000}, {TURN, NULL, 11000, 10000}},
	"WATCHDOG=1;EXTEND_TIMEOUT_USEC=30000000|READY=1;STATUS=|WATCHDOG=1|"},
    {"a watchdog of whoever is asked", "3000", NULL, {{READY, "", 0}, {TURN, NULL, 7, 1}},
	"READY=1;STATUS=|WATCHDOG=1|"},
    {"the shortest watchdog does not spin", "1", NULL, {{READY, "", 0}, {TURN, NULL, 7, 1}},
	"READY=1;STATUS=|WATCHDOG=1|"},
    {"a watchdog of somebody else", "3000000", "1", {{TURN, NULL, 7, -1}}, ""},
    {"a watchdog of nobody", "3000000", "", {{TURN, NULL, 7, -1}}, ""},
    {"no number", "3s", NULL, {{TURN, NULL, 7, -1}}, ""},
    {"a negative number", "-3000000", NULL, {{TURN, NULL, 7, -1}}, ""},
    {"a number beyond all", "99999999999999999999", NULL, {{TURN, NULL, 7, -1}}, ""},
    {"what finds no room is sent later, the newest only", NULL, NULL,
	{{DEAF}, {READY, "a"}, {STATUS, "b"}, {TURN, NULL, 7, 1000}, {HEAR}, {TURN, NULL, 8, -1}},
	"READY=1;STATUS=b|"},
    {"so is a beat", "30000000", NULL,
	{{DEAF}, {READY, "a"}, {TURN, NULL, 7, 1000}, {HEAR}, {TURN, NULL, 1007, 10000}},
	"READY=1;STATUS=a|WATCHDOG=1|"},
};

struct manager {
	int  fd;
	char path[64];
	char heard[HEARD_MAX];
};

static void
be_manager(struct manager *m, bool abstract)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	size_t             len;

	snprintf(m->path, sizeof(m->path), "%s/tmp/test-supervisor-%ld", abstract ? "@" : "",
	    (long)getpid());
	len = strlen(m->path);
	memcpy(a.sun_path, m->path, len);
	if (abstract)
		a.sun_path[0] = '\0';
	m->heard[0] = '\0';
	m->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(m->fd, (struct sockaddr *)&a,
			     (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)),
	    0);
	setenv("NOTIFY_SOCKET", m->path, 1);
}

/* Fills the queue of the manager, as one that does not read. */
static void
deafen(struct manager *m)
{
	struct sockaddr_un a;
	socklen_t          len = sizeof(a);
	int                fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	getsockname(m->fd, (struct sockaddr *)&a, &len);
	while (sendto(fd, "", 0, 0, (struct sockaddr *)&a, len) == 0)
		;
	assert_int_equal(errno, EAGAIN);
	close(fd);
}

/* A T for the time, which differs from run to run. */
static void
hide_time(char *datagram)
{
	char  *digits = strstr(datagram, "MONOTONIC_USEC=");
	size_t count;

	if (digits == NULL)
		return;
	digits += strlen("MONOTONIC_USEC=");
	count = strspn(digits, "0123456789");
	assert_in_range(count, 4, 19);
	*digits = 'T';
	memmove(digits + 1, digits + count, strlen(digits + count) + 1);
}

/* What has come, behind what had come before. */
static void
hear(struct manager *m)
{
	char    datagram[512];
	ssize_t n;

	while ((n = recv(m->fd, datagram, sizeof(datagram) - 1, 0)) >= 0) {
		size_t used = strlen(m->heard);

		if (n == 0)
			continue; /* one of deafen() */
		datagram[n] = '\0';
		hide_time(datagram);
		for (char *c = datagram; *c != '\0'; c++)
			if (*c == '\n')
				*c = ';';
		snprintf(m->heard + used, sizeof(m->heard) - used, "%s|", datagram);
	}
}

static void
be_silent(struct manager *m)
{
	close(m->fd);
	if (m->path[0] == '/')
		unlink(m->path);
}

static void
set(const char *name, const char *value)
{
	char own[16];

	snprintf(own, sizeof(own), "%ld", (long)getpid());
	if (value == NULL)
		unsetenv(name);
	else
		setenv(name, strcmp(value, "self") == 0 ? own : value, 1);
}

static void
take_step(struct supervisor *n, struct manager *m, const struct step *s)
{
	switch (s->act) {
	case END:
		break;
	case READY:
		supervisor_ready(n, "%s", s->text);
		break;
	case RELOAD:
		supervisor_reloading(n, "%s", s->text);
		break;
	case STOP:
		supervisor_stopping(n, "%s", s->text);
		break;
	case STATUS:
		supervisor_status(n, "%s", s->text);
		break;
	case TURN:
		assert_int_equal(supervisor_turn(n, s->at_ms), s->want_ms);
		break;
	case DEAF:
		deafen(m);
		break;
	case HEAR:
		hear(m);
		break;
	}
}

static void
check_told(void **state)
{
	const struct supervisor_case *c = *state;

	for (int abstract = 0; abstract < 2; abstract++) {
		struct manager     m;
		struct supervisor *n;

		be_manager(&m, abstract);
		set("WATCHDOG_USEC", c->watchdog_us);
		set("WATCHDOG_PID", c->watchdog_pid);
		n = supervisor_open();
		assert_non_null(n);
		for (const struct step *s = c->steps; s->act != END; s++)
			take_step(n, &m, s);
		supervisor_close(n);
		hear(&m);
		be_silent(&m);
		assert_string_equal(m.heard, c->want);
	}
}

static struct nobody_case {
	const char *name, *address;
	bool        opens;
} nobodies[] = {
    {"no socket is named", NULL, false},
    {"an empty name", "", false},
    {"a name of nothing", "@", false},
    {"a path that depends on where we are", "manager.sock", false},
    {"a socket of another kind", "vsock:2:1234", false},
    {"a name beyond what fits", "/" FIFTY FIFTY "12345678", false},
    {"the longest name that fits", "/" FIFTY FIFTY "1234567", true},
    {"nobody listens", "/tmp/there-is-nobody/manager.sock", true},
};

/* Nothing fails, and nothing is waited for. */
static void
check_nobody(void **state)
{
	const struct nobody_case *c = *state;
	struct supervisor        *n;

	set("NOTIFY_SOCKET", c->address);
	set("WATCHDOG_USEC", "30000000");
	set("WATCHDOG_PID", NULL);
	n = supervisor_open();
	assert_int_equal(n != NULL, c->opens);
	supervisor_status(n, "waiting");
	supervisor_ready(n, "ready");
	supervisor_reloading(n, "keys");
	supervisor_stopping(n, "bye");
	assert_int_equal(supervisor_turn(n, 7), c->opens ? 1000 : -1);
	supervisor_close(n);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + COUNT(nobodies)];
	size_t            n = 0;

	alarm(60); /* what blocks fails */
	CASES_ADD(tests, n, cases, check_told);
	CASES_ADD(tests, n, nobodies, check_nobody);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
