#include "dashboard/desks.h"

#include <stdlib.h>

#include "common/clock.h"
#include "common/log.h"
#include "core/mem.h"

#define SLICE_US 2000 /* of one desk, so that one with much to read does not keep all waiting */
#define AGAIN_MS 1000 /* between tries to open one */
#define TURN_MS  1000 /* the longest wait */

void
desks_close(struct desks *all)
{
	for (size_t i = 0; i < all->count; i++)
		desk_close(all->at[i]);
	free(all->at);
	*all = (struct desks){0};
}

/* Returns NULL with the obstacle. */
static struct desk *
open_next(struct desks *all, const struct desk_sources *from, size_t plans_max)
{
	all->obstacle = (struct err){0};
	if (all->count < plans_max)
		return desk_open(from, all->next, &all->obstacle);
	err_set(&all->obstacle, ERR_ENV,
	    "no descriptors left for this plan: %zu plans are shown (LimitNOFILE=, ulimit -n)",
	    all->count);
	return NULL;
}

/* All have a turn then, so that the new one has. */
static void
add(struct desks *all, struct desk *d)
{
	all->at = mem_resized(all->at, all->count + 1, sizeof(all->at[0]));
	all->at[all->count++] = d;
	all->left = all->count;
	log_info("event=plan plan=%s", all->next);
	trouble_tell(&all->trouble, all->next, "", 0);
	all->next = NULL;
}

int64_t
desks_open(struct desks *all, const struct desk_sources *from, struct roster *r, size_t plans_max,
    const struct desk_now *now)
{
	while (all->next != NULL || (all->next = roster_next(r)) != NULL) {
		struct desk *d = NULL;

		if (clock_mono_us() >= now->until_us)
			return 0;
		if (now->mono_ms >= all->open_at_ms)
			d = open_next(all, from, plans_max);
		if (d != NULL) {
			add(all, d);
			continue;
		}
		if (now->mono_ms >= all->open_at_ms)
			all->open_at_ms = now->mono_ms + AGAIN_MS;
		trouble_tell(&all->trouble, all->next, all->obstacle.msg, now->mono_ms);
		return all->open_at_ms - now->mono_ms;
	}
	return -1;
}

static void
begin_round(struct desks *all, int64_t mono_ms)
{
	all->left = all->count;
	all->wake_at_ms = mono_ms + TURN_MS;
}

static size_t
busy_viewers(const struct desks *all, int64_t mono_ms)
{
	size_t viewers = 0;

	for (size_t i = 0; i < all->count; i++)
		viewers += desk_busy_viewers(all->at[i], mono_ms);
	return viewers;
}

/* busy: viewers of all desks that send them something. */
static void
turn_next(struct desks *all, struct desk_now now, size_t busy)
{
	struct desk *d = all->at[all->turn];
	int64_t      wait_ms;

	now.others = busy - desk_busy_viewers(d, now.mono_ms);
	wait_ms = desk_turn(d, &now);
	if (wait_ms >= 0 && now.mono_ms + wait_ms < all->wake_at_ms)
		all->wake_at_ms = now.mono_ms + wait_ms;
	all->turn = (all->turn + 1) % all->count;
	all->left--;
}

int64_t
desks_turn(struct desks *all, struct desk_now now)
{
	int64_t at_us = clock_mono_us(), until_us = now.until_us;
	size_t  busy = busy_viewers(all, now.mono_ms);

	if (all->left == 0)
		begin_round(all, now.mono_ms);
	if (all->count == 0)
		return TURN_MS;
	do {
		now.until_us = clock_sooner(until_us, at_us + SLICE_US);
		turn_next(all, now, busy);
		at_us = clock_mono_us();
	} while (all->left > 0 && at_us < until_us);
	if (all->left > 0)
		return 0;
	return clock_sooner_at(TURN_MS, all->wake_at_ms, now.mono_ms);
}

size_t
desks_viewers(const struct desks *all)
{
	size_t viewers = 0;

	for (size_t i = 0; i < all->count; i++)
		viewers += desk_counters(all->at[i])->viewers;
	return viewers;
}
