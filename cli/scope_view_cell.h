/*
 * scope_view_cell -- cells that several tables of scopes have; for cli/scope_view*.c.
 */
#ifndef TUIJIN_CLI_SCOPE_VIEW_CELL_H
#define TUIJIN_CLI_SCOPE_VIEW_CELL_H

#include "cli/scope_view.h"
#include "cli/table.h"

#define SCOPE_VIEW_BAR 12  /* columns of a bar in a table */
#define SCOPE_VIEW_DOT "·" /* stands for nothing, so that what is there stands out */

/* On a narrow screen a table has only its most telling columns. */
bool scope_view_is_narrow(const struct scope_view *v);

/* The colour's word and its reason. */
void scope_view_add_light(const struct scope_view *v, struct table *t, struct judgement j);

/* A task's state and day; empty for a scope of another kind. */
void scope_view_add_state(const struct scope_view *v, struct table *t, const struct summary *s);
void scope_view_add_due(
    const struct scope_view *v, struct table *t, const struct summary *s, struct scope at);

/* What an agency said: its state, or a moment of it. */
void scope_view_add_part_state(
    const struct scope_view *v, struct table *t, const struct summary_part *p);
void scope_view_add_part_moment(
    const struct scope_view *v, struct table *t, const struct summary_part *p, int64_t ms);

#endif
