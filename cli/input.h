/*
 * input -- values as people type them: files, percents, moments, tasks; and
 * reports as JSON objects.
 */
#ifndef TUIJIN_CLI_INPUT_H
#define TUIJIN_CLI_INPUT_H

#include <stdint.h>

#include <jansson.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/report.h"

/* The whole of a file ("-": standard input), at most bytes_max. Returns 0, or -1
 * with *e (ERR_INPUT). */
int input_file(const char *path, size_t bytes_max, struct buf *out, struct err *e);

/* "62.5" as basis points. field is what messages call it: "--percent". Errors:
 * ERR_INPUT. */
int input_percent(const char *field, const char *word, uint32_t *basis_points, struct err *e);

/* A moment: milliseconds since 1970, or YYYY-MM-DD[THH:MM[:SS]][Z|+HH:MM]. Without
 * an offset it is in UTC. Errors: ERR_INPUT. */
int input_moment(const char *field, struct text word, int64_t *ms, struct err *e);

/* One report as the protocol spells it (docs/protocol.md), from JSON; `at` may
 * also be a moment in words and is now_ms when absent. A key it does not know is
 * an error: it is more likely a slip than meant. Texts are borrowed from object.
 * Errors: ERR_INPUT, naming the field. */
int input_report(const json_t *object, int64_t now_ms, struct report *r, struct err *e);

#endif
