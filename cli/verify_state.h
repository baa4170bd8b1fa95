/*
 * verify_state -- a verification under way; for cli/verify*.c alone.
 *
 * The ledger is read once, from its first entry to the one that was its last when the
 * cut was taken. What is kept of an earlier moment, the checkpoint and the summaries,
 * is compared when the fold passes that moment; the rest at the end.
 */
#ifndef TUIJIN_CLI_VERIFY_STATE_H
#define TUIJIN_CLI_VERIFY_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/verify_cut.h"
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

struct verify {
	const char          *plan;
	struct cut           cut;      /* owned, like all below */
	struct findings      findings; /* borrows from the cut */
	struct newest       *newest;
	struct fold         *fold; /* NULL: the ledger could not be folded to its end */
	struct wire_records *decoder;
	struct stop          checkpoint, summaries;
	int64_t              as_of_ms; /* of the summaries */

	/* The newest plan revision of the ledger. */
	uint32_t   revision; /* 0: there is none */
	struct buf yaml;

	bool   *trend_met; /* by field: the fold has passed that day */
	int32_t trend_end; /* days before it have to be kept */

	/* How much was compared. */
	bool     is_whole; /* the ledger was read to its end */
	uint64_t entries, records, summary_count, trend_count;
	bool     has_checkpoint;

	/* What --repair did: fields, of the findings' fixes. */
	bool     refused, repaired;
	uint64_t put_right;
};

/* Reads and folds the ledger, and compares on the way. Returns 0, or -1 with *e:
 * Redis could not be asked. */
int verify_ledger(struct verify *v, struct store *s, struct err *e);

/* The plan hash against the newest revision and the last entry. */
void verify_plan(struct verify *v);

/* Which moments the checkpoint and the summaries are of. Before each further entry and
 * at the end: those that come before it; the day is the entry's, or today. And what
 * turned out to be of no moment, now that the fold stands at the end. */
void verify_stops_begin(struct verify *v);
void verify_stops_pass(struct verify *v, struct position next, int32_t next_day);
void verify_stops_end(struct verify *v);

/* Notes that a field of the rollup hash is not what it is to be, if so; of what is
 * astray, only what puts it right. */
void verify_stop_field(struct verify *v, const struct stop *s, const char *name, struct text want);

/* The checkpoint and the summaries, now that the fold stands where they are of. */
void verify_checkpoint(struct verify *v);
void verify_summaries(struct verify *v);

/* The days of the trend, as the fold passes them, and those it has not passed. */
void verify_trend_begin(struct verify *v);
void verify_trend_day(void *context, struct fold *f, int32_t day);
void verify_trend_end(struct verify *v);

/* Puts right what differs. Returns 0, or -1 with *e. */
int verify_repair(struct verify *v, struct store *s, struct err *e);

void verify_print(const struct verify *v);
void verify_print_json(const struct verify *v);

#endif
