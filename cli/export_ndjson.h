/*
 * export_ndjson -- a JSON object a line: first the plan, then the summary of every
 * scope, then every obligation with what was last said on it.
 */
#ifndef TUIJIN_CLI_EXPORT_NDJSON_H
#define TUIJIN_CLI_EXPORT_NDJSON_H

#include <stdio.h>

#include "cli/export_facts.h"

/* Writes it; whether it could is for ferror(). */
void export_ndjson(const struct facts *f, FILE *to);

#endif
