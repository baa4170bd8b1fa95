/*
 * wire_reply -- what the collector answers: ack, error, pong, status. Both
 * directions: the collector encodes, the command-line client decodes.
 */
#ifndef TUIJIN_CORE_WIRE_REPLY_H
#define TUIJIN_CORE_WIRE_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/book.h"
#include "core/buf.h"
#include "core/durability.h"
#include "core/err.h"
#include "core/plan.h"
#include "core/position.h"
#include "core/report.h"

/* One line of an ack. */
struct reply_result {
	bool                task_known;
	uint32_t            task;
	enum report_verdict verdict;
	enum report_code    code;    /* of a rejected one */
	struct text         message; /* of a rejected one */
};

/* Encoders: each appends one whole message. The ack's results are written one by
 * one, `count` of them, straight after wire_ack_begin. */
void wire_ack_begin(struct buf *out, struct text plan, uint64_t seq,
    const struct position *position, /* NULL: nothing was accepted */
    enum durability durability, uint32_t count);
void wire_ack_result(struct buf *out, const struct reply_result *r);
void wire_error_encode(struct buf *out, const uint64_t *seq, const struct refusal *why);
void wire_pong_encode(struct buf *out, const char *version, int64_t now_ms);

/* The status reply: every obligation of one agency and what the book has for it. */
void wire_obligations_encode(
    struct buf *out, const struct plan *p, uint32_t agency, const struct book *b);

enum reply_kind { REPLY_ACK, REPLY_ERROR, REPLY_PONG, REPLY_STATUS, REPLY_KINDS };

struct reply_obligation {
	uint32_t          task;
	bool              lead;
	uint64_t          seq;
	enum report_state state;
	uint32_t          percent; /* basis points; this and the next only when reported */
	int64_t           at_ms, received_ms;
};

/* A reply as the client sees it; texts are borrowed from the reply's bytes. */
struct reply {
	enum reply_kind          kind;
	bool                     seq_known, position_known;
	uint64_t                 seq;
	struct text              plan, position, durability;  /* ack, status: plan */
	enum report_code         code;                        /* error */
	struct text              message;                     /* error */
	bool                     retry;                       /* error */
	struct text              version;                     /* pong */
	int64_t                  time_ms;                     /* pong */
	size_t                   count;                       /* of the array in use */
	struct reply_result      results[REPORT_ENTRIES_MAX]; /* ack */
	struct reply_obligation *obligations;                 /* status; owned, see reply_fini */
};

const char *reply_kind_name(enum reply_kind k); /* "ack", "error", "pong", "status" */

/* Decodes any reply. Returns 0, or -1 with *e (ERR_INPUT). */
int  wire_reply_decode(const void *bytes, size_t len, struct reply *r, struct err *e);
void reply_fini(struct reply *r);

#endif
