/*
 * watch_rows -- the rows of a pane: what of a scene is shown, in which order, unfolded how
 * far. A pure function of the scene and of how it is looked at.
 */
#ifndef TUIJIN_CLI_WATCH_ROWS_H
#define TUIJIN_CLI_WATCH_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/watch_scene.h"
#include "cli/watch_look.h"

enum row_kind {
	ROW_SCOPE,
	ROW_PART,  /* an agency's part of the task `scope` */
	ROW_GROUP, /* tasks whose place in the plan is not known */
	ROW_ITEM,  /* of the feed */
	ROW_FACT   /* of the rates */
};

/* What the rates pane tells. */
enum fact {
	FACT_EVENTS,
	FACT_BURST,
	FACT_REPORTED,
	FACT_PERIOD,
	FACT_LAST_PERIOD,
	FACT_NEWEST,
	FACT_SILENT,
	FACT_NEVER,
	FACT_LINK,
	FACT_TICK,
	FACT_STORE,
	FACT_COPY,
	FACT_POSITION,
	FACT_REVISION,
	FACT_CLOCKS,
	FACTS
};

struct row {
	enum row_kind             kind;
	uint64_t                  id, above; /* above: id of the row it is below; 0: none */
	int                       depth;
	bool                      opens, open;
	const struct scene_scope *scope; /* of a scope or a part */
	const struct scene_part  *part;  /* of a part, and of a task below an agency */
	const struct scene_item  *item;
	enum fact                 fact;
};

/* Zero is empty; free(at). What rows point to is the scene's until it changes. */
struct rows {
	struct row *at; /* owned */
	size_t      count, room;
};

/* Fills *rows with those of that pane. Settles the scene. */
void rows_make(struct rows *rows, struct scene *b, const struct look *k, enum pane pane);

/* How many tasks the exceptions pane has. */
size_t rows_concerns(struct scene *b, const struct look *k);

/* The id of a scope's row in the chapters pane. */
uint64_t rows_id(const char *name);

/* Where the cursor's row is now, and which row is the first of `height`, so that it can
 * be seen. A cursor whose row has gone stays where it is; one on the first row stays there. */
void rows_place(const struct rows *rows, struct look_pane *at, size_t height);

/* Moves the cursor by so many rows, to the first or the last at most. */
void rows_move(const struct rows *rows, struct look_pane *at, int64_t by);

#endif
