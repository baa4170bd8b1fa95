#include "dashboard/site_seats.h"

#include <stdint.h>
#include <sys/resource.h>

#define REST  256 /* descriptors beside those of connections; in them those of a few plans */
#define OWN   64  /* of these, beside those of plans */
#define AHEAD 256 /* plans that are opened before they are counted */

static rlim_t
smaller(rlim_t a, rlim_t b)
{
	return a < b ? a : b;
}

static rlim_t
rest(rlim_t plans)
{
	rlim_t takes = OWN + SEATS_OF_PLAN * plans;

	return takes > REST ? takes : REST;
}

static size_t
plans_in(rlim_t room)
{
	return room > OWN ? (size_t)((room - OWN) / SEATS_OF_PLAN) : 0;
}

struct seats
seats_take(size_t viewers, size_t plans)
{
	struct seats  seats = {viewers, 2 * viewers, SIZE_MAX};
	struct rlimit files;
	rlim_t        most, want;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return seats;
	most = files.rlim_max;
	want = smaller(most, 2 * (rlim_t)viewers + rest(plans + AHEAD));
	if (files.rlim_cur < want) {
		files.rlim_cur = want;
		setrlimit(RLIMIT_NOFILE, &files);
	}
	seats.viewers = (size_t)smaller(viewers, (most - smaller(rest(plans), most / 2)) / 2);
	seats.connections = 2 * seats.viewers;
	seats.plans = plans_in(most - smaller(2 * (rlim_t)viewers, most / 2));
	return seats;
}
