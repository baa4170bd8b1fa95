/*
 * plan_file -- a plan file read and checked, its mistakes told.
 */
#ifndef TUIJIN_CLI_PLAN_FILE_H
#define TUIJIN_CLI_PLAN_FILE_H

#include "core/buf.h"
#include "core/err.h"
#include "core/plan.h"

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
