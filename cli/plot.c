#include "cli/plot.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/calendar.h"

#define WIDTH_DEFAULT   80 /* where nobody knows how wide it is */
#define COLUMNS_MIN     10 /* of the area, however narrow the screen */
#define DAY_COLUMNS_MAX 8  /* of one day, where there are few */
#define LEVELS          8  /* of one cell */
#define LABEL_SIZE      24
#define DATE_COLUMNS    10
#define SIDE            2 /* columns of " ┤" */

struct marks {
	const char *cell[LEVELS + 1]; /* by how full it is */
	const char *line, *side, *tick, *corner, *floor;
};

static const struct marks blocks = {
    {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"}, "─", "│", "┤", "└", "─"};
static const struct marks plain = {
    {" ", ".", ".", ".", ".", "#", "#", "#", "#"}, "-", "|", "+", "+", "-"};

/* How the values are laid out. */
struct layout {
	const struct plot  *plot;
	const struct marks *marks;
	int                 label, columns;
	int                 day_columns; /* of one day; 0: several days share a column */
	int64_t             top;         /* the value at the upper edge */
};

static const struct marks *
marks_of(bool ascii)
{
	return ascii ? &plain : &blocks;
}

const char *
plot_area_mark(bool ascii)
{
	return marks_of(ascii)->cell[LEVELS];
}

const char *
plot_line_mark(bool ascii)
{
	return marks_of(ascii)->line;
}

static int64_t
highest(const struct plot *p)
{
	int64_t max = 0;

	for (size_t i = 0; i < p->days; i++) {
		max = p->area[i] > max ? p->area[i] : max;
		max = p->line[i] > max ? p->line[i] : max;
	}
	return max;
}

/* The smallest round number that is not below max. */
static int64_t
round_top(int64_t max, int32_t unit)
{
	static const int steps[] = {1, 2, 3, 4, 5, 6, 8};

	for (int64_t power = unit;; power *= 10) {
		for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
			if (power * steps[i] >= max)
				return power * steps[i];
	}
}

static int64_t
top_of(const struct plot *p)
{
	int64_t max = highest(p);

	return p->exact && max > 0 ? max : round_top(max, p->unit);
}

/* A number of the axis: "2.5 %"; "" where it cannot be told in hundredths. */
static const char *
label_of(const struct plot *p, int64_t numerator, int64_t denominator, char out[LABEL_SIZE])
{
	int64_t hundredths = numerator * 100 / denominator / p->unit;
	int     whole = (int)(hundredths / 100), rest = (int)(hundredths % 100);

	out[0] = '\0';
	if (numerator % denominator != 0)
		return out;
	if (rest == 0)
		snprintf(out, LABEL_SIZE, "%d%s", whole, p->suffix);
	else if (rest % 10 == 0)
		snprintf(out, LABEL_SIZE, "%d.%d%s", whole, rest / 10, p->suffix);
	else
		snprintf(out, LABEL_SIZE, "%d.%02d%s", whole, rest, p->suffix);
	return out;
}

static struct layout
layout_of(const struct plot *p, struct screen scr)
{
	struct layout l = {.plot = p, .marks = marks_of(p->ascii)};
	int           width = scr.width > 0 ? scr.width : WIDTH_DEFAULT, room, middle;
	char          label[LABEL_SIZE];

	l.top = top_of(p);
	l.label = (int)strlen(label_of(p, l.top, 1, label));
	middle = (int)strlen(label_of(p, l.top, 2, label));
	l.label = middle > l.label ? middle : l.label;
	room = (width < PLOT_WIDTH_MAX ? width : PLOT_WIDTH_MAX) - l.label - SIDE;
	room = room < COLUMNS_MIN ? COLUMNS_MIN : room;
	l.columns = room;
	if (p->days <= (size_t)room) {
		l.day_columns = room / (int)p->days;
		if (l.day_columns > DAY_COLUMNS_MAX)
			l.day_columns = DAY_COLUMNS_MAX;
		l.columns = l.day_columns * (int)p->days;
	}
	return l;
}

/* The first day of a column; of the one behind the last: the number of days. */
static size_t
day_at(const struct layout *l, int column)
{
	if (l->day_columns > 0)
		return (size_t)(column / l->day_columns);
	return (size_t)column * l->plot->days / (size_t)l->columns;
}

/* The last value of the days of a column, or PLOT_NONE. */
static int32_t
value_at(const struct layout *l, const int32_t *values, int column)
{
	size_t first = day_at(l, column);
	size_t end = l->day_columns > 0 ? first + 1 : day_at(l, column + 1);

	while (end > first && values[end - 1] == PLOT_NONE)
		end--;
	return end > first ? values[end - 1] : PLOT_NONE;
}

/* How many levels of its column a value fills: one at least if it is above 0. */
static int64_t
levels_of(const struct layout *l, int32_t value)
{
	int64_t levels;

	if (value <= 0)
		return 0;
	levels = (int64_t)value * l->plot->rows * LEVELS / l->top;
	return levels > 0 ? levels : 1;
}

static bool
is_line(const struct layout *l, int column, int row)
{
	int32_t value = value_at(l, l->plot->line, column);
	int64_t at;

	if (value == PLOT_NONE)
		return false;
	at = (int64_t)value * l->plot->rows / l->top;
	return row == (at < l->plot->rows ? at : l->plot->rows - 1);
}

static const char *
cell_at(const struct layout *l, int column, int row, enum style *style)
{
	int64_t full;

	if (is_line(l, column, row)) {
		*style = STYLE_YELLOW;
		return l->marks->line;
	}
	full = levels_of(l, value_at(l, l->plot->area, column)) - (int64_t)row * LEVELS;
	full = full < 0 ? 0 : full > LEVELS ? LEVELS : full;
	*style = full > 0 ? l->plot->style : STYLE_PLAIN;
	return l->marks->cell[full];
}

static void
end_line(struct buf *out)
{
	while (out->len > 0 && out->at[out->len - 1] == ' ')
		out->len--;
	buf_add(out, "\n", 1);
}

static void
print_row(const struct layout *l, struct screen scr, int row, struct buf *out)
{
	char        label[LABEL_SIZE] = "";
	struct buf  run = {0};
	enum style  style = STYLE_PLAIN, next;
	const char *cell;

	if (row == l->plot->rows - 1)
		label_of(l->plot, l->top, 1, label);
	else if (row == l->plot->rows / 2 - 1)
		label_of(l->plot, l->top, 2, label);
	buf_addf(
	    out, "%*s %s", l->label, label, label[0] != '\0' ? l->marks->tick : l->marks->side);
	for (int column = 0; column < l->columns; column++) {
		cell = cell_at(l, column, row, &next);
		if (next != style)
			screen_styled(out, scr, style, buf_text(&run));
		if (next != style)
			buf_reset(&run);
		style = next;
		buf_addf(&run, "%s", cell);
	}
	screen_styled(out, scr, style, buf_text(&run));
	buf_fini(&run);
	end_line(out);
}

static void
print_floor(const struct layout *l, struct buf *out)
{
	buf_addf(out, "%*d %s", l->label, 0, l->marks->corner);
	for (int column = 0; column < l->columns; column++)
		buf_addf(out, "%s", l->marks->floor);
	end_line(out);
}

/* The first day, the last, and the one in the middle, as far as there is room. */
static void
print_dates(const struct layout *l, struct buf *out)
{
	const struct plot *p = l->plot;
	char               date[CALENDAR_DATE_SIZE];
	int                at = DATE_COLUMNS, middle = l->columns / 2 - DATE_COLUMNS / 2;
	int                last = l->columns - DATE_COLUMNS;

	buf_addf(out, "%*s%s", l->label + SIDE, "", calendar_format_date(p->first_day, date));
	if (middle >= at + 2 && last >= middle + DATE_COLUMNS + 2) {
		calendar_format_date(p->first_day + (int32_t)day_at(l, l->columns / 2), date);
		buf_addf(out, "%*s%s", middle - at, "", date);
		at = middle + DATE_COLUMNS;
	}
	if (last >= at + 2)
		buf_addf(out, "%*s%s", last - at, "",
		    calendar_format_date(p->first_day + (int32_t)p->days - 1, date));
	end_line(out);
}

void
plot_print(const struct plot *p, struct screen scr, struct buf *out)
{
	struct layout l = layout_of(p, scr);

	for (int row = p->rows - 1; row >= 0; row--)
		print_row(&l, scr, row, out);
	print_floor(&l, out);
	print_dates(&l, out);
}
