#include "dashboard/desk_lanes.h"

#include "common/clock.h"

void
lanes_note(struct desk_lanes *l, size_t lane, bool has_news, int64_t mono_ms)
{
	if (!has_news)
		l->at[lane].news_ms = 0;
	else if (l->at[lane].news_ms == 0)
		l->at[lane].news_ms = mono_ms;
}

static int64_t
later(int64_t a_ms, int64_t b_ms)
{
	return a_ms > b_ms ? a_ms : b_ms;
}

/* -1: never. */
static int64_t
wait_of(const struct desk_lanes *l, size_t lane, int64_t mono_ms)
{
	int64_t at_ms = later(l->at[lane].next_ms, l->line_at_ms);

	if (l->at[lane].news_ms == 0)
		return -1;
	at_ms = later(at_ms, l->at[lane].news_ms + LANES_GATHER_MS);
	return later(at_ms - mono_ms, 0);
}

size_t
lanes_due(const struct desk_lanes *l, int64_t mono_ms, int64_t *wait_ms)
{
	size_t due = LANES;

	*wait_ms = -1;
	for (size_t i = 0; i < LANES; i++) {
		size_t  lane = (l->first + i) % LANES;
		int64_t own_ms = wait_of(l, lane, mono_ms);

		*wait_ms = clock_sooner(*wait_ms, own_ms);
		if (own_ms == 0 && due == LANES)
			due = lane;
	}
	return due;
}

void
lanes_told(struct desk_lanes *l, size_t lane)
{
	l->at[lane].news_ms = 0;
}

void
lanes_keep_busy(struct desk_lanes *l, size_t lane, int64_t mono_ms, int64_t busy_ms)
{
	l->at[lane].next_ms = mono_ms + LANES_FRAME_MS;
	l->line_at_ms = mono_ms + busy_ms;
	l->first = (lane + 1) % LANES;
}
