#include "core/book.h"

#include <stdlib.h>

#include "core/mem.h"

struct book {
	const struct plan *plan; /* borrowed */
	uint32_t           slots;
	struct book_slot   slot[];
};

struct book *
book_new(const struct plan *p)
{
	uint32_t     slots = p->obligation_count + p->task_count;
	struct book *b = mem_zeroed(1, sizeof(*b) + slots * sizeof(b->slot[0]));

	b->plan = p;
	b->slots = slots;
	return b;
}

void
book_free(struct book *b)
{
	free(b);
}

void
book_clear(struct book *b)
{
	memset(b->slot, 0, b->slots * sizeof(b->slot[0]));
}

uint32_t
book_find(const struct book *b, uint32_t task, uint32_t agency, bool ruling)
{
	if (ruling)
		return b->plan->obligation_count + task;
	return plan_find_obligation(b->plan, task, agency);
}

const struct book_slot *
book_slot(const struct book *b, uint32_t slot)
{
	return &b->slot[slot];
}

uint32_t
book_find_record(const struct book *b, const struct record *rec)
{
	bool     ruling = rec->report.kind == REPORT_DISPOSITION;
	uint32_t task = plan_find_task(b->plan, rec->report.task);
	uint32_t agency = ruling ? b->plan->office : plan_find_agency(b->plan, rec->agency);

	if (task == PLAN_NONE || agency == PLAN_NONE)
		return PLAN_NONE;
	return book_find(b, task, agency, ruling);
}

struct book_slot
book_slot_of(const struct record *rec, uint64_t digest)
{
	const struct report *r = &rec->report;

	return (struct book_slot){
	    .seq = rec->seq,
	    .digest = digest,
	    .at_ms = r->at_ms,
	    .received_ms = rec->received_ms,
	    .state = r->kind == REPORT_STATUS ? r->state : REPORT_UNREPORTED,
	    .percent = r->kind == REPORT_STATUS ? r->percent : 0,
	};
}

enum report_verdict
book_judge(const struct book *b, uint32_t slot, const struct book_slot *said)
{
	const struct book_slot *s = &b->slot[slot];

	if (said->seq > s->seq)
		return REPORT_ACCEPTED;
	if (said->seq < s->seq)
		return REPORT_SUPERSEDED;
	return said->digest == s->digest ? REPORT_DUPLICATE : REPORT_CONFLICT;
}

void
book_set(struct book *b, uint32_t slot, const struct book_slot *value)
{
	b->slot[slot] = *value;
}
