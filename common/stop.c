#include "common/stop.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>

int
stop_open(struct err *e)
{
	sigset_t stops;
	int      fd;

	sigemptyset(&stops);
	sigaddset(&stops, SIGTERM);
	sigaddset(&stops, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	pthread_sigmask(SIG_BLOCK, &stops, NULL);

	fd = signalfd(-1, &stops, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd == -1)
		return err_fail(e, ERR_ENV, "signalfd: %s", strerror(errno));
	return fd;
}

/* The signal is left unread, so that the answer stays true. */
bool
stop_asked(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}
