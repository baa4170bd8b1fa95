/*
 * reader -- a plan's ledger read from Redis into a chronicle, from its first entry on and
 * then as it grows. Reads only, the stream of the ledger alone (XRANGE, XREAD).
 *
 * Never blocks, and folds no longer than it is told to (but always a whole entry), so that
 * viewers are served meanwhile. When the store is away the chronicle
 * stays as it is. Entries are asked for together with the last one read: a ledger that no
 * longer has that one is another. Then it begins again, and the former chronicle is shown
 * until the new one has caught up.
 *
 * Days end before an entry of a later day, and when the aggregator says that it is
 * another day and nothing more has come: its days end behind the same entries.
 */
#ifndef TUIJIN_DASHBOARD_READER_H
#define TUIJIN_DASHBOARD_READER_H

#include <stdbool.h>
#include <stdint.h>

#include "common/store.h"
#include "core/err.h"
#include "dashboard/chronicle.h"

struct reader;

/* NULL with *e. plan and url are borrowed. */
struct reader *reader_open(const char *plan, const char *url, struct err *e);
void           reader_close(struct reader *r); /* NULL is fine */

/* Does what can be done now, until then (monotonic); today is the aggregator's (its last
 * tick), or INT32_MIN while none was heard. Returns ms until it wants to be called again, -1. */
int64_t       reader_turn(struct reader *r, int64_t mono_ms, int32_t today, int64_t until_us);
struct store *reader_link(struct reader *r);

/* The chronicle that has caught up, NULL before; its number is another when a new one took
 * its place or a plan revision came into force. */
struct chronicle *reader_chronicle(struct reader *r);
uint64_t          reader_number(const struct reader *r);

/* Why it does not go on, "" when it does; and how far it has come before it is caught up. */
const char     *reader_trouble(const struct reader *r);
struct position reader_position(const struct reader *r);

#endif
