#include "common/backoff.h"

void
backoff_init(struct backoff *b, int64_t max_ms, uint64_t seed)
{
	*b = (struct backoff){.first_ms = BACKOFF_FIRST_MS, .max_ms = max_ms, .random = seed | 1};
}

void
backoff_init_resend(struct backoff *b, uint64_t seed)
{
	*b = (struct backoff){
	    .first_ms = BACKOFF_RESEND_FIRST_MS,
	    .max_ms = BACKOFF_RESEND_MAX_MS,
	    .random = seed | 1,
	};
}

void
backoff_reset(struct backoff *b)
{
	b->pause_ms = 0;
}

/* xorshift64: it only has to spread, so anything will do. */
static uint64_t
next_random(struct backoff *b)
{
	b->random ^= b->random << 13;
	b->random ^= b->random >> 7;
	b->random ^= b->random << 17;
	return b->random;
}

int64_t
backoff_next(struct backoff *b)
{
	int64_t quarter;

	b->pause_ms = b->pause_ms > 0 ? b->pause_ms * 2 : b->first_ms;
	if (b->pause_ms > b->max_ms)
		b->pause_ms = b->max_ms;
	quarter = b->pause_ms / 4;
	return b->pause_ms - quarter + (int64_t)(next_random(b) % (uint64_t)(2 * quarter + 1));
}
