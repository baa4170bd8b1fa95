/*
 * plan_named -- a plan as an operand names it: a file, the id of a loaded plan, or
 * ID@REVISION, one that its ledger has.
 */
#ifndef TUIJIN_CLI_PLAN_NAMED_H
#define TUIJIN_CLI_PLAN_NAMED_H

#include "common/store.h"
#include "core/err.h"
#include "core/plan.h"

/* The plan; plan_free() it. s is not used for a file, and may be NULL then. The
 * mistakes of a file go to standard error. NULL with *e: ERR_USAGE when it is no name
 * of a plan, ERR_INPUT when there is no such plan or it is broken, ERR_AGAIN. */
struct plan *plan_named(const char *operand, struct store *s, struct err *e);

#endif
