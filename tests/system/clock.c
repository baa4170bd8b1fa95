/*
 * clock -- the wall clock of a process, set from outside: a library to put under a
 * program (LD_PRELOAD). The file named by CLOCK_AHEAD holds how far that clock is ahead of
 * the real one, a 64-bit number of nanoseconds, and may change at any time. Durations are
 * as they are.
 *
 * It asks the kernel itself and allocates nothing: an allocator may ask for the time
 * before anything else is ready.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS INT64_C(1000000000)

static const volatile int64_t *ahead_ns;

__attribute__((constructor)) static void
find_file(void)
{
	const char *name = getenv("CLOCK_AHEAD");
	int         fd = name != NULL ? open(name, O_RDONLY | O_CLOEXEC) : -1;
	void       *at;

	if (fd < 0)
		_exit(78);
	at = mmap(NULL, sizeof(*ahead_ns), PROT_READ, MAP_SHARED, fd, 0);
	if (at == MAP_FAILED)
		_exit(78);
	close(fd);
	ahead_ns = at;
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	int     rc = (int)syscall(SYS_clock_gettime, id, t);
	int64_t ns;

	if (rc != 0 || ahead_ns == NULL || (id != CLOCK_REALTIME && id != CLOCK_REALTIME_COARSE))
		return rc;
	ns = t->tv_sec * SECOND_NS + t->tv_nsec + *ahead_ns;
	t->tv_sec = ns / SECOND_NS;
	t->tv_nsec = ns % SECOND_NS;
	return 0;
}

int
gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	t->tv_sec = now.tv_sec;
	t->tv_usec = now.tv_nsec / 1000;
	return 0;
}

time_t
time(time_t *out)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (out != NULL)
		*out = now.tv_sec;
	return now.tv_sec;
}
