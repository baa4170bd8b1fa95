#include <stdarg.h>
#include <stdio.h>

#include "cli/watch_paint_inside.h"

#define COLUMNS_MAX 16
#define NAMES_SHARE 36 /* percent of the width that names keep */

void
cell_text(const struct cell *c, unsigned ink, const char *fmt, ...)
{
	char    text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (c->right)
		canvas_right(c->p->canvas, c->x, c->y, c->columns, ink | c->ink, text_of(text));
	else
		canvas_text(c->p->canvas, c->x, c->y, c->columns, ink | c->ink, text_of(text));
}

/* The columns that there is room for, and how wide each is. */
struct layout {
	struct pane_columns columns;
	int                 width[COLUMNS_MAX]; /* 0: left out */
};

static int
wish(const struct column *c, enum language l, int width)
{
	int share = c->share * width / 100;

	return share > c->width[l] ? share : c->width[l];
}

/* What the columns leave of the width, with one between them. */
static int
left_of(const struct layout *lay, int width)
{
	for (int i = 0; i < lay->columns.count; i++) {
		if (lay->width[i] > 0)
			width -= lay->width[i] + 1;
	}
	return width;
}

static int
least_telling(const struct layout *lay)
{
	int found = -1;

	for (int i = 0; i < lay->columns.count; i++) {
		const struct column *c = &lay->columns.at[i];

		if (lay->width[i] > 0 && c->rank > 0 &&
		    (found < 0 || c->rank > lay->columns.at[found].rank))
			found = i;
	}
	return found;
}

static void
lay_out(struct layout *lay, enum pane pane, enum language l, int width)
{
	int drop, elastic = 0;

	*lay = (struct layout){.columns = paint_columns(pane)};
	for (int i = 0; i < lay->columns.count; i++) {
		lay->width[i] = wish(&lay->columns.at[i], l, width);
		if (lay->width[i] == 0)
			elastic = i;
	}
	while (left_of(lay, width) < NAMES_SHARE * width / 100 && (drop = least_telling(lay)) >= 0)
		lay->width[drop] = 0;
	lay->width[elastic] = left_of(lay, width);
	if (lay->width[elastic] < 0)
		lay->width[elastic] = 0;
}

static void
paint_heads(struct paint *p, struct area a, const struct layout *lay)
{
	int x = a.x;

	for (int i = 0; i < lay->columns.count; i++) {
		const struct column *c = &lay->columns.at[i];
		struct cell          cell = {
			     .p = p, .x = x, .y = a.y, .columns = lay->width[i], .right = c->right};

		if (lay->width[i] == 0)
			continue;
		cell_text(&cell, INK(STYLE_DIM), "%s", c->head.at[p->look->language]);
		x += lay->width[i] + 1;
	}
}

static void
paint_row(struct paint *p, struct area a, const struct layout *lay, const struct row *row,
    bool has_cursor)
{
	int x = a.x;

	for (int i = 0; i < lay->columns.count; i++) {
		const struct column *c = &lay->columns.at[i];
		int                  width = lay->width[i], room = a.x + a.width - x;
		struct cell cell = {.p = p, .row = row, .x = x, .y = a.y, .right = c->right};

		cell.columns = width < room ? width : room;
		cell.ink = has_cursor ? INK_BOLD : 0;
		if (cell.columns <= 0)
			continue;
		c->paint(&cell);
		if (has_cursor && c->width[0] == 0)
			canvas_ink(p->canvas, x, a.y, cell.columns, INK_REVERSE);
		x += width + 1;
	}
}

static void
paint_nothing(struct paint *p, struct area a, enum pane pane)
{
	static const struct phrase none = PHRASE("nothing here", "无");
	static const struct phrase filtered = PHRASE(
	    "nothing passes the filters; Esc clears them", "没有符合筛选条件的内容，按 Esc 清除");
	static const struct phrase calm = PHRASE("no exceptions", "没有异常");
	static const struct phrase quiet = PHRASE("nothing so far", "暂无动态");
	const struct phrase       *words = &none;

	if (!p->scene->whole)
		return;
	if (look_is_filtered(p->look))
		words = &filtered;
	else if (pane == PANE_EXCEPTIONS)
		words = &calm;
	else if (pane == PANE_FEED)
		words = &quiet;
	canvas_text(
	    p->canvas, a.x, a.y, a.width, INK(STYLE_DIM), text_of(words->at[p->look->language]));
}

int
paint_table(struct paint *p, struct area a, enum pane pane, const struct rows *rows,
    struct look_pane *at, bool with_heads)
{
	struct layout lay;
	size_t        top = 0;
	int           shown = a.height - (with_heads ? 1 : 0);

	lay_out(&lay, pane, p->look->language, a.width);
	if (with_heads) {
		paint_heads(p, a, &lay);
		a.y++;
	}
	if (shown <= 0)
		return 0;
	if (at != NULL) {
		rows_place(rows, at, (size_t)shown);
		top = at->top;
	}
	if (rows->count == 0)
		paint_nothing(p, a, pane);
	for (size_t i = top; i < rows->count && i - top < (size_t)shown; i++) {
		paint_row(p, a, &lay, &rows->at[i], at != NULL && i == at->index);
		a.y++;
	}
	return shown;
}
