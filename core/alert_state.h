/*
 * alert_state -- what is inside alerts; for core/alert*.c alone.
 *
 * alert.c raises and ends alerts and hands out the edges. alert_restore.c puts alerts
 * back from a checkpoint, and carries them over to another plan.
 */
#ifndef TUIJIN_CORE_ALERT_STATE_H
#define TUIJIN_CORE_ALERT_STATE_H

#include "core/alert.h"

/* An alarm of a scope that holds, or did. */
struct alert_slot {
	struct alert alert;
	bool         pending; /* in the list of those with an edge */
	bool         told;    /* that it was raised has been taken */
};

struct alerts {
	const struct plan  *plan;  /* borrowed */
	struct alert_slot **slots; /* owned, as they are; by scope row and alarm; NULL: never */
	uint32_t            rows;
	uint8_t            *standing; /* owned; a bit per alarm, by scope row */
	uint32_t           *pending;  /* owned; into slots, as the edges came */
	uint32_t            pending_first, pending_count, pending_room;
	struct alert       *gone; /* owned; ended with their scopes, and not yet taken */
	uint32_t            gone_first, gone_count;
};

/* Room for the scopes of p, all of it empty; what was there is the caller's. */
void alerts_allocate(struct alerts *a, const struct plan *p);

struct alert_slot *alerts_slot(struct alerts *a, uint32_t row, unsigned what); /* or a new one */
void               alert_slot_free(struct alert_slot *s);                      /* NULL is fine */

/* Puts an alert in the list of those with an edge, once. */
void alerts_add_pending(struct alerts *a, uint32_t row, unsigned what);

#endif
