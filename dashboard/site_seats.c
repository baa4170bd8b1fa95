#include "dashboard/site_seats.h"

#include <sys/resource.h>

#define REST 256 /* descriptors beside those of connections; of few, half */

size_t
seats_take(size_t *viewers)
{
	struct rlimit files;
	rlim_t        want = 2 * *viewers + REST;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return 2 * *viewers;
	if (files.rlim_max < want) {
		want = files.rlim_max;
		*viewers = want > 2 * REST ? (want - REST) / 2 : want / 4;
	}
	if (files.rlim_cur < want) {
		files.rlim_cur = want;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	return 2 * *viewers;
}
