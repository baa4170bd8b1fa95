#include "aggregator/keeper_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/clock.h"
#include "core/mem.h"

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

bool
keeper_keeps(const struct keeper *k)
{
	return k->keeps;
}

void
keeper_start_over(struct keeper *k)
{
	k->whole = true;
}

/* The position and what Redis may know it by: the first arguments of a write. Returns
 * their number. */
static size_t
add_head(struct keeper *k, const struct keeping *what)
{
	const struct plan *p = fold_plan(what->fold);
	size_t             n = 0;

	snprintf(k->numbers[1], sizeof(k->numbers[1]), "%" PRId64, what->as_of_ms);
	snprintf(k->numbers[2], sizeof(k->numbers[2]), "%" PRIu32, p->revision);
	k->args[n++] = text_of("EVAL");
	k->args[n++] = text_of(LEDGER_KEEP_SCRIPT);
	k->args[n++] = text_of("4");
	k->args[n++] = text_of(ledger_key(p->id, LEDGER_ROLLUP, k->keys[0]));
	k->args[n++] = text_of(ledger_key(p->id, LEDGER_SUMMARY, k->keys[1]));
	k->args[n++] = text_of(ledger_key(p->id, LEDGER_LEDGER, k->keys[2]));
	k->args[n++] = text_of(ledger_key(p->id, LEDGER_SEALS, k->keys[3]));
	k->args[n++] = text_of(position_format(fold_position(what->fold), k->numbers[0]));
	k->args[n++] = text_of(k->numbers[1]);
	k->args[n++] = text_of(k->numbers[2]);
	return n;
}

/* The call of LEDGER_KEEP_SCRIPT: summaries that Redis has not, and the state with its
 * seal if wanted. Returns the number of arguments. */
static size_t
compose(struct keeper *k, const struct keeping *what, bool checkpoint, bool summaries,
    struct seal_texts *texts)
{
	struct board *b = what->board;
	size_t        n, count;

