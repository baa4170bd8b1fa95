/*
 * notify_text -- the lines in which `tuijin notify --state` remembers what its targets have
 * been told (docs/notify.md, "The state file"). Pure.
 *
 * One line is all that is known of one key for one target, or the day whose reminders were
 * made; of several the last counts, so that a change is a line more. What stands behind the last
 * newline was being written when the process ended, and is passed over.
 */
#ifndef TUIJIN_CLI_NOTIFY_TEXT_H
#define TUIJIN_CLI_NOTIFY_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/notify_queue.h"
#include "core/buf.h"
#include "core/err.h"

#define NOTIFY_NAME_SIZE   16 /* "webhook-3" and a NUL */
#define NOTIFY_TARGETS_MAX 16

/* What is remembered of one target. */
struct notify_book {
	char                 name[NOTIFY_NAME_SIZE];
	struct notify_queue *queue; /* owned by whoever made the book */
	bool                 known; /* the file has it */
};

struct notify_books {
	const char        *plan; /* borrowed */
	struct notify_book at[NOTIFY_TARGETS_MAX];
	size_t             count;
	int32_t            reminded; /* the last day whose reminders were made; 0: none */
};

/* Appends a whole file: the head, then all targets with all entries. */
void notify_text_all(struct buf *out, const struct notify_books *b);

/* Appends the line of one entry. */
void notify_text_entry(struct buf *out, const char *name, const struct notify_entry *en);

/* Appends the line of the day whose reminders were made, if there is one. */
void notify_text_reminded(struct buf *out, const struct notify_books *b);

/* Fills the queues of the books from a file's bytes; none at all are a new file. *lost is
 * how many targets it has that there are no more. Errors: ERR_CONFIG, naming
 * the line; the queues are then of no use. */
int notify_text_parse(struct text bytes, struct notify_books *b, size_t *lost, struct err *e);

#endif
