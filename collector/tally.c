#include "collector/tally.h"

#include <stdlib.h>

#include "core/mem.h"

void
tally_fini(struct tally *t)
{
	free(t->rows);
}

void
tally_add(struct tally_row *a, const struct tally_row *b)
{
	for (size_t i = 0; i < REPORT_VERDICTS; i++)
		a->results[i] += b->results[i];
	for (size_t i = 0; i < REPORT_CODES; i++)
		a->codes[i] += b->codes[i];
	if (b->heard_ms > a->heard_ms)
		a->heard_ms = b->heard_ms;
}

void
tally_follow(struct tally *t, const struct plan *old, const struct plan *now)
{
	struct tally_row *before = t->rows;
	uint32_t          count = t->count;

	t->count = now->agency_count;
	t->rows = mem_zeroed(t->count, sizeof(t->rows[0]));
	for (uint32_t i = 0; i < count; i++) {
		uint32_t agency = plan_find_agency(now, text_of(old->agencies[i].id));

		tally_add(agency == PLAN_NONE ? &t->gone : &t->rows[agency], &before[i]);
	}
	free(before);
}

struct tally_row *
tally_row(struct tally *t, uint32_t agency)
{
	return agency < t->count ? &t->rows[agency] : &t->unknown;
}
