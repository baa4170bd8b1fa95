#include "common/store_asked.h"

#include <stdlib.h>

#include "core/mem.h"

#define ROOM_FIRST 64

static void
grow(struct asked_queue *q)
{
	size_t         room = q->room > 0 ? q->room * 2 : ROOM_FIRST;
	unsigned char *kinds = mem_zeroed(room, 1);

	for (size_t i = 0; i < q->len; i++)
		kinds[i] = q->kinds[(q->first + i) & (q->room - 1)];
	free(q->kinds);
	*q = (struct asked_queue){.kinds = kinds, .room = room, .len = q->len};
}

void
asked_push(struct asked_queue *q, enum store_asked kind)
{
	if (q->len == q->room)
		grow(q);
	q->kinds[(q->first + q->len++) & (q->room - 1)] = (unsigned char)kind;
}

enum store_asked
asked_pop(struct asked_queue *q)
{
	enum store_asked kind = q->kinds[q->first];

	q->first = (q->first + 1) & (q->room - 1);
	q->len--;
	return kind;
}

void
asked_clear(struct asked_queue *q)
{
	q->len = 0;
}

void
asked_fini(struct asked_queue *q)
{
	free(q->kinds);
	*q = (struct asked_queue){0};
}

bool
asked_own_is_next(const struct asked_queue *q)
{
	return q->len > 0 && q->kinds[q->first] != ASKED_BY_OWNER;
}
