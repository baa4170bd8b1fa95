#include "cli/notify_exec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/mem.h"

#define SHELL "/bin/sh"

enum { VARIABLES = 3 };

/* How variables begin that are for us alone: settings, some of which are secrets of other
 * targets, and the service manager's, whom a child has nothing to tell. */
static const char *const ours[] = {"TUIJIN_", "NOTIFY_SOCKET=", "WATCHDOG_"};

static const char *const names[VARIABLES] = {
    "TUIJIN_EVENT_ID=", "TUIJIN_EVENT_TYPE=", "TUIJIN_EVENT_SUBJECT="};

static bool
is_ours(const char *variable)
{
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strncmp(variable, ours[i], strlen(ours[i])) == 0)
			return true;
	return false;
}

static char *
joined(const char *name, const char *value)
{
	struct buf b = {0};

	buf_add(&b, name, strlen(name));
	buf_add(&b, value, strlen(value) + 1);
	return b.at;
}

/* The three variables, which are owned, like the array; then our environment but what is ours. */
static char **
environment_of(const struct notify_parcel *p)
{
	const char *values[VARIABLES] = {p->id, p->type, p->subject};
	size_t      count = 0, kept = 0;
	char      **all;

	while (environ[count] != NULL)
		count++;
	all = mem_zeroed(count + VARIABLES + 1, sizeof(all[0]));
	for (size_t i = 0; i < VARIABLES; i++)
		all[kept++] = joined(names[i], values[i]);
	for (size_t i = 0; i < count; i++)
		if (!is_ours(environ[i]))
			all[kept++] = environ[i];
	return all;
}

static void
environment_free(char **all)
{
	for (size_t i = 0; i < VARIABLES; i++)
		free(all[i]);
	free(all);
}

/* Returns 0 or an errno. */
static int
spawn(struct notify_exec *x, const char *command, char **variables, int in)
{
	char *const                arguments[] = {"sh", "-c", (char *)command, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t          attributes;
	sigset_t                   all, none;
	int                        why;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
	posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setflags(
	    &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attributes, &all);
	posix_spawnattr_setsigmask(&attributes, &none);
	why = posix_spawn(&x->pid, SHELL, &files, &attributes, arguments, variables);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&files);
	return why;
}

int
notify_exec_start(struct notify_exec *x, const char *command, const struct notify_parcel *p,
    int64_t mono_ms, int64_t timeout_ms, struct err *e)
{
	char **variables;
	int    ends[2], why;

	*x = (struct notify_exec){.pid_fd = -1,
	    .in = -1,
	    .rest = p->body,
	    .timeout_ms = timeout_ms,
	    .deadline_ms = mono_ms + timeout_ms};
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_fail(e, ERR_AGAIN, "pipe: %s", strerror(errno));
	variables = environment_of(p);
	why = spawn(x, command, variables, ends[0]);
	environment_free(variables);
	close(ends[0]);
	if (why != 0) {
		close(ends[1]);
		return err_fail(e, ERR_AGAIN, SHELL ": %s", strerror(why));
	}
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	x->in = ends[1];
	x->pid_fd = pidfd_open(x->pid, 0); /* -1: it is then looked at each turn */
	return 0;
}

size_t
notify_exec_waits(const struct notify_exec *x, struct bus_wait *waits)
{
	size_t count = 0;

	if (x->pid_fd >= 0)
		waits[count++] = (struct bus_wait){.fd = x->pid_fd, .events = POLLIN};
	if (x->in >= 0)
		waits[count++] = (struct bus_wait){.fd = x->in, .events = POLLOUT};
	return count;
}

static void
close_in(struct notify_exec *x)
{
	if (x->in >= 0)
		close(x->in);
	x->in = -1;
}

/* A program that does not read all of it is none that failed: its exit status tells. */
static void
feed(struct notify_exec *x)
{
	while (x->in >= 0 && x->rest.len > 0) {
		ssize_t n = write(x->in, x->rest.at, x->rest.len);

		if (n < 0 && errno == EAGAIN)
			return;
		if (n < 0 && errno != EINTR) {
			close_in(x);
			return;
		}
		x->rest.at += n > 0 ? n : 0;
		x->rest.len -= n > 0 ? (size_t)n : 0;
	}
	close_in(x);
}

static void
forget(struct notify_exec *x)
{
	close_in(x);
	if (x->pid_fd >= 0)
		close(x->pid_fd);
	x->pid_fd = -1;
}

static enum delivery
judge(const struct notify_exec *x, int status, struct err *why)
{
	if (x->killed)
		err_set(why, ERR_AGAIN, "it took longer than %g s and was killed",
		    (double)x->timeout_ms / 1000);
	else if (WIFSIGNALED(status))
		err_set(why, ERR_AGAIN, "killed by signal %d", WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		err_set(why, ERR_AGAIN, "exit status %d", WEXITSTATUS(status));
	else
		return DELIVERY_TAKEN;
	return DELIVERY_FAILED;
}

enum delivery
notify_exec_turn(struct notify_exec *x, int64_t mono_ms, struct err *why)
{
	int status;

	feed(x);
	if (waitpid(x->pid, &status, WNOHANG) == x->pid) {
		forget(x);
		return judge(x, status, why);
	}
	if (mono_ms >= x->deadline_ms && !x->killed) {
		kill(-x->pid, SIGKILL);
		x->killed = true;
	}
	return DELIVERY_RUNNING;
}

void
notify_exec_abandon(struct notify_exec *x)
{
	kill(-x->pid, SIGKILL);
	waitpid(x->pid, NULL, WNOHANG);
	forget(x);
}
