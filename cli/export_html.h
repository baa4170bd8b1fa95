/*
 * export_html -- HTML for the printable report: text from outside, and tables of lines.
 */
#ifndef TUIJIN_CLI_EXPORT_HTML_H
#define TUIJIN_CLI_EXPORT_HTML_H

#include <stddef.h>

#include "cli/export_facts.h"
#include "cli/export_fields.h"
#include "core/buf.h"
#include "core/text.h"

/* Appends text so that it means nothing but itself, within an element or a quoted
 * attribute; what no page can have is replaced. */
void html_text(struct text t, struct buf *out);

/* Appends markup of our own. */
void html_add(struct buf *out, const char *markup);

/* The same of a word from outside that may be written from right to left: it cannot turn
 * round what stands beside it. */
void html_isolated(struct text t, struct buf *out);

/* Appends the name under which `tuijin explain` knows the line's scope. */
void html_trace(const struct line *l, struct buf *scratch, struct buf *out);

/* "<i class=\"light red\">red</i>" */
void html_light(enum light light, enum language l, struct buf *out);

/* A bar for a percent, with a mark for what is expected (below 0: none). */
void html_bar(int32_t percent, int32_t expected, struct buf *out);

enum html_look {
	HTML_TEXT,
	HTML_WIDE,   /* a name, and under it that of the scope, small and grey */
	HTML_WORD,   /* on one line */
	HTML_NUMBER, /* to the right */
	HTML_BAR,    /* a percent, with a bar */
	HTML_LOOKS
};

struct html_column {
	enum field     field;
	enum html_look look;
};

struct html_table {
	const struct facts       *facts;
	const struct html_column *columns;
	size_t                    count;
	struct buf               *out;
	struct buf                scratch; /* owned */
};

/* Begins a table with its head, adds a row of that class, ends it. */
void html_table_init(struct html_table *t, const char *class);
void html_table_add(struct html_table *t, const char *class, const struct line *l);
void html_table_end(struct html_table *t);

/* Appends a cell's text, without a table. */
void html_cell(const struct cell *c, const struct facts *f, struct buf *out);

#endif
