/*
 * fuzz_record -- any bytes as records of the ledger. What decodes keeps the limits
 * and, encoded again, decodes to itself with the digest it was encoded with.
 */
#include <assert.h>
#include <stdint.h>

#include "core/wire_record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
keeps_limits(const struct record *rec)
{
	const struct report *r = &rec->report;

	assert(rec->seq >= 1 && rec->seq <= REPORT_SEQ_MAX);
	assert(rec->received_ms >= 0 && r->at_ms >= 0);
	assert(rec->agency.len > 0);
	assert(rec->key.len == 0 || rec->key.len == RECORD_KEY_CHARS);
	assert(r->kind < REPORT_KINDS && r->task_known);
	assert(r->percent <= REPORT_PERCENT_MAX);
	assert(r->state < REPORT_STATES && r->disposition < REPORT_DISPOSITIONS);
	assert((r->kind == REPORT_STATUS) == (r->state != REPORT_UNREPORTED));
	assert(r->evidence_count <= REPORT_EVIDENCE_MAX);
}

static void
comes_back(struct wire_records *w, const struct record *rec)
{
	static struct buf first, second;
	struct text       rest;
	struct record     again;
	uint64_t          encoded, decoded;

	buf_reset(&first);
	encoded = wire_record_encode(&first, rec);
	rest = buf_text(&first);
	assert(wire_record_decode(w, &rest, &again, &decoded, NULL) == 0);
	assert(rest.len == 0 && decoded == encoded);
	buf_reset(&second);
	assert(wire_record_encode(&second, &again) == encoded);
	assert(text_equal(buf_text(&first), buf_text(&second)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wire_records *w, *other;
	struct text                 rest = {(const char *)data, size};
	struct record               rec;
	struct err                  e;
	uint64_t                    digest;

	if (w == NULL) {
		w = wire_records_new();
		other = wire_records_new();
	}
	while (rest.len > 0) {
		size_t before = rest.len;

		if (wire_record_decode(w, &rest, &rec, &digest, &e) != 0) {
			assert(e.code == ERR_INPUT && rest.len == before);
			return 0;
		}
		assert(rest.len < before);
		keeps_limits(&rec);
		comes_back(other, &rec);
	}
	return 0;
}
