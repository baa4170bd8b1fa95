#include "aggregator/follow_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/ledger.h"
#include "core/mem.h"

#define BLOCK_MS      5000 /* XREAD answers at least that often */
#define SILENCE_MS    8000 /* without an answer: the link is dead */
#define LATE_BLOCK_MS 100  /* while a day is to end */
#define RETRY_MS      500
#define COUNT_MIN     16 /* entries asked for at once; */
#define COUNT_MAX     64 /* more while they are small: an entry can be 256 KiB */
#define ANSWER_BYTES  (1u << 20)

struct follow *
follow_open(const char *plan, const char *url, int32_t today, struct err *e)
{
	struct follow *f = mem_zeroed(1, sizeof(*f));

	f->link = store_open(url, e);
	if (f->link == NULL) {
		free(f);
		return NULL;
	}
	f->id = mem_copied(plan, strlen(plan));
	f->today = today;
	f->count = COUNT_MIN;
	return f;
}

void
follow_close(struct follow *f)
{
	if (f == NULL)
		return;
	store_close(f->link);
	fold_free(f->fold);
	fold_free(f->former);
	follow_drop_days(f, f->day_count - f->day_first);
	free(f->days);
	free(f->id);
	free(f);
}

/* What was shown last stays until the new one has caught up. */
void
follow_replace_fold(struct follow *f, struct fold *fold)
{
	f->counters = follow_counters(f);
	if (f->fold != NULL)
		f->replaced += fold_number(f->fold) + 1;
	if (f->caught_up)
		f->former = f->fold;
	else
		fold_free(f->fold);
	f->caught_up = false;
	f->fold = fold;
}

/* Who listened to the former fold hears of what is different in this one. */
static void
catch_up(struct follow *f)
{
	f->caught_up = true;
	if (f->former != NULL)
		fold_follow_on(f->fold, f->former);
	while (f->hush && alerts_take_edge(fold_alerts(f->fold)) != NULL)
		;
	fold_free(f->former);
	f->former = NULL;
	f->hush = false;
}

void
follow_falter(struct follow *f, int64_t mono_ms, const struct err *why)
{
	f->phase = PHASE_LOADING;
	f->retry_at_ms = mono_ms + (f->stuck ? FOLLOW_STUCK_MS : RETRY_MS);
	f->trouble = *why;
}

void
follow_asked(struct follow *f, enum asked what, int64_t mono_ms)
{
	f->asked = what;
	f->asked_ms = mono_ms;
}

struct position
follow_position(const struct follow *f)
{
	return f->fold != NULL ? fold_position(f->fold) : (struct position){0};
}

bool
follow_is_at_target(const struct follow *f)
{
	return position_compare(follow_position(f), f->target) >= 0;
}

/* How long the store may keep us waiting for an entry: not beyond the end of the day,
 * and hardly at all while a day is to end. */
static int64_t
block_ms(const struct follow *f)
{
	int64_t midnight_ms = follow_ms_to_midnight(f);

	if (!f->caught_up || !follow_is_today(f))
		return LATE_BLOCK_MS;
	return midnight_ms < BLOCK_MS ? midnight_ms + 1 : BLOCK_MS;
}

/* Entries behind `from`. */
static void
ask_for_more(struct follow *f, struct position from, int64_t mono_ms)
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
		if (rc == 0 && fold_entry(f->fold, &entry, e) == 0)
			continue;
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
	if (bytes > ANSWER_BYTES && f->count > COUNT_MIN)
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

	if (follow_days_are_many(f) || follow_wants_clock(f, mono_ms) ||
	    !position_parse(store_reply_text(store_reply_at(last, 0)), &next))
		return;
	ask_for_more(f, next, mono_ms);
	store_flush(f->link);
}

/* There is no more: then the fold has got where the plan says that the ledger ends. */
static void
hear_nothing(struct follow *f, int64_t mono_ms)
{
	char       here[POSITION_SIZE], end[POSITION_SIZE];
	struct err e = {0};

	if (f->caught_up || follow_is_at_target(f)) {
		go_on(f);
		return;
	}
	err_set(&e, ERR_ENV,
	    "the ledger of plan %s ends at %s, before %s, its end by the plan: see 'tuijin verify'",
	    f->id, position_format(follow_position(f), here), position_format(f->target, end));
	f->stuck = true;
	follow_falter(f, mono_ms, &e);
}

