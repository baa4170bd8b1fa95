#include "cli/explain_sheet.h"

#include <stdlib.h>

#include "core/mem.h"

void
explain_sheet_init(struct explain_sheet *s, const struct table_column *columns, size_t count)
{
	*s = (struct explain_sheet){.table = table_new(columns, count)};
}

void
explain_sheet_fini(struct explain_sheet *s)
{
	table_free(s->table);
	buf_fini(&s->below);
	buf_fini(&s->laid);
	free(s->ends);
	free(s->laid_ends);
}

void
explain_sheet_end_row(struct explain_sheet *s)
{
	if (s->rows == s->room) {
		s->room = s->room == 0 ? 64 : s->room * 2;
		s->ends = mem_resized(s->ends, s->room, sizeof(s->ends[0]));
	}
	s->ends[s->rows++] = s->below.len;
}

/* Cuts the first line off *rest, with its newline. */
static struct text
take_line(struct text *rest)
{
	const char *end = rest->len == 0 ? NULL : memchr(rest->at, '\n', rest->len);
	struct text line = *rest;

	if (end != NULL)
		line.len = (size_t)(end - rest->at) + 1;
	*rest = (struct text){rest->at + line.len, rest->len - line.len};
	return line;
}

void
explain_sheet_lay(struct explain_sheet *s, struct screen scr, int indent)
{
	struct buf  lines = {0};
	struct text rest;
	size_t      from = 0;

	if (scr.width > indent)
		scr.width -= indent;
	table_print(s->table, scr, &lines);
	rest = buf_text(&lines);
	s->laid_ends = mem_resized(s->laid_ends, s->rows + 1, sizeof(s->laid_ends[0]));
	for (size_t i = 0; i <= s->rows; i++) {
		struct text line = take_line(&rest);

		buf_addf(&s->laid, "%*s", indent, "");
		buf_add(&s->laid, line.at, line.len);
		if (i > 0) {
			buf_add(&s->laid, s->below.at + from, s->ends[i - 1] - from);
			from = s->ends[i - 1];
		}
		s->laid_ends[i] = s->laid.len;
	}
	buf_fini(&lines);
}

struct text
explain_sheet_head(const struct explain_sheet *s)
{
	return (struct text){s->laid.at, s->laid_ends[0]};
}

struct text
explain_sheet_row(const struct explain_sheet *s, size_t i)
{
	return (struct text){s->laid.at + s->laid_ends[i], s->laid_ends[i + 1] - s->laid_ends[i]};
}
