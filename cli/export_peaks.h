/*
 * export_peaks -- where the ledger has the higher percents from which obligations went
 * back: a second reading of it, for those alone.
 */
#ifndef TUIJIN_CLI_EXPORT_PEAKS_H
#define TUIJIN_CLI_EXPORT_PEAKS_H

#include "cli/export_facts.h"
#include "common/store.h"
#include "core/err.h"

/* Fills f->peaks; reads nothing where nothing went back. until_ms: reports of a later
 * `at` are not in the picture. Errors: ERR_ENV, ERR_AGAIN, ERR_INPUT. */
int peaks_find(struct facts *f, struct store *store, int64_t until_ms, struct err *e);

#endif
