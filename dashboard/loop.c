#include "dashboard/loop.h"

#include <inttypes.h>
#include <stdio.h>

#include "common/clock.h"
#include "common/log.h"
#include "common/stop.h"
#include "core/mem.h"
#include "dashboard/metrics.h"

#define STATS_MS 60000
#define WAIT_MS  5000  /* for all plans, before it is ready for what there is */
#define TURN_US  10000 /* of the desks, all together: http and the watchdog wait */

enum { WAIT_STOP, WAIT_HTTP, WAIT_ROSTER, WAITS_FIXED };

static void
log_counters(const char *event, const struct dashboard *d)
{
	struct desk_counters sum = {0};
	struct http_counters http = http_counters(d->http);

	for (size_t i = 0; i < d->desks.count; i++) {
		const struct desk_counters *c = desk_counters(d->desks.at[i]);

		sum.frames += c->frames;
		sum.bytes += c->bytes;
		sum.resets += c->resets;
	}
	log_info("event=%s plans=%zu viewers=%zu connections=%zu requests=%" PRIu64
		 " refused=%" PRIu64 " frames=%" PRIu64 " bytes=%" PRIu64 " resets=%" PRIu64,
	    event, d->desks.count, desks_viewers(&d->desks), http.connections, http.requests,
	    http.refused, sum.frames, sum.bytes, sum.resets);
}

static void
write_metrics(void *owner, struct metrics *m)
{
	const struct dashboard *d = owner;

	dashboard_metrics(m, &d->desks);
}

/* It can do its work if it can show a plan, or if there is none. */
static const char *
unready(void *owner)
{
	struct dashboard *d = owner;

	d->unready[0] = '\0';
	if (!roster_is_known(d->roster)) {
		snprintf(d->unready, sizeof(d->unready), "which plans there are is not known: %s",
		    roster_trouble(d->roster));
		return d->unready;
	}
	for (size_t i = 0; i < d->desks.count; i++) {
		const struct desk *desk = d->desks.at[i];

		if (desk_is_ready(desk))
			return "";
		snprintf(d->unready, sizeof(d->unready), "plan %s cannot be shown yet: %s",
		    desk_id(desk), desk_lack(desk));
	}
	if (d->desks.count == 0 && d->desks.next != NULL)
		snprintf(d->unready, sizeof(d->unready), "plan %s cannot be shown yet: %s",
		    d->desks.next, d->desks.obstacle.msg);
	return d->unready;
}

void
loop_vitals(struct dashboard *d, const char *program)
{
	d->vitals = (struct vitals){
	    .program = program,
	    .owner = d,
	    .write = write_metrics,
	    .unready = unready,
	};
}

static void
tell_seats(struct dashboard *d)
{
	if (d->seats.viewers >= d->seats_told)
		return;
	d->seats_told = d->seats.viewers;
	log_warn("event=few_descriptors viewers_max=%zu plans=%zu reason=\"the system gives the "
		 "process no more descriptors\"",
	    d->seats.viewers, d->desks.count);
}

void
loop_take_seats(struct dashboard *d, size_t viewers_max)
{
	d->viewers_max = d->seats_told = viewers_max;
	d->seats = seats_take(viewers_max, 0);
	tell_seats(d);
}

/* Each plan leaves fewer for viewers. Of many, it is told after the last one. */
static void
share_seats(struct dashboard *d, bool more)
{
	d->seats = seats_take(d->viewers_max, d->desks.count);
	site_set_viewers_max(d->site, d->seats.viewers);
	if (!more)
		tell_seats(d);
}

static int64_t
turn_desks(struct dashboard *d)
{
	struct desk_now now = {
	    .mono_ms = d->mono_ms,
	    .wall_ms = d->wall_ms,
	    .until_us = clock_mono_us() + TURN_US,
	};
	size_t  count = d->desks.count;
	int64_t wait_ms = desks_open(&d->desks, &d->sources, d->roster, d->seats.plans, &now);

	if (d->desks.count > count)
		share_seats(d, wait_ms == 0);
	return clock_sooner(wait_ms, desks_turn(&d->desks, now));
}

static bool
is_all_there(const struct dashboard *d)
{
	if (!roster_is_known(d->roster) || d->desks.next != NULL)
		return false;
	for (size_t i = 0; i < d->desks.count; i++) {
		if (!desk_is_ready(d->desks.at[i]))
			return false;
	}
	return true;
}

/* It answers from the start; it is ready once it can show all there is, or has waited for
 * what is away. */
static void
become_ready(struct dashboard *d)
{
	if (d->ready || (!is_all_there(d) && d->mono_ms - d->began_ms < WAIT_MS))
		return;
	d->ready = true;
	supervisor_ready(d->supervisor, "serving");
	log_info("event=ready http=%s plans=%zu", http_address(d->http), d->desks.count);
}

static void
tell_stats(struct dashboard *d)
{
	if (d->mono_ms < d->stats_at_ms)
		return;
	d->stats_at_ms = d->mono_ms + STATS_MS;
	log_counters("stats", d);
}

static void
wait_for_work(struct dashboard *d, int64_t wait_ms)
{
	size_t        need = WAITS_FIXED + DESK_WAITS * d->desks.count;
	struct store *link = roster_link(d->roster);

	if (need > d->wait_room) {
		d->wait_room = 2 * need;
		d->waits = mem_resized(d->waits, d->wait_room, sizeof(d->waits[0]));
	}
	d->waits[WAIT_STOP] = (struct bus_wait){.fd = d->stop_fd, .events = POLLIN};
	d->waits[WAIT_HTTP] = (struct bus_wait){.fd = http_fd(d->http), .events = POLLIN};
	d->waits[WAIT_ROSTER] = (struct bus_wait){.fd = -1};
	if (link != NULL)
		d->waits[WAIT_ROSTER] =
		    (struct bus_wait){.fd = store_fd(link), .events = store_events(link)};
	for (size_t i = 0; i < d->desks.count; i++)
		desk_waits(d->desks.at[i], d->waits + WAITS_FIXED + DESK_WAITS * i);
	bus_wait(d->waits, need, wait_ms);
	if (link != NULL)
		store_woke(link, d->waits[WAIT_ROSTER].revents);
	for (size_t i = 0; i < d->desks.count; i++)
		desk_woke(d->desks.at[i], d->waits + WAITS_FIXED + DESK_WAITS * i);
}

void
loop_run(struct dashboard *d)
{
	int64_t wait_ms;

	d->began_ms = clock_mono_ms();
	d->stats_at_ms = d->began_ms + STATS_MS;
	while (!stop_asked(d->stop_fd)) {
		d->mono_ms = clock_mono_ms();
		d->wall_ms = clock_wall_ms();
		wait_ms = roster_turn(d->roster, d->mono_ms);
		trouble_tell(&d->trouble, "*", roster_trouble(d->roster), d->mono_ms);
		wait_ms = clock_sooner(wait_ms, turn_desks(d));
		become_ready(d);
		tell_stats(d);
		wait_ms = clock_sooner(wait_ms, supervisor_turn(d->supervisor, d->mono_ms));
		wait_ms = clock_sooner(wait_ms, http_turn(d->http));
		wait_for_work(d, wait_ms);
	}
	supervisor_stopping(d->supervisor, "ending all streams");
	log_counters("stopped", d);
}
