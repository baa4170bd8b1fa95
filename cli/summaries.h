/*
 * summaries -- the summaries of some scopes, as the aggregator keeps them in Redis
 * for those who poll.
 */
#ifndef TUIJIN_CLI_SUMMARIES_H
#define TUIJIN_CLI_SUMMARIES_H

#include <stdint.h>

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

/* Asks for all of them at once. list and p are kept (borrowed). NULL with *e: no answer. */
struct summaries *summaries_fetch(
    struct store *s, const struct plan *p, const struct scope_list *list, struct err *e);
void summaries_free(struct summaries *s); /* NULL is fine */

/* How many the plan has in Redis, of all its scopes. */
int64_t summaries_kept(const struct summaries *s);

/* The bytes that are kept for list->at[i]; .at is NULL where there are none. */
struct text summaries_payload(const struct summaries *s, size_t i);

/* The summary of list->at[i], borrowed until the next call. NULL with *e: ERR_INPUT (it
 * cannot be read, is of something else, or is missing though others are there),
 * ERR_AGAIN (none is kept at all). */
const struct summary *summaries_at(struct summaries *s, size_t i, struct err *e);

#endif
