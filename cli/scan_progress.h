/*
 * scan_progress -- how far long work has come: a line on standard error that
 * overwrites itself once a second, if that is a terminal.
 */
#ifndef TUIJIN_CLI_SCAN_PROGRESS_H
#define TUIJIN_CLI_SCAN_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct scan_progress {
	bool    tells, told;
	int64_t told_ms; /* monotonic */
};

/* From now on; never a word if quiet. */
void scan_progress_begin(struct scan_progress *p, bool quiet);

/* Tells it, if it is time. Cheap enough to be called for every step. */
void scan_progress_tell(struct scan_progress *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Takes the line away, until the next. */
void scan_progress_end(struct scan_progress *p);

#endif
