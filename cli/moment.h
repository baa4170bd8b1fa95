/*
 * moment -- a point of time as people type it: "2026-06-30" (to the end of that day)
 * or "2026-06-30T09:30" (to the end of that minute), in the plan's offset, or a
 * ledger position "1774951200123-0".
 */
#ifndef TUIJIN_CLI_MOMENT_H
#define TUIJIN_CLI_MOMENT_H

#include <stdint.h>

#include "core/err.h"
#include "core/position.h"

enum moment_kind { MOMENT_NONE, MOMENT_TIME, MOMENT_POSITION };

struct moment {
	enum moment_kind kind;
	int32_t          day;    /* of a time */
	int              minute; /* of that day; -1: all of it */
	struct position  position;
};

/* Reads the value of --flag; NULL and "" are MOMENT_NONE. Errors: ERR_USAGE. */
int moment_parse(const char *flag, const char *value, struct moment *m, struct err *e);

/* The same of a flag that takes no positions: it is MOMENT_TIME or MOMENT_NONE. */
int moment_parse_time(const char *flag, const char *value, struct moment *m, struct err *e);

/* Reads the YYYY-MM-DD that --flag has to be. Errors: ERR_USAGE. */
int moment_parse_day(const char *flag, const char *value, int32_t *day, struct err *e);

/* The first and the last ms of it, at that offset; a position's own ms. */
int64_t moment_start_ms(const struct moment *m, int offset_min);
int64_t moment_ms(const struct moment *m, int offset_min);

/* The day it is on, at that offset. */
int32_t moment_day(const struct moment *m, int offset_min);

#endif
