#include "cli/export_html.h"

#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */
#define WHOLE       10000

static const char *const looks[HTML_LOOKS] = {
    [HTML_TEXT] = "",
    [HTML_WIDE] = " class=\"w\"",
    [HTML_WORD] = " class=\"o\"",
    [HTML_NUMBER] = " class=\"n\"",
    [HTML_BAR] = " class=\"n b\"",
};

/* Control characters and what is no character at all. */
static bool
is_in_html(uint32_t code)
{
	if (code < 0x20)
		return code == '\t' || code == '\n';
	return !(code >= 0x7F && code <= 0x9F) && !(code >= 0xFDD0 && code <= 0xFDEF) &&
	    (code & 0xFFFE) != 0xFFFE;
}

static const char *
escaped(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void
html_text(struct text t, struct buf *out)
{
	while (t.len > 0) {
		uint32_t    code = 0;
		size_t      len = text_decode(t, &code);
		const char *instead = len == 0 || !is_in_html(code) ? REPLACEMENT : escaped(*t.at);

		if (instead != NULL)
			html_add(out, instead);
		else
			buf_add(out, t.at, len);
		t.at += len > 0 ? len : 1;
		t.len -= len > 0 ? len : 1;
	}
}

void
html_add(struct buf *out, const char *markup)
{
	buf_add(out, markup, strlen(markup));
}

void
html_isolated(struct text t, struct buf *out)
{
	html_add(out, "<bdi>");
	html_text(t, out);
	html_add(out, "</bdi>");
}

void
html_trace(const struct line *l, struct buf *scratch, struct buf *out)
{
	struct cell c = field_cell(FIELD_SCOPE, l, scratch);

	html_add(out, " <span class=\"t\">");
	html_text(c.text, out);
	html_add(out, "</span>");
}

void
html_light(enum light light, enum language l, struct buf *out)
{
	buf_addf(out, "<i class=\"light %s\">%s</i>", light_name(light), language_light(l, light));
}

void
html_bar(int32_t percent, int32_t expected, struct buf *out)
{
	char number[FACTS_POINTS_SIZE];

	buf_addf(out, "<span class=\"bar\"><i style=\"width:%s%%\"></i>",
	    facts_points(percent < 0 ? 0 : percent, number));
	if (expected >= 0 && expected <= WHOLE)
		buf_addf(out, "<b style=\"left:%s%%\"></b>", facts_points(expected, number));
	html_add(out, "</span>");
}

void
html_cell(const struct cell *c, const struct facts *f, struct buf *out)
{
	if (c->kind == CELL_TEXT) {
		html_isolated(c->text, out);
	} else if (c->kind == CELL_LIGHT) {
		html_light((enum light)c->number, f->language, out);
	} else {
		cell_write(c, f, out);
	}
}

void
html_table_init(struct html_table *t, const char *class)
{
	buf_addf(t->out, "<table class=\"%s\"><thead><tr>", class);
	for (size_t i = 0; i < t->count; i++) {
		buf_addf(t->out, "<th scope=\"col\"%s>", looks[t->columns[i].look]);
		html_text(text_of(field_head(t->columns[i].field, t->facts->language)), t->out);
		html_add(t->out, "</th>");
	}
	html_add(t->out, "</tr></thead>\n<tbody>\n");
}

static int32_t
expected_of(const struct line *l)
{
	return l->summary != NULL && l->summary->figure.den > 0 ? l->summary->expected : -1;
}

void
html_table_add(struct html_table *t, const char *class, const struct line *l)
{
	buf_addf(t->out, "<tr class=\"%s\">", class);
	for (size_t i = 0; i < t->count; i++) {
		enum html_look look = t->columns[i].look;
		struct cell    c = field_cell(t->columns[i].field, l, &t->scratch);

		buf_addf(t->out, "<td%s>", looks[look]);
		if (c.kind == CELL_EMPTY && look >= HTML_NUMBER)
			html_add(t->out, "–");
		html_cell(&c, t->facts, t->out);
		if (look == HTML_WIDE)
			html_trace(l, &t->scratch, t->out);
		if (look == HTML_BAR && c.kind == CELL_POINTS)
			html_bar((int32_t)c.number, expected_of(l), t->out);
		html_add(t->out, "</td>");
	}
	html_add(t->out, "</tr>\n");
}

void
html_table_end(struct html_table *t)
{
	html_add(t->out, "</tbody></table>\n");
	buf_fini(&t->scratch);
}
