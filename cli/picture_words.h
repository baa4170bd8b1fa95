/*
 * picture_words -- the newest record on each obligation and task, copied out of the
 * entries of a ledger.
 *
 * By task number and agency id, so that a word outlives the place a plan had for it.
 * Memory grows with what can be spoken about, not with the ledger.
 */
#ifndef TUIJIN_CLI_PICTURE_WORDS_H
#define TUIJIN_CLI_PICTURE_WORDS_H

#include "cli/picture.h"

/* A copy that owns its texts; free() it. */
struct picture_word *picture_word_copied(struct position position, const struct record *rec);

struct picture_words;

struct picture_words *picture_words_new(void);
void                  picture_words_free(struct picture_words *w); /* NULL is fine */

/* Keeps a copy, unless a word with the same or a higher seq is there. */
void picture_words_keep(
    struct picture_words *w, struct position position, const struct record *rec);

/* What that agency said on the task, or the ruling on it; NULL: nothing. */
const struct picture_word *picture_words_said(
    const struct picture_words *w, uint32_t number, struct text agency);
const struct picture_word *picture_words_ruled(const struct picture_words *w, uint32_t number);

#endif
