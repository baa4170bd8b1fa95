/*
 * SIGHUP is a request in a descriptor: told once, however often it came, and it ends
 * nothing.
 */
#include "tests/cases.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/reload.h"

static struct reload_case {
	const char *name;
	int         hangups; /* before the first look, and again before the second */
	int         ignored; /* as nohup leaves it */
	int         want;    /* how many of the looks below found a request */
} cases[] = {
    {"no signal is no request", 0, 0, 0},
    {"each signal is a request", 1, 0, 2},
    {"any number pending is one request", 5, 0, 2},
    {"a signal that was ignored is a request too", 1, 1, 2},
};

static int
count_requests(const struct reload_case *c)
{
	struct pollfd p = {.events = POLLIN};
	int           found = 0;

	if (c->ignored)
		signal(SIGHUP, SIG_IGN);
	p.fd = reload_open(NULL);
	for (int round = 0; round < 2; round++) {
		int readable;

		for (int i = 0; i < c->hangups; i++)
			kill(getpid(), SIGHUP);
		if (c->hangups > 1)
			raise(SIGHUP); /* for this thread, beside that for the process */
		readable = poll(&p, 1, 0);
		if (reload_asked(p.fd) != (readable == 1))
			return -1;
		found += readable;
		if (poll(&p, 1, 0) != 0 || reload_asked(p.fd))
			return -1; /* told twice */
	}
	return found;
}

/* In a process of its own: what is blocked there stays there. */
static void
check_reload(void **state)
{
	const struct reload_case *c = *state;
	int                       status;
	pid_t                     child = fork();

	if (child == 0)
		_exit(count_requests(c));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), c->want);
}

CASES_MAIN(cases, check_reload)
