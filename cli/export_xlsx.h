/*
 * export_xlsx -- the ledger as a workbook (台账): a sheet by chapter in plan order, one
 * by agency, one of the tasks that need attention. The only user of libxlsxwriter.
 */
#ifndef TUIJIN_CLI_EXPORT_XLSX_H
#define TUIJIN_CLI_EXPORT_XLSX_H

#include <stdio.h>

#include "cli/export_concern.h"
#include "cli/export_facts.h"
#include "core/err.h"

/* Writes it; the same picture gives the same bytes. Goes through a file in TMPDIR (or
 * /tmp). Errors: ERR_ENV, named by the library or the system. */
int export_xlsx(const struct facts *f, const struct concerns *c, FILE *to, struct err *e);

#endif
