#include "aggregator/channel.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/wire_event.h"

struct channel *
channel_open(const char *plan, const char *url, bool summaries, struct err *e)
{
	struct channel *c = mem_zeroed(1, sizeof(*c));

	c->id = mem_copied(plan, strlen(plan));
	c->follow = follow_open(plan, url, e);
	if (c->follow != NULL)
		c->keeper = keeper_open(url, summaries, e);
	if (c->keeper == NULL) {
		channel_close(c);
		return NULL;
	}
	return c;
}

void
channel_close(struct channel *c)
{
	if (c == NULL)
		return;
	follow_close(c->follow);
	keeper_close(c->keeper);
	board_free(c->board);
	free(c->id);
	free(c);
}

bool
channel_is_ready(const struct channel *c)
{
	return c->board != NULL;
}

bool
channel_is_stuck(const struct channel *c)
{
	return c->board == NULL && follow_is_stuck(c->follow);
}

/* Once a turn: the board is of the newest fold, the rollup is of today. */
static void
bring_up_to_date(struct channel *c, const struct channel_now *now)
{
	struct rollup     *r = follow_rollup(c->follow);
	const struct plan *p = rollup_plan(r);
	int32_t            today = now->today;
	int64_t            as_of_ms;

	if (today == CHANNEL_TODAY_WALL)
		today = calendar_day_at(now->wall_ms, p->utc_offset_min);
	as_of_ms = calendar_day_start(today, p->utc_offset_min);
	if (c->board == NULL || c->fold_number != follow_fold_number(c->follow)) {
		board_free(c->board);
		c->board = board_new(p);
		c->fold_number = follow_fold_number(c->follow);
		c->publish_at_ms = now->mono_ms;
		keeper_start_over(c->keeper);
		rollup_mark_all_changed(r);
	}
	if (c->as_of_ms != as_of_ms) {
		c->as_of_ms = as_of_ms;
		c->publish_at_ms = now->mono_ms;
		rollup_mark_all_changed(r);
	}
}

static struct keeping
keeping(const struct channel *c)
{
	return (struct keeping){
	    .board = c->board,
	    .rollup = follow_rollup(c->follow),
	    .position = c->shown,
	    .as_of_ms = c->as_of_ms,
	};
}

/* Publishes what has changed, if it may by now. Returns ms until it may, or -1 when
 * the board shows all that was folded. */
static int64_t
publish(struct channel *c, const struct channel_now *now, struct bus_socket *bus)
{
	struct rollup *r = follow_rollup(c->follow);

	if (rollup_has_changed(r)) {
		if (now->mono_ms < c->publish_at_ms)
			return c->publish_at_ms - now->mono_ms;
		board_publish(c->board, r, c->as_of_ms, bus);
		c->publish_at_ms = now->mono_ms + now->publish_interval_ms;
	}
	c->shown = follow_position(c->follow);
	return -1;
}

int64_t
channel_turn(struct channel *c, const struct channel_now *now, struct bus_socket *bus)
{
	int64_t        wait_ms = follow_turn(c->follow, now->mono_ms), publish_ms;
	struct keeping what;
	bool           may_keep = false;

	if (follow_rollup(c->follow) != NULL && follow_is_caught_up(c->follow)) {
		bring_up_to_date(c, now);
		publish_ms = publish(c, now, bus);
		wait_ms = clock_sooner(wait_ms, publish_ms);
		/* Not a board behind its fold, nor a fold that may not be the ledger's. */
		may_keep = publish_ms < 0 && follow_is_live(c->follow);
	}
	if (may_keep)
		what = keeping(c);
	return clock_sooner(wait_ms, keeper_turn(c->keeper, may_keep ? &what : NULL, now->mono_ms));
}

void
channel_tick(struct channel *c, int64_t wall_ms, struct bus_socket *bus)
{
	char        name[PLAN_ID_MAX + 8];
	struct buf  payload = {0};
	struct text frames[2];
	struct tick t;

	if (c->board == NULL)
		return;
	t = (struct tick){
	    .plan = text_of(c->id),
	    .position = c->shown,
	    .as_of_ms = c->as_of_ms,
	    .now_ms = wall_ms,
	    .store_ok = follow_is_live(c->follow),
	    .topics = c->board->count,
	    .digest = c->board->digest,
	};
	memcpy(name, c->id, strlen(c->id) + 1);
	strcat(name, "/tick/");
	frames[0] = text_of(name);
	wire_tick_encode(&payload, frames[0], &t);
	frames[1] = buf_text(&payload);
	bus_publish(bus, frames, 2);
	buf_fini(&payload);
}

int
channel_finish(struct channel *c, struct bus_socket *bus, int64_t timeout_ms, struct err *e)
{
	struct rollup *r = follow_rollup(c->follow);
	struct keeping what;

	if (c->board == NULL || r == NULL || c->fold_number != follow_fold_number(c->follow) ||
	    !follow_is_live(c->follow))
		return 0;
	board_publish(c->board, r, c->as_of_ms, bus);
	c->shown = follow_position(c->follow);
	what = keeping(c);
	return keeper_finish(c->keeper, &what, timeout_ms, e);
}
