/*
 * report_limits -- does a decoded report keep what the contract promises, whatever
 * bytes it came from? Says so by other means than the decoder's own.
 */
#ifndef TUIJIN_TESTS_REPORT_LIMITS_H
#define TUIJIN_TESTS_REPORT_LIMITS_H

#include "core/report.h"
#include "core/wire_message.h"

static inline bool
text_keeps(struct text t, size_t min, size_t max)
{
	return t.len >= min && t.len <= max && text_is_utf8(t) && text_is_printable(t);
}

/* True if every value of r is within its limits, and what its kind does not have
 * is not there. */
static inline bool
report_keeps_limits(const struct report *r)
{
	bool status = r->kind == REPORT_STATUS, ruling = r->kind == REPORT_DISPOSITION;

	if (!r->task_known || r->task == 0 || r->at_ms < 0 || r->at_ms > 9007199254740991)
		return false;
	if (status ? r->state == REPORT_UNREPORTED || r->state >= REPORT_STATES
		   : r->state != REPORT_UNREPORTED)
		return false;
	if (r->percent > (status ? 10000 : 0) || r->disposition >= (ruling ? 5 : 1))
		return false;
	if (!text_keeps(r->summary, 0, status ? 2000 : 0) ||
	    !text_keeps(r->problems, 0, status ? 1000 : 0) ||
	    !text_keeps(r->next_steps, 0, status ? 1000 : 0) ||
	    !text_keeps(r->reason, 0, ruling ? 500 : 0))
		return false;
	if ((r->help && !status) || r->evidence_count > (status ? 16 : 0))
		return false;
	for (uint32_t i = 0; i < r->evidence_count; i++)
		if (!text_keeps(r->evidence[i].title, 1, 200) ||
		    !text_keeps(r->evidence[i].uri, 1, 500))
			return false;
	return true;
}

static inline bool
message_keeps_limits(const struct message *m)
{
	if (m->kind == MESSAGE_PING)
		return m->report_count + m->disposition_count == 0;
	if (!m->plan_known || !m->agency_known || m->plan.len < 1 || m->plan.len > 64 ||
	    m->agency.len < 1 || m->agency.len > 64)
		return false;
	if (m->kind == MESSAGE_STATUS)
		return m->report_count + m->disposition_count == 0;
	return m->seq_known && m->seq >= 1 && m->seq <= 9007199254740991 &&
	    m->report_count <= 500 && m->disposition_count <= 500 &&
	    m->report_count + m->disposition_count >= 1 &&
	    m->report_count + m->disposition_count <= 500;
}

/* True if *why says something that can go into a reply. */
static inline bool
refusal_keeps_limits(const struct refusal *why)
{
	return why->code > REPORT_FINE && why->code < REPORT_CODES &&
	    text_keeps(text_of(why->message), 1, sizeof(why->message) - 1);
}

#endif
