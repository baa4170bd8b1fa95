#include "common/limits.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/cases.h"

static struct limits_case {
	const char *name;
	rlim_t      soft, hard, want_common, want_lifted;
} cases[] = {
    {"as shells and systemd have it", 1024, 4096, 3840, 4096},
    {"no more than is of use", 1024, 20000, 3840, 4096},
    {"one limit for both", 1024, 1024, 768, 1024},
    {"few", 400, 400, 300, 400},
    {"more to begin with than is of use", 5000, 5000, 3840, 4096},
};

static rlim_t
soft_limit(void)
{
	struct rlimit now;

	getrlimit(RLIMIT_NOFILE, &now);
	return now.rlim_cur;
}

/* The checks that failed, as bits. In a process of its own: a hard limit stays. */
static int
try_all(const struct limits_case *c)
{
	struct rlimit given = {.rlim_cur = c->soft, .rlim_max = c->hard};
	int           failed = 0;

	if (setrlimit(RLIMIT_NOFILE, &given) != 0)
		return 64;
	limits_lift();
	failed |= soft_limit() != c->soft ? 1 : 0;
	limits_lower();
	failed |= soft_limit() != c->soft ? 2 : 0;
	limits_set();
	failed |= soft_limit() != c->want_common ? 4 : 0;
	limits_lift();
	failed |= soft_limit() != c->want_lifted ? 8 : 0;
	limits_set();
	failed |= soft_limit() != c->want_lifted ? 16 : 0;
	limits_lower();
	failed |= soft_limit() != c->want_common ? 32 : 0;
	return failed;
}

static void
check(void **state)
{
	pid_t child = fork();
	int   status = -1;

	if (child == 0)
		_exit(try_all(*state));
	assert_true(child > 0 && waitpid(child, &status, 0) == child);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 64)
		skip(); /* the system gives no more */
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

CASES_MAIN(cases, check)
