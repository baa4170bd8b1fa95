#include "collector/intake.h"

#include <stdlib.h>

#include "common/options.h"
#include "core/mem.h"

_Static_assert(KEY_ID_SIZE == RECORD_KEY_CHARS + 1, "records have a key's whole id");

void
intake_init(struct intake *in, struct answer *answer, struct sessions *sessions)
{
	*in =
	    (struct intake){.decoder = wire_decoder_new(), .answer = answer, .sessions = sessions};
}

void
intake_fini(struct intake *in)
{
	wire_decoder_free(in->decoder);
	free(in->stamps);
}

/* True if this message has named the slot before. */
static bool
is_repeated(struct intake *in, uint32_t slot)
{
	bool repeated;

	if (slot >= in->stamp_room) {
		size_t room = (size_t)slot + 1024;

		in->stamps = mem_resized(in->stamps, room, sizeof(in->stamps[0]));
		memset(in->stamps + in->stamp_room, 0,
		    (room - in->stamp_room) * sizeof(in->stamps[0]));
		in->stamp_room = room;
	}
	repeated = in->stamps[slot] == in->messages;
	in->stamps[slot] = in->messages;
	return repeated;
}

/* Finds the slot of a report: which task, by whose word, once in a message. */
static int
find_slot(struct intake *in, const struct plan *p, const struct book *book, uint32_t agency,
    const struct report *r, uint32_t *slot, struct refusal *why)
{
	bool     ruling = r->kind == REPORT_DISPOSITION;
	uint32_t task = plan_find_task(p, r->task);

	if (task == PLAN_NONE)
		return refuse(why, REPORT_UNKNOWN_TASK, "task: got %u, plan %s has 1 to %u",
		    (unsigned)r->task, p->id, (unsigned)p->task_count);
	if (ruling && agency != p->office)
		return refuse(why, REPORT_NOT_OFFICE,
		    "agency: %s is not the office of plan %s, which is %s", p->agencies[agency].id,
		    p->id, p->agencies[p->office].id);
	*slot = book_find(book, task, agency, ruling);
	if (*slot == PLAN_NONE)
		return refuse(why, REPORT_NOT_RESPONSIBLE,
		    "task: agency %s holds no obligation in task %u", p->agencies[agency].id,
		    (unsigned)r->task);
	if (is_repeated(in, *slot))
		return refuse(why, REPORT_DUPLICATE_TASK, "task: %u comes twice in %s",
		    (unsigned)r->task, ruling ? "dispositions" : "reports");
	return 0;
}

static struct text
key_of(const struct caller *c)
{
	return c->key == NULL ? (struct text){0} : text_of(c->key->id);
}

static void
take_entry(struct intake *in, struct session *s, const struct arrival *a, const struct message *m,
    uint32_t agency, uint32_t i)
{
	const struct plan *p = session_plan(s);
	struct record      rec;
	struct refusal     why, misplaced;
	uint32_t           slot = PLAN_NONE;
	int                rc;

	rec.seq = m->seq;
	rec.received_ms = a->wall_ms;
	rec.agency = text_of(p->agencies[agency].id);
	rec.key = key_of(&a->caller);
	rc = wire_entry_decode(m, i, &rec.report, &why);
	if (rec.report.task_known &&
	    find_slot(in, p, session_book(s), agency, &rec.report, &slot, &misplaced) != 0) {
		batch_add_rejected(session_next(s), &rec.report, &misplaced);
		return;
	}
	if (rc != 0 || report_check(&rec.report, p, a->wall_ms, &why) != 0 ||
	    report_check_day(&rec.report, p, slot, &why) != 0)
		batch_add_rejected(session_next(s), &rec.report, &why);
	else
		batch_add(session_next(s), session_book(s), slot, &rec);
}

/* The session that serves this plan now. */
static int
find_session(
    const struct intake *in, const struct message *m, struct session **s, struct refusal *why)
{
	char shown[2 * PLAN_ID_MAX];

	*s = sessions_find(in->sessions, m->plan);
	if (*s == NULL && !in->plans_known)
		return refuse(why, REPORT_UNAVAILABLE, "the store is away");
	if (*s == NULL || session_state(*s) == SESSION_ABSENT)
		return refuse(why, REPORT_UNKNOWN_PLAN, "plan: '%s' is not loaded here",
		    text_escape(m->plan, shown, sizeof(shown)));
	if (session_state(*s) == SESSION_AWAY)
		return refuse(
		    why, REPORT_UNAVAILABLE, "the store is away (%.120s)", session_trouble(*s));
	return 0;
}

