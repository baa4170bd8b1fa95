#include "aggregator/follow_state.h"

#include <stdlib.h>

#include "common/ledger.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/wire_trend.h"

#define CLOCK_RETRY_MS 250   /* while the clocks differ, or an entry is under way */
#define CLOCK_GRACE_MS 60000 /* then the day ends by the wall clock */

static void
day_is_over(void *context, struct fold *fold, int32_t day)
{
	struct follow    *f = context;
	struct ended_day *over;

	if (f->day_count == f->day_room) {
		f->day_room = f->day_room > 0 ? 2 * f->day_room : 8;
		f->days = mem_resized(f->days, f->day_room, sizeof(f->days[0]));
	}
	over = &f->days[f->day_count++];
	*over = (struct ended_day){.day = day, .position = fold_position(fold)};
	wire_trend_encode(&over->bytes, fold_rollup(fold), over->position);
	f->day_bytes += over->bytes.len;
	sealer_cut(&f->sealer);
}

struct fold_rules
follow_rules(struct follow *f)
{
	return (struct fold_rules){
	    .today = f->today,
	    .alerts = true,
	    .until_ms = INT64_MAX,
	    .context = f,
	    .on_day = f->today == FOLD_BY_LEDGER ? day_is_over : NULL,
	};
}

const struct ended_day *
follow_days(const struct follow *f, size_t *count)
{
	*count = f->day_count - f->day_first;
	return *count > 0 ? &f->days[f->day_first] : NULL;
}

void
follow_drop_days(struct follow *f, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct ended_day *over = &f->days[f->day_first++];

		f->day_bytes -= over->bytes.len;
		buf_fini(&over->bytes);
	}
	if (f->day_first == f->day_count)
		f->day_first = f->day_count = 0;
}

bool
follow_days_are_many(const struct follow *f)
{
	return f->day_bytes > FOLLOW_DAYS_BYTES;
}

bool
follow_turn_days(struct follow *f, int32_t to)
{
	while (!follow_days_are_many(f))
		if (fold_turn_day(f->fold, to))
			return true;
	return false;
}

static int32_t
day_at(const struct fold *fold, int64_t ms)
{
	return calendar_day_at(ms, fold_plan(fold)->utc_offset_min);
}

static int32_t
wall_day(const struct follow *f)
{
	return day_at(f->fold, f->wall_ms);
}

int32_t
follow_first_day_not_over(const struct follow *f)
{
	int32_t day = rollup_today(fold_rollup(f->fold));

	if (wall_day(f) > day)
		day = wall_day(f);
	return day_at(f->fold, f->store_ms) > day ? day_at(f->fold, f->store_ms) : day;
}

bool
follow_is_ahead(const struct follow *f, const struct fold *fold)
{
	int32_t today = rollup_today(fold_rollup(fold));

	return today > day_at(fold, f->wall_ms) && today > day_at(fold, f->store_ms) &&
	    today > fold_ledger_day(fold);
}

bool
follow_is_today(const struct follow *f)
{
	return f->today != FOLD_BY_LEDGER || rollup_today(fold_rollup(f->fold)) >= wall_day(f);
}

int64_t
follow_ms_to_midnight(const struct follow *f)
{
	const struct plan *p = f->fold != NULL ? fold_plan(f->fold) : NULL;

	if (p == NULL || f->today != FOLD_BY_LEDGER)
		return CALENDAR_DAY_MS;
	return calendar_day_start(wall_day(f) + 1, p->utc_offset_min) - f->wall_ms;
}

/* Its day may be over, or no clock has come to it yet. */
static bool
is_on_another_day(const struct follow *f)
{
	int32_t today = rollup_today(fold_rollup(f->fold)), wall = wall_day(f);

	return today < wall || (today > wall && today > fold_ledger_day(f->fold));
}

bool
follow_wants_clock(const struct follow *f, int64_t mono_ms)
{
	return f->phase == PHASE_READING && f->today == FOLD_BY_LEDGER &&
	    mono_ms >= f->clock_at_ms && !follow_days_are_many(f) && fold_has_begun(f->fold) &&
	    follow_is_at_target(f) && is_on_another_day(f);
}

void
follow_ask_clock(struct follow *f, int64_t mono_ms)
{
	char key[LEDGER_KEY_SIZE];

	store_sendv(
	    f->link, "EVAL", LEDGER_CLOCK_SCRIPT, "1", ledger_key(f->id, LEDGER_PLAN, key), NULL);
	follow_asked(f, ASKED_CLOCK, mono_ms);
}

/* The day that the fold is to be on: the wall's, but the store's while that has not
 * got there and has not had time enough to. */
static int32_t
day_wanted(const struct follow *f, int32_t store_day)
{
	int64_t late_ms = CALENDAR_DAY_MS - follow_ms_to_midnight(f);
	int32_t day = wall_day(f);

	return store_day < day && late_ms <= CLOCK_GRACE_MS ? store_day : day;
}

/* A day cannot be taken back: a fold that a wrong clock led into the future is made
 * anew. */
static void
take_clock(struct follow *f, int64_t mono_ms)
{
	char       day[CALENDAR_DATE_SIZE];
	struct err e = {0};

	if (!follow_is_ahead(f, f->fold)) {
		if (!follow_turn_days(f, day_wanted(f, day_at(f->fold, f->store_ms))))
			f->clock_at_ms = mono_ms;
		return;
	}
	calendar_format_date(rollup_today(fold_rollup(f->fold)), day);
	err_set(
	    &e, ERR_AGAIN, "folded for %s, a day that no clock has come to; folding again", day);
	follow_replace_fold(f, NULL);
	follow_falter(f, mono_ms, &e);
}

void
follow_hear_clock(struct follow *f, const struct store_reply *r, int64_t mono_ms)
{
	struct position end;
	struct err      e = {0};

	f->clock_at_ms = mono_ms + CLOCK_RETRY_MS;
	if (store_reply_type(r) != STORE_ARRAY) {
		ledger_unexpected(r, &e);
		follow_falter(f, mono_ms, &e);
		return;
	}
	f->store_ms = store_reply_integer(store_reply_at(r, 1)) * 1000;
	if (!position_parse(store_reply_text(store_reply_at(r, 0)), &end)) {
		err_set(&e, ERR_AGAIN, "plan %s in Redis has no ledger position", f->id);
		follow_falter(f, mono_ms, &e);
	} else if (position_compare(follow_position(f), end) >= 0) {
		take_clock(f, mono_ms);
	}
}
