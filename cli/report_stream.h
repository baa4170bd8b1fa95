/*
 * report_stream -- many reports: one JSON object a line, sent in as few messages
 * as the protocol allows.
 */
#ifndef TUIJIN_CLI_REPORT_STREAM_H
#define TUIJIN_CLI_REPORT_STREAM_H

#include <stddef.h>

#include "cli/sender.h"

/* Sends the reports in a file ("-": standard input) and prints the verdicts. What
 * is there is sent at once, without waiting for a full message. A line that is no
 * report is told on standard error, counted in *unreadable and passed over.
 * Returns 0, or -1 with *e as sender_send(). */
int report_stream(struct sender *s, const char *path, size_t *unreadable, struct err *e);

#endif
