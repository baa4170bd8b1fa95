/*
 * lines -- a file's lines as they come, without waiting for those that have not.
 */
#ifndef TUIJIN_CLI_LINES_H
#define TUIJIN_CLI_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/err.h"

#define LINES_BYTES_MAX (1u << 20) /* of one line */

struct lines {
	int        fd;
	bool       ended;
	struct buf buf;    /* what was read */
	size_t     at;     /* of which this much is used up */
	size_t     number; /* of the last line, from 1 */
};

/* "-": standard input. Returns 0, or -1 with *e (ERR_INPUT). */
int  lines_open(struct lines *l, const char *path, struct err *e);
void lines_close(struct lines *l);

enum lines_got { LINES_LINE, LINES_NOT_YET, LINES_END, LINES_FAILED };

/* The next line without its newline, borrowed until the next call. NOT_YET, only
 * unless wait: the writer has not written more so far. FAILED: *e (ERR_INPUT). */
enum lines_got lines_next(struct lines *l, bool wait, struct text *line, struct err *e);

#endif
