/* What a desk tells its viewers, and when. */
#include <inttypes.h>

#include "common/json.h"
#include "dashboard/desk_state.h"
#include "dashboard/said.h"

/* Returns how long it is. */
static size_t
add_frame(struct desk *d, const char *event)
{
	stream_add(d->stream, event, buf_text(&d->line), true);
	d->counters.frames++;
	return d->line.len;
}

/* Another plan is in force, or the ledger is another one. */
static bool
has_another_plan(const struct desk *d)
{
	return desk_chronicle(d) != NULL && reader_number(d->reader) != d->told_number;
}

static size_t
tell_plan(struct desk *d)
{
	if (!has_another_plan(d))
		return 0;
	if (d->told_number == 0)
		d->told_records = chronicle_count(desk_chronicle(d), 0);
	d->told_number = reader_number(d->reader);
	buf_reset(&d->line);
	buf_addf(&d->line, "{\"revision\":%" PRIu32 "}", desk_plan(d)->revision);
	return add_frame(d, "plan");
}

static size_t
tell_changes(struct desk *d)
{
	d->told_mirror = mirror_version(d->mirror);
	buf_reset(&d->line);
	buf_addf(&d->line, "{");
	if (mirror_take_reset(d->mirror)) {
		buf_addf(&d->line, "}");
		d->counters.resets += d->counters.viewers;
		return add_frame(d, "reset");
	}
	if (!mirror_take_changes(d->mirror, &d->line))
		return 0;
	buf_addf(&d->line, "}");
	return add_frame(d, "update");
}

static bool
has_records(const struct desk *d)
{
	const struct chronicle *c = desk_chronicle(d);

	return c != NULL && chronicle_count(c, 0) != d->told_records;
}

static size_t
tell_records(struct desk *d)
{
	if (!has_records(d))
		return 0;
	buf_reset(&d->line);
	said_news(desk_chronicle(d), d->told_records, &d->line);
	d->told_records = chronicle_count(desk_chronicle(d), 0);
	return add_frame(d, "records");
}

static bool
has_news_of_numbers(const struct desk *d)
{
	return mirror_has_changes(d->mirror) || mirror_version(d->mirror) != d->told_mirror;
}

static bool
has_news_of_ledger(const struct desk *d)
{
	return has_another_plan(d) || has_records(d);
}

static size_t
tell_ledger(struct desk *d)
{
	size_t bytes = tell_plan(d);

	return bytes + tell_records(d);
}

static const struct {
	bool (*has_news)(const struct desk *d);
	size_t (*tell)(struct desk *d);
} lanes[LANES] = {
    [LANE_NUMBERS] = {has_news_of_numbers, tell_changes},
    [LANE_LEDGER] = {has_news_of_ledger, tell_ledger},
};

size_t
desk_busy_viewers(const struct desk *d, int64_t mono_ms)
{
	bool busy = d->cut_ms != 0 && mono_ms - d->cut_ms < DESK_PAUSE_MS;

	return busy ? d->counters.viewers : 0;
}

/* How long the frames just cut keep the line busy, if each viewer of all desks that are busy
 * got as much: then the sum over the desks is what the line takes. Who has not taken what was
 * cut before this turn, of which there were `frames`, keeps nobody waiting. */
static int64_t
busy_ms(const struct desk *d, const struct desk_now *now, size_t bytes, uint64_t frames)
{
	size_t  own = d->counters.viewers - desk_viewers_behind(d, frames);
	int64_t ms = (int64_t)(bytes * (now->others + own) / (DESK_BYTES_PER_S / 1000));

	return ms < DESK_PAUSE_MS ? ms : DESK_PAUSE_MS;
}

/* Viewers know all that the last tick is about. */
static void
note_shown(struct desk *d)
{
	if (!has_news_of_numbers(d))
		d->shown = *mirror_tick(d->mirror);
}

static void
cut_lane(struct desk *d, const struct desk_now *now, size_t lane, uint64_t frames)
{
	size_t bytes = lanes[lane].tell(d);

	lanes_told(&d->lanes, lane);
	note_shown(d);
	if (bytes == 0)
		return;
	lanes_keep_busy(&d->lanes, lane, now->mono_ms, busy_ms(d, now, bytes, frames));
	d->cut_ms = now->mono_ms;
	desk_wake_viewers(d);
}

/* Returns the lane whose turn it is, LANES; and ms until there is one, -1. */
static size_t
next_lane(struct desk *d, const struct desk_now *now, int64_t *wait_ms)
{
	for (size_t lane = 0; lane < LANES; lane++)
		lanes_note(&d->lanes, lane, lanes[lane].has_news(d), now->mono_ms);
	return lanes_due(&d->lanes, now->mono_ms, wait_ms);
}

int64_t
desk_cut(struct desk *d, const struct desk_now *now)
{
	uint64_t frames = stream_frames(d->stream);
	int64_t  wait_ms;
	size_t   lane;

	while ((lane = next_lane(d, now, &wait_ms)) < LANES)
		cut_lane(d, now, lane, frames);
	return wait_ms;
}

/* One that is live says no more than the numbers that viewers have; those who have none yet
 * fetch the newest. */
static void
write_tick(struct desk *d, bool live)
{
	const struct tick *newest = mirror_tick(d->mirror);
	const struct tick *t = d->shown.now_ms != 0 ? &d->shown : newest;
	char               position[POSITION_SIZE];
	json_t            *tick = json_object();

	json_object_set_new(tick, "live", json_boolean(live));
	if (live) {
		json_object_set_new(
		    tick, "position", json_string(position_format(t->position, position)));
		json_object_set_new(tick, "as_of", json_integer(t->as_of_ms));
		json_object_set_new(tick, "now", json_integer(t->now_ms));
		json_object_set_new(tick, "store", json_string(newest->store_ok ? "ok" : "away"));
	} else {
		json_object_set_new(tick, "since", json_integer(d->heard_wall_ms));
		json_object_set_new(tick, "reason_code", json_string(mirror_reason(d->mirror)));
		json_object_set_new(tick, "reason", json_string(mirror_obstacle(d->mirror)));
	}
	json_object_set_new(tick, "viewers", json_integer((json_int_t)d->counters.viewers));
	buf_reset(&d->line);
	json_write(&d->line, tick);
}

/* It is given the time to say its first word. */
static bool
is_just_open(const struct desk *d, const struct desk_now *now)
{
	return mirror_ticks(d->mirror) == 0 && now->mono_ms - d->opened_ms < MIRROR_STALE_MS;
}

int64_t
desk_beat(struct desk *d, const struct desk_now *now)
{
	bool live = mirror_is_live(d->mirror), heard = mirror_ticks(d->mirror) != d->told_ticks;

	if (heard) {
		d->heard_wall_ms = now->wall_ms;
		note_shown(d);
	}
	if (!heard && is_just_open(d, now))
		return MIRROR_STALE_MS;
	if (heard || (!live && (d->told_live || now->mono_ms >= d->tick_at_ms))) {
		write_tick(d, live);
		stream_add(d->stream, "tick", buf_text(&d->line), false);
		desk_wake_viewers(d);
		d->tick_at_ms = now->mono_ms + DESK_TICK_MS;
		d->told_ticks = mirror_ticks(d->mirror);
		d->told_live = live;
	}
	return live ? -1 : d->tick_at_ms - now->mono_ms;
}
