/*
 * history -- what a ledger holds about a task or an agency: every record and what
 * became of it, and the plan revisions in between.
 *
 * Reads the whole ledger, for what became of a record stands behind it, and keeps
 * copies of the newest records that were asked for.
 */
#ifndef TUIJIN_CLI_HISTORY_H
#define TUIJIN_CLI_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/command.h"
#include "cli/moment.h"
#include "cli/picture.h"
#include "common/store.h"
#include "core/err.h"
#include "core/plan.h"

#define HISTORY_LIMIT_MAX 1000000

struct history_request {
	const char   *plan;         /* id; NULL or "": the only loaded one */
	uint32_t      task;         /* number; 0: all */
	const char   *agency;       /* what it said; NULL: all of them */
	struct moment since, until; /* by when the store took it */
	size_t        limit;        /* records to keep: the newest */
};

enum history_fate {
	HISTORY_EFFECTIVE,
	HISTORY_SUPERSEDED, /* a higher seq said something else */
	HISTORY_WITHDRAWN,  /* a report that was taken back */
	HISTORY_FATES
};

struct history_word {
	struct picture_word *word; /* owned */
	enum history_fate    fate;
	uint64_t             by_seq; /* of what superseded or withdrew it */
	int64_t              by_received_ms;
};

struct history_revision {
	struct position position;
	uint32_t        revision;
	bool            has;     /* the task, the agency, or the task's agency asked for */
	bool            changed; /* the revision before differed in that */
};

/* One line of a history: exactly one is there. */
struct history_item {
	const struct history_word     *word;
	const struct history_revision *revision;
};

/* Where a walk along a history is; zero: at its beginning. */
struct history_cursor {
	size_t words, revisions;
};

/* Where a record's task and agency are in the plan in force. */
enum history_place {
	HISTORY_IN_FORCE,
	HISTORY_NOT_TODAY, /* a member of a group, but not on that day */
	HISTORY_NO_PLACE,
	HISTORY_PLACES
};

/* What the last revision that had it calls a thing. */
struct history_name {
	struct plan_title title; /* owned; .zh NULL: none had it */
	uint32_t          revision;
};

/* The names of the task and of the agency asked for. */
struct history_names {
	struct history_name task, agency;
};

/* Keeps those that a plan has. */
void history_names_keep(
    struct history_names *n, const struct history_request *q, const struct plan *p);
void history_names_fini(struct history_names *n);

struct history;

/* NULL with *e: ERR_USAGE, ERR_INPUT (neither the plan nor its ledger has such a task
 * or agency; an entry is broken), ERR_AGAIN. The request is kept (borrowed). */
struct history *history_read(
    struct store *store, const struct history_request *request, struct err *e);
void history_free(struct history *h); /* NULL is fine */

const struct history_request *history_request(const struct history *h);
const struct plan            *history_plan(const struct history *h); /* in force now */

const struct history_names *history_names(const struct history *h);

/* The next line, oldest first; false at the end. */
bool history_next(
    const struct history *h, struct history_cursor *cursor, struct history_item *item);

size_t   history_count(const struct history *h);    /* records kept */
uint64_t history_left_out(const struct history *h); /* older ones, beyond the limit */

enum history_place history_place(const struct history *h, const struct record *rec, int32_t today);

/* True if a plan has what is asked for. The office has a word on each task. */
bool history_has(const struct history_request *q, const struct plan *p);

/* Fills *e (ERR_INPUT) with what that plan has instead of what is asked for. */
int history_unknown(const struct history_request *q, const struct plan *p, struct err *e);

/* Shows it (history_view.c, history_json.c). */
void history_show(const struct history *h, const struct command_run *run);
void history_print_json(const struct history *h);

#endif
