/*
 * verify_difference -- in what two values differ, in words; for cli/verify*.c.
 *
 * "percent is 50.0, the ledger gives 62.5; state is ...": printable, a few differences,
 * and that there are more.
 */
#ifndef TUIJIN_CLI_VERIFY_DIFFERENCE_H
#define TUIJIN_CLI_VERIFY_DIFFERENCE_H

#include "common/json.h"
#include "core/buf.h"
#include "core/text.h"

/* Append in what `is` is not what it is to be; nothing if there is no difference. */
void difference_of_json(struct buf *out, json_t *want, json_t *is);
void difference_of_bytes(struct buf *out, struct text want, struct text is);

/* The same of two records (core/wire_record.h) and of two summary events
 * (core/wire_event.h); `is` may be any bytes. */
void difference_of_records(struct buf *out, struct text want, struct text is);
void difference_of_events(struct buf *out, struct text want, struct text is);

#endif
