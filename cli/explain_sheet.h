/*
 * explain_sheet -- a table whose rows may have lines of text below them.
 *
 * Add a row's cells to `table` and its lines to `below`, then end the row. Laid out, it
 * is text again, row by row, so that the rows of two sheets can be printed in turns and
 * the columns of each still line up.
 */
#ifndef TUIJIN_CLI_EXPLAIN_SHEET_H
#define TUIJIN_CLI_EXPLAIN_SHEET_H

#include "cli/screen.h"
#include "cli/table.h"
#include "core/buf.h"

struct explain_sheet {
	struct table *table; /* owned */
	struct buf    below; /* of all rows, one after the other */
	size_t       *ends;  /* owned; where each row's lines end in `below` */
	size_t        rows, room;
	struct buf    laid;
	size_t       *laid_ends; /* owned; of the head, then of each row */
};

void explain_sheet_init(struct explain_sheet *s, const struct table_column *columns, size_t count);
void explain_sheet_fini(struct explain_sheet *s);

void explain_sheet_end_row(struct explain_sheet *s);

/* Lays it out, every row indented by so many columns. Its lines are as they are. */
void explain_sheet_lay(struct explain_sheet *s, struct screen scr, int indent);

/* The text of the head, and of row i with its lines; whole lines. */
struct text explain_sheet_head(const struct explain_sheet *s);
struct text explain_sheet_row(const struct explain_sheet *s, size_t i);

#endif
