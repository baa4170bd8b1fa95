/*
 * stored_seal -- a seal of a plan's ledger as Redis has it: an entry of the stream `seals`,
 * whose id is the position that the seal is of.
 *
 * It is from outside: any fields, any bytes. Only what has just the fields of a seal, in
 * their order, is taken for one, as an aggregator does.
 */
#ifndef TUIJIN_CLI_STORED_SEAL_H
#define TUIJIN_CLI_STORED_SEAL_H

#include <stdbool.h>

#include "common/store.h"
#include "core/seal.h"
#include "core/text.h"

struct stored_seal {
	struct seal seal;
	bool        has_form; /* the fields hash and links, once each, and no others */
	bool        has_hash; /* false: it is no 64 hex digits */
	struct text links;    /* core/seal.h; borrowed from the answer */
};

/* Reads an element of an XRANGE answer. Returns false if that is no entry of a stream. */
bool stored_seal_read(const struct store_reply *r, struct stored_seal *s);

#endif
