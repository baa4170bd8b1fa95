#include "cli/doctor.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/doctor_reach.h"
#include "cli/doctor_trouble.h"
#include "common/clock.h"
#include "common/subscriber.h"
#include "common/translate.h"
#include "core/calendar.h"
#include "core/mem.h"

#define LOOK_MS     50          /* between looks at what keeps us from a session */
#define MIDNIGHT_MS (2 * 60000) /* a day may end that much later */

/* A plan that is being followed: what has come of it so far. */
struct following {
	const struct doctor_plan *plan; /* borrowed */
	struct subscriber        *subscriber;
	bool                      has_snapshot, has_tick, in_step, has_moved;
	struct tick               tick; /* the last; its texts are gone */
};

/* All plans, at the same time: a tick comes once a second. */
struct round {
	struct following     *at;
	size_t                count;
	struct bus_wait      *waits;
	struct doctor_attempt attempt;
	int64_t               end_ms; /* monotonic */
};

/* True if the aggregator has come as far as the ledger was when that was looked at. */
static bool
has_caught_up(const struct following *f)
{
	return !f->plan->has_end || position_compare(f->tick.position, f->plan->end) >= 0;
}

static bool
is_done(const struct following *f)
{
	return f->has_snapshot && f->has_tick && f->tick.store_ok && f->in_step && has_caught_up(f);
}

static void
take_tick(struct doctor *d, struct following *f, const struct tick *t)
{
	int64_t now_ms = clock_wall_ms();

	if (!f->has_tick)
		doctor_note_clock(
		    d, TEXT("the aggregator"), doctor_time(t->now_ms), now_ms, now_ms);
	else if (position_compare(t->position, f->tick.position) > 0)
		f->has_moved = true;
	f->has_tick = true;
	f->tick = *t;
	f->in_step = subscriber_in_step(f->subscriber);
}

static void
take(struct doctor *d, struct following *f)
{
	const struct event  *event;
	enum subscriber_news news;
	bool                 live;

	while ((news = subscriber_next(f->subscriber, clock_mono_ms(), &event, &live)) !=
	    SUBSCRIBER_NOTHING) {
		if (news == SUBSCRIBER_SNAPSHOT)
			f->has_snapshot = true;
		else if (news == SUBSCRIBER_TICK)
			take_tick(d, f, &event->tick);
	}
}

/* Follows all until each is as it should be, or time is over, or there is no session. */
static void
follow(struct doctor *d, struct round *r)
{
	for (;;) {
		size_t done = 0;

		for (size_t i = 0; i < r->count; i++) {
			take(d, &r->at[i]);
			done += is_done(&r->at[i]);
		}
		if (done == r->count || clock_mono_ms() >= r->end_ms ||
		    doctor_reach_hopeless(&r->attempt, subscriber_obstacle(r->at[0].subscriber)))
			return;
		bus_wait(r->waits, r->count, LOOK_MS);
	}
}

/* How far it is behind the ledger. */
static void
note_behind(struct doctor *d, const struct following *f)
{
	int64_t late_ms = (int64_t)(f->plan->end.ms - f->tick.position.ms);
	char    span[DOCTOR_SPAN_SIZE];

	if (f->has_moved) {
		doctor_find(&d->findings, DOCTOR_ADVICE, "aggregator_catches_up",
		    "the aggregator is %s behind the ledger of plan %s, and catches up",
		    doctor_span(late_ms, span), f->plan->id);
		doctor_mend(&d->findings, "look again in a minute");
		return;
	}
	doctor_find(&d->findings, DOCTOR_FAULT, "aggregator_behind",
	    "the aggregator is %s behind the ledger of plan %s, and comes no further",
	    doctor_span(late_ms, span), f->plan->id);
	doctor_mend(&d->findings,
	    "has it another Redis than the collector? Compare TUIJIN_REDIS in "
	    "/etc/tuijin/aggregator.env and collector.env; if not, restart it: 'systemctl restart "
	    "tuijin-aggregator' or 'docker compose restart aggregator'");
}

static void
note_differs(struct doctor *d, const struct following *f)
{
	doctor_find(&d->findings, DOCTOR_FAULT, "digest_differs",
	    "the events of plan %s are not what the aggregator says it has sent: digests differ",
	    f->plan->id);
	doctor_mend(&d->findings,
	    "something between it and us loses or changes events, or two aggregators answer at "
	    "this "
	    "address: connect to it directly; 'tuijin verify --plan %s' proves the numbers in "
	    "Redis",
	    f->plan->id);
}

/* Says what did not come, of a session that there was. */
static void
note_missing(struct doctor *d, const struct following *f)
{
	if (!f->has_tick && d->cfg->aggregator_plans != NULL &&
	    !doctor_settings_has_plan(d->cfg->aggregator_plans, f->plan->id)) {
		doctor_not_meant(d, "aggregator", f->plan->id);
		return;
	}
	if (!f->has_tick) {
		doctor_find(&d->findings, DOCTOR_FAULT, "plan_not_published",
		    "the aggregator does not publish plan %s", f->plan->id);
		doctor_mend(&d->findings,
		    "it was started with --plan for others, has another Redis, or cannot begin: "
		    "compare TUIJIN_PLAN and TUIJIN_REDIS in /etc/tuijin/aggregator.env, and see "
		    "its "
		    "log");
		return;
	}
	doctor_find(&d->findings, DOCTOR_FAULT, "no_snapshot",
	    "the aggregator gives no whole snapshot of plan %s: who connects anew sees nothing",
	    f->plan->id);
	doctor_mend(&d->findings,
	    "if many connect at the same time, wait (snapshots_passed_over= in its log); else "
	    "something between it and us loses messages");
}

