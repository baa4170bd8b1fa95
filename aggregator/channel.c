#include "aggregator/channel.h"

#include <stdlib.h>
#include <string.h>

#include "common/clock.h"
#include "common/log.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/wire_event.h"

struct channel *
channel_open(const char *plan, const char *url, int32_t today, struct err *e)
{
	struct channel *c = mem_zeroed(1, sizeof(*c));

	c->id = mem_copied(plan, strlen(plan));
	c->follow = follow_open(plan, url, today, e);
	if (c->follow != NULL)
		c->keeper = keeper_open(url, today == FOLD_BY_LEDGER, e);
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

uint64_t
channel_published(const struct channel *c)
{
	return c->published + (c->board != NULL ? c->board->published : 0);
}

bool
channel_is_stuck(const struct channel *c)
{
	return c->board == NULL && follow_is_stuck(c->follow);
}

static int64_t
fold_as_of(const struct channel *c)
{
	const struct fold *f = follow_fold(c->follow);

	return calendar_day_start(rollup_today(fold_rollup(f)), fold_plan(f)->utc_offset_min);
}

/* Once a turn: the board is of the newest fold, and another day does not wait. */
static void
bring_up_to_date(struct channel *c, const struct channel_now *now)
{
	struct fold *f = follow_fold(c->follow);

	if (c->board == NULL || c->fold_number != follow_fold_number(c->follow)) {
		c->published = channel_published(c);
		board_free(c->board);
		c->board = board_new(fold_plan(f));
		c->fold_number = follow_fold_number(c->follow);
		c->publish_at_ms = now->mono_ms;
		keeper_start_over(c->keeper);
		rollup_mark_all_changed(fold_rollup(f), ROLLUP_BOARD);
	}
	if (c->as_of_ms != fold_as_of(c))
		c->publish_at_ms = now->mono_ms;
}

static struct keeper_days
past_days(const struct channel *c)
{
	struct keeper_days past = {.plan = c->id};

	past.days = follow_days(c->follow, &past.count);
	past.today = follow_first_day_not_over(c->follow);
	return past;
}

/* Why there may be no checkpoint, or NULL. */
static const char *
unfit(const struct channel *c)
{
	const struct sealer *s = follow_sealer(c->follow);

	if (s->changed)
		return "the ledger is not what it was";
	if (s->lost)
		return c->seals_lost.msg;
	if (c->days_lost)
		return "days of the trend were given up";
	return NULL;
}

static struct keeping
keeping(const struct channel *c)
{
	return (struct keeping){
	    .board = c->board,
	    .fold = follow_fold(c->follow),
	    .as_of_ms = c->as_of_ms,
	    .days = past_days(c),
	    .sealer = follow_sealer(c->follow),
	    .unfit = unfit(c),
	};
}

/* The board is as the fold now. */
static void
show(struct channel *c, struct bus_socket *bus)
{
	struct fold *f = follow_fold(c->follow);

	board_publish(c->board, f, bus);
	c->shown = fold_position(f);
	c->seal = follow_sealer(c->follow)->seal;
	c->as_of_ms = fold_as_of(c);
}

/* Publishes what has changed, if it may by now. Returns ms until it may, or -1 when
 * the board shows all that was folded. */
static int64_t
publish(struct channel *c, const struct channel_now *now, struct bus_socket *bus)
{
	bool behind = board_is_behind(follow_fold(c->follow));

	if (behind && now->mono_ms < c->publish_at_ms)
		return c->publish_at_ms - now->mono_ms;
	if (behind)
		c->publish_at_ms = now->mono_ms + now->publish_interval_ms;
	show(c, bus);
	return -1;
}

/* Redis does not take days, and they hold up the numbers: the next start makes them
 * again, from the checkpoint before them. */
static void
give_days_up(struct channel *c)
{
	size_t count;

	follow_days(c->follow, &count);
	follow_drop_days(c->follow, count);
	keeper_forget_days(c->keeper);
	c->days_lost = true;
}

static void
keep_days(struct channel *c, int64_t mono_ms)
{
	struct keeper_days past;

	follow_drop_days(c->follow, keeper_take_kept_days(c->keeper));
	if (follow_days_are_many(c->follow) && keeper_has_days_trouble(c->keeper))
		give_days_up(c);
	if (fold_has_begun(follow_fold(c->follow))) {
		past = past_days(c);
		keeper_keep_days(c->keeper, &past, mono_ms);
	}
}

static void
keep_seals(struct channel *c, int64_t mono_ms)
{
	struct sealer *s = follow_sealer(c->follow);

	keeper_keep_seals(c->keeper, c->id, s, mono_ms);
	if (!sealer_is_full(s) || !keeper_has_seals_trouble(c->keeper))
		return;
	sealer_give_up(s);
	err_set(&c->seals_lost, ERR_AGAIN, "seals were given up until the next start: %s",
	    keeper_trouble(c->keeper));
}

/* Trouble that passes soon is not told; this is. */
static void
tell_of_seals(struct channel *c)
{
	const struct sealer *s = follow_sealer(c->follow);
	char                 position[POSITION_SIZE], had[SEAL_TEXT_SIZE];

	if (s->losses != c->losses_told)
		log_warn("event=seals_gone plan=%s reason=\"seals that belong to what Redis keeps "
			 "are not there; folding the ledger again\"",
		    c->id);
	if (s->changed && !c->changed_told)
		log_error("event=ledger_changed plan=%s position=%s seal=%s reason=\"an entry up "
			  "to there is not what it was; no seals and no checkpoint are kept until "
			  "it is again, or until the next start\"",
		    c->id, position_format(s->had.position, position), seal_format(&s->had, had));
	c->losses_told = s->losses;
	c->changed_told = s->changed;
}

/* Days that are over, and seals, are kept even while the fold is on its way. Returns
 * true if there is room for more again. */
static bool
keep_past(struct channel *c, int64_t mono_ms)
{
	bool was_full = follow_is_full(c->follow);

	keep_days(c, mono_ms);
	keep_seals(c, mono_ms);
	return was_full && !follow_is_full(c->follow);
}

int64_t
channel_turn(struct channel *c, const struct channel_now *now, struct bus_socket *bus)
{
	int64_t        wait_ms = follow_turn(c->follow, now->mono_ms, now->wall_ms), publish_ms;
	struct keeping what;
	bool           may_keep = false;

	if (follow_is_caught_up(c->follow)) {
		bring_up_to_date(c, now);
		publish_ms = publish(c, now, bus);
		wait_ms = clock_sooner(wait_ms, publish_ms);
		/* Not a board behind its fold, nor a fold that may not be the ledger's. */
		may_keep = publish_ms < 0 && follow_is_live(c->follow);
	}
	if (keep_past(c, now->mono_ms))
		wait_ms = 0;
	tell_of_seals(c);
	what = may_keep ? keeping(c) : (struct keeping){0};
	wait_ms =
	    clock_sooner(wait_ms, keeper_turn(c->keeper, may_keep ? &what : NULL, now->mono_ms));
	return clock_sooner(wait_ms, keeper_ask_end(c->keeper, c->id, now->mono_ms));
}

const char *
channel_trouble(const struct channel *c)
{
	const char *follow = follow_trouble(c->follow);

	if (follow[0] != '\0')
		return follow;
	return follow_sealer(c->follow)->lost ? c->seals_lost.msg : keeper_trouble(c->keeper);
}

uint64_t
channel_answer(struct channel *c, struct text inbox, struct text prefix, struct bus_socket *bus)
{
	return board_answer(c->board, follow_shown(c->follow), inbox, prefix, bus);
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
	    .seal = c->seal,
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

/* True if the board is of a fold that had all of the ledger, which is there. */
static bool
can_finish(const struct channel *c)
{
	return c->board != NULL && follow_is_caught_up(c->follow) &&
	    c->fold_number == follow_fold_number(c->follow) && follow_is_live(c->follow);
}

static const char *
why_unfinished(const struct channel *c)
{
	const char *trouble = follow_trouble(c->follow);

	return trouble[0] != '\0' ? trouble : "the ledger was not read to its end";
}

int
channel_finish(struct channel *c, struct bus_socket *bus, int64_t timeout_ms, struct err *e)
{
	struct keeping what;

	if (!can_finish(c) && !keeper_keeps(c->keeper))
		return 0;
	if (!can_finish(c))
		return err_fail(e, ERR_AGAIN, "%s", why_unfinished(c));
	show(c, bus);
	what = keeping(c);
	return keeper_finish(c->keeper, &what, timeout_ms, e);
}
