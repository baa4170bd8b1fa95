/*
 * export_file -- where an export goes: standard output, or a file that is there whole
 * or not at all.
 *
 * What goes to a file is kept until the end, written under another name in the same
 * folder, and renamed when all of it is on the disk; signals that would end the process
 * wait that long. What exists and is no regular file (a pipe, a device) is written as it
 * is.
 */
#ifndef TUIJIN_CLI_EXPORT_FILE_H
#define TUIJIN_CLI_EXPORT_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "core/err.h"

struct export_file {
	FILE       *to;
	const char *path;  /* borrowed; NULL: standard output */
	char       *bytes; /* owned; what goes to the path */
	size_t      len;
};

/* path NULL, "" or "-" is standard output. Errors: ERR_ENV. */
int export_file_open(struct export_file *f, const char *path, struct err *e);

/* Ends it: all of it is written, or an error says why not (standard output's are the
 * caller's to find). Either way *f is done with. Errors: ERR_ENV. */
int export_file_commit(struct export_file *f, struct err *e);

/* Ends it without a result. */
void export_file_drop(struct export_file *f);

#endif
