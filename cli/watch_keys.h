/*
 * watch_keys -- what a key does to the way a scene is looked at. Knows no terminal.
 */
#ifndef TUIJIN_CLI_WATCH_KEYS_H
#define TUIJIN_CLI_WATCH_KEYS_H

#include "cli/watch_scene.h"
#include "cli/watch_look.h"
#include "cli/watch_rows.h"

/* A key is a Unicode character, control characters included, or one of these. */
enum watch_key {
	WATCH_NONE, /* no key */
	WATCH_CTRL_C = 0x03,
	WATCH_TAB = '\t',
	WATCH_REDRAW = 0x0c,
	WATCH_RETURN = '\r',
	WATCH_ESCAPE = 0x1b,
	WATCH_RUBOUT = 0x7f,
	WATCH_SPECIAL = 0x110000, /* above all characters */
	WATCH_MOVE_UP,
	WATCH_MOVE_DOWN,
	WATCH_MOVE_LEFT,
	WATCH_MOVE_RIGHT,
	WATCH_PAGE_UP,
	WATCH_PAGE_DOWN,
	WATCH_FIRST,
	WATCH_LAST,
	WATCH_TAB_BACK,
	WATCH_UNKNOWN /* one that does nothing */
};

/* rows: those of the pane, as they were painted last; page: how many of them are seen. */
void keys_press(struct look *k, struct scene *b, const struct rows *rows, int page, uint32_t key);

#endif
