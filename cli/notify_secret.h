/*
 * notify_secret -- what a webhook's requests are to carry and nobody is to see: header lines
 * and the key of a signature, each from a file that others cannot read.
 */
#ifndef TUIJIN_CLI_NOTIFY_SECRET_H
#define TUIJIN_CLI_NOTIFY_SECRET_H

#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

#define NOTIFY_HEADERS_MAX    32
#define NOTIFY_SIGNATURE_SIZE 128 /* of the whole header line and a NUL */
#define NOTIFY_SECRET_MIN     16  /* bytes of the key */

struct notify_secret {
	struct buf  lines; /* owned; what headers point into */
	const char *headers[NOTIFY_HEADERS_MAX];
	size_t      header_count;
	struct buf  file; /* owned */
	struct text key;  /* {NULL}: no signature is wanted */
};

/* Reads both files; NULL: there is none. notify_secret_fini() it either way. Errors:
 * ERR_CONFIG, which name the file and never its content. */
int notify_secret_read(
    struct notify_secret *s, const char *headers, const char *key, struct err *e);
void notify_secret_fini(struct notify_secret *s);

/* The header line that signs a body: "X-Tuijin-Signature: sha256=<64 hex digits>", the
 * HMAC-SHA-256 of its bytes. Returns out. */
const char *notify_secret_sign(
    const struct notify_secret *s, struct text body, char out[NOTIFY_SIGNATURE_SIZE]);

#endif
