#include "cli/export_xlsx_sheet.h"

#include "cli/export_moment.h"
#include "cli/export_xlsx_text.h"
#include "cli/screen.h"
#include "core/calendar.h"

#define TITLE_ROW  0
#define HEAD_ROW   1
#define FIRST_ROW  2
#define A4         9
#define TITLE_MAX  120  /* characters of the plan's title in the header of a page */
#define FIRST_YEAR 1900 /* that a date of a workbook can have */

#define LINE_HEIGHT 15.0  /* points */
#define ROW_HEIGHT  409.0 /* the most that a row can have */

static void
note(struct xlsx_book *b, lxw_error error)
{
	if (b->error == LXW_NO_ERROR)
		b->error = error;
}

/* How many lines a text takes in a column, with a tenth for what wrapping wastes. */
static int
lines_of(struct text t, double width)
{
	int lines = 0;

	while (t.len > 0) {
		const char *end = memchr(t.at, '\n', t.len);
		struct text one = {t.at, end != NULL ? (size_t)(end - t.at) : t.len};

		lines += 1 + (int)(screen_columns(one) * 1.1 / width);
		one.len += end != NULL;
		t.at += one.len;
		t.len -= one.len;
	}
	return lines;
}

static void
put_text(struct xlsx_sheet *s, uint32_t row, uint16_t column, struct text t, lxw_format *look)
{
	struct buf *text = &s->in->text;
	int         lines = lines_of(t, s->page->columns[column].width);

	if (lines > s->lines)
		s->lines = lines;
	buf_reset(text);
	xlsx_text(t, XLSX_TEXT_MAX, text);
	note(s->in, worksheet_write_string(s->sheet, row, column, text->at, look));
}

/* Programs differ in whether they make rows high enough when they open a workbook. */
static void
set_height(struct xlsx_sheet *s, uint32_t row, uint8_t level)
{
	lxw_row_col_options options = {.level = level};
	double              height = LINE_HEIGHT * (s->lines > 0 ? s->lines : 1);

	if (height > ROW_HEIGHT)
		height = ROW_HEIGHT;
	note(s->in, worksheet_set_row_opt(s->sheet, row, height, NULL, &options));
	s->lines = 0;
}

/* "As of 2026-06-30 · ledger position 1774951200123-0" */
static void
put_moment(const struct facts *f, struct buf *out)
{
	static const struct phrase words = PHRASE(" · ledger position %s", " · 台账位置 %s");
	const char                *projection = export_projection(f);
	char                       position[POSITION_SIZE];

	if (projection != NULL)
		buf_addf(out, "%s · ", projection);
	export_moment(f, out);
	buf_addf(out, words.at[f->language], position_format(f->position, position));
}

static void
put_title(struct xlsx_sheet *s)
{
	const struct facts *f = s->in->facts;
	struct buf         *title = &s->in->scratch;

	buf_reset(title);
	buf_addf(title, "%s · %s · ", language_title(f->language, f->plan->title),
	    s->page->name.at[f->language]);
	put_moment(f, title);
	put_text(s, TITLE_ROW, 0, buf_text(title), s->in->title);
	s->lines = 2; /* it is larger, and goes on over the next columns */
	set_height(s, TITLE_ROW, 0);
}

static void
put_head(struct xlsx_sheet *s)
{
	enum language l = s->in->facts->language;

	for (uint16_t i = 0; i < s->page->column_count; i++) {
		const struct xlsx_column *c = &s->page->columns[i];

		note(s->in, worksheet_set_column(s->sheet, i, i, c->width, NULL));
		put_text(s, HEAD_ROW, i, text_of(field_head(c->field, l)), s->in->head);
	}
	set_height(s, HEAD_ROW, 0);
}

static void
set_header_and_footer(struct xlsx_sheet *s)
{
	static const struct phrase pages = PHRASE("&CPage &P of &N", "&C第 &P 页，共 &N 页");
	const struct facts        *f = s->in->facts;
	struct buf                *text = &s->in->text;

	buf_reset(text);
	buf_addf(text, "&L");
	xlsx_header_text(text_of(language_title(f->language, f->plan->title)), TITLE_MAX, text);
	text->len--; /* goes on behind the title */
	buf_addf(text, "&R");
	put_moment(f, text);
	buf_add(text, "", 1);
	note(s->in, worksheet_set_header(s->sheet, text->at));
	note(s->in, worksheet_set_footer(s->sheet, pages.at[f->language]));
}

