/*
 * ledger -- how a plan lies in Redis: the keys, the scripts, the entries.
 * What other programs may rely on is in docs/design.md. All keys of a plan carry
 * the hash tag {plan}.
 *
 *   tuijin:plans           set     ids of loaded plans
 *   tuijin:{p}:plan        hash    revision, digest, yaml; end: the ledger's last position;
 *                                  held: how many records `latest` holds
 *   tuijin:{p}:latest      hash    <task>/<agency>, <task>/@office -> record
 *   tuijin:{p}:ledger      stream  records <blob>  |  revision, digest, yaml
 *   tuijin:{p}:rollup      hash    position, revision, state; summary_position, summary_as_of
 *   tuijin:{p}:summary     hash    topic -> payload
 *   tuijin:{p}:trend       hash    day (YYYY-MM-DD) -> how every scope stood at its end
 *   tuijin:{p}:seals       stream  an entry per seal, its id the position it is of: hash (hex),
 *                                  links (core/seal.h) of the entries behind the seal before
 */
#ifndef TUIJIN_COMMON_LEDGER_H
#define TUIJIN_COMMON_LEDGER_H

#include <stddef.h>

#include "common/store.h"
#include "core/entry.h"
#include "core/err.h"
#include "core/plan.h"
#include "core/position.h"
#include "core/text.h"

#define LEDGER_PLANS    "tuijin:plans"
#define LEDGER_KEY_SIZE (PLAN_ID_MAX + 24)

enum ledger_key {
	LEDGER_PLAN,
	LEDGER_LATEST,
	LEDGER_LEDGER,
	LEDGER_ROLLUP,
	LEDGER_SUMMARY,
	LEDGER_TREND,
	LEDGER_SEALS,
	LEDGER_KEYS
};

/* "tuijin:{ipr-2026}:latest". Returns out. */
const char *ledger_key(const char *plan, enum ledger_key k, char out[LEDGER_KEY_SIZE]);

/* Lua, run with EVAL. See the head of each in ledger_script.c for keys, arguments and
 * answers. */
extern const char LEDGER_APPEND_SCRIPT[];     /* a collector's batch */
extern const char LEDGER_LOAD_PLAN_SCRIPT[];  /* a plan revision */
extern const char LEDGER_KEEP_SCRIPT[];       /* an aggregator's checkpoint and summaries */
extern const char LEDGER_KEEP_DAYS_SCRIPT[];  /* days of the trend */
extern const char LEDGER_KEEP_SEALS_SCRIPT[]; /* seals of the ledger */
extern const char LEDGER_BEGIN_SCRIPT[];      /* what an aggregator begins from */
extern const char LEDGER_CLOCK_SCRIPT[];      /* may a day end? */
extern const char LEDGER_CUT_SCRIPT[];        /* where the ledger ends, what there is of it */
extern const char LEDGER_PAGE_SCRIPT[];       /* a part of `latest`, and the ledger's end */
extern const char LEDGER_REPAIR_SCRIPT[];     /* fields put right */

/* Fields of latest: "<task>/<agency>" or "<task>/@office". */
#define LEDGER_FIELD_SIZE (PLAN_ID_MAX + 16)
struct text ledger_field(
    uint32_t task, struct text agency, bool ruling, char out[LEDGER_FIELD_SIZE]);

/* Reads an element of an XRANGE or XREAD answer. Returns 0, or -1 with *e
 * (ERR_INPUT): not an entry of ours. */
int ledger_entry_read(const struct store_reply *r, struct ledger_entry *entry, struct err *e);

/* Fills *e (ERR_AGAIN) with what Redis said instead of what was expected. */
void ledger_unexpected(const struct store_reply *r, struct err *e);

/* SHA-256 of a plan file's bytes in lower-case hex: what `digest` holds. */
#define LEDGER_DIGEST_SIZE 65
const char *ledger_digest(struct text yaml, char out[LEDGER_DIGEST_SIZE]);

#endif
