/*
 * export_moment -- which moment an export is of, in words for its head, and as the flags
 * that give the same again.
 */
#ifndef TUIJIN_CLI_EXPORT_MOMENT_H
#define TUIJIN_CLI_EXPORT_MOMENT_H

#include "cli/export_facts.h"
#include "core/buf.h"

/* Appends "As of 2026-06-30 (as known now)": which of the two clocks was asked. A ledger
 * position adds no words: it stands in the head by itself. */
void export_moment(const struct facts *f, struct buf *out);

/* NULL, or that the moment has not come and what is told is a projection. */
const char *export_projection(const struct facts *f);

/* Appends " --plan ipr-2026 --known-at 1774951200123-0 --as-of 2026-06-30 --today
 * 2026-06-30". */
void export_flags(const struct facts *f, struct buf *out);

#endif
