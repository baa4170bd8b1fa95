#include "cli/actor.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/backoff.h"
#include "core/buf.h"
#include "core/mem.h"
#include "core/wire_message.h"

/* A message under way. seq 0: free. */
struct flight {
	uint64_t       seq;
	int64_t        resend_ms; /* monotonic */
	struct backoff pause;     /* after each answer that says: again, later */
	struct buf     message;
};

struct actor {
	struct bus_socket   *socket;  /* owned */
	struct flight       *flights; /* owned */
	uint32_t             room, outstanding;
	uint64_t             seq; /* the last one used or heard of */
	struct buf           question;
	int64_t              ask_ms; /* when to ask for the status again */
	bool                 known;
	const char          *plan, *agency;
	struct actor_counts *counts;
	char                 refusal[200];
};

struct actor *
actor_open(struct bus *b, const char *endpoint, const struct bus_curve *curve, const char *plan,
    const char *agency, uint32_t outstanding, struct actor_counts *counts, struct err *e)
{
	struct bus_socket *socket = bus_dealer(b, endpoint, curve, e);
	struct actor      *a;

	if (socket == NULL)
		return NULL;
	a = mem_zeroed(1, sizeof(*a));
	a->socket = socket;
	a->room = outstanding;
	a->flights = mem_zeroed(outstanding, sizeof(*a->flights));
	a->plan = plan;
	a->agency = agency;
	a->counts = counts;
	wire_status_encode(&a->question, text_of(plan), text_of(agency));
	return a;
}

void
actor_close(struct actor *a)
{
	if (a == NULL)
		return;
	for (uint32_t i = 0; i < a->room; i++)
		buf_fini(&a->flights[i].message);
	free(a->flights);
	buf_fini(&a->question);
	bus_socket_close(a->socket);
	free(a);
}

struct bus_socket *
actor_socket(struct actor *a)
{
	return a->socket;
}

void
actor_ask_status(struct actor *a, int64_t mono_ms)
{
	(void)bus_dealer_send(a->socket, buf_text(&a->question)); /* lost: asked again */
	a->ask_ms = mono_ms + ACTOR_RESEND_MS;
}

bool
actor_knows_status(const struct actor *a)
{
	return a->known;
}

const char *
actor_refusal(const struct actor *a)
{
	return a->refusal;
}

const char *
actor_obstacle(struct actor *a)
{
	return bus_obstacle(a->socket);
}

bool
actor_has_room(const struct actor *a)
{
	return a->known && a->outstanding < a->room;
}

uint32_t
actor_outstanding(const struct actor *a)
{
	return a->outstanding;
}

static struct flight *
flight_of(struct actor *a, uint64_t seq)
{
	for (uint32_t i = 0; i < a->room; i++) {
		if (a->flights[i].seq == seq)
			return &a->flights[i];
	}
	return NULL;
}

void
actor_send(struct actor *a, const struct report *r, uint64_t wall_us, int64_t mono_ms)
{
	struct flight *f = flight_of(a, 0);

	a->seq = wall_us > a->seq ? wall_us : a->seq + 1;
	f->seq = a->seq;
	f->resend_ms = mono_ms + ACTOR_RESEND_MS;
	backoff_init_resend(&f->pause, a->seq);
	buf_reset(&f->message);
	wire_report_encode(&f->message, text_of(a->plan), text_of(a->agency), f->seq, r, 1);
	(void)bus_dealer_send(a->socket, buf_text(&f->message));
	a->outstanding++;
	a->counts->sent++;
}

static void
take_status(struct actor *a, const struct reply *reply, actor_heard_fn *heard, void *ctx)
{
	for (size_t i = 0; i < reply->count; i++) {
		if (reply->obligations[i].seq > a->seq)
			a->seq = reply->obligations[i].seq;
		if (!a->known)
			heard(ctx, &reply->obligations[i]);
	}
	a->known = true;
}

static void
note_refusal(struct actor *a, const struct reply *reply)
{
	char shown[150];

	snprintf(a->refusal, sizeof(a->refusal), "%s: %s", report_code_name(reply->code),
	    text_escape(reply->message, shown, sizeof(shown)));
}

static void
take_answer(struct actor *a, const struct reply *reply, int64_t mono_ms)
{
	struct flight *f = reply->seq_known && reply->seq > 0 ? flight_of(a, reply->seq) : NULL;

	if (f == NULL)
		return; /* a second answer to a message that was sent twice */
	if (reply->kind == REPLY_ERROR && reply->retry) {
		f->resend_ms = mono_ms + backoff_next(&f->pause);
		return;
	}
	if (reply->kind == REPLY_ERROR)
		a->counts->errors++;
	else
		for (size_t i = 0; i < reply->count; i++)
			a->counts->verdicts[reply->results[i].verdict]++;
	f->seq = 0;
	a->outstanding--;
}

void
actor_take(struct actor *a, struct reply *reply, int64_t mono_ms, actor_heard_fn *heard, void *ctx)
{
	struct text  bytes;
	enum bus_got got;

	while ((got = bus_dealer_take(a->socket, &bytes)) != BUS_NOTHING) {
		if (got != BUS_MESSAGE || wire_reply_decode(bytes.at, bytes.len, reply, NULL) != 0)
			continue;
		if (reply->kind == REPLY_ERROR && !reply->retry)
			note_refusal(a, reply);
		if (reply->kind == REPLY_STATUS)
			take_status(a, reply, heard, ctx);
		else
			take_answer(a, reply, mono_ms);
		reply_fini(reply);
	}
}

void
actor_resend(struct actor *a, int64_t mono_ms)
{
	if (!a->known && mono_ms >= a->ask_ms)
		actor_ask_status(a, mono_ms);
	for (uint32_t i = 0; i < a->room && a->outstanding > 0; i++) {
		struct flight *f = &a->flights[i];

		if (f->seq == 0 || mono_ms < f->resend_ms)
			continue;
		(void)bus_dealer_send(a->socket, buf_text(&f->message));
		f->resend_ms = mono_ms + ACTOR_RESEND_MS;
		a->counts->resent++;
	}
}
