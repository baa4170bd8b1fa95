/*
 * plan_file -- a plan file read and checked, its mistakes told.
 */
#ifndef TUIJIN_CLI_PLAN_FILE_H
#define TUIJIN_CLI_PLAN_FILE_H

#include <stdbool.h>

#include "core/buf.h"
#include "core/err.h"
#include "core/plan.h"
#include "core/plan_yaml.h"

/* True if an operand is a path and not the name of a plan: it is "-", has a slash, or
 * ends in .yaml or .yml. */
bool plan_file_is_path(const char *operand);

/* The plan in a file, its mistakes in *m (zero before; plan_mistakes_fini() it). NULL
 * with *e (ERR_INPUT), which says how many, or why the file cannot be read. */
struct plan *plan_file_parse(
    const char *path, struct buf *yaml, struct plan_mistakes *m, struct err *e);

/* FILE:LINE:COLUMN: message on standard error, for each. */
void plan_file_tell(const char *path, const struct plan_mistakes *m);

/* The plan in a file, its bytes in *yaml (owned by the caller, reset here). Every
 * mistake goes to standard error as FILE:LINE:COLUMN: message; NULL with *e
 * (ERR_INPUT) then says how many. */
struct plan *plan_file_read(const char *path, struct buf *yaml, struct err *e);

/* What a plan consists of. */
struct plan_figures {
	uint32_t chapters, sections, tasks, agencies, named_pairs, obligations;
};

struct plan_figures plan_figures_of(const struct plan *p);

#endif
