/*
 * keys_file -- key files read whole, if it is certain who could have written or read
 * them.
 *
 * Blocks: files are local, and a descriptor is read to its end.
 */
#ifndef TUIJIN_COMMON_KEYS_FILE_H
#define TUIJIN_COMMON_KEYS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

enum keys_file_guard {
	KEYS_FILE_ANY,     /* whoever wrote it */
	KEYS_FILE_TRUSTED, /* ours or root's, and nobody else may write it */
	KEYS_FILE_SECRET,  /* the same, and nobody else may read it */
};

/* Puts the first max bytes of a regular file into *out, which is empty and never moved.
 * A secret may also come from a descriptor ("fd:3", which is then closed), and be
 * readable for group root: that is how systemd hands out credentials. Errors:
 * ERR_CONFIG; an argument that may be a key by mistake is not shown. */
int keys_file_read(
    const char *from, enum keys_file_guard guard, size_t max, struct buf *out, struct err *e);

/* True if it is a file that others than its owner and group cannot read: for advice. */
bool keys_file_is_private(const char *path);

/* Wipes it and frees it. */
void keys_file_fini(struct buf *b);

#endif
