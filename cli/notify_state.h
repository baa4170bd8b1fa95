/*
 * notify_state -- the file of `tuijin notify --state`: read at the start, a line more with
 * each change, written anew when it has grown.
 *
 * A change is on the disk when notify_state_commit() has returned. The file is replaced
 * whole or not at all (written under another name, then renamed), ours alone (mode 0600),
 * and used by one process at a time. What could not be written is tried again with a later
 * commit.
 */
#ifndef TUIJIN_CLI_NOTIFY_STATE_H
#define TUIJIN_CLI_NOTIFY_STATE_H

#include <stdint.h>

#include "cli/notify_text.h"
#include "core/err.h"

struct notify_state;

/* Reads path, which need not exist, into the books and writes it anew; *lost as in
 * notify_text_parse(). Both are borrowed. NULL with *e (ERR_CONFIG): it is not ours, of
 * another plan, damaged, in use, or cannot be written. */
struct notify_state *notify_state_open(
    const char *path, struct notify_books *b, size_t *lost, struct err *e);
void notify_state_close(struct notify_state *s); /* NULL is fine, here and below */

/* Notes that an entry of a target has changed. */
void notify_state_note(struct notify_state *s, const char *name, const struct notify_entry *en);

/* Notes which day's reminders were made, as the books have it. */
void notify_state_note_reminded(struct notify_state *s);

/* Writes what was noted. Errors: ERR_AGAIN, once for each thing that goes wrong in a row:
 * as long as it lasts later calls try again, every second, and return 0. */
int notify_state_commit(struct notify_state *s, int64_t mono_ms, struct err *e);

#endif
