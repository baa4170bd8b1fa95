/*
 * log -- one line an event on standard error: ts= level= program= event= key=value.
 *
 * The format string is the rest of the line: log_info("event=ready bind=%s", …).
 * Give text from outside through text_escape() first. With json, the same pairs
 * come as one JSON object a line. Only the daemons' outermost modules and the
 * commands log.
 */
#ifndef TUIJIN_COMMON_LOG_H
#define TUIJIN_COMMON_LOG_H

#include <stdbool.h>

#include "core/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_LEVELS };

/* Names the program; lines below `least` are dropped. program is borrowed. */
void log_open(const char *program, enum log_level least, bool json);

bool log_level_parse(const char *word, enum log_level *level);

/* The line must be pairs: `event=word key=value key="text \"escaped\""`. */
void log_line(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

/* Logs event=failed with the reason and returns the exit status it deserves. */
int log_exit(const struct err *e);

#endif
