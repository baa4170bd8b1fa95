/*
 * watch_canvas -- a screen's cells before they are shown: characters in their columns (a
 * Chinese one takes two), each with its ink.
 *
 * What does not fit is cut; what would control a terminal is left out.
 */
#ifndef TUIJIN_CLI_WATCH_CANVAS_H
#define TUIJIN_CLI_WATCH_CANVAS_H

#include <stdint.h>

#include "cli/screen.h"

/* How a cell looks: a colour, bold or not, reversed or not. */
#define INK(style)    ((unsigned)(style))
#define INK_COLOUR(i) ((enum style)((i)&0x0f))
#define INK_BOLD      0x10u
#define INK_REVERSE   0x20u

#define CANVAS_CELL_BYTES 12
#define CANVAS_SIDE_MAX   1000 /* rows or columns */

struct canvas_cell {
	char    bytes[CANVAS_CELL_BYTES]; /* UTF-8: a character, and accents on it */
	uint8_t len;                      /* 0: the right half of a wide character */
	uint8_t ink;
};

struct canvas {
	int                 width, height;
	struct canvas_cell *cells; /* owned; row by row */
};

/* A part of it: columns x to x+width-1 of rows y to y+height-1. */
struct area {
	int x, y, width, height;
};

/* Empties it, of that size. Zero is one of no size. */
void canvas_reset(struct canvas *c, int width, int height);
void canvas_fini(struct canvas *c);

/* Puts text there, with an ellipsis if it takes more than `columns`. Returns the columns
 * that it took. */
int canvas_text(struct canvas *c, int x, int y, int columns, unsigned ink, struct text t);

/* The same with the right end at x+columns. */
void canvas_right(struct canvas *c, int x, int y, int columns, unsigned ink, struct text t);

/* Adds ink to what is there: a row of a cursor, a banner. */
void canvas_ink(struct canvas *c, int x, int y, int columns, unsigned ink);

/* A bar for `percent` with a mark where `expected` is, both in basis points; percent below
 * 0: nothing counts, expected below 0: no mark. */
void canvas_bar(
    struct canvas *c, int x, int y, int columns, unsigned ink, int32_t percent, int32_t expected);

/* Appends a row as text, without what is blank at its end. */
void canvas_line(const struct canvas *c, int y, struct buf *out);

#endif
