/*
 * explain_published -- an explained number beside the one that the aggregator keeps in
 * Redis for its topic: the same, another moment's, or none.
 */
#ifndef TUIJIN_CLI_EXPLAIN_PUBLISHED_H
#define TUIJIN_CLI_EXPLAIN_PUBLISHED_H

#include "common/store.h"
#include "core/rollup.h"
#include "core/scope.h"

enum explain_published_kind {
	PUBLISHED_SAME,    /* of the same position and day, and every field is the same */
	PUBLISHED_DIFFERS, /* of the same position and day, and some field is not */
	PUBLISHED_OTHER,   /* of another position, day or revision */
	PUBLISHED_NONE,    /* none is kept */
	PUBLISHED_KINDS
};

struct explain_published {
	enum explain_published_kind kind;
	struct position             position; /* of what is kept, like the rest */
	uint32_t                    revision;
	int64_t                     as_of_ms;
	int32_t                     percent, gap; /* basis points; -1, 0: nothing counts */
};

const char *explain_published_name(enum explain_published_kind k); /* "same" */

/* Asks for it, and compares it with what r says of the scope today. Without an answer it
 * is PUBLISHED_NONE. */
void explain_published_fetch(
    struct store *store, struct rollup *r, struct scope s, struct explain_published *p);

#endif
