/*
 * tally -- what became of the reports of one plan's agencies, counted.
 *
 * A row per agency of the plan in force, by its index there. A revision takes the rows
 * along by agency id; what an agency had that the new plan has no more is added to one row
 * for all such. Counting costs an addition: no look-up, no memory.
 */
#ifndef TUIJIN_COLLECTOR_TALLY_H
#define TUIJIN_COLLECTOR_TALLY_H

#include <stdint.h>

#include "core/plan.h"
#include "core/report.h"

struct tally_row {
	uint64_t results[REPORT_VERDICTS]; /* reports */
	uint64_t codes[REPORT_CODES];      /* of rejected reports, and of errors */
	int64_t  heard_ms;                 /* the last message with something new; 0: none */
};

struct tally {
	struct tally_row *rows; /* owned; by agency */
	uint32_t          count;
	struct tally_row  gone;    /* of agencies that the plan has no more */
	struct tally_row  unknown; /* of no agency of the plan */
};

void tally_fini(struct tally *t);

/* Goes on by another plan; `old` is the one before, NULL at first. */
void tally_follow(struct tally *t, const struct plan *old, const struct plan *now);

/* The row of an agency; of none, as with PLAN_NONE, that of the unknown. */
struct tally_row *tally_row(struct tally *t, uint32_t agency);

/* Adds b to a: all that they count, and the later moment. */
void tally_add(struct tally_row *a, const struct tally_row *b);

#endif
