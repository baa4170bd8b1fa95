/*
 * scan -- a plan's ledger read from Redis, front to back, a page at a time.
 */
#ifndef TUIJIN_CLI_SCAN_H
#define TUIJIN_CLI_SCAN_H

#include <stdbool.h>

#include "common/store.h"
#include "core/entry.h"
#include "core/err.h"

/* Handles one entry; borrowed for the call. Returns 0, 1 to stop without an error,
 * or -1 with *e. */
typedef int scan_fn(void *context, const struct ledger_entry *entry, struct err *e);

struct scan {
	struct store   *store;
	const char     *plan;
	struct position behind; /* only entries behind this one; zero: all */
	struct position until;  /* up to and with this one; zero: to the end */
	bool            quiet;  /* no progress on standard error */
	scan_fn        *each;
	void           *context;
};

/* Reads it all; a plan without a ledger has no entries. Progress is told on standard
 * error once a second, if that is a terminal. Returns 0, or -1 with *e; what `each`
 * says is told with its position, "ledger, 1774951200123-0: ...". */
int scan_ledger(const struct scan *s, struct err *e);

#endif
