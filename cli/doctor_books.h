/*
 * doctor_books -- a plan's ledger and what is kept beside it, seen from afar: where each of
 * them stands; for cli/doctor_ledger.c.
 */
#ifndef TUIJIN_CLI_DOCTOR_BOOKS_H
#define TUIJIN_CLI_DOCTOR_BOOKS_H

#include "cli/doctor.h"
#include "core/position.h"

/* What Redis has of a plan's ledger and beside it, as it was at one moment. Positions are zero
 * where there is none. */
struct doctor_books {
	const char     *plan;
	int64_t         now_ms;           /* by the clock of Redis, which makes positions */
	struct position end;              /* as the plan's hash has it */
	struct position first, last;      /* of the ledger */
	bool            begins_with_plan; /* and not with reports */
	int64_t         length, added;    /* entries; added -1: this Redis does not count them */
	struct position checkpoint, seal; /* what the newest of them is of */
};

/* Reads them. Returns 1; 0 if there is no ledger or a key is no ledger's, which is noted; -1
 * with *e. */
int doctor_books_read(struct doctor *d, const char *plan, struct doctor_books *b, struct err *e);

/* Says how a ledger is mended of which entries are gone. */
void doctor_books_mend(struct doctor *d, const char *plan);

#endif
