/*
 * explain_published -- an explained number beside the one that the aggregator keeps in
 * Redis for its topic: the same bytes, others, another moment's, or none.
 */
#ifndef TUIJIN_CLI_EXPLAIN_PUBLISHED_H
#define TUIJIN_CLI_EXPLAIN_PUBLISHED_H

#include "common/store.h"
#include "core/buf.h"
#include "core/rollup.h"
#include "core/scope.h"

enum explain_published_kind {
	PUBLISHED_SAME,       /* byte for byte */
	PUBLISHED_DIFFERS,    /* of the same position and day, and some byte is not the same */
	PUBLISHED_UNREADABLE, /* no summary of that scope */
	PUBLISHED_MISSING,    /* none is kept of the scope, though others are */
	PUBLISHED_OTHER,      /* of another position, day or revision */
	PUBLISHED_NONE,       /* none is kept of any scope, or the store gave no answer */
	PUBLISHED_KINDS
};

struct explain_published {
	enum explain_published_kind kind;
	bool                        there;    /* what follows is of a summary that is kept */
	struct position             position; /* of what is kept, like the rest */
	uint32_t                    revision;
	int64_t                     as_of_ms;
	int32_t                     percent, gap; /* basis points; -1, 0: nothing counts */

	/* In what it differs, or why it cannot be read. */
	struct buf what;
};

const char *explain_published_name(enum explain_published_kind k); /* "same" */

/* True if what is kept is wrong, whatever the moment. */
bool explain_published_is_wrong(enum explain_published_kind k);

/* Asks for it, and compares it with what r says of the scope today. `reordered`: r leaves
 * out records by their `at`, and what was published at the same position may have them.
 * Fini it. */
void explain_published_fetch(struct store *store, struct rollup *r, struct scope s, bool reordered,
    struct explain_published *p);
void explain_published_fini(struct explain_published *p);

#endif
