/*
 * sessions -- all the plans a collector serves, by id.
 */
#ifndef TUIJIN_COLLECTOR_SESSIONS_H
#define TUIJIN_COLLECTOR_SESSIONS_H

#include <stddef.h>

#include "collector/session.h"
#include "core/text.h"

struct sessions {
	struct session **at; /* owned, sorted by id */
	size_t           count;
};

void sessions_fini(struct sessions *all);

/* Takes ownership of s. */
void sessions_add(struct sessions *all, struct session *s);

/* The session of that plan, NULL where there is none. */
struct session *sessions_find(const struct sessions *all, struct text plan);

#endif
