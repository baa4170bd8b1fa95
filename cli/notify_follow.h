/*
 * notify_follow -- from what a subscriber hears to what targets are to be told: every edge of
 * an alert once, also those that happened while nobody listened.
 */
#ifndef TUIJIN_CLI_NOTIFY_FOLLOW_H
#define TUIJIN_CLI_NOTIFY_FOLLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/language.h"
#include "cli/notify_state.h"
#include "cli/notify_text.h"
#include "common/subscriber.h"

struct notify_follow {
	struct subscriber   *subscriber; /* borrowed, like the next four */
	struct notify_books *books;
	struct notify_state *state;  /* may be NULL */
	const struct plan   *titles; /* may be NULL */
	const char          *agency; /* NULL: of all */
	const char          *plan;
	uint32_t             alarms; /* a bit for each that is wanted */
	enum language        language;
	bool from_now; /* what stands at first is not told to targets without past */

	bool    whole;    /* a snapshot has come in */
	bool    settled;  /* and what ended unheard before it is known */
	bool    up;       /* that was so once */
	int64_t heard_ms; /* the last tick, or the beginning; monotonic */

	struct wire_reader *reader; /* owned, like the next */
	struct buf          body;
};

/* Fields above the first gap are the caller's to set. */
void notify_follow_init(struct notify_follow *f, int64_t mono_ms);
void notify_follow_fini(struct notify_follow *f);

/* Takes all that has come. */
void notify_follow_turn(struct notify_follow *f, int64_t mono_ms, int64_t wall_ms);

/* Hands a notice to every target, and notes in the state where it is news. */
void notify_follow_enter(struct notify_follow *f, struct text id, struct text body);

#endif
