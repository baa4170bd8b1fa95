#include "aggregator/requests.h"

#include <stdlib.h>

#include "core/mem.h"

struct requests {
	size_t         count;
	struct request at[REQUESTS_MAX]; /* the oldest first */
	struct request last;             /* taken */
};

struct requests *
requests_new(void)
{
	return mem_zeroed(1, sizeof(struct requests));
}

void
requests_free(struct requests *q)
{
	free(q);
}

static struct text
inbox_of(const struct request *r)
{
	return (struct text){r->inbox, r->inbox_len};
}

static struct text
sender_of(const struct request *r)
{
	return (struct text){r->sender, r->sender_len};
}

/* Whether it has to be passed over, or is there already. */
static bool
has_no_room(const struct requests *q, struct text inbox, struct text sender)
{
	size_t theirs = 0;

	if (q->count == REQUESTS_MAX || inbox.len > REQUEST_INBOX_MAX ||
	    sender.len > REQUEST_SENDER_MAX)
		return true;
	for (size_t i = 0; i < q->count; i++)
		theirs += text_equal(sender_of(&q->at[i]), sender);
	return sender.len > 0 && theirs >= REQUESTS_OF_ONE;
}

static bool
is_waiting(const struct requests *q, struct text inbox)
{
	for (size_t i = 0; i < q->count; i++) {
		if (text_equal(inbox_of(&q->at[i]), inbox))
			return true;
	}
	return false;
}

bool
requests_add(struct requests *q, struct text inbox, struct text sender)
{
	struct request *r = &q->at[q->count];

	if (is_waiting(q, inbox))
		return true;
	if (has_no_room(q, inbox, sender))
		return false;
	r->inbox_len = inbox.len;
	r->sender_len = sender.len;
	memcpy(r->inbox, inbox.at, inbox.len);
	memcpy(r->sender, sender.at, sender.len);
	q->count++;
	return true;
}

bool
requests_take(struct requests *q, struct request *r)
{
	size_t i = 0;

	if (q->count == 0)
		return false;
	while (i < q->count && q->last.sender_len > 0 &&
	    text_equal(sender_of(&q->at[i]), sender_of(&q->last)))
		i++;
	if (i == q->count)
		i = 0;
	q->last = *r = q->at[i];
	q->count--;
	memmove(&q->at[i], &q->at[i + 1], (q->count - i) * sizeof(q->at[0]));
	return true;
}

size_t
requests_waiting(const struct requests *q)
{
	return q->count;
}
