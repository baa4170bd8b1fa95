#include "aggregator/keeper.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "common/ledger.h"
#include "core/calendar.h"
#include "core/mem.h"

#define FIXED_ARGS 11 /* EVAL, script, 3, keys, position, as_of, revision, state, mode */
#define RETRY_MS   1000
#define DAYS_MAX   64 /* of one write */
#define DAYS_BYTES (1u << 20)

enum asked { ASKED_NOTHING, ASKED_STATE, ASKED_DAYS, ASKED_KINDS };

struct keeper {
	struct store   *link; /* owned */
	bool            keeps;
	uint64_t        epoch;
	enum asked      asked; /* the write that is out */
	bool            asked_checkpoint, asked_summaries;
	size_t          asked_days, kept_days; /* under way; done and not yet told */
	struct err      trouble[ASKED_KINDS];  /* by what was asked */
	bool            unsure; /* what Redis has is not known: all is to be written again */
	bool            whole;  /* the next write of summaries is of all there are */
	struct position checkpointed;
	int32_t         checkpointed_day;
	int64_t         summary_at_ms, checkpoint_at_ms, days_at_ms; /* not before */
	struct buf      state;
	struct text    *args; /* owned; into what stands above, below and on the board */
	char            keys[3][LEDGER_KEY_SIZE], numbers[3][POSITION_SIZE];
};

/* Texts of a call that keeps days: for as long as it takes to send it. */
struct day_texts {
	char today[CALENDAR_DATE_SIZE];
	char dates[DAYS_MAX][CALENDAR_DATE_SIZE], positions[DAYS_MAX][POSITION_SIZE];
};

