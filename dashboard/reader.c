#include "dashboard/reader_state.h"

#include <stdlib.h>

#include "common/clock.h"
#include "common/ledger.h"
#include "core/mem.h"

#define SILENCE_MS     8000 /* without an answer: the link is dead */
#define STUCK_MS       5000 /* between tries to read what cannot be read */
#define AHEAD_GRACE_MS 60000
#define TICK_GRACE_MS  3000 /* for the aggregator to say which day it is */

struct reader *
reader_open(const char *plan, const char *url, struct err *e)
{
	struct reader *r = mem_zeroed(1, sizeof(*r));

	r->link = store_open(url, e);
	if (r->link == NULL) {
		free(r);
		return NULL;
	}
	r->id = mem_copied(plan, strlen(plan));
	r->chronicle = chronicle_new();
	r->count = READER_COUNT_MIN;
	r->today = r->asked_today = r->turn_to = INT32_MIN;
	r->ahead_ms = -1;
	return r;
}

static void
drop_page(struct reader *r)
{
	store_reply_free(r->page.reply);
	r->page = (struct page){0};
}

void
reader_close(struct reader *r)
{
	if (r == NULL)
		return;
	drop_page(r);
	store_close(r->link);
	chronicle_free(r->chronicle);
	chronicle_free(r->former);
	free(r->id);
	free(r);
}

static struct fold *
fold_of(const struct reader *r)
{
	return chronicle_fold(r->chronicle);
}

struct position
reader_position(const struct reader *r)
{
	return fold_position(fold_of(r));
}

bool
reader_has_begun(const struct reader *r)
{
	return fold_has_begun(fold_of(r));
}

bool
reader_is_behind_today(const struct reader *r)
{
	return reader_has_begun(r) && rollup_today(fold_rollup(fold_of(r))) < r->today;
}

void
reader_begin_again(struct reader *r)
{
	drop_page(r);
	if (r->asked != ASKED_NOTHING)
		r->asked = ASKED_IN_VAIN;
	if (r->caught_up)
		r->former = r->chronicle;
	else
		chronicle_free(r->chronicle);
	r->chronicle = chronicle_new();
	r->caught_up = r->at_end = false;
	r->turn_to = INT32_MIN;
	r->ahead_ms = -1;
}

void
reader_falter(struct reader *r, const struct err *why, int64_t pause_ms)
{
	drop_page(r);
	if (r->asked != ASKED_NOTHING)
		r->asked = ASKED_IN_VAIN;
	r->at_end = false;
	r->retry_at_ms = r->now_ms + pause_ms;
	r->trouble = *why;
}

/* Folds the next entry of the page, or ends a day before it. */
static void
fold_some(struct reader *r)
{
	struct ledger_entry entry = {0};
	struct err          e = {0};
	char                here[POSITION_SIZE];
	int rc = ledger_entry_read(store_reply_at(r->page.reply, r->page.at), &entry, &e);

	if (rc == 0 && reader_has_begun(r) &&
	    !fold_turn_day(fold_of(r), fold_day_of(fold_of(r), entry.position)))
		return;
	if (rc != 0 || chronicle_entry(r->chronicle, &entry, &e) != 0) {
		err_wrap(&e, position_format(entry.position, here));
		err_wrap(&e, "ledger");
		r->stuck = true;
		reader_falter(r, &e, STUCK_MS);
	} else if (++r->page.at == r->page.count) {
		drop_page(r);
		r->asked_ms = r->now_ms; /* until now its answer was not wanted */
		r->stuck = false;
		r->trouble = (struct err){0};
	}
}

/* The fold was led on by a clock that has been put back since. A day cannot be taken
 * back: it is folded anew. */
static void
look_ahead(struct reader *r)
{
	int32_t day = reader_has_begun(r) ? rollup_today(fold_rollup(fold_of(r))) : INT32_MIN;

	if (r->today == INT32_MIN || day <= r->today || day <= fold_ledger_day(fold_of(r)))
		r->ahead_ms = -1;
	else if (r->ahead_ms < 0)
		r->ahead_ms = r->now_ms;
	else if (r->now_ms - r->ahead_ms > AHEAD_GRACE_MS)
		reader_begin_again(r);
}

static void
catch_up(struct reader *r)
{
	if (r->caught_up || !r->at_end || !reader_has_begun(r) || reader_is_behind_today(r))
		return;
	if (r->today == INT32_MIN && r->now_ms - r->began_ms < TICK_GRACE_MS)
		return;
	r->caught_up = true;
	if (r->former != NULL)
		r->replaced += fold_number(chronicle_fold(r->former));
	chronicle_free(r->former);
	r->former = NULL;
}

/* Takes answers and folds them. Returns false if there is more to do than time. */
static bool
work(struct reader *r, int64_t until_us)
{
	struct store_reply *reply;

	for (;;) {
		while (r->page.reply != NULL) {
			fold_some(r);
			if (clock_mono_us() >= until_us)
				return false;
		}
		while (!fold_turn_day(fold_of(r), r->turn_to))
			if (clock_mono_us() >= until_us)
				return false;
		look_ahead(r);
		catch_up(r);
		if ((reply = store_take(r->link)) == NULL)
			return true;
		reader_hear(r, reply);
	}
}

static void
follow_the_link(struct reader *r)
{
	if (store_is_ready(r->link) && r->epoch == store_epoch(r->link))
		return;
	r->asked = ASKED_NOTHING;
	r->at_end = false;
	if (!store_is_ready(r->link))
		return;
	r->epoch = store_epoch(r->link);
	r->retry_at_ms = r->now_ms + (r->stuck ? STUCK_MS : 0);
}

int64_t
reader_turn(struct reader *r, int64_t mono_ms, int32_t today, int64_t until_us)
{
	int64_t wait_ms = store_turn(r->link, mono_ms);

	if (r->began_ms == 0)
		r->began_ms = mono_ms;
	r->now_ms = mono_ms;
	r->today = today;
	follow_the_link(r);
	if (!work(r, until_us))
		return 0;
	if (r->asked != ASKED_NOTHING && mono_ms - r->asked_ms > SILENCE_MS)
		store_drop(r->link, mono_ms, "no answer in time");
	if (!store_is_ready(r->link))
		return wait_ms;
	if (r->asked == ASKED_NOTHING && mono_ms < r->retry_at_ms)
		return clock_sooner_at(wait_ms, r->retry_at_ms, mono_ms);
	if (r->asked == ASKED_NOTHING)
		reader_ask(r);
	return clock_sooner_at(wait_ms, r->asked_ms + SILENCE_MS + 1, mono_ms);
}

struct store *
reader_link(struct reader *r)
{
	return r->link;
}

struct chronicle *
reader_chronicle(struct reader *r)
{
	if (r->former != NULL)
		return r->former;
	return r->caught_up ? r->chronicle : NULL;
}

uint64_t
reader_number(const struct reader *r)
{
	const struct chronicle *shown = r->former != NULL ? r->former : r->chronicle;

	if (r->former == NULL && !r->caught_up)
		return 0;
	return r->replaced + fold_number(chronicle_fold(shown));
}

const char *
reader_trouble(const struct reader *r)
{
	if (r->trouble.msg[0] != '\0')
		return r->trouble.msg;
	return store_is_ready(r->link) ? "" : store_trouble(r->link);
}
