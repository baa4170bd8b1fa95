/*
 * wire_message -- what agencies send to the collector: report, status, ping
 * (docs/protocol.md, "Reports"). Both directions: the
 * collector decodes, the command-line client encodes.
 */
#ifndef TUIJIN_CORE_WIRE_MESSAGE_H
#define TUIJIN_CORE_WIRE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/report.h"

enum message_kind { MESSAGE_REPORT, MESSAGE_STATUS, MESSAGE_PING, MESSAGE_KINDS };

/* An envelope. Texts are borrowed from the message's bytes, the entries also
 * from the decoder: both until the next decode. */
struct message {
	enum message_kind kind;
	bool              plan_known, agency_known, seq_known; /* for error replies too */
	struct text       plan, agency;
	uint64_t          seq;
	uint32_t          report_count, disposition_count;
	const void       *reports, *dispositions; /* the decoder's; see wire_entry_decode */
};

struct wire_decoder; /* memory that is used again for each message */

struct wire_decoder *wire_decoder_new(void);
void                 wire_decoder_free(struct wire_decoder *d); /* NULL is fine */

/* Decodes an envelope and checks its own fields. Returns 0, or -1 with *why (a
 * code for an error reply); what could be read is in *m either way. No memory
 * is allocated once the decoder has seen its largest message. */
int wire_message_decode(
    struct wire_decoder *d, const void *bytes, size_t len, struct message *m, struct refusal *why);

/* Decodes entry i of a report message: reports first, then dispositions. Returns
 * 0, or -1 with *why (REPORT_BAD_FIELD); r->kind says from which list it is, and
 * r->task is set whenever r->task_known is. */
int wire_entry_decode(const struct message *m, uint32_t i, struct report *r, struct refusal *why);

/* Encoders, for clients: they append one whole message. Entries are divided into
 * the two lists by their kind. */
void wire_report_encode(struct buf *out, struct text plan, struct text agency, uint64_t seq,
    const struct report *entries, uint32_t count);
void wire_status_encode(struct buf *out, struct text plan, struct text agency);
void wire_ping_encode(struct buf *out);

#endif
