/*
 * watch_look -- how an operator looks at a scene: which pane, what is unfolded, sorted,
 * filtered, where the cursor is, in which language.
 *
 * A plain value but for what it owns; knows no terminal.
 */
#ifndef TUIJIN_CLI_WATCH_LOOK_H
#define TUIJIN_CLI_WATCH_LOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/language.h"
#include "cli/watch_wanted.h"

enum pane { PANE_CHAPTERS, PANE_AGENCIES, PANE_EXCEPTIONS, PANE_FEED, PANE_RATES, PANES };

/* By what the rows of a pane can be sorted. */
enum sorting {
	SORT_PLAN,  /* as the plan has them */
	SORT_GAP,   /* the furthest behind first */
	SORT_LIGHT, /* red first */
	SORT_HEARD, /* the longest silent first */
	SORT_COST,  /* what costs the whole the most first */
	SORT_OVERDUE,
	SORT_NEWEST,
	SORTINGS
};

#define LOOK_FILTER_MAX 120 /* bytes */

struct look_pane {
	uint64_t     cursor; /* id of the row; 0: the first, whichever it is */
	size_t       index;  /* where it was last */
	size_t       top;    /* the first row on the screen */
	enum sorting sorting;
};

struct look {
	enum pane        pane;
	struct look_pane at[PANES];
	enum language    language;
	unsigned         lights;                      /* which of look_lights_shown() */
	char             filter[LOOK_FILTER_MAX + 1]; /* "": none */
	char             former[LOOK_FILTER_MAX + 1]; /* while typing: to go back to */
	bool             typing, help, quit;
	uint64_t        *open; /* owned; ids of the rows that are unfolded, sorted */
	size_t           open_count, open_room;
	struct wanted    wanted; /* the scopes named */
};

void look_init(struct look *k, enum language l, struct wanted wanted);
void look_fini(struct look *k);

bool look_is_open(const struct look *k, uint64_t id);
void look_open(struct look *k, uint64_t id, bool open);

/* The next way to sort the pane; the first one is where every pane begins. */
void look_sort_on(struct look *k);

/* A bit for each light that is shown; and whether that is all. */
unsigned look_lights_shown(const struct look *k);
void     look_lights_on(struct look *k); /* the next choice */

/* True if text, in any case, has what is looked for; an empty filter is in every text. */
bool look_finds(const struct look *k, const char *text);

bool look_is_filtered(const struct look *k);

#endif
