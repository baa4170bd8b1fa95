/*
 * watch_paint -- a scene as an operator looks at it, on a canvas: header, panes, footer.
 * Fits any size: what matters least goes first. A pure function but for where the rows of
 * each pane begin, which it keeps in the look.
 */
#ifndef TUIJIN_CLI_WATCH_PAINT_H
#define TUIJIN_CLI_WATCH_PAINT_H

#include "cli/watch_scene.h"
#include "cli/watch_canvas.h"
#include "cli/watch_look.h"
#include "cli/watch_rows.h"

struct paint {
	struct canvas   *canvas;
	struct scene    *scene;
	struct look     *look;
	const char      *endpoint; /* of the aggregator */
	struct scene_now now;
	struct rows     *rows; /* out: those of the pane that has the cursor */
	struct rows     *side; /* room for those of the others */
	int              page; /* out: how many rows of the pane are on the screen */
};

/* Paints all of it on a canvas of this size. */
void paint_screen(struct paint *p, int width, int height);

#endif
