#include "dashboard/desk.h"

#include <stdlib.h>

#include "common/clock.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "dashboard/desk_state.h"

enum { WAIT_MIRROR, WAIT_READER, WAIT_EARLY };

struct desk *
desk_open(const struct desk_sources *from, const char *plan, struct err *e)
{
	struct desk *d = mem_zeroed(1, sizeof(*d));

	d->id = plan;
	d->stream = stream_new(from->epoch);
	d->shelf = shelf_new();
	d->heard_wall_ms = clock_wall_ms();
	if ((d->mirror = mirror_open(from->bus, from->connect, from->curve, plan, e)) != NULL &&
	    (d->reader = reader_open(plan, from->redis, e)) != NULL &&
	    (d->early = early_open(plan, from->redis, e)) != NULL)
		return d;
	desk_close(d);
	return NULL;
}

void
desk_close(struct desk *d)
{
	if (d == NULL)
		return;
	mirror_close(d->mirror);
	reader_close(d->reader);
	early_close(d->early);
	stream_free(d->stream);
	body_drop(d->plan_body);
	body_drop(d->snapshot_body);
	shelf_free(d->shelf);
	buf_fini(&d->line);
	free(d);
}

/* The aggregator's, by its last tick: the plan says in which offset a day begins. */
static int32_t
today(const struct desk *d)
{
	const struct plan *p = desk_plan(d);

	if (p == NULL || mirror_ticks(d->mirror) == 0)
		return INT32_MIN;
	return calendar_day_at(mirror_tick(d->mirror)->as_of_ms, p->utc_offset_min);
}

static int64_t
turn_ledger(struct desk *d, const struct desk_now *now)
{
	int64_t wait_ms = reader_turn(d->reader, now->mono_ms, today(d), now->until_us);

	if (d->early == NULL)
		return wait_ms;
	if (reader_chronicle(d->reader) == NULL)
		return clock_sooner(wait_ms, early_turn(d->early, now->mono_ms));
	early_close(d->early);
	d->early = NULL;
	return wait_ms;
}

/* What the log is told of an aggregator that is silent. */
static const char *
silence(const struct desk *d, int64_t mono_ms)
{
	const char *why = desk_obstacle(d);

	if (desk_is_live(d) || mono_ms - d->opened_ms < MIRROR_STALE_MS)
		return "";
	return why[0] != '\0' ? why : "no word from the aggregator";
}

int64_t
desk_turn(struct desk *d, const struct desk_now *now)
{
	int64_t wait_ms = mirror_turn(d->mirror, now->mono_ms, now->until_us);

	if (d->opened_ms == 0)
		d->opened_ms = now->mono_ms;
	wait_ms = clock_sooner(wait_ms, turn_ledger(d, now));
	trouble_tell(&d->trouble, d->id, desk_trouble(d), now->mono_ms);
	trouble_tell(&d->silence, d->id, silence(d, now->mono_ms), now->mono_ms);
	wait_ms = clock_sooner(wait_ms, desk_cut(d, now));
	return clock_sooner(wait_ms, desk_beat(d, now));
}

void
desk_waits(struct desk *d, struct bus_wait waits[DESK_WAITS])
{
	struct store *link = reader_link(d->reader);

	waits[WAIT_MIRROR] =
	    (struct bus_wait){.socket = mirror_socket(d->mirror), .fd = -1, .events = POLLIN};
	waits[WAIT_READER] = (struct bus_wait){.fd = store_fd(link), .events = store_events(link)};
	waits[WAIT_EARLY] = (struct bus_wait){.fd = -1};
	if (d->early == NULL)
		return;
	link = early_link(d->early);
	waits[WAIT_EARLY] = (struct bus_wait){.fd = store_fd(link), .events = store_events(link)};
}

void
desk_woke(struct desk *d, const struct bus_wait waits[DESK_WAITS])
{
	store_woke(reader_link(d->reader), waits[WAIT_READER].revents);
	if (d->early != NULL)
		store_woke(early_link(d->early), waits[WAIT_EARLY].revents);
}

const char *
desk_id(const struct desk *d)
{
	return d->id;
}

bool
desk_is_ready(const struct desk *d)
{
	return mirror_is_whole(d->mirror) && desk_chronicle(d) != NULL;
}

const char *
desk_obstacle(const struct desk *d)
{
	return mirror_obstacle(d->mirror);
}

const char *
desk_trouble(const struct desk *d)
{
	return reader_trouble(d->reader);
}

const char *
desk_lack(const struct desk *d)
{
	const char *why = mirror_is_whole(d->mirror) ? desk_trouble(d) : desk_obstacle(d);

	if (why[0] != '\0')
		return why;
	return mirror_is_whole(d->mirror) ? "its ledger is being read"
					  : "waiting for the aggregator";
}

const struct plan *
desk_plan(const struct desk *d)
{
	if (desk_chronicle(d) != NULL)
		return chronicle_plan(desk_chronicle(d));
	return d->early != NULL ? early_plan(d->early) : NULL;
}

struct chronicle *
desk_chronicle(const struct desk *d)
{
	return reader_chronicle(d->reader);
}

bool
desk_is_live(const struct desk *d)
{
	return mirror_is_live(d->mirror);
}

bool
desk_has_store(const struct desk *d)
{
	return store_is_ready(reader_link(d->reader));
}

bool
desk_write_scope(const struct desk *d, struct text scope, struct buf *out)
{
	return mirror_write_scope(d->mirror, scope, out);
}

const struct desk_counters *
desk_counters(const struct desk *d)
{
	return &d->counters;
}
