/*
 * table -- rows of cells, printed in columns that line up.
 *
 * Columns are as wide as their widest cell. On a screen that is too narrow the
 * elastic columns give way and their cells are cut; then the bars go.
 */
#ifndef TUIJIN_CLI_TABLE_H
#define TUIJIN_CLI_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/screen.h"

#define TABLE_COLUMNS_MAX   16
#define TABLE_ELASTIC_MIN   12 /* columns an elastic column keeps beside bars */
#define TABLE_ELASTIC_LEAST 8  /* and without */

struct table_column {
	const char *head; /* borrowed */
	bool        right, elastic;
	int         bar; /* columns: cells are percents (table_percent), drawn as a bar */
};

struct table;

struct table *table_new(const struct table_column *columns, size_t count); /* copies them */
void          table_free(struct table *t);                                 /* NULL is fine */

/* The next cell of the row; after the last column comes the next row. */
void table_add(struct table *t, enum style style, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void table_percent(struct table *t, int32_t basis_points); /* below 0: nothing counts, "–" */

/* Appends head and rows, a line each. */
void table_print(const struct table *t, struct screen scr, struct buf *out);

#endif
