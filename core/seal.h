/*
 * seal -- what makes a ledger tamper-evident: a hash that follows from every entry up
 * to a position. Whoever has kept one can tell whether any of those entries was changed,
 * removed or put in since (docs/protocol.md, "Seals").
 *
 *   hash of nothing:  32 zero bytes
 *   of one more:      SHA-256( hash so far, ms, n, and for each field of the entry, in its
 *                              order: length of the name, name, length of the value, value )
 *
 * Numbers are 8 bytes, big-endian; ms and n are the entry's position.
 */
#ifndef TUIJIN_CORE_SEAL_H
#define TUIJIN_CORE_SEAL_H

#include <stdbool.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/entry.h"
#include "core/position.h"
#include "core/sha256.h"

#define SEAL_TEXT_SIZE (POSITION_SIZE + SHA256_TEXT_SIZE)

/* Zero: of no entry. */
struct seal {
	struct position position;
	struct sha256   hash;
};

/* Moves *s on over the next entry. */
void seal_add(struct seal *s, const struct ledger_entry *entry);

/* "1774951200123-0:9f86…", of 64 hex digits. The parser returns false for anything else. */
const char *seal_format(const struct seal *s, char out[SEAL_TEXT_SIZE]);
bool        seal_parse(struct text t, struct seal *s);

/*
 * Links: for each entry its position and the first 8 bytes of the hash behind it, 24
 * bytes back to back. Kept beside the seals, they tell which entry is the first that is
 * not what it was.
 */
#define SEAL_LINK_SIZE 24

struct seal_link {
	struct position position;
	uint64_t        hash; /* big-endian the first 8 bytes */
};

/* Appends the link of the entry that *s was moved over last. */
void seal_link_write(struct buf *out, const struct seal *s);

/* Takes the link at the front of *links and moves *links behind it. Returns false at
 * the end, and where what is left is no whole link. */
bool seal_link_read(struct text *links, struct seal_link *link);

/* True if the link is that of the entry that *s was moved over last. */
bool seal_link_fits(const struct seal_link *link, const struct seal *s);

#endif
