#include "aggregator/keeper_state.h"

#include "common/clock.h"
#include "core/mem.h"

#define DAYS_BYTES (1u << 20) /* of one write */

/* Texts of a call that keeps days: for as long as it takes to send it. */
struct day_texts {
	char today[CALENDAR_DATE_SIZE];
	char dates[KEEPER_DAYS_MAX][CALENDAR_DATE_SIZE], positions[KEEPER_DAYS_MAX][POSITION_SIZE];
};

/* The call of LEDGER_KEEP_DAYS_SCRIPT for as many days as go into one write: *days.
 * Returns the number of arguments. */
static size_t
compose(struct keeper *k, const struct keeper_days *past, struct day_texts *texts, size_t *days)
{
	size_t n = 0, bytes = 0, i = 0;

	k->args = mem_resized(k->args, KEEPER_FIXED_ARGS + 3 * KEEPER_DAYS_MAX, sizeof(k->args[0]));
	k->args[n++] = text_of("EVAL");
	k->args[n++] = text_of(LEDGER_KEEP_DAYS_SCRIPT);
	k->args[n++] = text_of("2");
	k->args[n++] = text_of(ledger_key(past->plan, LEDGER_TREND, k->keys[0]));
	k->args[n++] = text_of(ledger_key(past->plan, LEDGER_LEDGER, k->keys[1]));
	k->args[n++] = text_of(calendar_format_date(past->today, texts->today));
	for (; i < past->count && i < KEEPER_DAYS_MAX && bytes < DAYS_BYTES; i++) {
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
	count = compose(k, past, &texts, &k->asked_days);
	store_send(k->link, k->args, count);
	store_flush(k->link);
	k->asked = ASKED_DAYS;
}

void
keeper_hear_days(struct keeper *k, const struct store_reply *r, int64_t mono_ms)
{
	if (store_reply_type(r) == STORE_INTEGER)
		k->kept_days += k->asked_days;
	else
		k->days_at_ms = mono_ms + KEEPER_RETRY_MS;
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

int
keeper_finish_days(struct keeper *k, struct keeper_days past, int64_t until_ms, struct err *e)
{
	while (past.count > 0) {
		struct day_texts    texts;
		struct store_reply *r;
		size_t              days, count = compose(k, &past, &texts, &days);

		r = store_call(k->link, until_ms - clock_mono_ms(), e, k->args, count);
		if (r == NULL)
			return -1;
		store_reply_free(r);
		past.days += days;
		past.count -= days;
	}
	return 0;
}
