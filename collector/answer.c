#include "collector/answer.h"

void
answer_fini(struct answer *a)
{
	buf_fini(&a->bytes);
}

static void
send(struct answer *a, const struct bus_peer *peer)
{
	if (!bus_router_reply(a->bus, peer, buf_text(&a->bytes)))
		a->lost++;
	buf_reset(&a->bytes);
}

static bool
any_accepted(const struct batch *b, const struct batch_message *m)
{
	for (uint32_t i = m->first; i < m->first + m->count; i++) {
		if (b->entries[i].verdict == REPORT_ACCEPTED)
			return true;
	}
	return false;
}

static void
ack(struct answer *a, const struct batch *b, const struct batch_message *m, struct text plan,
    const struct position *position, enum durability durability)
{
	wire_ack_begin(
	    &a->bytes, plan, m->seq, any_accepted(b, m) ? position : NULL, durability, m->count);
	for (uint32_t i = m->first; i < m->first + m->count; i++) {
		const struct batch_entry *en = &b->entries[i];
		struct reply_result       result = {
			  .task_known = en->task_known,
			  .task = en->task,
			  .verdict = en->verdict,
			  .code = en->code,
                };

		if (en->verdict == REPORT_REJECTED) {
			result.message = (struct text){b->texts.at + en->at, en->len};
			a->codes[en->code]++;
		}
		wire_ack_result(&a->bytes, &result);
		a->verdicts[en->verdict]++;
	}
	a->acks++;
	send(a, &m->peer);
}

/* A question whose agency a plan revision took away meanwhile has no answer. */
static void
answer_question(
    struct answer *a, const struct batch_message *m, const struct plan *p, const struct book *book)
{
	struct refusal why;

	if (m->agency == PLAN_NONE) {
		refusal_set(&why, REPORT_UNKNOWN_AGENCY,
		    "agency: plan %s has it no more in revision %u", p->id, (unsigned)p->revision);
		answer_error(a, &m->peer, NULL, &why);
		return;
	}
	wire_obligations_encode(&a->bytes, p, m->agency, book);
	send(a, &m->peer);
}

/* What was accepted of it is stored, and comes out as duplicate the next time. */
static void
answer_outdated(struct answer *a, const struct batch_message *m, const struct plan *p)
{
	struct refusal why;

	refusal_set(&why, REPORT_UNAVAILABLE,
	    "plan %s changed to revision %u while this was being judged: send it again", p->id,
	    (unsigned)p->revision);
	answer_error(a, &m->peer, m->status ? NULL : &m->seq, &why);
}

static void
answer_stranger(struct answer *a, const struct batch *b, const struct batch_message *m)
{
	struct refusal why;

	refusal_set(&why, REPORT_UNKNOWN_AGENCY, "%.*s", (int)m->len, b->texts.at + m->at);
	answer_error(a, &m->peer, m->status ? NULL : &m->seq, &why);
}

void
answer_batch(struct answer *a, const struct batch *b, const struct plan *p, const struct book *book,
    const struct position *position, enum durability durability)
{
	struct text plan = text_of(p->id);

	for (uint32_t i = 0; i < b->message_count; i++) {
		const struct batch_message *m = &b->messages[i];

		if (m->outdated)
			answer_outdated(a, m, p);
		else if (m->stranger)
			answer_stranger(a, b, m);
		else if (m->status)
			answer_question(a, m, p, book);
		else
			ack(a, b, m, plan, position, durability);
	}
	a->batches++;
}

void
answer_failed(struct answer *a, const struct batch *b, const struct refusal *why)
{
	for (uint32_t i = 0; i < b->message_count; i++) {
		const struct batch_message *m = &b->messages[i];

		answer_error(a, &m->peer, m->status ? NULL : &m->seq, why);
	}
}

void
answer_error(
    struct answer *a, const struct bus_peer *peer, const uint64_t *seq, const struct refusal *why)
{
	wire_error_encode(&a->bytes, seq, why);
	a->codes[why->code]++;
	send(a, peer);
}

void
answer_pong(struct answer *a, const struct bus_peer *peer, const char *version, int64_t now_ms)
{
	wire_pong_encode(&a->bytes, version, now_ms);
	send(a, peer);
}
