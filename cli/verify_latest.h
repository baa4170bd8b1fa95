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

#include "cli/verify_cut.h"
#include "cli/verify_findings.h"
#include "core/position.h"
#include "core/report.h"
#include "core/text.h"

struct newest;

struct newest *newest_new(void);
void           newest_free(struct newest *n); /* NULL is fine */
size_t         newest_count(const struct newest *n);

/* Takes the next record of the ledger. Returns true, or false with the seq it does
 * not rise above, and where that stands: then it changes nothing. */
bool newest_take(struct newest *n, const struct record *rec, struct text bytes,
    struct position position, uint64_t *seq, struct position *where);

/* Notes what of `latest` and `held` is not as it has to be. */
void newest_compare(struct newest *n, const struct cut *cut, struct findings *f);

#endif
