/*
 * verify_state -- a verification under way; for cli/verify*.c alone.
 *
 * The ledger is read once, from its first entry to the one that was its last when the
 * cut was taken. What is kept of an earlier moment, the checkpoint, the summaries and
 * the days of the trend, is compared when the fold passes that moment; the plan at the
 * end; then the newest records, for which the ledger is read on as far as it has grown.
 * The seals are read alongside, a page at a time.
 */
#ifndef TUIJIN_CLI_VERIFY_STATE_H
#define TUIJIN_CLI_VERIFY_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/scan_progress.h"
#include "cli/verify_chain.h"
#include "cli/verify_cut.h"
#include "cli/verify_days.h"
#include "cli/verify_findings.h"
#include "cli/verify_latest.h"
#include "common/store.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/fold.h"
#include "core/position.h"
#include "core/wire_record.h"

/* What is kept of one position and day: pending until the fold passes there. Astray: no
 * ledger gives it, so that it can only be made anew, as of the ledger's end. */
struct stop {
	enum finding_kind kind;
	bool              pending, astray;
	struct position   position;
	int32_t           day;
};

/* A part of the stored seals. */
struct seal_page {
	struct store_reply *reply; /* owned */
	size_t              next;  /* to be taken of it */
	struct position     behind;
	int                 count; /* asked for at once */
	size_t              bytes; /* of links, of those taken */
};

struct verify {
	const char          *plan;
	struct store        *store;    /* borrowed */
	struct cut           cut;      /* owned, like all below */
	struct findings      findings; /* what they fix is noted only for --repair */
	struct newest       *newest;
	struct fold         *fold; /* NULL: the ledger could not be folded to its end */
	struct wire_records *decoder;
	struct stop          checkpoint, summaries;
	int64_t              as_of_ms; /* of the summaries */
	struct chain         chain;
	struct seal_page     page;
	struct days          days;
	int32_t              days_end; /* days before it have to be kept */
	struct position      read_to;  /* the newest records are those up to and with it */
	struct scan_progress progress;
	struct err           trouble; /* Redis could not be asked amid the fold */

	/* The newest plan revision of the ledger. */
	uint32_t   revision; /* 0: there is none */
	struct buf yaml;

	/* How much was compared. */
	bool     is_whole;   /* the ledger was read to its end, */
	bool     is_garbled; /* but for records that cannot be */
	uint64_t entries, records, latest_count, summary_count, day_count;
	bool     has_checkpoint;
	bool     lacks_seals; /* up to the checkpoint: who took them may have changed the ledger */

	/* What --repair did: fields, of the findings' fixes; and why it stopped. */
	bool       refused, repaired;
	uint64_t   put_right;
	struct err failure;
};

/* Reads and folds the ledger, and compares on the way. Returns 0, or -1 with *e:
 * Redis could not be asked. */
int verify_ledger(struct verify *v, struct err *e);

/* Reads on to an entry further on, for the newest records alone. Returns 0, or -1. */
int verify_read_on(struct verify *v, struct position until, struct err *e);

/* Notes that something is of a position that the ledger does not come to: it lacks its
 * end. */
void verify_older(struct verify *v, const char *what, struct position position);

/* The seals, as the ledger is read; all_read: it was, to its end. Return 0, or -1 with *e. */
int  verify_seals_begin(struct verify *v, struct err *e);
int  verify_seals_end(struct verify *v, bool all_read, struct err *e);
void verify_seals_fini(struct verify *v);

/* The plan hash against the newest revision, the newest records and the last entry. */
void verify_plan(struct verify *v);

/* `latest` against the newest records, a part at a time. Returns 0, or -1 with *e. */
int verify_latest(struct verify *v, struct err *e);

/* True if an aggregator keeps its checkpoint and summaries: one of them, or a part of
 * it, is there. */
bool verify_is_kept(const struct verify *v);

/* Which moments the checkpoint and the summaries are of. Before each further entry:
 * those that come before it, or NULL at the end; the day is the entry's, or today. And
 * what turned out to be of no moment, now that the fold stands at the end. */
void verify_stops_begin(struct verify *v);
void verify_stops_pass(struct verify *v, const struct position *next, int32_t next_day);
void verify_stops_end(struct verify *v);

/* Notes that a field of the rollup hash is not what it is to be, if so; of what is
 * astray, only what puts it right. */
void verify_stop_field(struct verify *v, const struct stop *s, const char *name, struct text want);

/* Notes fields of a hash that are none of those `count` names. */
void verify_strangers(struct verify *v, enum ledger_key key, enum finding_kind kind,
    const char *const *names, size_t count);

/* The checkpoint and the summaries, now that the fold stands where they are of. */
void verify_checkpoint(struct verify *v);
void verify_summaries(struct verify *v);

/* The days of the trend, as the fold passes them; then those it has not passed, and
 * those that are still missing. Returns 0, or -1 with *e. */
void verify_trend_begin(struct verify *v);
void verify_trend_day(void *context, struct fold *f, int32_t day);
int  verify_trend_end(struct verify *v, struct err *e);

/* Puts right what differs, a part at a time. Returns 0, or -1 with *e and the count of
 * what was put right by then. */
int verify_repair(struct verify *v, struct err *e);

/* What was found, then what came of it; and what --repair did. Or all of it. */
void verify_print_findings(const struct verify *v);
void verify_print_outcome(const struct verify *v);
void verify_print_repair(const struct verify *v);
void verify_print_json(const struct verify *v);

#endif
