#include "cli/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

#define GAP 2

struct cell {
	enum style style;
	char      *text; /* owned */
	int32_t    basis_points;
};

struct table {
	struct table_column columns[TABLE_COLUMNS_MAX];
	size_t              column_count;
	struct cell        *cells; /* owned; row after row */
	size_t              count, room;
};

struct table *
table_new(const struct table_column *columns, size_t count)
{
	struct table *t = mem_zeroed(1, sizeof(*t));

	memcpy(t->columns, columns, count * sizeof(columns[0]));
	t->column_count = count;
	return t;
}

void
table_free(struct table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->count; i++)
		free(t->cells[i].text);
	free(t->cells);
	free(t);
}

static struct cell *
next_cell(struct table *t)
{
	if (t->count == t->room) {
		t->room = t->room == 0 ? 64 : t->room * 2;
		t->cells = mem_resized(t->cells, t->room, sizeof(t->cells[0]));
	}
	t->cells[t->count] = (struct cell){0};
	return &t->cells[t->count++];
}

void
table_add(struct table *t, enum style style, const char *fmt, ...)
{
	char         text[4096];
	va_list      args;
	struct cell *c = next_cell(t);

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	c->style = style;
	c->text = mem_copied(text, strlen(text));
}

void
table_percent(struct table *t, int32_t basis_points)
{
	if (basis_points < 0)
		table_add(t, STYLE_DIM, "–");
	else
		table_add(t, STYLE_PLAIN, "%d.%02d", basis_points / 100, basis_points % 100);
	t->cells[t->count - 1].basis_points = basis_points;
}

/* A percent beside its bar: at most "100.00". */
#define PERCENT_COLUMNS 6

/* How a table is fitted to a screen. */
struct layout {
	int  widths[TABLE_COLUMNS_MAX];
	bool bars;
};

static int
cell_columns(const struct table_column *col, const char *text, bool bars)
{
	int columns = screen_columns(text_of(text));

	if (col->bar > 0 && columns < PERCENT_COLUMNS)
		columns = PERCENT_COLUMNS;
	return columns + (bars && col->bar > 0 ? col->bar + 1 : 0);
}

/* Takes what is too much off the elastic columns, widest first, as long as they
 * keep `least`. Returns what is still too much. */
static int
shrink(const struct table *t, struct layout *l, int too_much, int least)
{
	while (too_much > 0) {
		size_t widest = t->column_count;

		for (size_t i = 0; i < t->column_count; i++) {
			if (t->columns[i].elastic && l->widths[i] > least &&
			    (widest == t->column_count || l->widths[i] > l->widths[widest]))
				widest = i;
		}
		if (widest == t->column_count)
			break;
		l->widths[widest]--;
		too_much--;
	}
	return too_much;
}

/* The widths that everything needs. Returns their sum. */
static int
measure(const struct table *t, struct layout *l)
{
	int total = 0;

	for (size_t i = 0; i < t->column_count; i++)
		l->widths[i] = screen_columns(text_of(t->columns[i].head));
	for (size_t i = 0; i < t->count; i++) {
		size_t column = i % t->column_count;
		int    columns = cell_columns(&t->columns[column], t->cells[i].text, l->bars);

		if (columns > l->widths[column])
			l->widths[column] = columns;
	}
	for (size_t i = 0; i < t->column_count; i++)
		total += l->widths[i] + (i > 0 ? GAP : 0);
	return total;
}

/* Titles give way first, then the bars, then what is left of the titles. */
static void
fit(const struct table *t, struct screen scr, struct layout *l)
{
	int total;

	l->bars = true;
	total = measure(t, l);
	if (scr.width == 0 || shrink(t, l, total - scr.width, TABLE_ELASTIC_MIN) <= 0)
		return;
	l->bars = false;
	total = measure(t, l);
	shrink(t, l, total - scr.width, TABLE_ELASTIC_LEAST);
}

static void
spaces(struct buf *out, int count)
{
	if (count > 0)
		buf_addf(out, "%*s", count, "");
}

/* One cell, `width` columns wide. The last of a line has no blanks behind it. */
static void
print_cell(
    struct buf *out, struct screen scr, const struct cell *c, int width, bool right, bool last)
{
	struct buf fit = {0};
	int        blank;

	screen_cut(&fit, text_of(c->text), width);
	blank = width - screen_columns(buf_text(&fit));
	if (right)
		spaces(out, blank);
	if (fit.len > 0)
		screen_styled(out, scr, c->style, buf_text(&fit));
	if (!right && !last)
		spaces(out, blank);
	buf_fini(&fit);
}

static void
print_row(const struct table *t, struct screen scr, const struct cell *cells,
    const struct layout *l, bool head, struct buf *out)
{
	for (size_t i = 0; i < t->column_count; i++) {
		const struct table_column *col = &t->columns[i];
		bool                       bar = l->bars && col->bar > 0 && !head;
		int                        width = bar ? l->widths[i] - col->bar - 1 : l->widths[i];

		if (i > 0)
			spaces(out, GAP);
		if (bar) {
			screen_bar(out, scr, cells[i].basis_points, col->bar);
			spaces(out, 1);
		}
		print_cell(out, scr, &cells[i], width, col->right || (col->bar > 0 && !head),
		    i + 1 == t->column_count);
	}
	buf_add(out, "\n", 1);
}

void
table_print(const struct table *t, struct screen scr, struct buf *out)
{
	struct layout l;
	struct cell   head[TABLE_COLUMNS_MAX];

	fit(t, scr, &l);
	for (size_t i = 0; i < t->column_count; i++)
		head[i] = (struct cell){STYLE_DIM, (char *)t->columns[i].head, 0};
	print_row(t, scr, head, &l, true, out);
	for (size_t row = 0; row + t->column_count <= t->count; row += t->column_count)
		print_row(t, scr, &t->cells[row], &l, false, out);
}
