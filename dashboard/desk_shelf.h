/*
 * desk_shelf -- documents that were made of a plan's ledger, kept for as long as they are
 * true: what many ask for in the same moment is made once.
 */
#ifndef TUIJIN_DASHBOARD_DESK_SHELF_H
#define TUIJIN_DASHBOARD_DESK_SHELF_H

#include <stddef.h>
#include <stdint.h>

#include "dashboard/desk_body.h"

#define SHELF_BODIES_MAX 256
#define SHELF_BYTES_MAX  (16u << 20) /* of all bodies kept */
#define SHELF_NAME_SIZE  96

/* What the documents say: one of another moment is not true any more. */
struct shelf_moment {
	uint64_t number;  /* of the chronicle */
	uint64_t records; /* in it */
	int32_t  day;
};

struct shelf;

struct shelf *shelf_new(void);
void          shelf_free(struct shelf *s); /* NULL is fine */

/* From here on it is that moment: bodies of another are dropped. */
void shelf_turn(struct shelf *s, struct shelf_moment now);

/* The body of that name ("trend/overall"), borrowed until the next call; NULL: there is
 * none. */
struct body *shelf_find(struct shelf *s, const char *name);

/* Keeps a body, which is the shelf's from here on, by a name that there is not yet. Beyond
 * the limits those that nobody has asked for the longest are dropped; one that alone is
 * beyond them, or has a name of SHELF_NAME_SIZE or more bytes, is not kept. */
void shelf_keep(struct shelf *s, const char *name, struct body *b);

#endif
