#include "aggregator/follow_state.h"

#include "common/ledger.h"
#include "core/plan_yaml.h"

void
follow_ask_to_begin(struct follow *f, int64_t mono_ms)
{
	char keys[4][LEDGER_KEY_SIZE], here[POSITION_SIZE];

	store_sendv(f->link, "EVAL", LEDGER_BEGIN_SCRIPT, "4",
	    ledger_key(f->id, LEDGER_PLAN, keys[0]), ledger_key(f->id, LEDGER_ROLLUP, keys[1]),
	    ledger_key(f->id, LEDGER_LEDGER, keys[2]), ledger_key(f->id, LEDGER_SEALS, keys[3]),
	    position_format(follow_position(f), here), NULL);
	follow_asked(f, ASKED_BEGINNING, mono_ms);
}

/* The parts of the answer, and the fields of the first two. */
enum { PART_PLAN, PART_KEPT, PART_STANDS, PART_TIME, PART_SEALED, PARTS };
enum { PLAN_REVISION, PLAN_END, PLAN_TEXT };
enum { KEPT_REVISION, KEPT_STATE, KEPT_POSITION, KEPT_HASH, KEPT_LINK };

/* The seal that the checkpoint was kept with, if its last link is of that hash. */
static bool
take_seal(const struct store_reply *kept, struct seal *seal)
{
	struct text      rest = store_reply_text(store_reply_at(kept, KEPT_LINK));
	struct seal_link link;

	return position_parse(
		   store_reply_text(store_reply_at(kept, KEPT_POSITION)), &seal->position) &&
	    sha256_parse(store_reply_text(store_reply_at(kept, KEPT_HASH)), &seal->hash) &&
	    seal_link_read(&rest, &link) && seal_link_fits(&link, seal);
}

/* True if there is a checkpoint, but not its seal. */
static bool
lacks_seal(const struct store_reply *kept)
{
	struct seal seal;

	return store_reply_text(store_reply_at(kept, KEPT_STATE)).at != NULL &&
	    !take_seal(kept, &seal);
}

/* Takes up the checkpoint if it is of the plan in force and has its seal, which is then
 * *seal. Returns false where it does not fit: it is only a cache. */
static bool
resume(struct follow *f, const struct store_reply *plan_fields, const struct store_reply *kept,
    struct seal *seal)
{
	struct text       yaml = store_reply_text(store_reply_at(plan_fields, PLAN_TEXT));
	struct text       state = store_reply_text(store_reply_at(kept, KEPT_STATE));
	struct fold_rules rules = follow_rules(f);
	struct plan      *plan;
	struct fold      *fold;

	if (f->today != FOLD_BY_LEDGER || state.at == NULL || !take_seal(kept, seal) ||
	    !text_equal(store_reply_text(store_reply_at(kept, KEPT_REVISION)),
		store_reply_text(store_reply_at(plan_fields, PLAN_REVISION))))
		return false;
	plan = plan_yaml_parse_stored(yaml, NULL);
	fold = plan != NULL ? fold_restore(&rules, plan, state, NULL) : NULL;
	if (fold == NULL || position_compare(fold_position(fold), seal->position) != 0 ||
	    follow_is_ahead(f, fold)) {
		fold_free(fold);
		return false;
	}
	follow_replace_fold(f, fold);
	return true;
}

/* True if the fold can go on behind its last entry, which the ledger still has, as
 * Redis has all seals that are not held here. Not if the ledger was changed: it may have
 * been brought back. */
static bool
goes_on(struct follow *f, const struct store_reply *parts)
{
	struct position last;

	if (!fold_has_begun(f->fold) || f->sealer.changed ||
	    store_reply_integer(store_reply_at(parts, PART_STANDS)) != 1)
		return false;
	if (position_parse(store_reply_text(store_reply_at(parts, PART_SEALED)), &last))
		sealer_take_stored(&f->sealer, last);
	return !f->sealer.torn;
}

static int
take_start(struct follow *f, const struct store_reply *parts, struct err *e)
{
	const struct store_reply *plan_fields = store_reply_at(parts, PART_PLAN);
	const struct store_reply *kept = store_reply_at(parts, PART_KEPT);
	struct seal               from = {0};
	struct position           stored = {0};

	f->store_ms = store_reply_integer(store_reply_at(parts, PART_TIME)) * 1000;
	if (!position_parse(store_reply_text(store_reply_at(plan_fields, PLAN_END)), &f->target))
		return err_fail(e, ERR_ENV, "plan %s in Redis has no ledger position", f->id);
	if (goes_on(f, parts)) {
		f->sure = follow_position(f);
		return 0;
	}
	f->hush = store_reply_count(kept) > 0 && f->former == NULL && !f->caught_up;
	if (!resume(f, plan_fields, kept, &from)) {
		f->sealer.losses += f->sealer.keeps && !f->sealer.torn && lacks_seal(kept);
		follow_replace_fold(f, NULL);
		from = (struct seal){0};
	}
	(void)position_parse(store_reply_text(store_reply_at(parts, PART_SEALED)), &stored);
	sealer_begin(&f->sealer, &from, stored);
	return 0;
}

void
follow_hear_begin(struct follow *f, const struct store_reply *r, int64_t mono_ms)
{
	struct err e = {0};

	f->absent = false;
	if (store_reply_type(r) != STORE_ARRAY || store_reply_count(r) != PARTS) {
		ledger_unexpected(r, &e);
		follow_falter(f, mono_ms, &e);
	} else if (store_reply_type(store_reply_at(store_reply_at(r, PART_PLAN), PLAN_REVISION)) !=
	    STORE_TEXT) {
		err_set(&e, ERR_AGAIN, "plan %s is not loaded", f->id);
		f->absent = true;
		follow_falter(f, mono_ms, &e);
	} else if (take_start(f, r, &e) != 0) {
		f->stuck = true;
		follow_falter(f, mono_ms, &e);
	} else {
		f->phase = PHASE_READING;
	}
}

bool
follow_may_be_another_ledger(const struct follow *f, const struct store_reply *entries)
{
	struct ledger_entry entry;
	struct err          e = {0};

	return fold_has_begun(f->fold) && position_compare(f->sure, follow_position(f)) != 0 &&
	    ledger_entry_read(store_reply_at(entries, 0), &entry, &e) == 0 && entry.yaml.at != NULL;
}
