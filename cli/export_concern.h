/*
 * export_concern -- the tasks that need somebody's attention: why, since when, who is
 * meant, and in the order of what they cost the whole.
 */
#ifndef TUIJIN_CLI_EXPORT_CONCERN_H
#define TUIJIN_CLI_EXPORT_CONCERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/export_facts.h"
#include "core/buf.h"

/* A red or yellow task has at least one. One of another colour may ask for help, have
 * gone back, have a part that is blocked and does not count, or one that was not reported
 * on, or late. */
enum concern_kind {
	CONCERN_OVERDUE,
	CONCERN_BEHIND, /* by lights.yellow points or more */
	CONCERN_MISSED, /* no report for the last due period, whether it counts or not */
	CONCERN_LATE,   /* a late one */
	CONCERN_STALE,
	CONCERN_BLOCKED,
	CONCERN_HELP,
	CONCERN_REGRESSED,
	CONCERN_KINDS
};

struct concern {
	uint32_t task;  /* index */
	uint32_t kinds; /* a bit for each */
};

struct concerns {
	struct concern *at; /* owned; what costs the most first */
	size_t          count;
};

void concerns_init(struct concerns *c, const struct facts *f);
void concerns_fini(struct concerns *c);

const char *concern_name(enum concern_kind kind, enum language l);

/* How much room a task takes in the report. */
enum concern_rank {
	CONCERN_GRAVE,   /* red, overdue, blocked, or in want of help */
	CONCERN_LESSER,  /* yellow, or gone back */
	CONCERN_RECEIPTS /* only what came in or did not for the last due period */
};

enum concern_rank concern_rank(const struct concern *c, const struct facts *f);

/* Appends what there is to say of that kind: numbers, agencies, since when. Nothing if
 * the task is of no concern in that way. */
void concern_say(
    const struct concern *c, enum concern_kind kind, const struct facts *f, struct buf *out);

/* True if an obligation of the task is a reason for one of its concerns. */
bool concern_is_cause(const struct concern *c, uint32_t obligation, const struct facts *f);

#endif
