#include "collector/session_state.h"

#include <stdlib.h>

#include "common/clock.h"
#include "core/mem.h"

#define DURABILITY_MS 1000 /* between questions what the store promises */

struct session *
session_open(const char *id, const char *url, struct answer *answer, struct err *e)
{
	struct session *s = mem_zeroed(1, sizeof(*s));

	s->link = store_open(url, e);
	if (s->link == NULL) {
		free(s);
		return NULL;
	}
	store_ask_durability(s->link);
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
	quota_reset(&s->quota);
	tally_fini(&s->tally);
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

struct quota *
session_quota(struct session *s)
{
	return &s->quota;
}

struct tally *
session_tally(struct session *s)
{
	return &s->tally;
}

uint32_t
session_waiting(const struct session *s)
{
	return s->next->message_count;
}

uint32_t
session_in_flight(const struct session *s)
{
	return s->flight->message_count;
}

bool
session_can_store(const struct session *s)
{
	return s->phase == PHASE_SERVING && !s->refused;
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

const char *
session_weakness(const struct session *s)
{
	return store_weakness(s->link);
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

/* Questions are answered from what is stored, which the next batch is not yet. */
void
session_confirm(struct session *s, const struct position *position)
{
	if (s->flight->questions > 0)
		batch_undo(s->next, s->stored.book);
	answer_batch(
	    s->answer, s->flight, &s->stored, &s->tally, position, store_durability(s->link));
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
	s->sent_us = clock_mono_us();
}

void
session_judge_again(struct session *s, int64_t mono_ms)
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
	answer_failed(s->answer, s->flight, &s->tally, &why);
	answer_failed(s->answer, s->next, &s->tally, &why);
	batch_reset(s->flight);
	batch_reset(s->next);
	s->flying = s->unsure = false;
}

void
session_falter(struct session *s, int64_t mono_ms, int64_t pause_ms, const struct err *why)
{
	s->phase = PHASE_LOADING;
	s->unsure |= s->flying;
	s->loading = s->flying = false;
	s->retry_at_ms = mono_ms + pause_ms;
	if (s->trouble_since_ms < 0)
		s->trouble_since_ms = mono_ms;
	s->trouble = *why;
}

void
session_recover(struct session *s)
{
	s->trouble_since_ms = -1;
	s->trouble = (struct err){0};
	s->refused = false;
}

/* What was under way on an older link is unknown: it is looked for in the ledger
 * once plan and book have been read again. */
static void
follow_link(struct session *s, int64_t mono_ms)
{
	struct err none = {0};

	if (!store_is_ready(s->link)) {
		if (s->phase != PHASE_AWAY) {
			session_falter(s, mono_ms, 0, &none);
			s->phase = PHASE_AWAY;
		}
		if (s->trouble_since_ms < 0)
			s->trouble_since_ms = mono_ms;
	} else if (s->epoch != store_epoch(s->link)) {
		s->epoch = store_epoch(s->link);
		session_falter(s, mono_ms, 0, &none);
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
	session_hear(s, mono_ms);
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
