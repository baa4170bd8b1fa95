/*
 * watch_paint_inside -- between the files of cli/watch_paint*.c alone.
 */
#ifndef TUIJIN_CLI_WATCH_PAINT_INSIDE_H
#define TUIJIN_CLI_WATCH_PAINT_INSIDE_H

#include "cli/watch_paint.h"

#define PAINT_DOT     "·" /* stands for nothing */
#define PAINT_LIGHT   "●"
#define PAINT_TEXT    80
#define PAINT_SECONDS 9 /* "14:03:22" and a NUL */

/* What a cell of a column is painted with. */
struct cell {
	struct paint     *p;
	const struct row *row;
	int               x, y, columns;
	unsigned          ink; /* of a row with the cursor */
	bool              right;
};

void cell_text(const struct cell *c, unsigned ink, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A column of a pane's rows. */
struct column {
	struct phrase head;
	int           width[LANGUAGES]; /* 0: what the others leave */
	int           share;            /* not 0: percent of the pane, at least the width */
	int           rank;             /* where it is narrow the highest goes first; 0: never */
	bool          right;
	void (*paint)(const struct cell *c);
};

struct pane_columns {
	const struct column *at;
	int                  count;
};

struct pane_columns paint_columns(enum pane pane);

/* Rows as a table; the cursor is shown where `at` is given. Returns how many rows there
 * was room for. */
int paint_table(struct paint *p, struct area a, enum pane pane, const struct rows *rows,
    struct look_pane *at, bool with_heads);

static inline bool
cell_is_of_scope(const struct cell *c)
{
	return c->row->kind == ROW_SCOPE || c->row->kind == ROW_PART;
}

static inline enum light
cell_light_of(const struct cell *c)
{
	return c->row->scope->summary.judgement.light;
}

/* The cells that there are; empty where a row has no such thing. */
void cell_name(const struct cell *c);
void cell_bar(const struct cell *c);
void cell_percent(const struct cell *c);
void cell_move(const struct cell *c);
void cell_expected(const struct cell *c);
void cell_gap(const struct cell *c);
void cell_light(const struct cell *c);
void cell_done(const struct cell *c);
void cell_reported(const struct cell *c);
void cell_on_time(const struct cell *c);
void cell_lead(const struct cell *c);
void cell_participant(const struct cell *c);
void cell_cost(const struct cell *c);
void cell_why(const struct cell *c);
void cell_heard(const struct cell *c);
void cell_leader(const struct cell *c);
void cell_matters(const struct cell *c);
void cell_since(const struct cell *c);
void cell_feed_time(const struct cell *c);
void cell_feed_what(const struct cell *c);
void cell_fact_name(const struct cell *c);
void cell_fact(const struct cell *c);

/* Lines of the header from y on; returns how many. */
int  paint_header(struct paint *p, int lines);
void paint_tabs(struct paint *p, int y);
void paint_footer(struct paint *p, int y);
void paint_help(struct paint *p);

const char *paint_pane_name(enum language l, enum pane pane);

unsigned paint_light_ink(enum light light);

/* "14:03:22", "3 min ago". Return out. */
const char *paint_time(const struct paint *p, int64_t wall_ms, char out[PAINT_SECONDS]);
const char *paint_ago(const struct paint *p, int64_t wall_ms, char out[PAINT_TEXT]);

/* "62.50", or a dot below 0. Returns out. */
const char *paint_percent(int32_t basis_points, char out[PAINT_TEXT]);

#endif
