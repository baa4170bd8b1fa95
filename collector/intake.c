#include "collector/intake.h"

#include <stdlib.h>

#include "common/options.h"
#include "core/mem.h"

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

static void
take_entry(struct intake *in, struct session *s, const struct message *m, uint32_t agency,
    uint32_t i, int64_t wall_ms)
{
	const struct plan *p = session_plan(s);
	struct record      rec;
	struct refusal     why, misplaced;
	uint32_t           slot = PLAN_NONE;
	int                rc;

	rec.seq = m->seq;
	rec.received_ms = wall_ms;
	rec.agency = text_of(p->agencies[agency].id);
	rc = wire_entry_decode(m, i, &rec.report, &why);
	if (rec.report.task_known &&
	    find_slot(in, p, session_book(s), agency, &rec.report, &slot, &misplaced) != 0) {
		batch_add_rejected(session_next(s), &rec.report, &misplaced);
		return;
	}
	if (rc != 0 || report_check(&rec.report, p, wall_ms, &why) != 0 ||
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
take_message(struct intake *in, struct session *s, const struct bus_peer *peer,
    const struct message *m, int64_t wall_ms)
{
	uint32_t agency = plan_find_agency(session_plan(s), m->agency);
	bool     status = m->kind == MESSAGE_STATUS;

	if (agency == PLAN_NONE) {
		take_stranger(s, peer, m, status);
		return;
	}
	batch_message(session_next(s), peer, status, agency, m->seq);
	for (uint32_t i = 0; i < m->report_count + m->disposition_count; i++)
		take_entry(in, s, m, agency, i, wall_ms);
}

bool
intake_take(struct intake *in, const struct bus_peer *peer, struct text payload, int64_t wall_ms)
{
	struct message  m;
	struct refusal  why;
	struct session *s;

	in->messages++;
	if (payload.len > REPORT_MESSAGE_MAX) {
		refusal_set(&why, REPORT_TOO_LARGE,
		    "the message has %zu bytes, at most %u are taken", payload.len,
		    REPORT_MESSAGE_MAX);
		answer_error(in->answer, peer, NULL, &why);
		return true;
	}
	if (wire_message_decode(in->decoder, payload.at, payload.len, &m, &why) != 0) {
		answer_error(in->answer, peer, m.seq_known ? &m.seq : NULL, &why);
		return true;
	}
	if (m.kind == MESSAGE_PING) {
		answer_pong(in->answer, peer, TUIJIN_VERSION, wall_ms);
		return true;
	}
	if (find_session(in, &m, &s, &why) != 0) {
		answer_error(in->answer, peer, m.seq_known ? &m.seq : NULL, &why);
		return true;
	}
	take_message(in, s, peer, &m, wall_ms);
	return !session_is_full(s);
}

void
intake_refuse_frames(struct intake *in, const struct bus_peer *peer)
{
	struct refusal why;

	in->messages++;
	refusal_set(&why, REPORT_MALFORMED,
	    "frames: expected one payload, after an empty frame from a REQ");
	answer_error(in->answer, peer, NULL, &why);
}
