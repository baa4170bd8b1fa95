/*
 * receipts -- when an agency was first heard on a task for each calendar month.
 *
 * A reporting period is a run of whole months, so the months keep what every kind of
 * period needs, also when a revision of the plan changes the kind. Kept in the order
 * of months; a zeroed one is empty.
 */
#ifndef TUIJIN_CORE_RECEIPTS_H
#define TUIJIN_CORE_RECEIPTS_H

#include <stdbool.h>
#include <stdint.h>

struct receipt {
	int64_t received_ms; /* the first */
	int32_t month;       /* of the reports' `at`: period_month() */
};

struct receipts {
	struct receipt *at; /* owned; rising months */
	uint32_t        count, room;
};

void receipts_fini(struct receipts *r);

/* Notes a report about a day of that month. Returns true if it is the first, or came
 * in before the first noted. */
bool receipts_note(struct receipts *r, int32_t month, int64_t received_ms);

/* The first of the months from .. to, both inclusive. False: none. */
bool receipts_first(const struct receipts *r, int32_t from, int32_t to, int64_t *received_ms);

#endif
