/*
 * session -- one plan at the collector: its plan, its book, its link to Redis,
 * one batch under way and the next being gathered.
 *
 * A message is answered only when Redis has confirmed the batch it is in. While
 * Redis is away the session keeps what it holds for SESSION_HOLD_MS, then
 * answers `unavailable` at once until it is back.
 *
 *   LOADING   (no link, or plan and book are being read)
 *      │ read                      ▲ link lost, refused, plan changed
 *      ▼                           │
 *   SERVING   a batch leaves whenever one is there and none is under way
 *
 * For messages the two are one (SESSION_OPEN) until LOADING has lasted too long.
 */
#ifndef TUIJIN_COLLECTOR_SESSION_H
#define TUIJIN_COLLECTOR_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/answer.h"
#include "collector/batch.h"
#include "common/quota.h"
#include "common/store.h"
#include "common/trouble.h"
#include "core/plan.h"

#define SESSION_HOLD_MS  1500 /* how long messages wait for a store that is away */
#define SESSION_RETRY_MS 200  /* after the store has refused a batch */

struct session;

/* A session for one plan id. url and answer are borrowed. NULL with *e. */
struct session *session_open(const char *id, const char *url, struct answer *answer, struct err *e);
void            session_close(struct session *s); /* NULL is fine */

const char   *session_id(const struct session *s);
struct store *session_link(struct session *s);

enum session_state {
	SESSION_ABSENT, /* Redis has no such plan */
	SESSION_AWAY,   /* nothing read yet, or away for longer than messages can wait */
	SESSION_OPEN,   /* takes messages */
};

enum session_state session_state(const struct session *s);
const struct plan *session_plan(const struct session *s); /* while open */

/* The batch that takes messages now and the book to judge them by, while open. */
struct batch *session_next(struct session *s);
struct book  *session_book(struct session *s);

/* What the plan's agencies have said lately; begun anew with a plan revision. */
struct quota *session_quota(struct session *s);

/* What became of what they said, since the start. */
struct tally *session_tally(struct session *s);

/* Messages that wait for the next batch, and in the one under way; and whether the store
 * takes batches now. */
uint32_t session_waiting(const struct session *s);
uint32_t session_in_flight(const struct session *s);
bool     session_can_store(const struct session *s);

bool session_is_full(const struct session *s); /* take no more until a turn has made room */
bool session_is_idle(const struct session *s); /* nothing unanswered */

/* True while a batch is under way, so that the next has to wait. */
bool session_is_storing(const struct session *s);

/* Does what can be done now: reads answers, acknowledges, sends the next batch.
 * Returns ms until it wants to be called again, or -1. */
int64_t session_turn(struct session *s, int64_t mono_ms);

/* Answers `unavailable` to all that is unanswered (at the end of the process). */
void session_give_up(struct session *s);

/* True while there is no hope of its opening soon: no such plan, or one that cannot
 * be read. */
bool session_is_stuck(const struct session *s);

/* The trouble of the link, "" when there is none; and what the store promises. */
const char     *session_trouble(const struct session *s);
enum durability session_durability(const struct session *s);

/* True once each time the store turns out to promise less than fsync, or less than
 * before. */
bool        session_has_weakened(struct session *s);
const char *session_weakness(const struct session *s); /* why it does */

/* What has been told of the session's trouble; the caller's to use. */
struct trouble *session_told(struct session *s);

#endif
