/*
 * wire_record -- a record as Redis keeps it, in the ledger and in `latest`.
 *
 * On disk for ever. One MessagePack array; a ledger entry holds records back to
 * back:
 *
 *   [ 1, seq, received, agency, content, key ]
 *   content of a status:       [ 0, task, at, state, percent, help, summary,
 *                                problems, next_steps, evidence ]
 *   content of a withdrawal:   [ 1, task, at ]
 *   content of a disposition:  [ 2, task, at, disposition, reason ]
 *
 * state and disposition are their words, percent is in basis points, an absent
 * text is nil, evidence is [[title, uri], ...]; trailing absent values of a
 * content are cut off. key is the id of the key with which it was said, 16 hex digits;
 * without keys it is not there.
 * To change it: append to the content or to the record, never reorder or remove
 * (old entries stay, and so do their digests); a reader takes a missing element
 * as absent and passes over further ones; list it here.
 */
#ifndef TUIJIN_CORE_WIRE_RECORD_H
#define TUIJIN_CORE_WIRE_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/report.h"

/* Appends the record. Returns the digest of its content: equal content, equal
 * digest, whoever sent it and whenever (FNV-1a-64 over the content's bytes). */
uint64_t wire_record_encode(struct buf *out, const struct record *rec);

struct wire_records; /* memory that is used again for each record */

struct wire_records *wire_records_new(void);
void                 wire_records_free(struct wire_records *w); /* NULL is fine */

/* Decodes the record at the front of *bytes and moves *bytes behind it. Texts
 * are borrowed from the bytes. digest may be NULL. Returns 0, or -1 with *e
 * (ERR_INPUT): the bytes are not what a collector writes. */
int wire_record_decode(struct wire_records *w, struct text *bytes, struct record *rec,
    uint64_t *digest, struct err *e);

#endif
