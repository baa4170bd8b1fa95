#include "aggregator/follow_state.h"

#include <stdio.h>

#include "common/ledger.h"

#define BLOCK_MS      5000 /* XREAD answers at least that often */
#define LATE_BLOCK_MS 100  /* while a day is to end, or the ledger's end to be seen */
#define COUNT_MAX     64   /* entries asked for at once, while they are small */
#define ANSWER_BYTES  (1u << 20)

/* How long the store may keep us waiting for an entry: not beyond the end of the day,
 * and hardly at all while a day is to end. */
static int64_t
block_ms(const struct follow *f)
{
	int64_t midnight_ms = follow_ms_to_midnight(f);

	if (!f->caught_up || !follow_is_today(f) || sealer_is_proving(&f->sealer))
		return LATE_BLOCK_MS;
	return midnight_ms < BLOCK_MS ? midnight_ms + 1 : BLOCK_MS;
}

void
follow_ask_entries(struct follow *f, struct position from, int64_t mono_ms)
{
	char key[LEDGER_KEY_SIZE], here[POSITION_SIZE], count[16], block[16];

	snprintf(count, sizeof(count), "%d", f->count);
	snprintf(block, sizeof(block), "%d", (int)block_ms(f));
	store_sendv(f->link, "XREAD", "COUNT", count, "BLOCK", block, "STREAMS",
	    ledger_key(f->id, LEDGER_LEDGER, key), position_format(from, here), NULL);
	follow_asked(f, ASKED_ENTRIES, mono_ms);
}

/* Ends the days before an entry. Returns false if there is no room for all of them. */
static bool
may_fold(struct follow *f, struct position position)
{
	return f->today != FOLD_BY_LEDGER || !fold_has_begun(f->fold) ||
	    follow_turn_days(f, fold_day_of(f->fold, position));
}

/* Folds them; or as many as there is room for the days before them: the rest is then
 * to be asked for again. */
static int
fold_all(struct follow *f, const struct store_reply *entries, struct err *e)
{
	struct ledger_entry entry = {0};
	char                here[POSITION_SIZE];

	if (f->fold == NULL) {
		struct fold_rules rules = follow_rules(f);

		f->fold = fold_new(&rules);
	}
	for (size_t i = 0; i < store_reply_count(entries); i++) {
		int rc = ledger_entry_read(store_reply_at(entries, i), &entry, e);

		if (rc == 0 && !may_fold(f, entry.position)) {
			if (f->asked == ASKED_ENTRIES)
				f->asked = ASKED_IN_VAIN;
			return 0;
		}
		if (rc == 0 && fold_entry(f->fold, &entry, e) == 0) {
			sealer_add(&f->sealer, &entry);
			continue;
		}
		err_wrap(e, position_format(entry.position, here));
		err_wrap(e, "ledger");
		return -1;
	}
	return 0;
}

/* Few at a time when entries are large, many when they are small. */
static void
adapt_count(struct follow *f, const struct store_reply *entries)
{
	size_t bytes = 0, n = store_reply_count(entries);

	for (size_t i = 0; i < n; i++) {
		const struct store_reply *pairs = store_reply_at(store_reply_at(entries, i), 1);

		bytes += store_reply_text(store_reply_at(pairs, 1)).len;
	}
	if (bytes > ANSWER_BYTES && f->count > FOLLOW_COUNT_MIN)
		f->count /= 2;
	else if (bytes < ANSWER_BYTES / 4 && n == (size_t)f->count && f->count < COUNT_MAX)
		f->count *= 2;
}

/* The ledger was read up to its end, or a further part of it. */
static void
go_on(struct follow *f)
{
	f->stuck = false;
	f->trouble = (struct err){0};
}

/* The next question is out before this answer is folded, so that Redis works at
 * the same time. */
static void
ask_ahead(struct follow *f, const struct store_reply *entries, int64_t mono_ms)
{
	const struct store_reply *last = store_reply_at(entries, store_reply_count(entries) - 1);
	struct position           next;

	if (follow_is_full(f) || follow_wants_clock(f, mono_ms) ||
	    !position_parse(store_reply_text(store_reply_at(last, 0)), &next))
		return;
	follow_ask_entries(f, next, mono_ms);
	store_flush(f->link);
}

/* There is no more: then the fold has got where the plan says that the ledger ends. */
static void
hear_nothing(struct follow *f, int64_t mono_ms)
{
	char       here[POSITION_SIZE], end[POSITION_SIZE];
	struct err e = {0};

	if (f->caught_up || follow_is_at_target(f)) {
		sealer_end(&f->sealer);
		go_on(f);
		return;
	}
	err_set(&e, ERR_ENV,
	    "the ledger of plan %s ends at %s, before %s, its end by the plan: see 'tuijin verify'",
	    f->id, position_format(follow_position(f), here), position_format(f->target, end));
	f->stuck = true;
	follow_falter(f, mono_ms, &e);
}

void
follow_hear_entries(struct follow *f, const struct store_reply *r, int64_t mono_ms)
{
	const struct store_reply *entries;
	struct err                e = {0};

	if (store_reply_type(r) == STORE_NIL) {
		hear_nothing(f, mono_ms);
		return;
	}
	if (store_reply_type(r) != STORE_ARRAY) {
		ledger_unexpected(r, &e);
		follow_falter(f, mono_ms, &e);
		return;
	}
	entries = store_reply_at(store_reply_at(r, 0), 1);
	if (follow_may_be_another_ledger(f, entries)) {
		f->phase = PHASE_LOADING;
		f->retry_at_ms = mono_ms;
		return;
	}
	adapt_count(f, entries);
	ask_ahead(f, entries, mono_ms);
	if (fold_all(f, entries, &e) == 0) {
		go_on(f);
		return;
	}
	f->stuck = true;
	f->trouble = e;
	store_drop(f->link, mono_ms, e.msg); /* and the question that is out with it */
}
