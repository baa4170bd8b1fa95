/*
 * authorized_line -- one line of authorized_keys.
 */
#ifndef TUIJIN_COMMON_AUTHORIZED_LINE_H
#define TUIJIN_COMMON_AUTHORIZED_LINE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/authorized.h"
#include "core/text.h"

#define AUTHORIZED_SHOWN 72 /* of a word in a message, with the NUL */

/* One mistake more, told if there is room. */
void authorized_mistake(struct authorized_mistakes *m, size_t line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* What a message shows of a key, at most its first 8 characters. */
const char *authorized_show_key(struct text key, char out[AUTHORIZED_SHOWN]);

/* Reads a line (its number is k->line) without what ends it into *k, of which only the
 * line was set. Returns false if there is no key on it; otherwise k->comment is the
 * caller's. Mistakes behind a key are told and leave it true. */
bool authorized_line_parse(
    struct text line, struct authorized_key *k, struct authorized_mistakes *m);

#endif
