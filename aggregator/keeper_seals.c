#include "aggregator/keeper_state.h"

#include <string.h>

#include "common/clock.h"
#include "core/mem.h"

size_t
keeper_add_seals(
    struct keeper *k, const struct sealer *s, size_t most, struct seal_texts *texts, size_t n)
{
	k->asked_seals = s->cut_count < most ? s->cut_count : most;
	k->asked_behind = s->stored;
	k->args[n++] = text_of(position_format(s->stored, k->numbers[3]));
	for (size_t i = 0; i < k->asked_seals; i++) {
		const struct seal *seal = &s->cuts[i].seal;

		k->args[n++] = text_of(position_format(seal->position, texts->positions[i]));
		k->args[n++] = text_of(sha256_format(&seal->hash, texts->hashes[i]));
		k->args[n++] = sealer_links(s, i);
	}
	return n;
}

/* The call of LEDGER_KEEP_SEALS_SCRIPT. Returns the number of arguments. */
static size_t
compose(struct keeper *k, const char *plan, const struct sealer *s, struct seal_texts *texts)
{
	size_t n = 0;

	k->args =
	    mem_resized(k->args, KEEPER_FIXED_ARGS + 3 * KEEPER_SEALS_MAX, sizeof(k->args[0]));
	k->args[n++] = text_of("EVAL");
	k->args[n++] = text_of(LEDGER_KEEP_SEALS_SCRIPT);
	k->args[n++] = text_of("2");
	k->args[n++] = text_of(ledger_key(plan, LEDGER_SEALS, k->keys[0]));
	k->args[n++] = text_of(ledger_key(plan, LEDGER_LEDGER, k->keys[1]));
	return keeper_add_seals(k, s, KEEPER_SEALS_MAX, texts, n);
}

/* A seal may be possible where the fold is now; or of what is one write, if that is as
 * much as there can be in one. Without any, Redis only tells whether all is well again. */
static void
try_otherwise(struct keeper *k, struct sealer *s)
{
	sealer_cut(s);
	if (k->seals_merge)
		sealer_merge(s, KEEPER_SEALS_MAX);
	k->seals_merge = false;
}

void
keeper_keep_seals(struct keeper *k, const char *plan, struct sealer *s, int64_t mono_ms)
{
	struct seal_texts texts;
	size_t            count;

	if (k->stored_news)
		sealer_take_stored(s, k->stored);
	k->stored_news = false;
	if (k->asked != ASKED_NOTHING || s->torn || sealer_is_proving(s) ||
	    mono_ms < k->seals_at_ms || !store_is_ready(k->link))
		return;
	if (k->seals_stay)
		try_otherwise(k, s);
	else if (s->cut_count == 0)
		return;
	count = compose(k, plan, s, &texts);
	store_send(k->link, k->args, count);
	store_flush(k->link);
	k->asked = ASKED_SEALS;
}

/* LEDGER_KEEP_SEALS_SCRIPT's: the stream had a later seal. */
static bool
are_too_old(const struct store_reply *r)
{
	static const char word[] = "BEHIND ";
	struct text       said = store_reply_text(r);

	return store_reply_type(r) == STORE_ERROR && said.len >= sizeof(word) - 1 &&
	    memcmp(said.at, word, sizeof(word) - 1) == 0;
}

void
keeper_hear_seals(struct keeper *k, const struct store_reply *r, int64_t mono_ms)
{
	keeper_note(k, ASKED_SEALS, r);
	k->stored_news = position_parse(store_reply_text(r), &k->stored);
	k->seals_stay = !k->stored_news ||
	    (k->asked_seals > 0 && position_compare(k->stored, k->asked_behind) == 0);
	k->seals_merge = k->seals_stay && k->asked_seals == KEEPER_SEALS_MAX &&
	    (k->stored_news || are_too_old(r));
	if (k->seals_stay)
		k->seals_at_ms = mono_ms + KEEPER_RETRY_MS;
}

bool
keeper_has_seals_trouble(const struct keeper *k)
{
	return k->seals_stay;
}

int
keeper_finish_seals(struct keeper *k, const struct keeping *what, int64_t until_ms, struct err *e)
{
	struct sealer *s = what->sealer;

	sealer_cut(s);
	k->seals_stay = false;
	while (s->cut_count > 0 && !s->torn && !sealer_is_proving(s) && !k->seals_stay) {
		struct seal_texts   texts;
		size_t              count = compose(k, fold_plan(what->fold)->id, s, &texts);
		struct store_reply *r;

		r = store_call(k->link, until_ms - clock_mono_ms(), e, k->args, count);
		if (r == NULL)
			return -1;
		keeper_hear_seals(k, r, 0);
		store_reply_free(r);
		if (k->stored_news)
			sealer_take_stored(s, k->stored);
	}
	if (s->torn)
		return err_fail(e, ERR_AGAIN, "seals are gone; the next start makes them again");
	if (sealer_is_proving(s))
		return err_fail(e, ERR_AGAIN, "the ledger was not folded again to where it was");
	if (k->seals_stay)
		return err_fail(
		    e, ERR_AGAIN, "the ledger in Redis does not have what is to be sealed");
	return 0;
}
