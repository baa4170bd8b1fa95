#include "cli/export_xlsx_book.h"

#define BORDER_COLOUR 0xC8CDD3
#define HEAD_COLOUR   0x1F3A5F
#define WHITE         0xFFFFFF

static const char *const number_formats[CELL_KINDS] = {
    [CELL_COUNT] = "0",
    [CELL_POINTS] = "0.00",
    [CELL_GAP] = "+0.00;-0.00;0.00",
    [CELL_DAY] = "yyyy-mm-dd",
    [CELL_INSTANT] = "yyyy-mm-dd hh:mm",
};

static const lxw_color_t light_colours[LIGHTS] = {
    [LIGHT_GREY] = 0xE1E4E8,
    [LIGHT_BLUE] = 0xC9DEF5,
    [LIGHT_GREEN] = 0xCBE8CF,
    [LIGHT_YELLOW] = 0xFFE69A,
    [LIGHT_RED] = 0xF6B8B1,
};

static const struct {
	bool        bold;
	lxw_color_t colour; /* of the ground */
} row_looks[XLSX_ROWS] = {
    [XLSX_CHAPTER] = {true, 0xD5DFEA},
    [XLSX_SECTION] = {true, 0xEAF0F6},
    [XLSX_TASK] = {true, WHITE},
    [XLSX_PART] = {false, WHITE},
};

static lxw_format *
bordered(struct xlsx_book *b, bool bold, lxw_color_t ground)
{
	lxw_format *f = workbook_add_format(b->book);

	format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	format_set_border(f, LXW_BORDER_THIN);
	format_set_border_color(f, BORDER_COLOUR);
	format_set_bg_color(f, ground);
	if (bold)
		format_set_bold(f);
	return f;
}

static lxw_format *
look(struct xlsx_book *b, enum xlsx_row row, unsigned kind)
{
	bool        is_light = kind >= CELL_KINDS;
	lxw_color_t ground = is_light ? light_colours[kind - CELL_KINDS] : row_looks[row].colour;
	lxw_format *f = bordered(b, row_looks[row].bold, ground);

	if (is_light)
		format_set_align(f, LXW_ALIGN_CENTER);
	else if (kind == CELL_TEXT)
		format_set_text_wrap(f);
	else if (number_formats[kind] != NULL)
		format_set_num_format(f, number_formats[kind]);
	return f;
}

void
xlsx_book_init(struct xlsx_book *b, lxw_workbook *book, const struct facts *f)
{
	*b = (struct xlsx_book){.facts = f, .book = book};
	for (unsigned row = 0; row < XLSX_ROWS; row++)
		for (unsigned kind = 0; kind < XLSX_LOOKS; kind++)
			b->looks[row][kind] = look(b, (enum xlsx_row)row, kind);
	b->title = workbook_add_format(book);
	format_set_bold(b->title);
	format_set_font_size(b->title, 14);
	b->head = bordered(b, true, HEAD_COLOUR);
	format_set_font_color(b->head, WHITE);
	format_set_text_wrap(b->head);
	format_set_align(b->head, LXW_ALIGN_CENTER);
	format_set_align(b->head, LXW_ALIGN_VERTICAL_CENTER);
}

void
xlsx_book_fini(struct xlsx_book *b)
{
	buf_fini(&b->scratch);
	buf_fini(&b->text);
}
