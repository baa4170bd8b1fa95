/*
 * plan_diff -- the changes between two plans and what they do to the rates, as text
 * and as JSON; for cli/plan_diff*.c alone.
 */
#ifndef TUIJIN_CLI_PLAN_DIFF_H
#define TUIJIN_CLI_PLAN_DIFF_H

#include <stdint.h>

#include "common/json.h"
#include "cli/language.h"
#include "cli/screen.h"
#include "common/store.h"
#include "core/buf.h"
#include "core/plan_diff.h"

/* What text is written with. */
struct diff_page {
	struct screen screen;
	enum language language;
	struct buf    out; /* owned */
};

/* The changes, by kind of thing, with a line for each value that went or came. */
void    plan_diff_print(struct diff_page *page, const struct plan_diff *d);
json_t *plan_diff_json(const struct plan_diff *d);

/* The ledger of a loaded plan, folded under the old plan and under the new one. */
struct diff_effects;

/* Both plans have the id of one that is loaded, and have to outlive it. NULL with *e:
 * ERR_INPUT when it is not loaded, ERR_AGAIN. */
struct diff_effects *diff_effects_take(
    struct store *s, const struct plan *old, const struct plan *new, int32_t today, struct err *e);
void diff_effects_free(struct diff_effects *x); /* NULL is fine */

/* The scopes that come out different. */
void    diff_effects_print(struct diff_page *page, const struct diff_effects *x);
json_t *diff_effects_json(const struct diff_effects *x);

#endif
