/*
 * rollup -- a plan's completion: a pure fold over its ledger, and today's date.
 *
 * Feed it every record of the ledger in order; ask it for the summary of any
 * scope. The same records and the same day give the same summaries, whatever the
 * batches. All in integers (basis points, floor): docs/protocol.md, "The arithmetic".
 *
 * Applying is O(1): it changes one obligation and its task's sums and marks the
 * task. rollup_settle() then carries each marked task once to the scopes above
 * it, so that a batch costs by the tasks it touched, not by its reports, and all
 * scopes stand at the same position. Summaries are of the settled state. What depends
 * on the date is part of it: rollup_turn() to another day settles every task anew.
 *
 * What was said and ruled outlives the place it had: a rollup keeps what its plan
 * has no place for aside (core/rollup_aside.h), and where a later revision has the
 * task and agency again, it counts again. No order of reports and revisions thus
 * makes it differ from what the collectors hold as newest.
 */
#ifndef TUIJIN_CORE_ROLLUP_H
#define TUIJIN_CORE_ROLLUP_H

#include <stdint.h>

#include "core/plan.h"
#include "core/period.h"
#include "core/position.h"
#include "core/receipts.h"
#include "core/report.h"
#include "core/summary.h"

struct rollup;
struct rollup_aside;

/* What is known of one obligation. seq 0: never heard of. */
struct rollup_word {
	uint64_t          seq; /* newest, a withdrawal's too */
	int64_t           at_ms, received_ms;
	enum report_state state; /* REPORT_UNREPORTED: never reported, or withdrawn */
	uint32_t          percent;
	uint32_t          fell_from; /* what percent was before it went down; 0: it has not */
	bool              help;
};

/* What the office last ruled on one task. seq 0: nothing, which is "open". */
struct rollup_ruling {
	uint64_t                seq;
	int64_t                 at_ms;
	enum report_disposition disposition;
};

enum rollup_effect {
	ROLLUP_APPLIED,
	ROLLUP_STALE,   /* a newer or the same seq is in already: nothing changed */
	ROLLUP_FOREIGN, /* the plan has no place for it: kept aside if newer; no summary changed */
	ROLLUP_EFFECTS
};

/* Who waits for scopes to change, each with marks of its own. */
enum rollup_reader { ROLLUP_BOARD, ROLLUP_ALERTS, ROLLUP_READERS };

/* What the office is to be told of a scope while it holds (core/alert.h). */
enum alarm {
	ALARM_OVERDUE,
	ALARM_BEHIND,        /* the light is red; of every scope, the others of tasks alone */
	ALARM_BLOCKED,       /* an agency says so, whether its part counts or not */
	ALARM_HELP,          /* an agency asks for it */
	ALARM_MISSED_PERIOD, /* the last due period */
	ALARM_REGRESSED,     /* an agency's percent went down and has not come back */
	ALARMS
};

/* A rollup in which nobody has reported yet, of a plan in force since `since`, on
 * that day. It keeps p (borrowed). */
struct rollup *rollup_new(const struct plan *p, struct position since, int32_t today);
void           rollup_free(struct rollup *r); /* NULL is fine */

const struct plan *rollup_plan(const struct rollup *r);
int32_t            rollup_today(const struct rollup *r);

/* Moves to another day, and settles. Nothing happens if it is that day already. */
void rollup_turn(struct rollup *r, int32_t today);

/* Applies one record of the ledger entry at `position`. */
enum rollup_effect rollup_apply(
    struct rollup *r, const struct record *rec, struct position position);

/* Carries what changed up to every scope. Call it at the end of an entry. */
void rollup_settle(struct rollup *r);

/* The next scope (row of core/scope.h) whose summary has changed since this reader
 * last took it, or PLAN_NONE. A new or restored rollup has all of them changed. */
uint32_t rollup_take_changed(struct rollup *r, enum rollup_reader reader);
bool     rollup_has_changed(const struct rollup *r, enum rollup_reader reader);
void     rollup_mark_all_changed(struct rollup *r, enum rollup_reader reader);

/* The summary of a scope, today. Its texts and parts are borrowed from the rollup
 * and the plan until the next call on r. */
void rollup_summary(struct rollup *r, uint32_t row, struct summary *s);

/* The alarms that hold for a scope, today: a bit for each. And whether one of a task's
 * obligations is a reason for it. */
uint32_t rollup_alarms(const struct rollup *r, uint32_t row);
bool     rollup_is_cause(const struct rollup *r, uint32_t obligation, enum alarm alarm);

/* The plan's last period that is due today; false: none. */
bool rollup_last_due(const struct rollup *r, struct period *period);

/* When the first report for a period came in: of one obligation, ms since 1970 UTC.
 * Returns false if none did. */
bool rollup_receipt(
    const struct rollup *r, uint32_t obligation, struct period period, int64_t *received_ms);

/* The raw state, for checkpoints and rebasing: by obligation and task index. */
const struct rollup_word   *rollup_word(const struct rollup *r, uint32_t obligation);
const struct rollup_ruling *rollup_ruling(const struct rollup *r, uint32_t task);
struct position             rollup_task_position(const struct rollup *r, uint32_t task);
struct position             rollup_since(const struct rollup *r);
const struct rollup_aside  *rollup_aside(const struct rollup *r);
const struct receipts      *rollup_receipts(const struct rollup *r, uint32_t obligation);

/* Puts raw state back into a new rollup, by task number and agency id: into its
 * place, or aside where the plan has none (the position is then of no meaning).
 * Returns false where it cannot be kept. Settle afterwards. */
bool rollup_restore_word(
    struct rollup *r, uint32_t number, struct text agency, const struct rollup_word *w);
bool rollup_restore_receipt(
    struct rollup *r, uint32_t number, struct text agency, int32_t month, int64_t received_ms);
bool rollup_restore_task(struct rollup *r, uint32_t number, const struct rollup_ruling *ruling,
    struct position position);

/* A rollup of plan `p` in force since `since`, on old's day, with all words and rulings
 * of old: those p has a place for (matched by task number and agency id) in it, whether old
 * had one or kept them aside; the others aside. */
struct rollup *rollup_rebased(
    const struct rollup *old, const struct plan *p, struct position since);

#endif
