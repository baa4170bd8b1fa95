/*
 * store_command -- a command as Redis wants it on the wire (RESP). Pure.
 */
#ifndef TUIJIN_COMMON_STORE_COMMAND_H
#define TUIJIN_COMMON_STORE_COMMAND_H

#include <stddef.h>

#include "core/buf.h"
#include "core/text.h"

/* Adds *count and each argument with its length: any bytes may be in them. */
void store_command_format(struct buf *out, const struct text *args, size_t count);

#endif
