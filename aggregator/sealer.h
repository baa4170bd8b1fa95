/*
 * sealer -- seals a ledger while it is folded, and holds what Redis has not got of it
 * yet: seals, each with the links up to it (core/seal.h).
 *
 * Redis has one stream of seals for all aggregators of a plan, in which seals only ever
 * follow. Whoever comes late drops what others have sealed. A stream that ends before
 * it did has lost what was dropped here: the sealer is torn, and the ledger has to be
 * folded again to make it anew.
 *
 * Whoever begins again remembers where it was. While it is on its way there nothing may
 * be stored, as it may come by with another hash: then somebody changed the ledger, and
 * it is not sealed any more. If links had to be dropped on the way, it is torn when it
 * has come by well, and the ledger is folded a second time for them.
 */
#ifndef TUIJIN_AGGREGATOR_SEALER_H
#define TUIJIN_AGGREGATOR_SEALER_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/entry.h"
#include "core/position.h"
#include "core/seal.h"
#include "core/text.h"

#define SEALER_CUT_ENTRIES   4096       /* without a seal, at the most */
#define SEALER_WAITING_BYTES (1u << 20) /* of what may wait for Redis */

/* A seal that waits. */
struct sealer_cut {
	struct seal seal;
	size_t      links_end; /* where its links end, those of the seal before begin there */
};

struct sealer {
	bool               keeps; /* else nothing is held: an exercise */
	bool               torn;
	bool               lost;    /* what waited was given up */
	bool               changed; /* the ledger is not what it was at `had` */
	bool               thin;    /* links were dropped on the way there */
	uint32_t           losses;  /* how often seals turned out to be gone */
	struct seal        had;     /* where it was before it began again; zero: nowhere further */
	struct seal        seal;    /* of all entries so far */
	struct position    stored;  /* the last seal in Redis as far as is known; zero: none */
	struct buf         links;   /* of the entries behind it */
	struct sealer_cut *cuts;    /* owned, oldest first */
	size_t             cut_count, cut_room;
};

void sealer_init(struct sealer *s, bool keeps);
void sealer_fini(struct sealer *s);

/* Goes on from a seal that Redis has (zero: the ledger's first entry is next), and forgets
 * all else but where it was. */
void sealer_begin(struct sealer *s, const struct seal *from, struct position stored);

/* The next entry has been folded. Makes a seal when there has been none for long. */
void sealer_add(struct sealer *s, const struct ledger_entry *entry);

/* Makes a seal of all entries so far, unless there is one. */
void sealer_cut(struct sealer *s);

/* The ledger has no more entries: if it is still on its way to where it was, that is
 * another ledger. */
void sealer_end(struct sealer *s);

/* True while nothing may be stored, as it is not known whether it is the same ledger. */
bool sealer_is_proving(const struct sealer *s);

/* The last seal in Redis is of that position now. */
void sealer_take_stored(struct sealer *s, struct position last);

/* The links of a seal that waits: the entries from the seal before it. */
struct text sealer_links(const struct sealer *s, size_t cut);

/* Makes one seal, that of the last, of so many that wait, or of all there are. */
void sealer_merge(struct sealer *s, size_t cuts);

/* True if no more entries should come until some of what waits is stored. */
bool sealer_is_full(const struct sealer *s);

/* Redis does not take what waits: nothing more is held until it begins again. */
void sealer_give_up(struct sealer *s);

#endif
