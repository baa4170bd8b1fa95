/*
 * alert -- what the office is told once: the edges of the alarms of core/rollup.h.
 *
 * An alert stands from the entry or the day on which its alarm began to hold until
 * it ends. It keeps the numbers of the moment it was raised, so that its event is
 * the same bytes for ever. All of it follows from the ledger's entries and the days
 * between them: whoever folds the same ledger raises the same alerts, and whoever
 * goes on from a checkpoint raises none twice.
 */
#ifndef TUIJIN_CORE_ALERT_H
#define TUIJIN_CORE_ALERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/rollup.h"
#include "core/scope.h"
#include "core/summary.h"

struct alert {
	enum alarm      what;
	bool            standing;
	uint32_t        revision;
	struct position position; /* of its scope when it was raised, or ended */
	int64_t         as_of_ms;
	enum scope_kind kind;
	char            key[SCOPE_KEY_SIZE];
	int64_t         since_ms, ended_ms; /* ended_ms: 0 while it stands */

	/* The numbers when it was raised. */
	bool             counts; /* percent, expected and gap are there */
	int32_t          percent, expected, gap;
	struct judgement judgement;
	uint32_t         overdue_days;
	char             period[PERIOD_NAME_SIZE]; /* the missed one; or "" */
	char (*agencies)[PLAN_ID_MAX + 1];         /* owned; ids of those it is about */
	uint32_t agency_count;
};

struct alerts;

struct alerts *alerts_new(const struct plan *p); /* p is borrowed */
void           alerts_free(struct alerts *a);    /* NULL is fine */

/* Looks at every scope that changed since it last did: raises and ends alerts as of
 * that instant. r is settled, and of the same plan. */
void alerts_check(struct alerts *a, struct rollup *r, int64_t instant_ms);

/* When, and as of what, alerts end that have no scope to end in. */
struct alert_end {
	int64_t         instant_ms, as_of_ms;
	struct position position;
	uint32_t        revision;
};

/* Goes on over another plan: alerts of scopes that it has no more end. */
void alerts_rebase(struct alerts *a, const struct plan *p, const struct alert_end *how);

/* Goes on where others were that have been told: edges that are in both are taken, what
 * stood there and does not here ends. */
void alerts_follow_on(struct alerts *a, const struct alerts *former, const struct alert_end *how);

/* The next alert that was raised or ended since it was last taken, or NULL; borrowed
 * until the next call on a. What was raised and ended in between is left out. */
const struct alert *alerts_take_edge(struct alerts *a);
bool                alerts_has_edge(const struct alerts *a);

/* Alert i of those that stand, in the order of scopes and alarms; NULL behind the
 * last. For checkpoints and snapshots. */
const struct alert *alerts_standing(const struct alerts *a, size_t *i);

/* Puts a standing alert back, as one that was taken already. Takes the ownership of
 * its agencies. False: the plan has no such scope. */
bool alerts_restore(struct alerts *a, const struct alert *alert);

const char *alarm_name(enum alarm what); /* "overdue", "missed_period" */
bool        alarm_parse(struct text t, enum alarm *what);

/* "ipr-2026/alert/overdue/task/27/", or with ended "ipr-2026/alert/resolved/...".
 * Returns out. */
#define ALERT_TOPIC_SIZE (SCOPE_TOPIC_SIZE + 48)
const char *alert_topic(
    const struct plan *p, const struct alert *alert, char out[ALERT_TOPIC_SIZE]);

#endif
