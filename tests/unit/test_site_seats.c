/* Each case takes its own limit, lower than the one before: it cannot be raised again. */
#include <sys/resource.h>

#include "dashboard/site_seats.h"
#include "tests/cases.h"

/* clang-format off */
static struct seats_case {
	const char  *name;
	rlim_t       most; /* what the system gives */
	size_t       viewers, plans;
	struct seats want;
	rlim_t       soft;
} cases[] = {
	{"enough for all", 12000, 4096, 30, {4096, 8192, 989}, 9972},
	{"the first plans come out of the rest", 8448, 4096, 32, {4096, 8192, 693}, 8448},
	{"one more takes the places of viewers", 8448, 4096, 33, {4093, 8186, 693}, 8448},
	{"and many take many", 8448, 4096, 300, {3292, 6584, 693}, 8448},
	{"half of it is left to viewers", 1024, 4096, 1000, {256, 512, 74}, 1024},
	{"unless they do not want it", 1024, 10, 70, {10, 20, 156}, 1024},
	{"of few, half", 400, 4096, 0, {100, 200, 22}, 400},
	{"of less than that no plan", 100, 4096, 0, {25, 50, 0}, 100},
};
/* clang-format on */

static void
check(void **state)
{
	const struct seats_case *c = *state;
	struct rlimit            given = {.rlim_cur = 80, .rlim_max = c->most};
	struct seats             got;

	if (setrlimit(RLIMIT_NOFILE, &given) != 0)
		skip(); /* the system gives no more */
	got = seats_take(c->viewers, c->plans);
	assert_int_equal(got.viewers, c->want.viewers);
	assert_int_equal(got.connections, c->want.connections);
	assert_int_equal(got.plans, c->want.plans);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &given), 0);
	assert_int_equal(given.rlim_cur, c->soft);
	assert_int_equal(given.rlim_max, c->most);
}

CASES_MAIN(cases, check)
