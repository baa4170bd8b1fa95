/*
 * plan_build -- how a plan comes to be: its memory and its indices. For
 * plan_yaml alone; everybody else reads plans through core/plan.h.
 */
#ifndef TUIJIN_CORE_PLAN_BUILD_H
#define TUIJIN_CORE_PLAN_BUILD_H

#include <stddef.h>
#include <stdint.h>

#include "core/plan.h"
#include "core/text.h"

/* Memory that only grows and is freed as a whole. */
struct plan_arena;

struct plan_arena *plan_arena_new(void);
void               plan_arena_free(struct plan_arena *a); /* NULL is fine */

/* count * size zeroed bytes, aligned for anything; and a copy of t with a NUL. */
void       *plan_arena_alloc(struct plan_arena *a, size_t count, size_t size);
const char *plan_arena_text(struct plan_arena *a, struct text t);

/* An empty plan with an arena, ready to take agencies. */
struct plan *plan_new(void);

/* Bytes of the heap that a plan takes. */
size_t plan_bytes(const struct plan *p);

/* Makes room for the ids of `count` agencies; then plan_index_agency() enters
 * agency i of p->agencies by its id, or returns the one that has the id already.
 * PLAN_NONE: entered. plan_find_agency() finds what is entered. */
void     plan_index_agencies(struct plan *p, uint32_t count);
uint32_t plan_index_agency(struct plan *p, uint32_t i);

/* The last step, once tasks and obligations stand: fills in the obligations of
 * each agency (agencies is p->agencies, writable) and what plan_find_obligation()
 * needs. */
void plan_index_obligations(struct plan *p, struct plan_agency *agencies);

#endif
