/*
 * export_xlsx_book -- a workbook under way: how its rows and cells look, and what went
 * wrong first.
 */
#ifndef TUIJIN_CLI_EXPORT_XLSX_BOOK_H
#define TUIJIN_CLI_EXPORT_XLSX_BOOK_H

#include <xlsxwriter.h>

#include "cli/export_facts.h"
#include "cli/export_fields.h"
#include "core/buf.h"

/* The looks of a row, from heads of groups down to single obligations. */
enum xlsx_row { XLSX_CHAPTER, XLSX_SECTION, XLSX_TASK, XLSX_PART, XLSX_ROWS };

#define XLSX_LOOKS (CELL_KINDS + LIGHTS) /* of a cell: by its kind, and each light's */

struct xlsx_book {
	const struct facts *facts;
	lxw_workbook       *book;
	lxw_format         *looks[XLSX_ROWS][XLSX_LOOKS];
	lxw_format         *title, *head;
	struct buf          scratch, text; /* owned */
	lxw_error           error;         /* the first one */
};

/* Makes the formats of a book; book and facts are borrowed. */
void xlsx_book_init(struct xlsx_book *b, lxw_workbook *book, const struct facts *f);
void xlsx_book_fini(struct xlsx_book *b);

#endif
