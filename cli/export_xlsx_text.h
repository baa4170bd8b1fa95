/*
 * export_xlsx_text -- text from outside as a cell of a workbook may have it.
 */
#ifndef TUIJIN_CLI_EXPORT_XLSX_TEXT_H
#define TUIJIN_CLI_EXPORT_XLSX_TEXT_H

#include "core/buf.h"
#include "core/text.h"

#define XLSX_TEXT_MAX   32767 /* UTF-16 units of a cell's text */
#define XLSX_HEADER_MAX 255   /* of a header or a footer of the page */

/* Appends t and a NUL: what XML cannot have is replaced, what is more than `units`
 * UTF-16 units is cut, with an ellipsis. */
void xlsx_text(struct text t, size_t units, struct buf *out);

/* The same for a header or footer, where an ampersand begins a command. */
void xlsx_header_text(struct text t, size_t units, struct buf *out);

#endif
