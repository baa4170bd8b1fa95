/*
 * keys -- CURVE keys (Curve25519, RFC 7748): made, read from files, written as Z85
 * (ZeroMQ RFC 32). With common/bus the only user of zmq.h.
 *
 * A secret never goes into a message, a log or an argument: it is named by the file or
 * the descriptor it is read from.
 */
#ifndef TUIJIN_COMMON_KEYS_H
#define TUIJIN_COMMON_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "core/err.h"
#include "core/text.h"

#define KEY_SIZE      32 /* bytes */
#define KEY_LENGTH    40 /* characters of Z85 */
#define KEY_TEXT_SIZE (KEY_LENGTH + 1)
#define KEY_ID_SIZE   17 /* 16 hex digits and a NUL */

struct key {
	uint8_t at[KEY_SIZE];
};

struct key_pair {
	struct key open, secret; /* the open one may be given to anybody */
};

/* Exactly 40 characters of Z85, of which each five are one 32-bit number. Returns false
 * for anything else: no two texts are the same key. */
bool        key_parse(struct text t, struct key *k);
const char *key_format(const struct key *k, char out[KEY_TEXT_SIZE]);

/* What people and records call an open key: the first 8 bytes of its SHA-256, in hex. */
const char *key_id(const struct key *k, char out[KEY_ID_SIZE]);

/* A new pair, from the system's random numbers. */
void key_pair_make(struct key_pair *pair);

/* Reads a secret key, one line of 40 characters of Z85, from a file or from an open
 * descriptor ("fd:3"), and derives the open one. A file has to be ours or root's, and
 * nobody else may read it: mode 0600 or 0400, or 0440 with group root as systemd's
 * credentials have it. Errors: ERR_CONFIG, which name the file and never its content;
 * that of an open key is told for what it is. */
int key_pair_read(const char *from, struct key_pair *pair, struct err *e);

/* Overwrites the secret. */
void key_pair_wipe(struct key_pair *pair);

/* An open key as a flag gives it: a file whose one line that is no comment begins with
 * its 40 characters (as an authorized_keys line does), or such a line itself. Errors:
 * ERR_CONFIG; a list of several keys and what looks like a secret are refused. */
int key_open_read(const char *from, struct key *k, struct err *e);

#endif
