#include "cli/export_report.h"

#include "cli/export_moment.h"
#include "cli/export_report_page.h"
#include "core/position.h"

static const struct phrase titles = PHRASE("%s: progress report", "%s执行情况通报");

static const struct html_column chapter_columns[] = {
    {FIELD_NUMBER, HTML_WORD},
    {FIELD_NAME, HTML_WIDE},
    {FIELD_TASKS, HTML_NUMBER},
    {FIELD_DONE, HTML_NUMBER},
    {FIELD_AHEAD, HTML_NUMBER},
    {FIELD_ON_TRACK, HTML_NUMBER},
    {FIELD_BEHIND, HTML_NUMBER},
    {FIELD_OTHER, HTML_NUMBER},
    {FIELD_PERCENT, HTML_BAR},
    {FIELD_EXPECTED, HTML_NUMBER},
    {FIELD_GAP, HTML_NUMBER},
    {FIELD_LIGHT, HTML_WORD},
};

static const struct html_column agency_columns[] = {
    {FIELD_NAME, HTML_WIDE},
    {FIELD_OBLIGATIONS, HTML_NUMBER},
    {FIELD_PERCENT, HTML_BAR},
    {FIELD_EXPECTED, HTML_NUMBER},
    {FIELD_GAP, HTML_NUMBER},
    {FIELD_LIGHT, HTML_WORD},
    {FIELD_WHY, HTML_TEXT},
    {FIELD_PERIOD, HTML_WORD},
    {FIELD_REPORTED_RATE, HTML_NUMBER},
    {FIELD_ON_TIME_RATE, HTML_NUMBER},
};

static const struct html_column task_columns[] = {
    {FIELD_TASK, HTML_NUMBER},
    {FIELD_TASK_TITLE, HTML_WIDE},
    {FIELD_LEADER, HTML_TEXT},
    {FIELD_TASK_STATE, HTML_WORD},
    {FIELD_PERCENT, HTML_BAR},
    {FIELD_EXPECTED, HTML_NUMBER},
    {FIELD_GAP, HTML_NUMBER},
    {FIELD_CLASS, HTML_WORD},
    {FIELD_LIGHT, HTML_WORD},
};

void
page_phrase(struct page *p, const struct phrase *words)
{
	html_text(text_of(words->at[p->language]), &p->out);
}

void
page_heading(struct page *p, const struct phrase *words)
{
	html_add(&p->out, "<h2>");
	page_phrase(p, words);
	html_add(&p->out, "</h2>\n");
}

void
page_paragraph(struct page *p, const char *class)
{
	buf_addf(&p->out, "<p class=\"%s\">", class);
	html_text(buf_text(&p->text), &p->out);
	html_add(&p->out, "</p>\n");
	buf_reset(&p->text);
}

void
page_trace(struct page *p, enum scope_kind kind, uint32_t index)
{
	struct line line = line_of(p->facts, kind, index);

	html_trace(&line, &p->scratch, &p->out);
}

static void
add_figure(struct page *p, const struct line *l, enum field field)
{
	struct cell c = field_cell(field, l, &p->scratch);

	html_add(&p->out, "<span><em>");
	html_text(text_of(field_head(field, p->language)), &p->out);
	html_add(&p->out, "</em> ");
	html_cell(&c, p->facts, &p->out);
	html_add(&p->out, "</span> ");
}

void
page_figures(struct page *p, const struct line *l, const enum field *fields, size_t count)
{
	html_add(&p->out, "<p class=\"figures\">");
	for (size_t i = 0; i < count; i++)
		add_figure(p, l, fields[i]);
	html_add(&p->out, "</p>");
}

static void
add_line(struct page *p, struct html_table *t, const char *class, enum scope_kind kind, uint32_t i)
{
	struct line line = line_of(p->facts, kind, i);

	html_table_add(t, class, &line);
}

