/*
 * verify_chain -- a ledger, entry by entry, against the seals that are stored beside it
 * and those that were kept outside of Redis; for cli/verify*.c. No I/O: stored seals come
 * from a callback, in their order.
 *
 * A link tells which entry is not what it was, the hash of its seal whether that is so:
 * where the hash is that of the ledger, it is the links that are wrong. Behind the first
 * entry that breaks a seal nothing fits any more, so no further stored seal is looked at.
 * Where a hash is wrong that no entry explains, an aggregator may have gone on from it:
 * then what breaks the next seal may follow from that, and the ledger be right.
 */
#ifndef TUIJIN_CLI_VERIFY_CHAIN_H
#define TUIJIN_CLI_VERIFY_CHAIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/stored_seal.h"
#include "cli/verify_findings.h"
#include "core/entry.h"
#include "core/err.h"
#include "core/seal.h"

/* Gives the next stored seal; its links have to last until the next call. Returns 1, 0
 * at the end, or -1 with *e. */
typedef int chain_next_fn(void *context, struct stored_seal *next, struct err *e);

enum chain_fault {
	CHAIN_FITS,
	CHAIN_CHANGED, /* the link of the entry is another */
	CHAIN_REMOVED, /* a link, but no entry */
	CHAIN_PUT_IN,  /* an entry between two links */
	CHAIN_UNKNOWN, /* an entry before the first link of the seal */
	CHAIN_FAULTS
};

struct chain {
	/* Set by the owner; all borrowed. */
	struct findings   *findings;
	chain_next_fn     *next;
	void              *context;
	const struct seal *given; /* kept outside, by position */
	size_t             given_count;

	struct seal at; /* of the entries so far */

	/* The stored seal that comes next, and its next link. */
	bool               has_stored, has_links, has_link, met;
	struct stored_seal stored;
	struct seal_link   link;
	struct position    before; /* of the stored seal before it, */
	struct position doubtful; /* and of the one without a true hash, none true since; or zero */
	enum chain_fault fault;   /* the first since then, */
	struct position  where;   /* and of which entry */

	bool            is_broken;
	size_t          given_seen;
	uint64_t        seals;         /* looked at */
	uint64_t        unsealed;      /* entries behind the last one, */
	struct position unsealed_from; /* and the first of them */
	uint64_t        misfits;       /* findings */
};

/* Asks for the first stored seal. Returns 0, or -1 with the callback's *e; so do the others. */
int chain_begin(struct chain *c, struct err *e);

/* Takes the next entry of the ledger. */
int chain_take(struct chain *c, const struct ledger_entry *entry, struct err *e);

/* That was the last one: what is sealed behind it is not there any more. */
int chain_end(struct chain *c, struct err *e);

/* What comes next in the ledger cannot be read: names the fault so far, if any. */
void chain_break_off(struct chain *c);

#endif
