/*
 * watch_terminal -- the terminal as a screen of cells and a source of keys. The only user
 * of ncurses.
 *
 * There is one. It is given back as it was at terminal_close(), at exit(3), while the
 * process is stopped, and before a crash.
 */
#ifndef TUIJIN_CLI_WATCH_TERMINAL_H
#define TUIJIN_CLI_WATCH_TERMINAL_H

#include <stdbool.h>
#include <stdint.h>

#include "cli/watch_canvas.h"

/* True if standard input and output are one, and it can place its cursor. */
bool terminal_is_there(void);

/* Takes it, with colours if there are to be any. False: it cannot be used. */
bool terminal_open(bool colour);
void terminal_close(void);

/* Columns and rows as they are now. */
void terminal_size(int *width, int *height);

void terminal_show(const struct canvas *c);

/* The next key that was pressed (cli/watch_keys.h), WATCH_NONE: no more for now. */
uint32_t terminal_key(void);

/* True if nobody is at the other end any more. */
bool terminal_is_gone(void);

/* Draws all of it anew with the next terminal_show(). */
void terminal_forget(void);

/* Gives the terminal back, stops the process as Ctrl-Z does, and takes the terminal
 * again when the process goes on. SIGTSTP is blocked before and after. */
void terminal_stop(void);

/* Takes it again after somebody else had stopped the process. */
void terminal_resume(void);

#endif
