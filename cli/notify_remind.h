/*
 * notify_remind -- the day's reminders (催办): when they are due, made of the copy and of the
 * plan in force, and handed to the targets or printed.
 */
#ifndef TUIJIN_CLI_NOTIFY_REMIND_H
#define TUIJIN_CLI_NOTIFY_REMIND_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/notify_follow.h"
#include "cli/notify_gather.h"
#include "core/err.h"

struct notify_remind {
	int                  minutes;  /* of the day, by the plan's clock; -1: never */
	const char          *redis;    /* borrowed; where the plan is read again */
	struct plan        **plan;     /* the caller's, put in place of what was there */
	struct notify_books *books;    /* borrowed; they know the last day that is done */
	int64_t              again_ms; /* monotonic; not before */
	bool                 told;     /* that the plan cannot be read */
};

/* Without a past (no state file), a day whose moment is over already is not made up for. */
void notify_remind_init(struct notify_remind *r, bool has_past, int64_t wall_ms);

/* True if today's are due and were not made, by this process or one before it. */
bool notify_remind_is_due(const struct notify_remind *r, int64_t wall_ms);

/* Makes them if they are due and the copy is whole and of today. */
void notify_remind_turn(
    struct notify_remind *r, struct notify_follow *f, int64_t mono_ms, int64_t wall_ms);

/* Prints those of all agencies, or of one (its id): letters, or events with json. Returns how
 * many. */
size_t notify_remind_print(
    const struct notify_follow *f, const struct plan *p, int32_t day, bool json, int64_t wall_ms);

#endif
