/*
 * export_report -- the printable report (通报): one HTML page for A4 that needs nothing
 * but itself, with the name under which `tuijin explain` takes each figure apart and the
 * command that gives the same page again.
 */
#ifndef TUIJIN_CLI_EXPORT_REPORT_H
#define TUIJIN_CLI_EXPORT_REPORT_H

#include <stdio.h>

#include "cli/export_concern.h"
#include "cli/export_facts.h"

/* Writes it; whether it could is for ferror(). */
void export_report(const struct facts *f, const struct concerns *c, FILE *to);

#endif
