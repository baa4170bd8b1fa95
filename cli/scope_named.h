/*
 * scope_named -- the scope that a person names, or why there is none.
 */
#ifndef TUIJIN_CLI_SCOPE_NAMED_H
#define TUIJIN_CLI_SCOPE_NAMED_H

#include "cli/picture.h"
#include "core/err.h"
#include "core/scope.h"

/* Reads `name`, the value of `what` ("--scope", "SCOPE"). Errors: ERR_USAGE (it is not
 * written like a scope), ERR_INPUT (the plan has none such; says what it has). */
int scope_named(
    const struct plan *p, const char *what, const char *name, struct scope *s, struct err *e);

/* The same in the plan of a picture; knows which revision had a task that is lost. */
int scope_named_in(const struct picture *picture, const char *what, const char *name,
    struct scope *s, struct err *e);

#endif
