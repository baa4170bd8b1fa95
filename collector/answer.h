/*
 * answer -- replies to agencies, and the count of what was answered.
 */
#ifndef TUIJIN_COLLECTOR_ANSWER_H
#define TUIJIN_COLLECTOR_ANSWER_H

#include <stdint.h>

#include "collector/batch.h"
#include "collector/stored.h"
#include "collector/tally.h"
#include "common/bus.h"
#include "common/metrics.h"
#include "core/buf.h"
#include "core/position.h"
#include "core/wire_reply.h"

struct answer {
	struct bus_socket *bus; /* borrowed */
	struct buf         bytes;
	uint64_t           acks, batches;
	uint64_t           verdicts[REPORT_VERDICTS];
	uint64_t           codes[REPORT_CODES]; /* of errors and rejected reports */
	uint64_t           lost;                /* replies to peers that had left */
	int64_t            wall_ms;             /* of this turn */

	struct tally_row        unknown; /* refused, and not known for which plan */
	struct metric_histogram batch_reports, store_us, ack_us;
};

void answer_fini(struct answer *a);

/* Acknowledges every message of a stored batch and answers its questions. */
void answer_batch(struct answer *a, const struct batch *b, const struct stored *s,
    struct tally *tally, const struct position *position, enum durability durability);

/* Answers every message of a batch that was not stored with the same error. */
void answer_failed(
    struct answer *a, const struct batch *b, struct tally *tally, const struct refusal *why);

/* Answers a message with an error, which is counted in a row of who sent it. */
void answer_error(struct answer *a, const struct bus_peer *peer, const uint64_t *seq,
    struct tally_row *row, const struct refusal *why);
void answer_pong(
    struct answer *a, const struct bus_peer *peer, const char *version, int64_t now_ms);

#endif
