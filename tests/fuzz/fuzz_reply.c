/*
 * fuzz_reply -- any bytes as a reply from a collector: a client must not trust it.
 */
#include <assert.h>
#include <stdint.h>

#include "core/wire_reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_ack(const struct reply *r)
{
	assert(r->count <= REPORT_ENTRIES_MAX && r->plan.len <= PLAN_ID_MAX);
	for (size_t i = 0; i < r->count; i++) {
		const struct reply_result *one = &r->results[i];

		assert(one->verdict < REPORT_VERDICTS && one->code < REPORT_CODES);
		assert((one->verdict == REPORT_REJECTED) == (one->code != REPORT_FINE));
		assert(text_is_utf8(one->message));
	}
}

static void
check_status(const struct reply *r)
{
	assert(r->count <= PLAN_TASKS_MAX && r->plan.len <= PLAN_ID_MAX);
	for (size_t i = 0; i < r->count; i++) {
		const struct reply_obligation *one = &r->obligations[i];

		assert(one->state < REPORT_STATES && one->seq <= REPORT_SEQ_MAX);
		assert(one->percent <= REPORT_PERCENT_MAX);
		assert(one->at_ms >= 0 && one->received_ms >= 0);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reply r;
	struct err          err = {0};

	if (wire_reply_decode(data, size, &r, &err) != 0) {
		assert(err.code == ERR_INPUT && err.msg[0] != '\0' && r.obligations == NULL);
		return 0;
	}
	if (r.kind == REPLY_ACK)
		check_ack(&r);
	else if (r.kind == REPLY_STATUS)
		check_status(&r);
	else
		assert(r.count == 0);
	reply_fini(&r);
	return 0;
}
