#include "common/limits.h"

#include <dirent.h>
#include <malloc.h>
#include <stdbool.h>
#include <sys/resource.h>

/* Of memory: from this size on a piece goes back to the system once it is free. libc would
 * raise it to the largest that was ever freed, and keep all of a flood of long frames. */
#define OWN_PAGES_BYTES (64 * 1024)

static struct rlimit common, lifted;
static bool          set;

static rlim_t
smaller(rlim_t a, rlim_t b)
{
	return a < b ? a : b;
}

void
limits_set(void)
{
	struct rlimit given;

	if (set || getrlimit(RLIMIT_NOFILE, &given) != 0)
		return;
	lifted = given;
	lifted.rlim_cur = smaller(given.rlim_max, LIMITS_DESCRIPTORS_MAX);
	common = lifted;
	common.rlim_cur -= smaller(LIMITS_SET_ASIDE, lifted.rlim_cur / 4);
	set = setrlimit(RLIMIT_NOFILE, &common) == 0;
	mallopt(M_MMAP_THRESHOLD, OWN_PAGES_BYTES);
}

bool
limits_are_near(void)
{
	DIR   *open_ones;
	rlim_t count = 0;

	limits_lift();
	open_ones = opendir("/proc/self/fd");
	limits_lower();
	while (open_ones != NULL && readdir(open_ones) != NULL)
		count++;
	if (open_ones != NULL)
		closedir(open_ones);
	return set && count > common.rlim_cur / 2;
}

void
limits_lift(void)
{
	if (set)
		setrlimit(RLIMIT_NOFILE, &lifted);
}

void
limits_lower(void)
{
	if (set)
		setrlimit(RLIMIT_NOFILE, &common);
}
