/*
 * export_report_page -- the parts of the report's page.
 */
#ifndef TUIJIN_CLI_EXPORT_REPORT_PAGE_H
#define TUIJIN_CLI_EXPORT_REPORT_PAGE_H

#include "cli/export_concern.h"
#include "cli/export_facts.h"
#include "cli/export_html.h"
#include "core/buf.h"

struct page {
	const struct facts    *facts;
	const struct concerns *concerns;
	enum language          language;
	struct buf             out, text, scratch; /* owned */
};

/* A table of those columns (an array) on that page. */
#define TABLE(page, of)                                                                            \
	{                                                                                          \
		.facts = (page)->facts, .columns = (of), .count = sizeof(of) / sizeof((of)[0]),    \
		.out = &(page)->out                                                                \
	}

extern const char page_style[];

/* Appends a phrase in the page's language, as text. */
void page_phrase(struct page *p, const struct phrase *words);

/* Appends "<h2>…</h2>", and what page->text holds, as a paragraph of that class. */
void page_heading(struct page *p, const struct phrase *words);
void page_paragraph(struct page *p, const char *class);

/* Appends the name of a scope, small and grey. */
void page_trace(struct page *p, enum scope_kind kind, uint32_t index);

/* Appends "<p class="figures">…</p>": the line's cells, each behind its column's name. */
void page_figures(struct page *p, const struct line *l, const enum field *fields, size_t count);

/* The parts, in their order. */
void page_header(struct page *p);
void page_overall(struct page *p);
void page_chapters(struct page *p);
void page_agencies(struct page *p);
void page_concerns(struct page *p);
void page_receipts(struct page *p);
void page_notes(struct page *p);
void page_tasks(struct page *p);

#endif
