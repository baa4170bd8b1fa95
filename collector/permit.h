/*
 * permit -- who may say what: the rule between a key and a message.
 *
 * An agency's key speaks for that agency; an operator's may ask what is stored for any;
 * a subscriber's may do neither. What an agency may report on follows from the plan and
 * is not decided here, so that a refusal tells nothing about plans and agencies. Pure.
 */
#ifndef TUIJIN_COLLECTOR_PERMIT_H
#define TUIJIN_COLLECTOR_PERMIT_H

#include <stdbool.h>

#include "common/authorized.h"
#include "core/report.h"
#include "core/wire_message.h"

/* Who sent a message, as the list of keys is at that moment. */
struct caller {
	bool                         open; /* there are no keys: everybody may */
	const struct authorized_key *key;  /* NULL: without keys, or not in the list (any more) */
};

/* Whether it may be told anything at all. Returns 0, or -1 with *why. */
int permit_caller(const struct caller *c, struct refusal *why);

/* Whether a caller that passed the above may say this. Returns 0, or -1 with *why. */
int permit_message(const struct caller *c, const struct message *m, struct refusal *why);

#endif