/* The day that it evaluates for is today's, but for the minutes around midnight. */
static bool
is_of_today(struct doctor *d, const struct following *f)
{
	const struct plan *p = f->plan->plan;
	int                offset_min = p->utc_offset_min;
	int64_t            now_ms = clock_wall_ms();
	int32_t            day = calendar_day_at(doctor_time(f->tick.as_of_ms), offset_min);
	char               date[CALENDAR_DATE_SIZE];

	if (day == calendar_day_at(now_ms, offset_min) ||
	    day == calendar_day_at(now_ms - MIDNIGHT_MS, offset_min) ||
	    day == calendar_day_at(now_ms + MIDNIGHT_MS, offset_min))
		return true;
	doctor_find(&d->findings, DOCTOR_ADVICE, "aggregator_other_day",
	    "the aggregator shows plan %s as of %s, which is not today", p->id,
	    calendar_format_date(day, date));
	doctor_mend(&d->findings,
	    "if this is no exercise, take --today (TUIJIN_TODAY) away from it; else the clocks are "
	    "wrong: 'tuijin doctor clocks'");
	return false;
}

static void
conclude(struct doctor *d, const struct following *f)
{
	if (!f->has_tick || !f->has_snapshot)
		note_missing(d, f);
	else if (!f->tick.store_ok) {
		doctor_find(&d->findings, DOCTOR_FAULT, "aggregator_stands_still",
		    "the numbers of plan %s stand still: the aggregator does not reach Redis, or "
		    "cannot read what is there",
		    f->plan->id);
		doctor_mend(&d->findings,
		    "its log says why (event=trouble): 'journalctl -u tuijin-aggregator' or "
		    "'docker "
		    "compose logs aggregator'; if it is the ledger, 'tuijin verify --plan %s' says "
		    "more",
		    f->plan->id);
	} else if (!has_caught_up(f))
		note_behind(d, f);
	else if (!f->in_step)
		note_differs(d, f);
	else if (is_of_today(d, f))
		doctor_find(&d->findings, DOCTOR_FINE, "aggregator_in_step",
		    "the aggregator publishes plan %s up to the ledger's end, with equal digests",
		    f->plan->id);
}

/* Subscribes to each plan that can be read. */
static int
subscribe(struct doctor *d, struct round *r, const struct identity *id, struct err *e)
{
	for (size_t i = 0; i < d->plan_count; i++) {
		struct following *f = &r->at[r->count];

		if (d->plans[i].plan == NULL)
			continue;
		f->plan = &d->plans[i];
		f->subscriber =
		    subscriber_open(d->bus, d->cfg->aggregator, identity_curve(id), f->plan->id, e);
		if (f->subscriber == NULL)
			return -1;
		r->waits[r->count++] =
		    (struct bus_wait){.socket = subscriber_socket(f->subscriber), .events = POLLIN};
	}
	return 0;
}

/* Without any word there was no session; with one, each plan is another matter. */
static void
conclude_all(struct doctor *d, const struct round *r, const struct identity *id)
{
	bool has_heard = false;

	for (size_t i = 0; i < r->count; i++)
		has_heard = has_heard || r->at[i].has_tick || r->at[i].has_snapshot;
	if (!has_heard) {
		doctor_reach_failed(d, &r->attempt, id);
		return;
	}
	for (size_t i = 0; i < r->count; i++)
		conclude(d, &r->at[i]);
}

static void
examine(struct doctor *d, const struct identity *id, enum doctor_readiness ready)
{
	struct err   e = {0};
	struct round r = {
	    .at = mem_zeroed(d->plan_count, sizeof(*r.at)),
	    .waits = mem_zeroed(d->plan_count, sizeof(*r.waits)),
	    .attempt = doctor_reach_begin(&doctor_aggregator_service, d->cfg->aggregator, ready),
	    .end_ms = clock_mono_ms() + d->cfg->timeout * 1000,
	};

	if (subscribe(d, &r, id, &e) != 0) {
		doctor_find(
		    &d->findings, DOCTOR_FAULT, "aggregator_endpoint", "--aggregator: %s", e.msg);
		doctor_mend(&d->findings, "write it as tcp://HOST:PORT or ipc:///PATH");
	} else if (r.count > 0) {
		follow(d, &r);
		conclude_all(d, &r, id);
	}
	for (size_t i = 0; i < r.count; i++)
		subscriber_close(r.at[i].subscriber);
	free(r.at);
	free(r.waits);
}

void
doctor_aggregator(struct doctor *d)
{
	struct identity       id;
	enum doctor_readiness ready = doctor_ready(d, "aggregator", d->cfg->aggregator_http);

	if (d->plan_count == 0) {
		doctor_find(&d->findings, DOCTOR_SKIPPED, "no_plan_to_follow",
		    "what it publishes was not looked at: no plan is known");
		doctor_mend(&d->findings, "first mend what 'tuijin doctor plans' names");
		return;
	}
	if (doctor_reach_identity(d, &doctor_aggregator_service, d->cfg->aggregator_key, &id) == 0)
		examine(d, &id, ready);
	identity_wipe(&id);
}
