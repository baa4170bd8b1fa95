#include "collector/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/append.h"
#include "collector/stored.h"
#include "common/clock.h"
#include "common/ledger.h"
#include "core/err.h"
#include "core/mem.h"

#define ABSENT_MS     500  /* between looks for a plan that is not loaded */
#define DURABILITY_MS 1000 /* between questions what the store promises */

enum phase { PHASE_AWAY, PHASE_LOADING, PHASE_SERVING };

struct session {
	struct stored  stored;
	struct store  *link;   /* owned */
	struct answer *answer; /* borrowed */
	struct append  append;

	enum phase      phase;
	bool            loading;          /* the question for plan and book is out */
	bool            absent;           /* it was answered: there is no such plan */
	bool            refused;          /* the last batch was refused by a store that is there */
	bool            flying;           /* flight is with the store */
	bool            unsure;           /* it was when a link was lost: it may be stored */
	bool            stuck;            /* something in the store cannot be read */
	bool            late;             /* the trouble lasts longer than messages can wait */
	uint64_t        epoch;            /* of the link that loading and flying belong to */
	int64_t         trouble_since_ms; /* -1: none */
	int64_t         sent_ms, retry_at_ms, asked_durability_ms;
	struct err      trouble;
	enum durability durability; /* as of the last look */
	struct trouble  told;

	struct batch *flight, *next; /* owned; both are entered in the book */
};

struct session *
session_open(const char *id, const char *url, struct answer *answer, struct err *e)
{
	struct session *s = mem_zeroed(1, sizeof(*s));

	s->link = store_open(url, e);
	if (s->link == NULL) {
		free(s);
		return NULL;
	}
	stored_init(&s->stored, id);
	s->answer = answer;
	s->flight = batch_new();
	s->next = batch_new();
	s->trouble_since_ms = -1;
	s->durability = DURABILITY_FSYNC;
	return s;
}

void
session_close(struct session *s)
{
	if (s == NULL)
		return;
	store_close(s->link);
	stored_fini(&s->stored);
	append_fini(&s->append);
	batch_free(s->flight);
	batch_free(s->next);
	free(s);
}

const char *
session_id(const struct session *s)
{
	return s->stored.id;
}

struct store *
session_link(struct session *s)
{
	return s->link;
}

const struct plan *
session_plan(const struct session *s)
{
	return s->stored.plan;
}

struct batch *
session_next(struct session *s)
{
	return s->next;
}

struct book *
session_book(struct session *s)
{
	return s->stored.book;
}

bool
session_is_full(const struct session *s)
{
	return batch_is_full(s->next);
}

bool
session_is_idle(const struct session *s)
{
	return s->flight->message_count == 0 && s->next->message_count == 0;
}

bool
session_is_storing(const struct session *s)
{
	return s->flying;
}

bool
session_is_stuck(const struct session *s)
{
	return s->stuck || s->absent;
}

const char *
session_trouble(const struct session *s)
{
	if (s->trouble_since_ms < 0)
		return "";
	return s->trouble.msg[0] != '\0' ? s->trouble.msg : store_trouble(s->link);
}

enum durability
session_durability(const struct session *s)
{
	return store_durability(s->link);
}

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

bool
session_has_weakened(struct session *s)
{
	enum durability was = s->durability;

	if (!store_is_ready(s->link))
		return false;
	s->durability = store_durability(s->link);
	return s->durability < was;
}

struct trouble *
session_told(struct session *s)
{
	return &s->told;
}

/* --- batches -------------------------------------------------------------- */

/* Answers the batch under way. Questions are answered from what is stored, which
 * the next batch is not yet. */
static void
confirm(struct session *s, const struct position *position)
{
	if (s->flight->questions > 0)
		batch_undo(s->next, s->stored.book);
	answer_batch(s->answer, s->flight, s->stored.plan, s->stored.book, position,
	    store_durability(s->link));
	if (s->flight->questions > 0)
		batch_judge(s->next, s->stored.book);
	batch_reset(s->flight);
	s->unsure = false;
}

static void
dispatch(struct session *s, int64_t mono_ms)
{
	if (mono_ms - s->asked_durability_ms >= DURABILITY_MS) {
		store_ask_durability(s->link);
		s->asked_durability_ms = mono_ms;
	}
	append_send(&s->append, s->link, s->flight, &s->stored);
	s->flying = true;
	s->sent_ms = mono_ms;
}

/* Judges both batches afresh against a book that holds what is stored, and sends
 * the first. */
static void
judge_again(struct session *s, int64_t mono_ms)
{
	batch_judge(s->flight, s->stored.book);
	if (s->flight->message_count > 0)
		dispatch(s, mono_ms);
	batch_judge(s->next, s->stored.book);
}

void
session_give_up(struct session *s)
{
	struct refusal why;

	refusal_set(&why, REPORT_UNAVAILABLE, "the store did not confirm in time (%.120s)",
	    session_trouble(s)[0] != '\0' ? session_trouble(s) : "no answer");
	answer_failed(s->answer, s->flight, &why);
	answer_failed(s->answer, s->next, &why);
	batch_reset(s->flight);
	batch_reset(s->next);
	s->flying = s->unsure = false;
}

/* Something is wrong: plan and book are read again after a pause. */
static void
falter(struct session *s, int64_t mono_ms, int64_t pause_ms, const struct err *why)
{
	s->phase = PHASE_LOADING;
	s->unsure |= s->flying;
	s->loading = s->flying = false;
	s->retry_at_ms = mono_ms + pause_ms;
	if (s->trouble_since_ms < 0)
		s->trouble_since_ms = mono_ms;
	s->trouble = *why;
}