static void
hear_entries(struct follow *f, const struct store_reply *r, int64_t mono_ms)
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

static void
hear(struct follow *f, int64_t mono_ms)
{
	struct store_reply *r;

	while ((r = store_take(f->link)) != NULL) {
		enum asked asked = f->asked;

		f->asked = ASKED_NOTHING;
		if (asked == ASKED_BEGINNING)
			follow_hear_begin(f, r, mono_ms);
		else if (asked == ASKED_ENTRIES)
			hear_entries(f, r, mono_ms);
		else if (asked == ASKED_CLOCK)
			follow_hear_clock(f, r, mono_ms);
		store_reply_free(r);
	}
}

static void
follow_the_link(struct follow *f, int64_t mono_ms)
{
	if (!store_is_ready(f->link)) {
		f->phase = PHASE_AWAY;
		f->asked = ASKED_NOTHING;
	} else if (f->epoch != store_epoch(f->link) || f->phase == PHASE_AWAY) {
		f->epoch = store_epoch(f->link);
		f->phase = PHASE_LOADING;
		f->asked = ASKED_NOTHING;
		f->retry_at_ms = mono_ms + (f->stuck ? FOLLOW_STUCK_MS : 0);
	}
}

/* What the fold lacks is asked for: a beginning, the time, or entries. */
static void
ask(struct follow *f, int64_t mono_ms)
{
	if (f->phase == PHASE_LOADING)
		follow_ask_to_begin(f, mono_ms);
	else if (follow_wants_clock(f, mono_ms))
		follow_ask_clock(f, mono_ms);
	else if (f->phase == PHASE_READING && !follow_days_are_many(f))
		ask_for_more(f, follow_position(f), mono_ms);
	store_flush(f->link);
}

int64_t
follow_turn(struct follow *f, int64_t mono_ms, int64_t wall_ms)
{
	int64_t wait_ms = store_turn(f->link, mono_ms);

	f->wall_ms = wall_ms;
	follow_the_link(f, mono_ms);
	hear(f, mono_ms);
	if (f->asked != ASKED_NOTHING && mono_ms - f->asked_ms > SILENCE_MS)
		store_drop(f->link, mono_ms, "no answer in time");
	if (!f->caught_up && f->phase == PHASE_READING && fold_has_begun(f->fold) &&
	    follow_is_at_target(f) && follow_is_today(f))
		catch_up(f);
	if (!store_is_ready(f->link) || f->asked != ASKED_NOTHING)
		return wait_ms;
	if (f->phase == PHASE_LOADING && mono_ms < f->retry_at_ms)
		return f->retry_at_ms - mono_ms;
	ask(f, mono_ms);
	return wait_ms;
}

struct store *
follow_link(struct follow *f)
{
	return f->link;
}

struct fold *
follow_fold(struct follow *f)
{
	return f->fold;
}

struct fold *
follow_shown(const struct follow *f)
{
	if (f->former != NULL)
		return f->former;
	return f->caught_up ? f->fold : NULL;
}

uint64_t
follow_fold_number(const struct follow *f)
{
	return f->replaced + (f->fold != NULL ? fold_number(f->fold) : 0);
}

bool
follow_is_caught_up(const struct follow *f)
{
	return f->caught_up;
}

bool
follow_is_live(const struct follow *f)
{
	return f->phase == PHASE_READING && !f->stuck;
}

bool
follow_is_stuck(const struct follow *f)
{
	return f->stuck || f->absent;
}

const char *
follow_trouble(const struct follow *f)
{
	if (f->trouble.msg[0] != '\0')
		return f->trouble.msg;
	return store_is_ready(f->link) ? "" : store_trouble(f->link);
}

struct fold_counters
follow_counters(const struct follow *f)
{
	struct fold_counters all = f->counters, now;

	if (f->fold == NULL)
		return all;
	now = fold_counters(f->fold);
	all.entries += now.entries;
	all.records += now.records;
	all.stale += now.stale;
	all.foreign += now.foreign;
	return all;
}
