#include "aggregator/keeper_state.h"

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

void
keeper_keep_seals(struct keeper *k, const char *plan, struct sealer *s, int64_t mono_ms)
{
	struct seal_texts texts;
	size_t            count;

	if (k->stored_news)
		sealer_take_stored(s, k->stored);
	k->stored_news = false;
	if (s->cut_count == 0 || s->torn || k->asked != ASKED_NOTHING || mono_ms < k->seals_at_ms ||
	    !store_is_ready(k->link))
		return;
	if (k->seals_stay)
		sealer_cut(s); /* where one may be possible */
	count = compose(k, plan, s, &texts);
	store_send(k->link, k->args, count);
	store_flush(k->link);
	k->asked = ASKED_SEALS;
}

void
keeper_hear_seals(struct keeper *k, const struct store_reply *r, int64_t mono_ms)
{
	keeper_note(k, ASKED_SEALS, r);
	k->stored_news = position_parse(store_reply_text(r), &k->stored);
	k->seals_stay = !k->stored_news ||
	    (k->asked_seals > 0 && position_compare(k->stored, k->asked_behind) == 0);
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
	for (k->seals_stay = false; s->cut_count > 0 && !s->torn && !k->seals_stay;) {
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
	return 0;
}
