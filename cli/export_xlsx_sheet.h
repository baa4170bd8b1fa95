/*
 * export_xlsx_sheet -- one sheet of the workbook: a title, a head that stays in sight,
 * rows of lines with the formats of their kinds, set up for A4.
 */
#ifndef TUIJIN_CLI_EXPORT_XLSX_SHEET_H
#define TUIJIN_CLI_EXPORT_XLSX_SHEET_H

#include <xlsxwriter.h>

#include "cli/export_fields.h"
#include "cli/export_xlsx_book.h"

struct xlsx_column {
	enum field field;
	double     width; /* in characters */
};

/* What a sheet is made from. */
struct xlsx_page {
	struct phrase             name;
	const struct xlsx_column *columns;
	uint16_t                  column_count;
	uint16_t                  frozen;  /* columns that stay in sight */
	uint16_t                  printed; /* columns that go on paper */
};

struct xlsx_sheet {
	struct xlsx_book       *in;
	const struct xlsx_page *page;
	lxw_worksheet          *sheet;
	uint32_t                rows;
	int                     lines; /* of text, in the highest cell of the row */
};

/* Begins a sheet, adds a row, ends it. What fails is in the book. */
void xlsx_sheet_init(struct xlsx_sheet *s, struct xlsx_book *in, const struct xlsx_page *page);
void xlsx_sheet_add(struct xlsx_sheet *s, enum xlsx_row looks, const struct line *l);
void xlsx_sheet_end(struct xlsx_sheet *s);

#endif
