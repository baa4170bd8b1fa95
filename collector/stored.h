/*
 * stored -- what a collector knows of a plan's store: the plan in force, the book
 * of what is stored, how far along the ledger that is.
 */
#ifndef TUIJIN_COLLECTOR_STORED_H
#define TUIJIN_COLLECTOR_STORED_H

#include <stdbool.h>

#include "common/ledger.h"
#include "common/store.h"
#include "core/book.h"
#include "core/err.h"
#include "core/plan.h"
#include "core/position.h"
#include "core/wire_record.h"

struct stored {
	char                *id;   /* owned, like all of it */
	struct plan         *plan; /* NULL until read once */
	struct book         *book;
	char                 digest[LEDGER_DIGEST_SIZE]; /* of the plan */
	struct position      end;                        /* the book knows the ledger up to here */
	struct wire_records *decoder;
};

void stored_init(struct stored *s, const char *id);
void stored_fini(struct stored *s);

/* Queues the question for all of it, as one transaction; with `missed` also for
 * the first entries behind `end`. */
void stored_ask(const struct stored *s, struct store *link, bool missed);

enum stored_answer {
	STORED_PARTIAL, /* not the last answer to the question */
	STORED_WHOLE,   /* it is: read it */
	STORED_ABSENT,  /* there is no such plan */
	STORED_REFUSED, /* *e says why */
};

/* What an answer to the question is. Of a whole one, *missed is the list of
 * entries behind `end`, or NULL. */
enum stored_answer stored_hear(
    const struct store_reply *r, const struct store_reply **missed, struct err *e);

/* Takes in a whole answer: the book then holds what is stored and nothing else. If
 * the plan is another one now, *old is the one before (free it), else NULL.
 * Returns 0, or -1 with *e: something in the store cannot be read. */
int stored_read(
    struct stored *s, const struct store_reply *whole, struct plan **old, struct err *e);

/* Enters entries of the ledger that others appended behind `end`. */
int stored_catch_up(struct stored *s, const struct store_reply *entries, struct err *e);

#endif
