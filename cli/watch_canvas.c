#include "cli/watch_canvas.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/mem.h"

#define EIGHTHS 8

void
canvas_reset(struct canvas *c, int width, int height)
{
	width = width < 0 ? 0 : width > CANVAS_SIDE_MAX ? CANVAS_SIDE_MAX : width;
	height = height < 0 ? 0 : height > CANVAS_SIDE_MAX ? CANVAS_SIDE_MAX : height;
	if (width != c->width || height != c->height) {
		free(c->cells);
		c->cells = mem_zeroed((size_t)width * (size_t)height + 1, sizeof(c->cells[0]));
		c->width = width;
		c->height = height;
	}
	for (int i = 0; i < width * height; i++)
		c->cells[i] = (struct canvas_cell){.bytes = " ", .len = 1};
}

void
canvas_fini(struct canvas *c)
{
	free(c->cells);
	*c = (struct canvas){0};
}

static struct canvas_cell *
cell_at(struct canvas *c, int x, int y)
{
	if (x < 0 || y < 0 || x >= c->width || y >= c->height)
		return NULL;
	return &c->cells[y * c->width + x];
}

/* Half a wide character is none: its other half becomes blank. */
static void
clear_around(struct canvas *c, int x, int y, int wide)
{
	struct canvas_cell *first = cell_at(c, x, y), *behind = cell_at(c, x + wide, y);

	if (first->len == 0 && x > 0)
		c->cells[y * c->width + x - 1] = (struct canvas_cell){.bytes = " ", .len = 1};
	if (behind != NULL && behind->len == 0)
		*behind = (struct canvas_cell){.bytes = " ", .len = 1, .ink = behind->ink};
}

static void
put(struct canvas *c, int x, int y, int wide, unsigned ink, struct text t)
{
	struct canvas_cell *cell = cell_at(c, x, y);

	if (cell == NULL || x + wide > c->width)
		return;
	clear_around(c, x, y, wide);
	*cell = (struct canvas_cell){.len = (uint8_t)t.len, .ink = (uint8_t)ink};
	memcpy(cell->bytes, t.at, t.len);
	if (wide == 2)
		cell[1] = (struct canvas_cell){.ink = (uint8_t)ink};
}

/* An accent on the character that was put last. */
static void
put_accent(struct canvas *c, int x, int y, struct text t)
{
	struct canvas_cell *cell = cell_at(c, x, y);

	if (cell != NULL && cell->len + t.len <= CANVAS_CELL_BYTES) {
		memcpy(cell->bytes + cell->len, t.at, t.len);
		cell->len = (uint8_t)(cell->len + t.len);
	}
}

/* Marks that turn the direction of what is shown, or are nothing to be seen. */
static bool
is_invisible(uint32_t code)
{
	return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

static int
put_all(struct canvas *c, int x, int y, unsigned ink, struct text t)
{
	int at = x, last = -1;

	while (t.len > 0) {
		uint32_t code;
		size_t   len = text_decode(t, &code);
		int      wide = len == 0 ? -1 : wcwidth((wchar_t)code);

		if (wide > 0) {
			put(c, at, y, wide, ink, (struct text){t.at, len});
			last = at;
			at += wide;
		} else if (wide == 0 && code != 0 && last >= 0 && !is_invisible(code)) {
			put_accent(c, last, y, (struct text){t.at, len});
		}
		len += len == 0;
		t = (struct text){t.at + len, t.len - len};
	}
	return at - x;
}

int
canvas_text(struct canvas *c, int x, int y, int columns, unsigned ink, struct text t)
{
	struct buf fit = {0};
	int        took;

	if (columns <= 0)
		return 0;
	screen_cut(&fit, t, columns);
	took = put_all(c, x, y, ink, buf_text(&fit));
	buf_fini(&fit);
	return took;
}

void
canvas_right(struct canvas *c, int x, int y, int columns, unsigned ink, struct text t)
{
	int wide = screen_columns(t), skip = wide < columns ? columns - wide : 0;

	canvas_text(c, x + skip, y, columns - skip, ink, t);
}

void
canvas_ink(struct canvas *c, int x, int y, int columns, unsigned ink)
{
	for (int i = 0; i < columns; i++) {
		struct canvas_cell *cell = cell_at(c, x + i, y);

		if (cell != NULL)
			cell->ink |= (uint8_t)ink;
	}
}

/* What a cell shows of a bar that is so many eighths of a cell long. */
static const char *
eighths(int full)
{
	static const char *const parts[EIGHTHS + 1] = {"░", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};

	return parts[full < 0 ? 0 : full > EIGHTHS ? EIGHTHS : full];
}

/* The mark stands in the cell in which the expected percent ends. */
static int
mark_cell(int32_t expected, int columns)
{
	int cell = (int)((int64_t)expected * columns / 10000);

	return expected < 0 ? -1 : cell >= columns ? columns - 1 : cell;
}

void
canvas_bar(
    struct canvas *c, int x, int y, int columns, unsigned ink, int32_t percent, int32_t expected)
{
	int long_by = percent <= 0 ? 0 : (int)((int64_t)percent * columns * EIGHTHS / 10000);
	int mark = percent < 0 ? -1 : mark_cell(expected, columns);

	if (percent > 0 && long_by == 0)
		long_by = 1;
	for (int i = 0; i < columns; i++) {
		int full = long_by - i * EIGHTHS;

		if (i == mark)
			put(c, x + i, y, 1, full >= EIGHTHS / 2 ? ink | INK_REVERSE : INK_BOLD,
			    text_of("│"));
		else
			put(c, x + i, y, 1, full > 0 ? ink : INK(STYLE_DIM),
			    text_of(eighths(full)));
	}
}

void
canvas_line(const struct canvas *c, int y, struct buf *out)
{
	size_t begin = out->len;

	for (int x = 0; x < c->width; x++) {
		const struct canvas_cell *cell = &c->cells[y * c->width + x];

		buf_add(out, cell->bytes, cell->len);
	}
	while (out->len > begin && out->at[out->len - 1] == ' ')
		out->len--;
}
