/*
 * watch_rows_inside -- between the files of cli/watch_rows*.c alone.
 */
#ifndef TUIJIN_CLI_WATCH_ROWS_INSIDE_H
#define TUIJIN_CLI_WATCH_ROWS_INSIDE_H

#include "cli/watch_rows.h"

/* A pane's rows while they are made. */
struct making {
	struct rows       *rows;
	struct scene      *scene;
	const struct look *look;
	enum sorting       sorting;
};

struct row *rows_add(struct making *m, struct row row);

/* The id of what is called name below a row (0: below none). */
uint64_t rows_id_below(uint64_t above, const char *name);

/* A scope's row; with its parts if it is a task that is unfolded. */
void rows_add_scope(struct making *m, const struct scene_scope *s, uint64_t above, int depth,
    const struct scene_part *part);

/* Whether the scope, or one it is in or of, was named; and whether it passes the filters. */
bool rows_is_wanted(const struct making *m, const struct scene_scope *s);
bool rows_has_light(const struct making *m, enum light light);
bool rows_has_text(const struct making *m, const struct scene_scope *s);

/* Sorts scopes, those that are equal as the plan has them. */
void rows_sort(const struct scene_scope **scopes, size_t n, enum sorting by);

void rows_make_chapters(struct making *m);

#endif
