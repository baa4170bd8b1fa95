/*
 * keys_lines -- the lines and words of a file with keys or a password, the same for
 * whichever editor wrote it.
 *
 * A line ends with LF or CRLF, the last one also without. A byte order mark of UTF-8 in
 * front of all belongs to no line. Borrows, and owns nothing; no input or output.
 */
#ifndef TUIJIN_COMMON_KEYS_LINES_H
#define TUIJIN_COMMON_KEYS_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/text.h"

/* Starts as {.rest = all bytes}. */
struct keys_lines {
	struct text rest;   /* what was not taken yet */
	size_t      number; /* of the line that was taken last, from 1 */
};

/* Takes the next line, without what ends it. Returns false behind the last. */
bool keys_lines_next(struct keys_lines *l, struct text *line);

/* Takes the first word off a line, and the blanks (spaces, tabs) around it and at the
 * line's end. "" if there is none. */
struct text keys_lines_word(struct text *line);

#endif
