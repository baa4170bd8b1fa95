/*
 * past -- a plan's past, made up: what its agencies could have reported from its first
 * day until now.
 *
 * Each agency has a pace and a punctuality of its own: most keep up, some are behind, some
 * report late or not at all; the office verifies what is completed. A function of the plan,
 * the seed and the moment; knows no clock and no store. For `tuijin rehearse`.
 */
#ifndef TUIJIN_CLI_PAST_H
#define TUIJIN_CLI_PAST_H

#include <stddef.h>
#include <stdint.h>

#include "core/plan.h"
#include "core/report.h"

struct past {
	struct record *records; /* owned; by when they were received, seq rising; texts are the
				   plan's and the program's */
	size_t count, room;
};

/* When the plan was put into force: some days before its first, or now, whichever is
 * earlier. ms since 1970 UTC. */
int64_t past_begin_ms(const struct plan *p, int64_t now_ms);

/* Fills *past, zero before; past_fini() it. */
void past_invent(struct past *past, const struct plan *p, uint64_t seed, int64_t now_ms);
void past_fini(struct past *past);

#endif
