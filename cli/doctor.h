/*
 * doctor -- an examination of a running installation, from outside; for cli/doctor*.c alone.
 *
 * A check looks at one thing and notes what it finds: a sentence, and how to mend it.
 * Checks are made in the order of the table in cli/doctor.c; what one learns (a store that
 * answers, loaded plans, clocks) is kept here for those after it. A check that cannot be
 * made says so and why, which is no fault of its own.
 */
#ifndef TUIJIN_CLI_DOCTOR_H
#define TUIJIN_CLI_DOCTOR_H

#include <stdint.h>

#include "cli/command.h"
#include "cli/doctor_findings.h"
#include "cli/doctor_settings.h"
#include "common/authorized.h"
#include "common/bus.h"
#include "common/store.h"
#include "core/plan.h"
#include "core/position.h"

#define DOCTOR_PLANS_MAX  64
#define DOCTOR_CLOCKS_MAX 4

/* A plan that is in the store. */
struct doctor_plan {
	char            id[PLAN_ID_MAX + 1];
	struct plan    *plan;    /* owned; NULL: what is stored is no plan */
	struct position end;     /* of its ledger, when it was looked at */
	bool            has_end; /* that is known */
};

/* What another clock showed, less this machine's: ms, halfway between asking and the answer. */
struct doctor_clock {
	const char *whose; /* "Redis", "the collector" */
	int64_t     ahead_ms;
	int64_t     error_ms; /* half of the time that the answer took */
};

struct doctor {
	const struct doctor_settings *cfg; /* borrowed */
	struct doctor_findings        findings;
	enum language                 language;

	struct authorized  *list; /* owned, like the next two; NULL: none that can be read */
	struct bus         *bus;
	struct store       *store; /* NULL: Redis was not reached */
	struct doctor_plan  plans[DOCTOR_PLANS_MAX];
	size_t              plan_count;
	struct doctor_clock clocks[DOCTOR_CLOCKS_MAX];
	size_t              clock_count;
};

/* Keeps what a clock showed first; asked and answered are this machine's, ms since 1970. */
void doctor_note_clock(
    struct doctor *d, const char *whose, int64_t shown_ms, int64_t asked_ms, int64_t answered_ms);

/* The checks. What is asked in vain takes cfg->timeout: Redis once, then it is not asked
 * again; a service over HTTP and over ZeroMQ; the aggregator for all plans at a time. A plan
 * that a service may be about to take up has DOCTOR_TAKE_UP_MS besides, for all plans. */
#define DOCTOR_TAKE_UP_MS 2000
void doctor_keys(struct doctor *d);       /* secret keys, authorized_keys, who is in it */
void doctor_redis(struct doctor *d);      /* reached, durable, lets us; opens d->store */
void doctor_room(struct doctor *d);       /* memory of Redis, its disk, the kernel's promise */
void doctor_plans(struct doctor *d);      /* loaded, whole, of these days; fills d->plans */
void doctor_collector(struct doctor *d);  /* /readyz, then a ping, then each plan is served */
void doctor_aggregator(struct doctor *d); /* /readyz, then a snapshot and a tick, digest equal */
void doctor_ledger(struct doctor *d);     /* ledger, plan hash, checkpoint and seals in step */
void doctor_dashboard(struct doctor *d);  /* /readyz and the page's plans */
void doctor_clocks(struct doctor *d);     /* those that were seen agree */

/* The part of doctor_keys() that is about authorized_keys: fills d->list. */
void doctor_list(struct doctor *d);

/* Who of d->plans has a key in d->list: after doctor_keys() and doctor_plans(). */
void doctor_agencies(struct doctor *d);

/* The day that it is where a plan is followed. */
int32_t doctor_today(const struct plan *p);

enum doctor_readiness {
	DOCTOR_READY,
	DOCTOR_NOT_READY, /* it says so, or something else answers */
	DOCTOR_SILENT,
	DOCTOR_UNASKED, /* the address is "" */
};

/* Asks a service for /readyz and notes what comes of it: whose is "collector",
 * "aggregator" or "dashboard". */
enum doctor_readiness doctor_ready(struct doctor *d, const char *whose, const char *address);

#endif