static void
set_paper(struct xlsx_sheet *s)
{
	worksheet_set_landscape(s->sheet);
	worksheet_set_paper(s->sheet, A4);
	worksheet_set_margins(s->sheet, 0.4, 0.4, 0.7, 0.6);
	worksheet_fit_to_pages(s->sheet, 1, 0);
	note(s->in, worksheet_repeat_rows(s->sheet, TITLE_ROW, HEAD_ROW));
	set_header_and_footer(s);
}

void
xlsx_sheet_init(struct xlsx_sheet *s, struct xlsx_book *in, const struct xlsx_page *page)
{
	*s = (struct xlsx_sheet){.in = in, .page = page, .rows = FIRST_ROW};
	s->sheet = workbook_add_worksheet(in->book, page->name.at[in->facts->language]);
	if (s->sheet == NULL) {
		note(in, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return;
	}
	put_title(s);
	put_head(s);
	set_paper(s);
	worksheet_freeze_panes(s->sheet, FIRST_ROW, page->frozen);
	worksheet_outline_settings(s->sheet, LXW_TRUE, LXW_FALSE, LXW_FALSE, LXW_FALSE);
}

/* False: a workbook has no such date. */
static bool
date_of(int32_t day, lxw_datetime *out)
{
	struct calendar_date d = calendar_date(day);

	*out = (lxw_datetime){.year = d.year, .month = d.month, .day = d.day};
	return d.year > FIRST_YEAR && d.year <= 9999;
}

static bool
datetime_of(const struct cell *c, const struct facts *f, lxw_datetime *out)
{
	int     offset_min = f->plan->utc_offset_min;
	int32_t day =
	    c->kind == CELL_DAY ? (int32_t)c->number : calendar_day_at(c->number, offset_min);
	int64_t seconds;

	if (!date_of(day, out))
		return false;
	if (c->kind == CELL_DAY)
		return true;
	seconds = (c->number - calendar_day_start(day, offset_min)) / 1000;
	out->hour = (int)(seconds / 3600);
	out->min = (int)(seconds / 60 % 60);
	out->sec = (double)(seconds % 60);
	return true;
}

static void
put_written(struct xlsx_sheet *s, uint16_t column, const struct cell *c, lxw_format *look)
{
	struct buf *written = &s->in->scratch;

	buf_reset(written);
	cell_write(c, s->in->facts, written);
	put_text(s, s->rows, column, buf_text(written), look);
}

static void
put_cell(struct xlsx_sheet *s, uint16_t column, const struct cell *c, lxw_format *const *looks)
{
	lxw_worksheet *sheet = s->sheet;
	lxw_format    *look = looks[c->kind];
	lxw_datetime   when;

	switch (c->kind) {
	case CELL_TEXT:
		put_text(s, s->rows, column, c->text, look);
		break;
	case CELL_COUNT:
		note(
		    s->in, worksheet_write_number(sheet, s->rows, column, (double)c->number, look));
		break;
	case CELL_POINTS:
	case CELL_GAP:
		note(s->in,
		    worksheet_write_number(sheet, s->rows, column, (double)c->number / 100, look));
		break;
	case CELL_DAY:
	case CELL_INSTANT:
		if (datetime_of(c, s->in->facts, &when))
			note(s->in, worksheet_write_datetime(sheet, s->rows, column, &when, look));
		else
			put_written(s, column, c, look);
		break;
	case CELL_LIGHT:
		put_written(s, column, c, looks[CELL_KINDS + c->number]);
		break;
	case CELL_EMPTY:
	case CELL_KINDS:
		note(s->in, worksheet_write_blank(sheet, s->rows, column, looks[CELL_EMPTY]));
		break;
	}
}

void
xlsx_sheet_add(struct xlsx_sheet *s, enum xlsx_row looks, const struct line *l)
{
	lxw_row_col_options level = {.level = (uint8_t)looks};

	if (s->sheet == NULL)
		return;
	note(s->in, worksheet_set_row_opt(s->sheet, s->rows, LXW_DEF_ROW_HEIGHT, NULL, &level));
	for (uint16_t i = 0; i < s->page->column_count; i++) {
		struct cell c = field_cell(s->page->columns[i].field, l, &s->in->scratch);

		put_cell(s, i, &c, s->in->looks[looks]);
	}
	set_height(s, s->rows++, (uint8_t)looks);
}

void
xlsx_sheet_end(struct xlsx_sheet *s)
{
	uint32_t last = s->rows > FIRST_ROW ? s->rows - 1 : HEAD_ROW;
	uint16_t column = (uint16_t)(s->page->column_count - 1);

	if (s->sheet == NULL)
		return;
	note(s->in, worksheet_autofilter(s->sheet, HEAD_ROW, 0, last, column));
	note(s->in,
	    worksheet_print_area(s->sheet, TITLE_ROW, 0, last, (lxw_col_t)(s->page->printed - 1)));
}
