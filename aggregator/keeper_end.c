#include "aggregator/keeper_state.h"

#include "common/clock.h"

#define END_MS 1000 /* between two looks at where the ledger ends */

void
keeper_watch_end(struct keeper *k)
{
	k->watches_end = true;
}

int64_t
keeper_ask_end(struct keeper *k, const char *plan, int64_t mono_ms)
{
	char key[LEDGER_KEY_SIZE];

	if (!k->watches_end || k->asked != ASKED_NOTHING || !store_is_ready(k->link))
		return -1;
	if (mono_ms < k->end_at_ms)
		return k->end_at_ms - mono_ms;
	store_sendv(k->link, "HGET", ledger_key(plan, LEDGER_PLAN, key), "end", NULL);
	store_flush(k->link);
	k->asked = ASKED_END;
	k->end_at_ms = mono_ms + END_MS;
	return -1;
}

void
keeper_hear_end(struct keeper *k, const struct store_reply *r)
{
	struct position end;

	if (!position_parse(store_reply_text(r), &end))
		return;
	k->end_before = position_is_zero(k->end) ? end : k->end;
	k->end = end;
}

/* What has come since the look before may well be on its way. */
int64_t
keeper_lag_ms(const struct keeper *k, struct position folded)
{
	if (position_is_zero(k->end) || position_is_zero(folded))
		return -1;
	if (position_compare(folded, k->end_before) >= 0 || folded.ms >= k->end.ms)
		return 0;
	return (int64_t)(k->end.ms - folded.ms);
}
