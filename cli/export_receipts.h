/*
 * export_receipts -- which obligations were not reported on, or late, for the last period
 * due: what the reported and the on-time rate are made of.
 */
#ifndef TUIJIN_CLI_EXPORT_RECEIPTS_H
#define TUIJIN_CLI_EXPORT_RECEIPTS_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/export_facts.h"
#include "core/buf.h"
#include "core/explain.h"

/* What became of an obligation's report for the last period due, and when the first one
 * came in (if one did). EXPLAIN_UNASKED where no period is due. */
struct explain_receipt receipts_of(const struct facts *f, uint32_t obligation);

/* True if an obligation of the task (index) fared so. */
bool receipts_any(const struct facts *f, uint32_t task, enum explain_heard how);

/* Appends the agencies of the task that fared so, each with the day on which its report
 * came in, if one did. */
void receipts_say(const struct facts *f, uint32_t task, enum explain_heard how, struct buf *out);

#endif
