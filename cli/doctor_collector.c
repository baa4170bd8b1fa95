#include "cli/doctor.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "cli/doctor_reach.h"
#include "cli/doctor_trouble.h"
#include "common/clock.h"
#include "common/translate.h"
#include "core/buf.h"
#include "core/wire_message.h"
#include "core/wire_reply.h"

#define LOOK_MS  50  /* between looks at what keeps us from a session */
#define AGAIN_MS 200 /* until a plan is asked for again */

/* The collector, and the one question that is under way. */
struct asking {
	struct bus_socket    *socket;
	struct doctor_attempt attempt;
	int64_t               timeout_ms;
	int64_t               take_up_ms; /* monotonic: until then a plan may be new to it */
	struct reply          reply;      /* the last; reply_fini() it */
};

/* Sends a message and takes what comes until a reply of that kind, or an error, is there.
 * Returns false if there is none in time, or no session is to be had. */
static bool
ask(struct asking *a, struct text message, enum reply_kind kind)
{
	struct bus_wait wait = {.socket = a->socket, .events = POLLIN};
	int64_t         end_ms = clock_mono_ms() + a->timeout_ms;
	struct text     bytes;

	bus_dealer_send(a->socket, message);
	while (clock_mono_ms() < end_ms) {
		if (bus_dealer_take(a->socket, &bytes) == BUS_MESSAGE) {
			if (wire_reply_decode(bytes.at, bytes.len, &a->reply, NULL) != 0)
				continue;
			if (a->reply.kind == kind || a->reply.kind == REPLY_ERROR)
				return true;
			reply_fini(&a->reply);
		} else if (doctor_reach_hopeless(&a->attempt, bus_obstacle(a->socket))) {
			return false;
		} else {
			bus_wait(&wait, 1, LOOK_MS);
		}
	}
	return false;
}

/* What an error says: "unavailable: redis is away". */
static const char *
said(const struct reply *r, char out[REPORT_REFUSAL_MAX])
{
	char shown[REPORT_REFUSAL_MAX - 40];

	snprintf(out, REPORT_REFUSAL_MAX, "%s: %s", report_code_name(r->code),
	    screen_safe(r->message, shown, sizeof(shown)));
	return out;
}

static void
compare_version(struct doctor *d, struct text version)
{
	char shown[40];

	if (text_equal(version, text_of(TUIJIN_VERSION)))
		return;
	doctor_find(&d->findings, DOCTOR_ADVICE, "collector_version",
	    "the collector is of version %s, and this program of %s",
	    screen_safe(version, shown, sizeof(shown)), TUIJIN_VERSION);
	doctor_mend(&d->findings,
	    "after an upgrade the services have to be restarted: 'systemctl restart "
	    "tuijin-collector tuijin-aggregator tuijin-dashboard'");
}

/* The first thing said: it answers whoever it lets in, whatever else is wrong. */
static bool
ping(struct doctor *d, struct asking *a, const struct identity *id)
{
	struct buf message = {0};
	int64_t    asked_ms = clock_wall_ms();
	bool       answered;
	char       why[REPORT_REFUSAL_MAX];

	wire_ping_encode(&message);
	answered = ask(a, buf_text(&message), REPLY_PONG);
	buf_fini(&message);
	if (!answered) {
		doctor_reach_failed(d, &a->attempt, id);
		return false;
	}
	if (a->reply.kind == REPLY_PONG) {
		doctor_note_clock(d, TEXT("the collector"), doctor_time(a->reply.time_ms), asked_ms,
		    clock_wall_ms());
		doctor_find(&d->findings, DOCTOR_FINE, "collector_answers",
		    identity_curve(id) != NULL ? TEXT("it answers, with the keys it should have")
					       : TEXT("it answers, without keys"));
		compare_version(d, a->reply.version);
	} else {
		doctor_find(&d->findings, DOCTOR_FAULT, "collector_refuses_ping",
		    "the collector refuses a ping: %s", said(&a->reply, why));
		doctor_mend(&d->findings,
		    "is our key in authorized_keys, and not expired? 'tuijin doctor keys' says so");
	}
	reply_fini(&a->reply);
	return true;
}

