/*
 * plot -- a small chart for a terminal: a value a day as filled columns, another as a
 * line across them, with dates below and numbers beside. Values in, text out.
 *
 *     30 % ┤          ───
 *     15 % ┤   ───▄▄▄▄███
 *        0 └─────────────
 *           2026-03-01
 *
 * With more days than columns, each column shows the last of its days that has a value.
 */
#ifndef TUIJIN_CLI_PLOT_H
#define TUIJIN_CLI_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/screen.h"
#include "core/buf.h"

#define PLOT_NONE INT32_MIN /* no value */

struct plot {
	int32_t        first_day;
	size_t         days;        /* 1 or more */
	const int32_t *area, *line; /* by day; 0 or more, or PLOT_NONE */
	int32_t        unit;        /* the value that is 1 on the axis: 100 for basis points */
	const char    *suffix;      /* behind the numbers of the axis: " %" */
	int            rows;        /* between the axis and the top; an even number */
	enum style     style;       /* of the area; the line is STYLE_YELLOW */
	bool           ascii;       /* no characters but ASCII */
	bool           exact;       /* the top is the highest value, not a round number */
};

/* Appends rows + 2 lines, as wide as the screen but at most PLOT_WIDTH_MAX columns. */
#define PLOT_WIDTH_MAX 100
void plot_print(const struct plot *p, struct screen scr, struct buf *out);

/* The characters of the area and of the line, for a legend. */
const char *plot_area_mark(bool ascii);
const char *plot_line_mark(bool ascii);

#endif
