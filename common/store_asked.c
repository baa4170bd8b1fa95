#include "common/store_asked.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

#define ROOM_FIRST 64
#define KEY_BEGIN  "tuijin:"
#define KEY_MAX    8 /* where the first key stands at the latest: in XREAD */

static void
grow(struct asked_queue *q)
{
	size_t        room = q->room > 0 ? q->room * 2 : ROOM_FIRST;
	struct asked *at = mem_zeroed(room, sizeof(*at));

	for (size_t i = 0; i < q->len; i++)
		at[i] = q->at[(q->first + i) & (q->room - 1)];
	free(q->at);
	*q = (struct asked_queue){.at = at, .room = room, .len = q->len};
}

/* All our keys begin like this. */
static bool
is_key(struct text t)
{
	return t.len > strlen(KEY_BEGIN) && memcmp(t.at, KEY_BEGIN, strlen(KEY_BEGIN)) == 0;
}

static void
describe(char what[ASKED_WHAT_SIZE], const struct text *args, size_t count)
{
	size_t key = 1;

	while (key < count && key <= KEY_MAX && !is_key(args[key]))
		key++;
	snprintf(what, ASKED_WHAT_SIZE, "%.*s", (int)args[0].len, args[0].at);
	if (key < count && key <= KEY_MAX)
		snprintf(what + strlen(what), ASKED_WHAT_SIZE - strlen(what), " %.*s",
		    (int)args[key].len, args[key].at);
}

void
asked_push(struct asked_queue *q, enum store_asked kind, const struct text *args, size_t count)
{
	struct asked *next;

	if (q->len == q->room)
		grow(q);
	next = &q->at[(q->first + q->len++) & (q->room - 1)];
	next->kind = kind;
	describe(next->what, args, count);
}

enum store_asked
asked_pop(struct asked_queue *q)
{
	enum store_asked kind = q->at[q->first].kind;

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
	free(q->at);
	*q = (struct asked_queue){0};
}

const char *
asked_what(const struct asked_queue *q)
{
	return q->at[q->first].what;
}

bool
asked_own_is_next(const struct asked_queue *q)
{
	return q->len > 0 && q->at[q->first].kind != ASKED_BY_OWNER;
}
