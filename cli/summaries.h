/*
 * summaries -- the summaries of some scopes, as the aggregator keeps them in Redis
 * for those who poll.
 */
#ifndef TUIJIN_CLI_SUMMARIES_H
#define TUIJIN_CLI_SUMMARIES_H

#include "common/store.h"
#include "core/err.h"
#include "core/scope.h"
#include "core/summary.h"

/* Scopes in the order they are to be shown. Zero is none; free(at). */
struct scope_list {
	struct scope *at; /* owned */
	size_t        count, room;
};

void scope_list_add(struct scope_list *l, enum scope_kind kind, uint32_t index);

/* The scope and what is shown below it: chapters of the whole, sections and tasks
 * of a chapter, tasks of a section or an agency. */
void scope_list_below(struct scope_list *l, const struct plan *p, struct scope top);

struct summaries;

/* One question for all of them. list and p are kept (borrowed). NULL with *e. */
struct summaries *summaries_fetch(
    struct store *s, const struct plan *p, const struct scope_list *list, struct err *e);
void summaries_free(struct summaries *s); /* NULL is fine */

/* The summary of list->at[i], borrowed until the next call; NULL: none is kept. */
const struct summary *summaries_at(struct summaries *s, size_t i);

#endif
