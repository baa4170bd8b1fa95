/*
 * export_csv -- one row for each obligation, for spreadsheet programs: RFC 4180, UTF-8
 * with a byte order mark, lines that end in CR LF.
 */
#ifndef TUIJIN_CLI_EXPORT_CSV_H
#define TUIJIN_CLI_EXPORT_CSV_H

#include <stdio.h>

#include "cli/export_facts.h"
#include "core/buf.h"
#include "core/text.h"

/* Writes it; whether it could is for ferror(). */
void export_csv(const struct facts *f, FILE *to);

/* Appends text from outside as a field: quoted where it has to be, and with a quote
 * mark before what a spreadsheet program would take for a formula. Control characters but newline
 * and tab are replaced. */
void csv_text(struct text t, struct buf *out);

#endif