struct keeper *
keeper_open(const char *url, bool keeps, struct err *e)
{
	struct keeper *k = mem_zeroed(1, sizeof(*k));

	k->link = store_open(url, e);
	if (k->link == NULL) {
		free(k);
		return NULL;
	}
	k->keeps = keeps;
	k->unsure = true;
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
	const struct plan *p = fold_plan(what->fold);
	struct board      *b = what->board;
	size_t             n = 0;

	k->args = mem_resized(k->args, FIXED_ARGS + 2 * (size_t)b->count, sizeof(k->args[0]));
	buf_reset(&k->state);
	if (checkpoint)
		fold_save(what->fold, &k->state);
	snprintf(k->numbers[1], sizeof(k->numbers[1]), "%" PRId64, what->as_of_ms);
	snprintf(k->numbers[2], sizeof(k->numbers[2]), "%" PRIu32, p->revision);
	k->args[n++] = text_of("EVAL");
	k->args[n++] = text_of(LEDGER_KEEP_SCRIPT);
	k->args[n++] = text_of("3");
	k->args[n++] = text_of(ledger_key(p->id, LEDGER_ROLLUP, k->keys[0]));
	k->args[n++] = text_of(ledger_key(p->id, LEDGER_SUMMARY, k->keys[1]));
	k->args[n++] = text_of(ledger_key(p->id, LEDGER_LEDGER, k->keys[2]));
	k->args[n++] = text_of(position_format(fold_position(what->fold), k->numbers[0]));
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

/* Redis refused, or has something newer, or the link was lost. */
static void
doubt(struct keeper *k, int64_t at_ms)
{
	k->unsure = true;
	k->summary_at_ms = at_ms;
	k->checkpoint_at_ms = at_ms;
}

static bool
was_kept(const struct store_reply *r, size_t which)
{
	return store_reply_integer(store_reply_at(r, which)) == 1;
}

static void
hear_days(struct keeper *k, const struct store_reply *r, int64_t mono_ms)
{
	if (store_reply_type(r) == STORE_INTEGER)
		k->kept_days += k->asked_days;
	else
		k->days_at_ms = mono_ms + RETRY_MS;
}

static void
hear_state(struct keeper *k, const struct store_reply *r, int64_t mono_ms)
{
	if (store_reply_type(r) != STORE_ARRAY || (k->asked_checkpoint && !was_kept(r, 0)) ||
	    (k->asked_summaries && !was_kept(r, 1)))
		doubt(k, mono_ms + RETRY_MS);
}

/* An answer to one kind of write does not take back the trouble with the other. */
static void
hear(struct keeper *k, const struct store_reply *r, int64_t mono_ms)
{
	struct err *trouble = &k->trouble[k->asked];

	if (store_reply_type(r) == STORE_ERROR)
		ledger_unexpected(r, trouble);
	else
		trouble->msg[0] = '\0';
	if (k->asked == ASKED_DAYS)
		hear_days(k, r, mono_ms);
	else
		hear_state(k, r, mono_ms);
	k->asked = ASKED_NOTHING;
}

const char *
keeper_trouble(const struct keeper *k)
{
	const char *days = k->trouble[ASKED_DAYS].msg;

	return days[0] != '\0' ? days : k->trouble[ASKED_STATE].msg;
}

/* Keeps the link going and takes the answer, also while there is nothing to keep. */
static int64_t
attend(struct keeper *k, int64_t mono_ms)
{
	int64_t             wait_ms = store_turn(k->link, mono_ms);
	struct store_reply *r;

	if (!store_is_ready(k->link))
		return wait_ms;
	if (k->epoch != store_epoch(k->link)) {
		k->epoch = store_epoch(k->link);
		k->asked = ASKED_NOTHING;
		doubt(k, mono_ms);
	}
	r = store_take(k->link);
	if (r != NULL)
		hear(k, r, mono_ms);
	store_reply_free(r);
	return wait_ms;
}

/* Makes up its mind about what Redis has, now that there is something to write. */
static void
settle_doubt(struct keeper *k, struct board *b)
{
	if (!k->unsure)
		return;
	k->unsure = false;
	k->whole = true;
	k->checkpointed = (struct position){0};
	board_mark_unkept(b);
}

static void
write_out(struct keeper *k, const struct keeping *what, int64_t mono_ms)
{
	size_t count;

	count = compose(k, what, k->asked_checkpoint, k->asked_summaries);
	store_send(k->link, k->args, count);
	store_flush(k->link);
	k->asked = ASKED_STATE;
	if (k->asked_summaries) {
		k->whole = false;
		k->summary_at_ms = mono_ms + KEEPER_SUMMARY_MS;
	}
	if (k->asked_checkpoint) {
		k->checkpointed = fold_position(what->fold);
		k->checkpointed_day = rollup_today(fold_rollup(what->fold));
		k->checkpoint_at_ms = mono_ms + KEEPER_CHECKPOINT_MS;
	}
}

/* The call of LEDGER_KEEP_DAYS_SCRIPT for as many days as go into one write: *days.
 * Returns the number of arguments. */
static size_t
compose_days(
    struct keeper *k, const struct keeper_days *past, struct day_texts *texts, size_t *days)
{
	size_t n = 0, bytes = 0, i = 0;

	k->args = mem_resized(k->args, FIXED_ARGS + 3 * DAYS_MAX, sizeof(k->args[0]));
	k->args[n++] = text_of("EVAL");
	k->args[n++] = text_of(LEDGER_KEEP_DAYS_SCRIPT);
	k->args[n++] = text_of("2");
	k->args[n++] = text_of(ledger_key(past->plan, LEDGER_TREND, k->keys[0]));
	k->args[n++] = text_of(ledger_key(past->plan, LEDGER_LEDGER, k->keys[1]));
	k->args[n++] = text_of(calendar_format_date(past->today, texts->today));
	for (; i < past->count && i < DAYS_MAX && bytes < DAYS_BYTES; i++) {
		const struct ended_day *d = &past->days[i];

		k->args[n++] = text_of(calendar_format_date(d->day, texts->dates[i]));
		k->args[n++] = text_of(position_format(d->position, texts->positions[i]));
		k->args[n++] = buf_text(&d->bytes);
		bytes += d->bytes.len;
	}
	*days = i;
	return n;
}

void
keeper_keep_days(struct keeper *k, const struct keeper_days *past, int64_t mono_ms)
{
	struct day_texts texts;
	size_t           count;

	if (past->count == 0 || k->asked != ASKED_NOTHING || mono_ms < k->days_at_ms ||
	    !store_is_ready(k->link))
		return;
	count = compose_days(k, past, &texts, &k->asked_days);
	store_send(k->link, k->args, count);
	store_flush(k->link);
	k->asked = ASKED_DAYS;
}

size_t
keeper_take_kept_days(struct keeper *k)
{
	size_t kept = k->kept_days;

	k->kept_days = 0;
	return kept;
}

bool
keeper_has_days_trouble(const struct keeper *k)
{
	return k->trouble[ASKED_DAYS].msg[0] != '\0';
}

void
keeper_forget_days(struct keeper *k)
{
	k->asked_days = k->kept_days = 0;
}

/* True if Redis has another checkpoint than this fold's would be. */
static bool
needs_checkpoint(const struct keeper *k, const struct fold *f)
{
	return position_compare(k->checkpointed, fold_position(f)) != 0 ||
	    k->checkpointed_day != rollup_today(fold_rollup(f));
}

int64_t
keeper_turn(struct keeper *k, const struct keeping *what, int64_t mono_ms)
{
	int64_t wait_ms = attend(k, mono_ms), due_ms = -1;
	bool    checkpoint, summaries;

	if (k->kept_days > 0)
		return 0; /* for keeper_take_kept_days() */
	if (!store_is_ready(k->link) || k->asked != ASKED_NOTHING || what == NULL || !k->keeps)
		return wait_ms;
	settle_doubt(k, what->board);
	checkpoint = what->days.count == 0 && !what->days_lost && needs_checkpoint(k, what->fold);
	summaries = what->board->unkept > 0;
	if (checkpoint)
		due_ms = k->checkpoint_at_ms;
	if (summaries)
		due_ms = clock_sooner(due_ms, k->summary_at_ms);
	if (due_ms < 0)
		return wait_ms;
	if (mono_ms < due_ms)
		return due_ms - mono_ms;
	k->asked_checkpoint = checkpoint && mono_ms >= k->checkpoint_at_ms;
	k->asked_summaries = summaries && mono_ms >= k->summary_at_ms;
	write_out(k, what, mono_ms);
	return wait_ms;
}

/* Returns 0 once all of them are kept, or -1 with *e. */
static int
finish_days(struct keeper *k, struct keeper_days past, int64_t until_ms, struct err *e)
{
	while (past.count > 0) {
		struct day_texts    texts;
		struct store_reply *r;
		size_t              days, count = compose_days(k, &past, &texts, &days);

		r = store_call(k->link, until_ms - clock_mono_ms(), e, k->args, count);
		if (r == NULL)
			return -1;
		store_reply_free(r);
		past.days += days;
		past.count -= days;
	}
	return 0;
}

int
keeper_finish(struct keeper *k, const struct keeping *what, int64_t timeout_ms, struct err *e)
{
	int64_t             until_ms = clock_mono_ms() + timeout_ms;
	struct store_reply *r;
	size_t              count;
	int                 rc;

	if (!k->keeps)
		return 0;
	k->unsure |= k->asked != ASKED_NOTHING || k->epoch != store_epoch(k->link);
	settle_doubt(k, what->board);
	rc = finish_days(k, what->days, until_ms, e);
	count = compose(k, what, rc == 0 && !what->days_lost, true);
	r = store_call(k->link, until_ms - clock_mono_ms(), e, k->args, count);
	if (r == NULL)
		return -1;
	store_reply_free(r);
	return rc;
}
