/*
 * verify_latest -- what `latest` has to hold: of each obligation and each task that
 * was ruled on, the newest record of the ledger, in its own bytes; for cli/verify*.c.
 *
 * Memory grows with what can be spoken about, not with the ledger.
 */
#ifndef TUIJIN_CLI_VERIFY_LATEST_H
#define TUIJIN_CLI_VERIFY_LATEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/verify_findings.h"
#include "core/position.h"
#include "core/report.h"
#include "core/text.h"

struct newest;

struct newest *newest_new(void);
void           newest_free(struct newest *n);        /* NULL is fine */
size_t         newest_count(const struct newest *n); /* fields that there are records for */

/* Takes the next record of the ledger. Returns true, or false with the seq it does
 * not rise above, and where that stands: then it changes nothing. */
bool newest_take(struct newest *n, const struct record *rec, struct text bytes,
    struct position position, uint64_t *seq, struct position *where);

/* Notes in what a field of `latest` is not as it has to be by the records taken so far;
 * absent: it is not there. Only the first time that it is asked of a field. */
void newest_compare(struct newest *n, struct text field, struct text value, struct findings *f);

/* Copies of the names of the fields that have not been compared; newest_unmet_free() them. */
struct text *newest_unmet(const struct newest *n, size_t *count);
void         newest_unmet_free(struct text *names, size_t count);

/* Fields that hold a record which is newer than all of the ledger's: how many, and the
 * first of them. */
struct newest_ahead {
	uint64_t count, seq;
	char     field[256]; /* printable */
};
const struct newest_ahead *newest_ahead(const struct newest *n);

#endif
