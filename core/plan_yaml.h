/*
 * plan_yaml -- a plan from the bytes of a plan file (docs/plan-format.md).
 *
 * Strict: what it does not know is a mistake, and so is every value that is not
 * exactly of its type and within its limits. It goes on after a mistake and
 * reports all of them, each with the place and what was expected. It reads
 * bytes, never a file, and prints nothing. The only user of libyaml.
 */
#ifndef TUIJIN_CORE_PLAN_YAML_H
#define TUIJIN_CORE_PLAN_YAML_H

#include <stddef.h>

#include "core/err.h"
#include "core/plan.h"

#define PLAN_YAML_MAX     (16u << 20) /* bytes of a plan file */
#define PLAN_MISTAKES_MAX 1000        /* kept of one file; all are counted */

struct plan_mistake {
	size_t line, column; /* from 1 */
	char   message[240]; /* "chapters[0].tasks[2].weight: got '0', expected ..." */
};

struct plan_mistakes {
	size_t               count; /* found */
	size_t               kept;  /* in at[], in file order */
	struct plan_mistake *at;    /* owned */
};

/* The plan in yaml, or NULL with at least one mistake in *m (which starts zero or
 * finished). Free the plan with plan_free(); it borrows nothing of yaml. */
struct plan *plan_yaml_parse(const char *yaml, size_t len, struct plan_mistakes *m);

/* The same for bytes that were checked before they were stored: NULL with *e (ERR_INPUT),
 * the first mistake with its line. */
struct plan *plan_yaml_parse_stored(struct text yaml, struct err *e);

void plan_mistakes_fini(struct plan_mistakes *m);

#endif
