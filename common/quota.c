#include "common/quota.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

#define THOUSAND 1000 /* of an entry in an entry; of a second in a second */

void
quota_reset(struct quota *q)
{
	free(q->at);
	*q = (struct quota){0};
}

static struct quota_bucket *
bucket_of(struct quota *q, uint32_t agency)
{
	if (agency >= q->count) {
		size_t count = (size_t)agency + 1;

		q->at = mem_resized(q->at, count, sizeof(q->at[0]));
		memset(q->at + q->count, 0, (count - q->count) * sizeof(q->at[0]));
		q->count = count;
	}
	return &q->at[agency];
}

/* A rate of entries a second is as many thousandths in a thousandth of one. */
static void
empty(struct quota_bucket *b, uint32_t rate, int64_t mono_ms)
{
	int64_t passed_ms = mono_ms - b->mono_ms;

	if (passed_ms > b->fill / rate)
		b->fill = 0;
	else
		b->fill -= passed_ms * rate;
	b->mono_ms = mono_ms;
}

bool
quota_take(struct quota *q, uint32_t agency, uint32_t entries, uint32_t rate, int64_t mono_ms)
{
	struct quota_bucket *b = bucket_of(q, agency);

	empty(b, rate, mono_ms);
	if (b->fill + THOUSAND > (int64_t)rate * THOUSAND)
		return false;
	b->fill += (int64_t)entries * THOUSAND;
	return true;
}
