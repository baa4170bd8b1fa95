#include "collector/session_state.h"

#include "common/clock.h"
#include "common/ledger.h"

#define ABSENT_MS 500 /* between looks for a plan that is not loaded */

/* Whether the batch under way is among these entries after all, sent on a link that
 * was lost before the answer: then *position says where. Asked only when it may
 * be: another collector that was sent the same in the same millisecond has written
 * the same bytes. */
static bool
find_flight(struct session *s, const struct store_reply *entries, struct position *position)
{
	struct text records = batch_records(s->flight);

	for (size_t i = 0; s->unsure && records.len > 0 && i < store_reply_count(entries); i++) {
		struct ledger_entry entry;

		if (ledger_entry_read(store_reply_at(entries, i), &entry, NULL) == 0 &&
		    text_equal(entry.records, records)) {
			*position = entry.position;
			return true;
		}
	}
	return false;
}

static int
take_in(struct session *s, const struct store_reply *whole, const struct store_reply *missed,
    int64_t mono_ms, struct err *e)
{
	struct position stored_at;
	struct plan    *old;
	int             rc;

	if (missed != NULL && find_flight(s, missed, &stored_at))
		session_confirm(s, &stored_at);
	rc = stored_read(&s->stored, whole, &old, e);
	if (s->stored.plan != NULL && (old != NULL || s->tally.count == 0))
		tally_follow(&s->tally, old, s->stored.plan);
	if (old != NULL) { /* also when the rest could not be read */
		batch_resolve(s->flight, old, &s->stored);
		batch_resolve(s->next, old, &s->stored);
		plan_free(old);
		quota_reset(&s->quota);
	}
	s->stuck = rc != 0;
	if (rc != 0)
		return -1;
	s->absent = false;
	s->phase = PHASE_SERVING;
	if (!s->refused)
		session_recover(s);
	session_judge_again(s, mono_ms);
	return 0;
}

static void
hear_state(struct session *s, const struct store_reply *r, int64_t mono_ms)
{
	const struct store_reply *missed;
	struct err                e = {0};

	switch (stored_hear(r, &missed, &e)) {
	case STORED_PARTIAL:
		return;
	case STORED_WHOLE:
		s->loading = false;
		if (take_in(s, r, missed, mono_ms, &e) != 0)
			session_falter(s, mono_ms, STORE_PAUSE_MAX_MS, &e);
		return;
	case STORED_ABSENT:
		s->absent = true;
		session_falter(s, mono_ms, ABSENT_MS, &e);
		return;
	case STORED_REFUSED:
		session_falter(s, mono_ms, SESSION_RETRY_MS, &e);
		return;
	}
}

/* Somebody else appended first: learn what, and try again. An empty list means
 * that the ledger ends before what the book knows: it has lost ground. */
static int
catch_up(struct session *s, const struct store_reply *missed, int64_t mono_ms, struct err *e)
{
	struct position stored_at;

	if (store_reply_count(missed) == 0)
		return err_fail(
		    e, ERR_AGAIN, "the ledger of plan %s has lost entries", s->stored.id);
	if (find_flight(s, missed, &stored_at))
		session_confirm(s, &stored_at);
	batch_undo(s->next, s->stored.book);
	batch_undo(s->flight, s->stored.book);
	if (stored_catch_up(&s->stored, missed, e) != 0)
		return -1;
	session_judge_again(s, mono_ms);
	return 0;
}

static void
hear_append(struct session *s, const struct store_reply *r, int64_t mono_ms)
{
	const struct store_reply *missed = NULL;
	struct err                e = {0};

	s->flying = false;
	switch (append_read(r, &s->stored.end, &missed)) {
	case APPEND_STORED:
		session_recover(s);
		histogram_observe_many(
		    &s->answer->store_us, &HISTOGRAM_LATENCY, clock_mono_us() - s->sent_us, 1);
		session_confirm(s, &s->stored.end);
		return;
	case APPEND_BEHIND:
		if (catch_up(s, missed, mono_ms, &e) != 0)
			session_falter(s, mono_ms, 0, &e);
		return;
	case APPEND_REPLAN:
		err_set(&e, ERR_AGAIN, "plan %s has changed", s->stored.id);
		session_falter(s, mono_ms, 0, &e);
		return;
	case APPEND_REFUSED:
		ledger_unexpected(r, &e);
		s->refused = true;
		session_falter(s, mono_ms, SESSION_RETRY_MS, &e);
		return;
	}
}

void
session_hear(struct session *s, int64_t mono_ms)
{
	struct store_reply *r;

	while ((r = store_take(s->link)) != NULL) {
		if (s->loading)
			hear_state(s, r, mono_ms);
		else if (s->flying)
			hear_append(s, r, mono_ms);
		store_reply_free(r);
	}
}
