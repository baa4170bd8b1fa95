/*
 * verify_days -- the days of the trend as Redis has them; for cli/verify*.c.
 *
 * The names are those of the cut. A day that is over does not change any more: the bytes
 * are read when they are asked for, a page of days at once, of about a megabyte.
 */
#ifndef TUIJIN_CLI_VERIFY_DAYS_H
#define TUIJIN_CLI_VERIFY_DAYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/verify_cut.h"
#include "common/store.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/text.h"

/* A day that has to be there and was not. */
struct missing_day {
	int32_t    day;
	struct buf want;
};

struct days {
	struct text        *names; /* sorted; owned, the bytes borrowed from the cut */
	bool               *met;   /* by name: the fold has passed that day; owned */
	size_t              count;
	struct missing_day *missing; /* owned */
	size_t              missing_count, missing_room;

	/* The page that was read last. */
	struct store_reply *page; /* owned */
	size_t              page_first, page_count;
	size_t              want; /* days of the next */
};

void days_init(struct days *d, const struct cut *c);
void days_fini(struct days *d); /* zero is fine */

/* The place of a name, or the count. */
size_t days_find(const struct days *d, struct text name);

/* The bytes of a day, borrowed until the next call; absent if it is gone since. Cheap if
 * days are asked for in their order. Returns 0, or -1 with *e. */
int days_read(
    struct days *d, struct store *s, const char *plan, size_t i, struct text *bytes, struct err *e);

/* Remembers a day that is missing, and its bytes if they are wanted for repair; and
 * forgets missing day i. */
void days_miss(struct days *d, int32_t day, struct text want);
void days_forget(struct days *d, size_t i);

/* Whether there is such a day by now. Returns 1 or 0, or -1 with *e. */
int days_has_now(struct store *s, const char *plan, struct text name, struct err *e);

#endif
