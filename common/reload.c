#include "common/reload.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

int
reload_open(struct err *e)
{
	sigset_t hangup;
	int      fd;

	sigemptyset(&hangup);
	sigaddset(&hangup, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &hangup, NULL);

	fd = signalfd(-1, &hangup, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd == -1)
		return err_fail(e, ERR_ENV, "signalfd: %s", strerror(errno));
	return fd;
}

/* One may be pending for the process and one for this thread. */
bool
reload_asked(int fd)
{
	struct signalfd_siginfo got[2];

	return read(fd, got, sizeof(got)) > 0;
}
