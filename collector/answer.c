#include "collector/answer.h"

#include "common/clock.h"

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
    struct tally_row *row, const struct position *position, enum durability durability)
{
	bool news = any_accepted(b, m);

	if (news)
		row->heard_ms = a->wall_ms;
	wire_ack_begin(&a->bytes, plan, m->seq, news ? position : NULL, durability, m->count);
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
			row->codes[en->code]++;
		}
		wire_ack_result(&a->bytes, &result);
		a->verdicts[en->verdict]++;
		row->results[en->verdict]++;
	}
	a->acks++;
	send(a, &m->peer);
}

/* A question whose agency a plan revision took away meanwhile has no answer. */
static void
answer_question(
    struct answer *a, const struct batch_message *m, const struct stored *s, struct tally_row *row)
{
	const struct plan *p = s->plan;
	struct refusal     why;

	if (m->agency == PLAN_NONE) {
		refusal_set(&why, REPORT_UNKNOWN_AGENCY,
		    "agency: plan %s has it no more in revision %u", p->id, (unsigned)p->revision);
		answer_error(a, &m->peer, NULL, row, &why);
		return;
	}
	wire_obligations_encode(&a->bytes, p, m->agency, s->book);
	send(a, &m->peer);
}

/* What was accepted of it is stored, and comes out as duplicate the next time. */
static void
answer_outdated(
    struct answer *a, const struct batch_message *m, const struct plan *p, struct tally_row *row)
{
	struct refusal why;

	refusal_set(&why, REPORT_UNAVAILABLE,
	    "plan %s changed to revision %u while this was being judged: send it again", p->id,
	    (unsigned)p->revision);
	answer_error(a, &m->peer, m->status ? NULL : &m->seq, row, &why);
}

static void
answer_stranger(
    struct answer *a, const struct batch *b, const struct batch_message *m, struct tally_row *row)
{
	struct refusal why;

	refusal_set(&why, REPORT_UNKNOWN_AGENCY, "%.*s", (int)m->len, b->texts.at + m->at);
	answer_error(a, &m->peer, m->status ? NULL : &m->seq, row, &why);
}

static bool
is_acknowledged(const struct batch_message *m)
{
	return !m->outdated && !m->stranger && !m->status;
}

/* How long acks took: those of one turn together, as they were taken at one time. */
static void
observe_acks(struct answer *a, const struct batch *b)
{
	int64_t  now_us = clock_mono_us(), taken_us = 0;
	uint64_t alike = 0;

	for (uint32_t i = 0; i < b->message_count; i++) {
		const struct batch_message *m = &b->messages[i];

		if (!is_acknowledged(m))
			continue;
		if (alike > 0 && m->taken_us != taken_us) {
			histogram_observe_many(
			    &a->ack_us, &HISTOGRAM_LATENCY, now_us - taken_us, alike);
			alike = 0;
		}
		taken_us = m->taken_us;
		alike++;
	}
	if (alike > 0)
		histogram_observe_many(&a->ack_us, &HISTOGRAM_LATENCY, now_us - taken_us, alike);
}

void
answer_batch(struct answer *a, const struct batch *b, const struct stored *s, struct tally *tally,
    const struct position *position, enum durability durability)
{
	struct text plan = text_of(s->plan->id);

	for (uint32_t i = 0; i < b->message_count; i++) {
		const struct batch_message *m = &b->messages[i];
		struct tally_row           *row = tally_row(tally, m->agency);

		if (is_acknowledged(m))
			ack(a, b, m, plan, row, position, durability);
		else if (m->outdated)
			answer_outdated(a, m, s->plan, row);
		else if (m->stranger)
			answer_stranger(a, b, m, row);
		else
			answer_question(a, m, s, row);
	}
	a->batches++;
	histogram_observe_many(&a->batch_reports, &HISTOGRAM_SIZE, b->entry_count, 1);
	observe_acks(a, b);
}

void
answer_failed(
    struct answer *a, const struct batch *b, struct tally *tally, const struct refusal *why)
{
	for (uint32_t i = 0; i < b->message_count; i++) {
		const struct batch_message *m = &b->messages[i];

		answer_error(
		    a, &m->peer, m->status ? NULL : &m->seq, tally_row(tally, m->agency), why);
	}
}

void
answer_error(struct answer *a, const struct bus_peer *peer, const uint64_t *seq,
    struct tally_row *row, const struct refusal *why)
{
	wire_error_encode(&a->bytes, seq, why);
	a->codes[why->code]++;
	row->codes[why->code]++;
	send(a, peer);
}

void
answer_pong(struct answer *a, const struct bus_peer *peer, const char *version, int64_t now_ms)
{
	wire_pong_encode(&a->bytes, version, now_ms);
	send(a, peer);
}
