/*
 * SIGTERM and SIGINT end a program by a descriptor, and SIGPIPE not at all.
 */
#include "tests/cases.h"

#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/stop.h"

static struct stop_case {
	const char *name;
	int         signal;
	int         want; /* how many of the checks below held */
} cases[] = {
    {"SIGTERM asks to stop", SIGTERM, 4},
    {"SIGINT asks to stop", SIGINT, 4},
    {"SIGPIPE asks nothing and ends nothing", SIGPIPE, 1},
};

/* In a process of its own: what is blocked there stays there. */
static int
count_checks(int number)
{
	int           fd = stop_open(NULL);
	struct pollfd p = {.fd = fd, .events = POLLIN};
	int           held = !stop_asked(fd);

	raise(number);
	held += poll(&p, 1, 0) == 1;
	held += stop_asked(fd);
	held += stop_asked(fd); /* and still */
	return held;
}

static void
check_stop(void **state)
{
	const struct stop_case *c = *state;
	int                     status;
	pid_t                   child = fork();

	if (child == 0)
		_exit(count_checks(c->signal));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), c->want);
}

CASES_MAIN(cases, check_stop)
