/*
 * fuzz_message -- any bytes as a message from an agency. What decodes keeps the
 * limits, and a good entry, encoded again, decodes to itself.
 */
#include <assert.h>
#include <stdint.h>

#include "core/wire_message.h"
#include "tests/report_limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
same_report(const struct report *a, const struct report *b)
{
	if (a->kind != b->kind || a->task != b->task || a->at_ms != b->at_ms ||
	    a->state != b->state || a->percent != b->percent || a->help != b->help ||
	    a->disposition != b->disposition || a->evidence_count != b->evidence_count)
		return false;
	for (uint32_t i = 0; i < a->evidence_count; i++)
		if (!text_equal(a->evidence[i].title, b->evidence[i].title) ||
		    !text_equal(a->evidence[i].uri, b->evidence[i].uri))
			return false;
	return text_equal(a->summary, b->summary) && text_equal(a->problems, b->problems) &&
	    text_equal(a->next_steps, b->next_steps) && text_equal(a->reason, b->reason);
}

static void
comes_back(const struct message *m, const struct report *r)
{
	static struct wire_decoder *d;
	static struct buf           b;
	struct message              m2;
	struct report               r2;
	struct refusal              why;

	if (d == NULL)
		d = wire_decoder_new();
	buf_reset(&b);
	wire_report_encode(&b, m->plan, m->agency, m->seq, r, 1);
	assert(wire_message_decode(d, b.at, b.len, &m2, &why) == 0);
	assert(wire_entry_decode(&m2, 0, &r2, &why) == 0);
	assert(
	    m2.seq == m->seq && text_equal(m2.plan, m->plan) && text_equal(m2.agency, m->agency));
	assert(same_report(r, &r2));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wire_decoder *d;
	struct message              m;
	struct refusal              why;
	struct report               r;

	if (d == NULL)
		d = wire_decoder_new();
	if (wire_message_decode(d, data, size, &m, &why) != 0) {
		assert(refusal_keeps_limits(&why));
		return 0;
	}
	assert(message_keeps_limits(&m));
	for (uint32_t i = 0; i < m.report_count + m.disposition_count; i++) {
		if (wire_entry_decode(&m, i, &r, &why) == 0) {
			assert(report_keeps_limits(&r));
			comes_back(&m, &r);
		} else {
			assert(refusal_keeps_limits(&why));
		}
	}
	return 0;
}
