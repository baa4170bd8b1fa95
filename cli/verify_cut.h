/*
 * verify_cut -- what Redis keeps of a plan beside its ledger, as it was at one moment,
 * and where the ledger ended then; for cli/verify*.c.
 *
 * One transaction takes it, so that a live system may go on. The two parts that can be
 * large are not in it: the newest records change with each entry, and are compared with
 * the ledger as it is when they are read (cli/verify_pages.c); the days of the trend do
 * not change, and are only named. What is in it is from outside: any bytes, any type.
 */
#ifndef TUIJIN_CLI_VERIFY_CUT_H
#define TUIJIN_CLI_VERIFY_CUT_H

#include <stdbool.h>
#include <stddef.h>

#include "common/ledger.h"
#include "common/store.h"
#include "core/err.h"
#include "core/position.h"
#include "core/text.h"

#define CUT_TIMEOUT_MS 60000 /* for any answer, once Redis has given one */

struct cut {
	struct store_reply       *reply; /* owned */
	const struct store_reply *parts[LEDGER_KEYS];
	struct position           last;   /* entry of the ledger; zero: it has none */
	struct position           sealed; /* its newest seal is of; zero: it has none */
	int64_t                   now_ms; /* by the server's clock, to the second */
};

/* Takes it. Returns 0, or -1 with *e (ERR_AGAIN, ERR_ENV). */
int  cut_take(struct cut *c, struct store *s, const char *plan, struct err *e);
void cut_fini(struct cut *c); /* zero is fine */

/* True if there is nothing at all of the plan. */
bool cut_is_empty(const struct cut *c);

/* What Redis says of a key of the wrong type; absent if it is a hash (the ledger and the
 * seals: a stream) or not there. */
struct text cut_trouble(const struct cut *c, enum ledger_key k);

/* Fields of the plan, rollup or summary hash, in the order in which Redis gave them. */
size_t      cut_count(const struct cut *c, enum ledger_key k);
struct text cut_name(const struct cut *c, enum ledger_key k, size_t i);
struct text cut_value(const struct cut *c, enum ledger_key k, size_t i);

/* The value of the field of that name; absent if there is none. */
struct text cut_find(const struct cut *c, enum ledger_key k, struct text name);

/* How many fields `latest` had, and the names of the trend's. */
uint64_t    cut_latest_count(const struct cut *c);
size_t      cut_day_count(const struct cut *c);
struct text cut_day(const struct cut *c, size_t i);

/* The ledger's own books: how many entries were added, how many it has, the last one
 * that was removed. False if this Redis does not keep them (before 7.0). */
struct cut_books {
	int64_t     added, length;
	struct text last_removed; /* a position; "0-0": none */
};
bool cut_books(const struct cut *c, struct cut_books *b);

#endif