void
page_chapters(struct page *p)
{
	static const struct phrase heading = PHRASE("2. Chapters", "二、各章进展");
	const struct plan         *plan = p->facts->plan;
	struct html_table          t = TABLE(p, chapter_columns);

	page_heading(p, &heading);
	html_table_init(&t, "chapters");
	for (uint32_t i = 0; i < plan->chapter_count; i++) {
		const struct plan_chapter *c = &plan->chapters[i];

		add_line(p, &t, "head", SCOPE_CHAPTER, i);
		for (uint32_t j = 0; j < c->section_count; j++)
			add_line(p, &t, "below", SCOPE_SECTION, c->first_section + j);
	}
	add_line(p, &t, "sum", SCOPE_OVERALL, 0);
	html_table_end(&t);
}

void
page_agencies(struct page *p)
{
	static const struct phrase heading = PHRASE("3. Agencies", "三、各单位进展");
	struct html_table          t = TABLE(p, agency_columns);

	page_heading(p, &heading);
	html_table_init(&t, "agencies");
	for (uint32_t i = 0; i < p->facts->plan->agency_count; i++)
		if (facts_summary(p->facts, (struct scope){SCOPE_AGENCY, i})->task_total > 0)
			add_line(p, &t, "", SCOPE_AGENCY, i);
	html_table_end(&t);
}

void
page_tasks(struct page *p)
{
	static const struct phrase heading = PHRASE("Annex: all tasks", "附件：任务进展一览表");
	const struct plan         *plan = p->facts->plan;
	struct html_table          t = TABLE(p, task_columns);

	page_heading(p, &heading);
	html_table_init(&t, "tasks");
	for (uint32_t i = 0; i < plan->task_count; i++)
		add_line(p, &t, "", SCOPE_TASK, i);
	html_table_end(&t);
}

static void
put_title(struct page *p)
{
	buf_reset(&p->text);
	buf_addf(
	    &p->text, titles.at[p->language], language_title(p->language, p->facts->plan->title));
	html_text(buf_text(&p->text), &p->out);
	buf_reset(&p->text);
}

void
page_header(struct page *p)
{
	static const struct phrase moment =
	    PHRASE(" · plan revision %u · ledger position %s", " · 计划第 %u 版 · 台账位置 %s");
	const struct plan *plan = p->facts->plan;
	const char        *projection = export_projection(p->facts);
	char               position[POSITION_SIZE];

	html_add(&p->out, "<header>\n<p class=\"office\">");
	html_text(
	    text_of(language_title(p->language, plan->agencies[plan->office].title)), &p->out);
	html_add(&p->out, "</p>\n<h1>");
	put_title(p);
	html_add(&p->out, "</h1>\n");
	if (projection != NULL) {
		buf_addf(&p->text, "%s", projection);
		page_paragraph(p, "projection");
	}
	export_moment(p->facts, &p->text);
	buf_addf(&p->text, moment.at[p->language], (unsigned)plan->revision,
	    position_format(p->facts->position, position));
	page_paragraph(p, "moment");
	html_add(&p->out, "</header>\n");
}

static void
put_head(struct page *p)
{
	static const struct phrase code = PHRASE("en", "zh-CN");

	buf_addf(&p->out,
	    "<!DOCTYPE html>\n<html lang=\"%s\">\n<head>\n<meta charset=\"utf-8\">\n"
	    "<meta http-equiv=\"Content-Security-Policy\" "
	    "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
	    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
	    code.at[p->language]);
	put_title(p);
	html_add(&p->out, "</title>\n<style>");
	html_add(&p->out, page_style);
	html_add(&p->out, "</style>\n</head>\n<body>\n<main>\n");
}

void
export_report(const struct facts *f, const struct concerns *c, FILE *to)
{
	struct page p = {.facts = f, .concerns = c, .language = f->language};

	put_head(&p);
	page_header(&p);
	page_overall(&p);
	page_chapters(&p);
	page_agencies(&p);
	page_concerns(&p);
	page_receipts(&p);
	page_notes(&p);
	page_tasks(&p);
	html_add(&p.out, "</main>\n</body>\n</html>\n");
	fwrite(p.out.at, 1, p.out.len, to);
	buf_fini(&p.out);
	buf_fini(&p.text);
	buf_fini(&p.scratch);
}