static void
recover(struct session *s)
{
	s->trouble_since_ms = -1;
	s->trouble = (struct err){0};
	s->refused = false;
}

/* --- answers from the store ------------------------------------------------ */

static int
take_in(struct session *s, const struct store_reply *whole, const struct store_reply *missed,
    int64_t mono_ms, struct err *e)
{
	struct position stored_at;
	struct plan    *old;
	int             rc;

	if (missed != NULL && find_flight(s, missed, &stored_at))
		confirm(s, &stored_at);
	rc = stored_read(&s->stored, whole, &old, e);
	if (old != NULL) { /* also when the rest could not be read */
		batch_resolve(s->flight, old, &s->stored);
		batch_resolve(s->next, old, &s->stored);
		plan_free(old);
	}
	s->stuck = rc != 0;
	if (rc != 0)
		return -1;
	s->absent = false;
	s->phase = PHASE_SERVING;
	if (!s->refused)
		recover(s);
	judge_again(s, mono_ms);
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
			falter(s, mono_ms, STORE_PAUSE_MAX_MS, &e);
		return;
	case STORED_ABSENT:
		s->absent = true;
		falter(s, mono_ms, ABSENT_MS, &e);
		return;
	case STORED_REFUSED:
		falter(s, mono_ms, SESSION_RETRY_MS, &e);
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
		confirm(s, &stored_at);
	batch_undo(s->next, s->stored.book);
	batch_undo(s->flight, s->stored.book);
	if (stored_catch_up(&s->stored, missed, e) != 0)
		return -1;
	judge_again(s, mono_ms);
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
		recover(s);
		confirm(s, &s->stored.end);
		return;
	case APPEND_BEHIND:
		if (catch_up(s, missed, mono_ms, &e) != 0)
			falter(s, mono_ms, 0, &e);
		return;
	case APPEND_REPLAN:
		err_set(&e, ERR_AGAIN, "plan %s has changed", s->stored.id);
		falter(s, mono_ms, 0, &e);
		return;
	case APPEND_REFUSED:
		ledger_unexpected(r, &e);
		s->refused = true;
		falter(s, mono_ms, SESSION_RETRY_MS, &e);
		return;
	}
}

static void
hear(struct session *s, int64_t mono_ms)
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

/* --- the turn ---------------------------------------------------------------- */

/* What was under way on an older link is unknown: it is looked for in the ledger
 * once plan and book have been read again. */
static void
follow_link(struct session *s, int64_t mono_ms)
{
	struct err none = {0};

	if (!store_is_ready(s->link)) {
		if (s->phase != PHASE_AWAY) {
			falter(s, mono_ms, 0, &none);
			s->phase = PHASE_AWAY;
		}
		if (s->trouble_since_ms < 0)
			s->trouble_since_ms = mono_ms;
	} else if (s->epoch != store_epoch(s->link)) {
		s->epoch = store_epoch(s->link);
		falter(s, mono_ms, 0, &none);
	}
}

/* Moves on: reads the state, or sends what has gathered. Returns whether it did. */
static bool
advance(struct session *s, int64_t mono_ms)
{
	struct batch *empty = s->flight;

	if (s->phase == PHASE_LOADING && !s->loading && mono_ms >= s->retry_at_ms) {
		stored_ask(&s->stored, s->link, s->flight->message_count > 0);
		s->loading = true;
		return true;
	}
	if (s->phase != PHASE_SERVING || s->flying || s->next->message_count == 0)
		return false;
	s->flight = s->next;
	s->next = empty;
	dispatch(s, mono_ms);
	return true;
}

/* When what is held must be answered, one way or the other; -1: no hurry. */
static int64_t
deadline_ms(const struct session *s)
{
	if (session_is_idle(s))
		return -1;
	if (s->flying)
		return s->sent_ms + SESSION_HOLD_MS;
	if (s->phase == PHASE_SERVING)
		return -1; /* it is about to be sent */
	return s->trouble_since_ms >= 0 ? s->trouble_since_ms + SESSION_HOLD_MS : -1;
}

int64_t
session_turn(struct session *s, int64_t mono_ms)
{
	int64_t wait_ms = store_turn(s->link, mono_ms);

	follow_link(s, mono_ms);
	hear(s, mono_ms);
	if (deadline_ms(s) >= 0 && mono_ms >= deadline_ms(s)) {
		if (s->flying)
			store_drop(s->link, mono_ms, "no answer in time");
		session_give_up(s);
		follow_link(s, mono_ms);
	}
	if (store_is_ready(s->link) && advance(s, mono_ms))
		store_flush(s->link);
	if (s->phase == PHASE_LOADING && !s->loading)
		wait_ms = clock_sooner_at(wait_ms, s->retry_at_ms, mono_ms);
	if (deadline_ms(s) >= 0)
		wait_ms = clock_sooner_at(wait_ms, deadline_ms(s), mono_ms);
	s->late = s->trouble_since_ms >= 0 && mono_ms >= s->trouble_since_ms + SESSION_HOLD_MS;
	return wait_ms;
}

enum session_state
session_state(const struct session *s)
{
	if (s->absent)
		return SESSION_ABSENT;
	if (s->stored.plan == NULL || (s->phase != PHASE_SERVING && s->late))
		return SESSION_AWAY;
	return SESSION_OPEN;
}
