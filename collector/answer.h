/*
 * answer -- replies to agencies, and the count of what was answered.
 */
#ifndef TUIJIN_COLLECTOR_ANSWER_H
#define TUIJIN_COLLECTOR_ANSWER_H

#include <stdint.h>

#include "collector/batch.h"
#include "common/bus.h"
#include "core/book.h"
#include "core/buf.h"
#include "core/plan.h"
#include "core/position.h"
#include "core/wire_reply.h"

struct answer {
	struct bus_socket *bus; /* borrowed */
	struct buf         bytes;
	uint64_t           acks, batches;
	uint64_t           verdicts[REPORT_VERDICTS];
	uint64_t           codes[REPORT_CODES]; /* of errors and rejected reports */
	uint64_t           lost;                /* replies to peers that had left */
};

void answer_fini(struct answer *a);

/* Acknowledges every message of a stored batch and answers its questions. */
void answer_batch(struct answer *a, const struct batch *b, const struct plan *p,
    const struct book *book, const struct position *position, enum durability durability);

/* Answers every message of a batch that was not stored with the same error. */
void answer_failed(struct answer *a, const struct batch *b, const struct refusal *why);

void answer_error(
    struct answer *a, const struct bus_peer *peer, const uint64_t *seq, const struct refusal *why);
void answer_pong(
    struct answer *a, const struct bus_peer *peer, const char *version, int64_t now_ms);

#endif
