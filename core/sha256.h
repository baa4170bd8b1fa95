/*
 * sha256 -- SHA-256 (FIPS 180-4) of bytes, and its hex. The only user of sodium.h.
 */
#ifndef TUIJIN_CORE_SHA256_H
#define TUIJIN_CORE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"

#define SHA256_SIZE      32 /* bytes */
#define SHA256_TEXT_SIZE 65 /* lower-case hex and a NUL */

struct sha256 {
	uint8_t at[SHA256_SIZE];
};

/* The hash of all parts, one behind the other. */
void sha256_of(const struct text *parts, size_t count, struct sha256 *hash);

/* The HMAC-SHA-256 (RFC 2104) of a message under a key of any length. */
void sha256_hmac(struct text key, struct text message, struct sha256 *mac);

/* Returns out. The parser takes 64 hex digits, small or capital, and returns false for
 * anything else. */
const char *sha256_format(const struct sha256 *hash, char out[SHA256_TEXT_SIZE]);
bool        sha256_parse(struct text t, struct sha256 *hash);

#endif
