#include "aggregator/keeper.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/ledger.h"
#include "core/mem.h"
#include "core/wire_checkpoint.h"

#define FIXED_ARGS 10 /* EVAL, script, 2, two keys, position, as_of, revision, state, mode */
#define RETRY_MS   1000

struct keeper {
	struct store   *link; /* owned */
	uint64_t        epoch;
	bool            asked; /* a write is out */
	bool            whole; /* the next write of summaries is of all there are */
	struct position checkpointed;
	int64_t         summary_at_ms, checkpoint_at_ms; /* not before */
	struct buf      state;
	struct text    *args; /* owned; into what stands above, below and on the board */
	char            keys[2][LEDGER_KEY_SIZE], numbers[3][POSITION_SIZE];
};

struct keeper *
keeper_open(const char *url, struct err *e)
{
	struct keeper *k = mem_zeroed(1, sizeof(*k));

	k->link = store_open(url, e);
	if (k->link == NULL) {
		free(k);
		return NULL;
	}
	k->whole = true;
	return k;
}

void
keeper_close(struct keeper *k)
{
	if (k == NULL)
		return;
	store_close(k->link);
	buf_fini(&k->state);
	free(k->args);
	free(k);
}

struct store *
keeper_link(struct keeper *k)
{
	return k->link;
}

void
keeper_start_over(struct keeper *k)
{
	k->whole = true;
}

/* The call of LEDGER_KEEP_SCRIPT: summaries that Redis has not, and the state if
 * wanted. Returns the number of arguments. */
static size_t
compose(struct keeper *k, const struct keeping *what, bool checkpoint, bool summaries)
{
	const struct plan *p = rollup_plan(what->rollup);
	struct board      *b = what->board;
	size_t             n = 0;

	k->args = mem_resized(k->args, FIXED_ARGS + 2 * (size_t)b->count, sizeof(k->args[0]));
	buf_reset(&k->state);
	if (checkpoint)
		wire_checkpoint_encode(&k->state, what->rollup, what->position);
	snprintf(k->numbers[1], sizeof(k->numbers[1]), "%" PRId64, what->as_of_ms);
	snprintf(k->numbers[2], sizeof(k->numbers[2]), "%" PRIu32, p->revision);
	k->args[n++] = text_of("EVAL");
	k->args[n++] = text_of(LEDGER_KEEP_SCRIPT);
	k->args[n++] = text_of("2");
	k->args[n++] = text_of(ledger_key(p->id, LEDGER_ROLLUP, k->keys[0]));
	k->args[n++] = text_of(ledger_key(p->id, LEDGER_SUMMARY, k->keys[1]));
	k->args[n++] = text_of(position_format(what->position, k->numbers[0]));
	k->args[n++] = text_of(k->numbers[1]);
	k->args[n++] = text_of(k->numbers[2]);
	k->args[n++] = buf_text(&k->state);
	k->args[n++] = text_of(k->whole && summaries ? "all" : "some");
	for (uint32_t row = 0; summaries && row < b->count; row++) {
		if (!b->topics[row].unkept)
			continue;
		k->args[n++] = text_of(b->topics[row].name);
		k->args[n++] = buf_text(&b->topics[row].payload);
		board_mark_kept(b, row);
	}
	return n;
}

/* Whatever was under way is unknown: all is written again. */
static void
start_again(struct keeper *k, const struct keeping *what, int64_t at_ms)
{
	k->asked = false;
	k->whole = true;
	k->checkpointed = (struct position){0};
	k->summary_at_ms = at_ms;
	k->checkpoint_at_ms = at_ms;
	board_mark_unkept(what->board);
}

static void
hear(struct keeper *k, const struct keeping *what, int64_t mono_ms)
{
	struct store_reply *r = store_take(k->link);

	if (r == NULL)
		return;
	k->asked = false;
	if (store_reply_type(r) != STORE_ARRAY)
		start_again(k, what, mono_ms + RETRY_MS);
	store_reply_free(r);
}

int64_t
keeper_turn(struct keeper *k, const struct keeping *what, int64_t mono_ms)
{
	int64_t wait_ms = store_turn(k->link, mono_ms), due_ms = -1;
	bool    checkpoint, summaries;
	size_t  count;

	if (!store_is_ready(k->link))
		return wait_ms;
	if (k->epoch != store_epoch(k->link)) {
		k->epoch = store_epoch(k->link);
		start_again(k, what, mono_ms);
	}
	hear(k, what, mono_ms);
	checkpoint = position_compare(k->checkpointed, what->position) != 0;
	summaries = what->board->unkept > 0;
	if (checkpoint)
		due_ms = k->checkpoint_at_ms;
	if (summaries)
		due_ms = clock_sooner(due_ms, k->summary_at_ms);
	if (k->asked || due_ms < 0)
		return wait_ms;
	if (mono_ms < due_ms)
		return due_ms - mono_ms;
	checkpoint = checkpoint && mono_ms >= k->checkpoint_at_ms;
	summaries = summaries && mono_ms >= k->summary_at_ms;
	count = compose(k, what, checkpoint, summaries);
	store_send(k->link, k->args, count);
	k->asked = true;
	if (summaries) {
		k->whole = false;
		k->summary_at_ms = mono_ms + KEEPER_SUMMARY_MS;
	}
	if (checkpoint) {
		k->checkpointed = what->position;
		k->checkpoint_at_ms = mono_ms + KEEPER_CHECKPOINT_MS;
	}
	store_flush(k->link);
	return wait_ms;
}

int
keeper_finish(struct keeper *k, const struct keeping *what, int64_t timeout_ms, struct err *e)
{
	size_t              n = compose(k, what, true, true);
	struct store_reply *r = store_call(k->link, timeout_ms, e, k->args, n);

	store_reply_free(r);
	return r != NULL ? 0 : -1;
}
