/*
 * scope -- the things of a plan that have a number: overall, chapters, sections,
 * tasks, agencies, laid out in one row of indices in that order.
 */
#ifndef TUIJIN_CORE_SCOPE_H
#define TUIJIN_CORE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/plan.h"

enum scope_kind {
	SCOPE_OVERALL,
	SCOPE_CHAPTER,
	SCOPE_SECTION,
	SCOPE_TASK,
	SCOPE_AGENCY,
	SCOPE_KINDS
};

#define SCOPE_KEY_SIZE   (PLAN_ID_MAX + 1)      /* "", "2", "2.1", "27", "cnipa" and a NUL */
#define SCOPE_NAME_SIZE  (SCOPE_KEY_SIZE + 16)  /* "agency/cnipa" and a NUL */
#define SCOPE_TOPIC_SIZE (2 * PLAN_ID_MAX + 16) /* "ipr-2026/agency/cnipa/" and a NUL */

struct scope {
	enum scope_kind kind;
	uint32_t        index; /* into the plan's array of that kind; 0 for overall */
};

uint32_t     scope_count(const struct plan *p);
struct scope scope_at(const struct plan *p, uint32_t row);
uint32_t     scope_row(const struct plan *p, struct scope s);

/* The scope named "overall", "chapter/2", "section/2.1", "task/27" or
 * "agency/cnipa". Returns false where the plan has none such. */
bool scope_parse(const struct plan *p, struct text name, struct scope *s);

const char *scope_kind_name(enum scope_kind k); /* "overall", "chapter", ... */
bool        scope_kind_parse(struct text t, enum scope_kind *k);

/* "task/27", or "overall" where the key is empty; a longer key is cut. Returns out. */
const char *scope_name(enum scope_kind kind, struct text key, char out[SCOPE_NAME_SIZE]);

/* The name of a scope of the plan. Returns out. */
const char *scope_name_in(const struct plan *p, struct scope s, char out[SCOPE_NAME_SIZE]);

/* The key ("2.1") and the topic ("ipr-2026/section/2.1/"). Return out. */
const char *scope_key(const struct plan *p, struct scope s, char out[SCOPE_KEY_SIZE]);
const char *scope_topic(const struct plan *p, struct scope s, char out[SCOPE_TOPIC_SIZE]);

/* The title the plan gives it. */
struct plan_title scope_title(const struct plan *p, struct scope s);

#endif
