#include "aggregator/follow_state.h"

#include <stdlib.h>

#include "core/mem.h"

#define SILENCE_MS 8000 /* without an answer: the link is dead */
#define RETRY_MS   500

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
	f->count = FOLLOW_COUNT_MIN;
	sealer_init(&f->sealer, today == FOLD_BY_LEDGER);
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
	sealer_fini(&f->sealer);
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
			follow_hear_entries(f, r, mono_ms);
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

/* Seals of what was folded long ago are gone from the store: only who folds it again can
 * make them. Entries that are under way are not waited for: more would be asked for with
 * each of them. */
static void
begin_again(struct follow *f, int64_t mono_ms)
{
	if (f->asked != ASKED_NOTHING)
		f->asked = ASKED_IN_VAIN;
	follow_falter(f, mono_ms, &(struct err){0});
}

/* What the fold lacks is asked for: a beginning, the time, or entries. */
static void
ask(struct follow *f, int64_t mono_ms)
{
	if (f->phase == PHASE_LOADING)
		follow_ask_to_begin(f, mono_ms);
	else if (follow_wants_clock(f, mono_ms))
		follow_ask_clock(f, mono_ms);
	else if (f->phase == PHASE_READING && !follow_is_full(f))
		follow_ask_entries(f, follow_position(f), mono_ms);
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
	if (f->phase == PHASE_READING && f->sealer.torn)
		begin_again(f, mono_ms);
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

struct sealer *
follow_sealer(struct follow *f)
{
	return &f->sealer;
}

bool
follow_is_full(const struct follow *f)
{
	return follow_days_are_many(f) || sealer_is_full(&f->sealer);
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
