#include "core/receipts.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

#define ROOM_FIRST 4

void
receipts_fini(struct receipts *r)
{
	free(r->at);
	*r = (struct receipts){0};
}

static void
insert(struct receipts *r, uint32_t place, struct receipt receipt)
{
	if (r->count == r->room) {
		r->room = r->room > 0 ? 2 * r->room : ROOM_FIRST;
		r->at = mem_resized(r->at, r->room, sizeof(r->at[0]));
	}
	memmove(&r->at[place + 1], &r->at[place], (r->count - place) * sizeof(r->at[0]));
	r->at[place] = receipt;
	r->count++;
}

/* From the back: most reports are about the last month there is. */
bool
receipts_note(struct receipts *r, int32_t month, int64_t received_ms)
{
	uint32_t place = r->count;

	while (place > 0 && r->at[place - 1].month > month)
		place--;
	if (place == 0 || r->at[place - 1].month != month) {
		insert(r, place, (struct receipt){.received_ms = received_ms, .month = month});
		return true;
	}
	if (received_ms >= r->at[place - 1].received_ms)
		return false;
	r->at[place - 1].received_ms = received_ms;
	return true;
}

bool
receipts_first(const struct receipts *r, int32_t from, int32_t to, int64_t *received_ms)
{
	bool found = false;

	for (uint32_t i = r->count; i-- > 0 && r->at[i].month >= from;) {
		if (r->at[i].month > to)
			continue;
		if (!found || r->at[i].received_ms < *received_ms)
			*received_ms = r->at[i].received_ms;
		found = true;
	}
	return found;
}
