/*
 * screen -- where text for people goes: how wide it is, whether it has colours,
 * and how many columns a text takes there (a Chinese character takes two).
 */
#ifndef TUIJIN_CLI_SCREEN_H
#define TUIJIN_CLI_SCREEN_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "core/buf.h"
#include "core/text.h"

enum style {
	STYLE_PLAIN,
	STYLE_DIM,
	STYLE_BOLD,
	STYLE_RED,
	STYLE_GREEN,
	STYLE_YELLOW,
	STYLE_BLUE,
	STYLE_CYAN,
	STYLES
};

struct screen {
	int  width; /* columns; 0: not a terminal, as wide as it needs to be */
	bool colour;
};

/* Colours only on a terminal, and not when NO_COLOR says so. */
struct screen screen_of(FILE *f);

/* Call once: widths of characters come from the C library's UTF-8 locale. */
void screen_init(void);

/* Columns of UTF-8 text; what is not printable takes none. */
int screen_columns(struct text t);

/* The beginning of t that fits into `columns`, with an ellipsis where something
 * was cut. Appends it to out. */
void screen_cut(struct buf *out, struct text t, int columns);

/* Text from outside as a screen may show it: as it is, or escaped where it has
 * control characters, of a terminal or of its direction. Returns out, cut to fit and
 * NUL-terminated. */
const char *screen_safe(struct text t, char *out, size_t size);

/* Appends t in a style; without colour, t as it is. */
void screen_styled(struct buf *out, struct screen scr, enum style style, struct text t);

/* Appends a bar of `cells` columns for a percent in basis points (below 0: an
 * empty one). It is full only at 10000 and empty only at 0. */
void screen_bar(struct buf *out, struct screen scr, int32_t basis_points, int cells);

#endif