static void
note_refusal(struct doctor *d, const char *plan, const struct reply *r)
{
	char why[REPORT_REFUSAL_MAX];

	said(r, why);
	if (r->code == REPORT_UNKNOWN_PLAN && d->cfg->collector_plans != NULL &&
	    !doctor_settings_has_plan(d->cfg->collector_plans, plan)) {
		doctor_not_meant(d, "collector", plan);
	} else if (r->code == REPORT_UNKNOWN_PLAN) {
		doctor_find(&d->findings, DOCTOR_FAULT, "plan_not_served",
		    "the collector takes no reports on plan %s: it does not know it", plan);
		doctor_mend(&d->findings,
		    "it was started with --plan for others, or has another Redis: compare "
		    "TUIJIN_PLAN and TUIJIN_REDIS in /etc/tuijin/collector.env");
	} else if (r->code == REPORT_NOT_AUTHORIZED) {
		doctor_find(&d->findings, DOCTOR_SKIPPED, "not_operator",
		    "whether plan %s can be reported on was not asked: %s", plan, why);
		doctor_mend(&d->findings,
		    "name a key that is in authorized_keys as @operator with --secret-key");
	} else {
		doctor_find(&d->findings, DOCTOR_FAULT, "plan_unavailable",
		    "the collector takes no reports on plan %s: %s", plan, why);
		doctor_mend(&d->findings,
		    "its log says since when and why (event=trouble): 'journalctl -u "
		    "tuijin-collector' or 'docker compose logs collector'");
	}
}

/* It looks for plans that were loaded from time to time. */
static bool
is_too_new(const struct asking *a)
{
	return a->reply.kind == REPLY_ERROR && a->reply.code == REPORT_UNKNOWN_PLAN &&
	    clock_mono_ms() < a->take_up_ms;
}

/* A status is answered only if the plan can be reported on, and takes the same way. */
static bool
ask_status(struct doctor *d, struct asking *a, const struct plan *p)
{
	struct buf message = {0};
	bool       answered;

	wire_status_encode(&message, text_of(p->id), text_of(p->agencies[p->office].id));
	while ((answered = ask(a, buf_text(&message), REPLY_STATUS)) && is_too_new(a)) {
		reply_fini(&a->reply);
		poll(NULL, 0, AGAIN_MS);
	}
	buf_fini(&message);
	if (!answered) {
		doctor_find(&d->findings, DOCTOR_FAULT, "plan_unanswered",
		    "the collector answers a ping, but not a question about plan %s", p->id);
		doctor_mend(&d->findings,
		    "its log says what it waits for: 'journalctl -u tuijin-collector' or 'docker "
		    "compose logs collector'");
		return false;
	}
	if (a->reply.kind == REPLY_STATUS)
		doctor_find(&d->findings, DOCTOR_FINE, "plan_served",
		    "the collector takes reports on plan %s", p->id);
	else
		note_refusal(d, p->id, &a->reply);
	reply_fini(&a->reply);
	return true;
}

static void
examine(struct doctor *d, const struct identity *id, enum doctor_readiness ready)
{
	struct asking a = {.timeout_ms = d->cfg->timeout * 1000};
	struct err    e = {0};

	a.attempt = doctor_reach_begin(&doctor_collector_service, d->cfg->collector, ready);
	a.take_up_ms = clock_mono_ms() + DOCTOR_TAKE_UP_MS;
	a.socket = bus_dealer(d->bus, d->cfg->collector, identity_curve(id), &e);
	if (a.socket == NULL) {
		doctor_find(
		    &d->findings, DOCTOR_FAULT, "collector_endpoint", "--collector: %s", e.msg);
		doctor_mend(&d->findings, "write it as tcp://HOST:PORT or ipc:///PATH");
		return;
	}
	if (ping(d, &a, id))
		for (size_t i = 0; i < d->plan_count; i++)
			if (d->plans[i].plan != NULL && !ask_status(d, &a, d->plans[i].plan))
				break;
	bus_socket_close(a.socket);
}

void
doctor_collector(struct doctor *d)
{
	struct identity       id;
	enum doctor_readiness ready = doctor_ready(d, "collector", d->cfg->collector_http);

	if (doctor_reach_identity(d, &doctor_collector_service, d->cfg->collector_key, &id) == 0)
		examine(d, &id, ready);
	identity_wipe(&id);
}