/* A newer revision of the plan may have this agency: the batch finds out. */
static void
take_stranger(struct session *s, const struct bus_peer *peer, const struct message *m, bool status)
{
	char           shown[2 * PLAN_ID_MAX];
	struct refusal why;

	refusal_set(&why, REPORT_UNKNOWN_AGENCY, "agency: plan %s has no agency '%s'",
	    session_id(s), text_escape(m->agency, shown, sizeof(shown)));
	batch_stranger(session_next(s), peer, status, m->seq, &why);
}

static void
take_message(struct intake *in, struct session *s, const struct arrival *a, const struct message *m,
    uint32_t agency)
{
	bool status = m->kind == MESSAGE_STATUS;

	session_next(s)->now_us = a->mono_us;
	if (agency == PLAN_NONE) {
		take_stranger(s, a->peer, m, status);
		return;
	}
	batch_message(session_next(s), a->peer, status, agency, m->seq);
	for (uint32_t i = 0; i < m->report_count + m->disposition_count; i++)
		take_entry(in, s, a, m, agency, i);
}

/* An operator's questions are not counted: they would be at the agencies' cost. Agencies
 * that the plan does not have share a bucket behind the others'. */
static int
check_quota(const struct intake *in, struct session *s, const struct arrival *a,
    const struct message *m, uint32_t agency, struct refusal *why)
{
	const struct authorized_key *key = a->caller.key;
	uint32_t                     rate = in->rate_per_agency, entries = 1;

	if (rate == 0 || (key != NULL && key->role == AUTHORIZED_OPERATOR))
		return 0;
	if (agency == PLAN_NONE)
		agency = session_plan(s)->agency_count;
	if (m->kind == MESSAGE_REPORT)
		entries = m->report_count + m->disposition_count;
	if (quota_take(session_quota(s), agency, entries, rate, a->mono_ms))
		return 0;
	return refuse(why, REPORT_BUSY,
	    "agency: more than %u reports, dispositions and questions a second", (unsigned)rate);
}

static int
decode(struct intake *in, struct text payload, struct message *m, struct refusal *why)
{
	*m = (struct message){0};
	if (payload.len > REPORT_MESSAGE_MAX)
		return refuse(why, REPORT_TOO_LARGE,
		    "the message has %zu bytes, at most %u are taken", payload.len,
		    REPORT_MESSAGE_MAX);
	return wire_message_decode(in->decoder, payload.at, payload.len, m, why);
}

/* Where a message goes: *s is NULL for one that needs no plan. */
static int
route(struct intake *in, const struct arrival *a, struct message *m, struct session **s,
    uint32_t *agency, struct refusal *why)
{
	int rc = decode(in, a->payload, m, why);

	*s = NULL;
	/* Last, so that seq is known, and first of all that is told. */
	if (permit_caller(&a->caller, why) != 0 || rc != 0)
		return -1;
	if (permit_message(&a->caller, m, why) != 0)
		return -1;
	if (m->kind == MESSAGE_PING)
		return 0;
	if (find_session(in, m, s, why) != 0)
		return -1;
	*agency = plan_find_agency(session_plan(*s), m->agency);
	return check_quota(in, *s, a, m, *agency, why);
}

/* Whose a message is that is refused: of whom the key speaks for, if there are keys. */
static struct tally_row *
row_of(const struct intake *in, const struct arrival *a, const struct message *m)
{
	const struct authorized_key *key = a->caller.key;
	struct session              *s = sessions_find(in->sessions, m->plan);
	struct text                  agency = m->agency;

	if (s == NULL)
		return &in->answer->unknown;
	if (session_plan(s) == NULL || (key == NULL && !a->caller.open))
		return tally_row(session_tally(s), PLAN_NONE);
	if (key != NULL && key->role == AUTHORIZED_AGENCY)
		agency = text_of(key->agency);
	return tally_row(session_tally(s), plan_find_agency(session_plan(s), agency));
}

bool
intake_take(struct intake *in, const struct arrival *a)
{
	uint32_t        agency = PLAN_NONE;
	struct message  m;
	struct refusal  why;
	struct session *s;

	in->messages++;
	if (route(in, a, &m, &s, &agency, &why) != 0) {
		answer_error(
		    in->answer, a->peer, m.seq_known ? &m.seq : NULL, row_of(in, a, &m), &why);
		return true;
	}
	if (s == NULL) {
		answer_pong(in->answer, a->peer, TUIJIN_VERSION, a->wall_ms);
		return true;
	}
	take_message(in, s, a, &m, agency);
	return !session_is_full(s);
}

void
intake_refuse_frames(struct intake *in, const struct arrival *a)
{
	struct refusal why;

	in->messages++;
	if (permit_caller(&a->caller, &why) == 0)
		refusal_set(&why, REPORT_MALFORMED,
		    "frames: expected one payload, after an empty frame from a REQ");
	answer_error(in->answer, a->peer, NULL, &in->answer->unknown, &why);
}
