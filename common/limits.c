#include "common/limits.h"

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