	k->args = mem_resized(k->args,
	    KEEPER_FIXED_ARGS + 3 * KEEPER_SEALS_MAX + 2 * (size_t)b->count, sizeof(k->args[0]));
	n = add_head(k, what);
	buf_reset(&k->state);
	if (checkpoint) {
		sealer_cut(what->sealer);
		fold_save(what->fold, &k->state);
	}
	k->args[n++] = buf_text(&k->state);
	k->args[n++] = text_of(k->whole && summaries ? "all" : "some");
	count = n++;
	n = keeper_add_seals(k, what->sealer, checkpoint ? KEEPER_SEALS_MAX : 0, texts, n);
	snprintf(k->numbers[4], sizeof(k->numbers[4]), "%zu", n - count - 2);
	k->args[count] = text_of(k->numbers[4]);
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

/* Others have sealed meanwhile, and it was told how far: then at once again. Behind all
 * of them there is no checkpoint, which they take care of. */
static void
hear_no_checkpoint(struct keeper *k, int64_t mono_ms)
{
	if (k->seals_stay || position_compare(k->stored, k->asked_behind) == 0) {
		doubt(k, mono_ms + KEEPER_RETRY_MS);
		return;
	}
	k->checkpointed = (struct position){0};
	k->checkpoint_at_ms = mono_ms;
}

static void
hear_state(struct keeper *k, const struct store_reply *r, int64_t mono_ms)
{
	if (store_reply_type(r) != STORE_ARRAY || (k->asked_summaries && !was_kept(r, 1))) {
		doubt(k, mono_ms + KEEPER_RETRY_MS);
		return;
	}
	if (!k->asked_checkpoint)
		return;
	if (store_reply_count(r) > 2)
		keeper_hear_seals(k, store_reply_at(r, 2), mono_ms);
	if (was_kept(r, 0))
		k->kept_wall_ms = clock_wall_ms();
	else
		hear_no_checkpoint(k, mono_ms);
}

void
keeper_note(struct keeper *k, enum keeper_asked what, const struct store_reply *r)
{
	if (store_reply_type(r) == STORE_ERROR)
		ledger_unexpected(r, &k->trouble[what]);
	else
		k->trouble[what].msg[0] = '\0';
}

static void
hear(struct keeper *k, const struct store_reply *r, int64_t mono_ms)
{
	if (k->asked != ASKED_END)
		keeper_note(k, k->asked, r);
	if (k->asked == ASKED_END)
		keeper_hear_end(k, r);
	else if (k->asked == ASKED_DAYS)
		keeper_hear_days(k, r, mono_ms);
	else if (k->asked == ASKED_SEALS)
		keeper_hear_seals(k, r, mono_ms);
	else
		hear_state(k, r, mono_ms);
	k->asked = ASKED_NOTHING;
}

const char *
keeper_trouble(const struct keeper *k)
{
	int what = ASKED_KINDS - 1;

	while (what > ASKED_NOTHING && k->trouble[what].msg[0] == '\0')
		what--;
	return k->trouble[what].msg;
}

int64_t
keeper_checkpoint_ms(const struct keeper *k)
{
	return k->kept_wall_ms;
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
	struct seal_texts texts;
	size_t            count;

	count = compose(k, what, k->asked_checkpoint, k->asked_summaries, &texts);
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

/* True if all before a checkpoint is kept, or goes with it, and nobody has sealed more. */
static bool
may_checkpoint(const struct keeper *k, const struct keeping *what)
{
	const struct sealer *s = what->sealer;

	return what->days.count == 0 && what->unfit == NULL && !s->torn && !sealer_is_proving(s) &&
	    !k->seals_stay && s->cut_count < KEEPER_SEALS_MAX &&
	    position_compare(s->stored, s->seal.position) <= 0;
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

	if (k->kept_days > 0 || k->stored_news)
		return 0; /* for keeper_take_kept_days() and keeper_keep_seals() */
	if (!store_is_ready(k->link) || k->asked != ASKED_NOTHING || what == NULL || !k->keeps)
		return wait_ms;
	settle_doubt(k, what->board);
	checkpoint = may_checkpoint(k, what) && needs_checkpoint(k, what->fold);
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

/* What became of the last checkpoint. None is taken where there is a newer one, or where
 * others have sealed more: they take care of it. */
static int
finish_state(
    struct keeper *k, const struct keeping *what, const struct store_reply *r, struct err *e)
{
	const struct store_reply *seals = store_reply_at(r, 2);
	struct position           sealed;

	keeper_hear_seals(k, seals, 0);
	if (was_kept(r, 0))
		return 0;
	if (k->trouble[ASKED_SEALS].msg[0] != '\0')
		return err_fail(e, ERR_AGAIN, "%s", k->trouble[ASKED_SEALS].msg);
	if (position_parse(store_reply_text(seals), &sealed) &&
	    position_compare(sealed, fold_position(what->fold)) >= 0)
		return 0;
	return err_fail(e, ERR_AGAIN, "the ledger in Redis does not have the last entry folded");
}

int
keeper_finish(struct keeper *k, const struct keeping *what, int64_t timeout_ms, struct err *e)
{
	int64_t             until_ms = clock_mono_ms() + timeout_ms;
	struct seal_texts   texts;
	struct store_reply *r;
	size_t              count;
	int                 rc;

	if (!k->keeps)
		return 0;
	k->unsure |= (k->asked != ASKED_NOTHING && k->asked != ASKED_END) ||
	    k->epoch != store_epoch(k->link);
	settle_doubt(k, what->board);
	rc = keeper_finish_days(k, what->days, until_ms, e);
	if (keeper_finish_seals(k, what, until_ms, rc == 0 ? e : NULL) != 0)
		rc = -1;
	if (rc == 0 && what->unfit != NULL)
		rc = err_fail(e, ERR_AGAIN, "%s", what->unfit);
	count = compose(k, what, rc == 0, true, &texts);
	r = store_call(k->link, until_ms - clock_mono_ms(), rc == 0 ? e : NULL, k->args, count);
	if (r == NULL)
		return -1;
	if (rc == 0)
		rc = finish_state(k, what, r, e);
	store_reply_free(r);
	return rc;
}
