#include <inttypes.h>

#include "cli/export_report_page.h"
#include "core/calendar.h"

static const struct html_column lesser_columns[] = {
    {FIELD_TASK, HTML_NUMBER},
    {FIELD_TASK_TITLE, HTML_WIDE},
    {FIELD_LEADER, HTML_TEXT},
    {FIELD_PERCENT, HTML_NUMBER},
    {FIELD_EXPECTED, HTML_NUMBER},
    {FIELD_GAP, HTML_NUMBER},
    {FIELD_LIGHT, HTML_WORD},
    {FIELD_ALL_CONCERNS, HTML_TEXT},
};

static void
put_head(struct page *p, const struct concern *c)
{
	static const enum field figures[] = {
	    FIELD_LEADER, FIELD_PERCENT, FIELD_EXPECTED, FIELD_GAP, FIELD_COST};
	struct line             l = line_of(p->facts, SCOPE_TASK, c->task);
	const struct plan_task *t = &p->facts->plan->tasks[c->task];

	html_add(&p->out, "<h3>");
	html_light(l.summary->judgement.light, p->language, &p->out);
	buf_addf(&p->out, " %" PRIu32 " ", t->number);
	html_isolated(text_of(language_title(p->language, t->title)), &p->out);
	page_trace(p, SCOPE_TASK, c->task);
	html_add(&p->out, "</h3>\n");
	page_figures(p, &l, figures, sizeof(figures) / sizeof(figures[0]));
	html_add(&p->out, "\n");
}

static void
put_kinds(struct page *p, const struct concern *c)
{
	html_add(&p->out, "<dl>\n");
	for (unsigned k = 0; k < CONCERN_KINDS; k++) {
		if ((c->kinds >> k & 1) == 0)
			continue;
		buf_reset(&p->text);
		concern_say(c, (enum concern_kind)k, p->facts, &p->text);
		html_add(&p->out, "<dt>");
		html_text(text_of(concern_name((enum concern_kind)k, p->language)), &p->out);
		html_add(&p->out, "</dt><dd>");
		html_isolated(buf_text(&p->text), &p->out);
		html_add(&p->out, "</dd>\n");
	}
	html_add(&p->out, "</dl>\n");
	buf_reset(&p->text);
}

static void
put_words(struct page *p, const struct phrase *label, struct text words)
{
	if (words.len == 0)
		return;
	html_add(&p->out, "<p><em>");
	page_phrase(p, label);
	html_add(&p->out, "</em> ");
	html_isolated(words, &p->out);
	html_add(&p->out, "</p>\n");
}

/* "2026-06-11 · 1774951200123-0": of when it is and where the ledger has it. */
static void
put_place(struct page *p, const struct picture_word *word)
{
	char    date[CALENDAR_DATE_SIZE], position[POSITION_SIZE];
	int32_t day = calendar_day_at(word->record.report.at_ms, p->facts->plan->utc_offset_min);

	buf_addf(&p->out, " <span class=\"t\">%s · %s</span>", calendar_format_date(day, date),
	    position_format(word->position, position));
}

/* An agency's own words, where it leads, told of problems or is a reason for concern. */
static void
put_agency(struct page *p, const struct concern *c, uint32_t obligation)
{
	static const struct phrase progress = PHRASE("Progress", "进展"),
				   problems = PHRASE("Problems", "问题"),
				   next = PHRASE("Next steps", "下一步");
	struct facts_part    part;
	const struct report *said;

	if (!facts_part(p->facts, obligation, &part) || (said = facts_report(&part)) == NULL ||
	    (said->problems.len == 0 && obligation != part.task->first_obligation &&
		!concern_is_cause(c, obligation, p->facts)) ||
	    said->problems.len + said->next_steps.len + said->summary.len == 0)
		return;
	html_add(&p->out, "<blockquote><p class=\"who\">");
	html_text(text_of(language_title(p->language, part.agency->title)), &p->out);
	put_place(p, part.word);
	html_add(&p->out, "</p>\n");
	if (said->problems.len == 0)
		put_words(p, &progress, said->summary);
	put_words(p, &problems, said->problems);
	put_words(p, &next, said->next_steps);
	html_add(&p->out, "</blockquote>\n");
}

static size_t
count_of(const struct page *p, enum concern_rank rank)
{
	size_t n = 0;

	for (size_t i = 0; i < p->concerns->count; i++)
		n += concern_rank(&p->concerns->at[i], p->facts) == rank;
	return n;
}

static void
put_count(struct page *p, const struct phrase *words, size_t n)
{
	buf_addf(&p->text, words->at[p->language], n);
	page_paragraph(p, "say");
}

static void
put_article(struct page *p, const struct concern *c)
{
	const struct plan_task *t = &p->facts->plan->tasks[c->task];

	html_add(&p->out, "<article>\n");
	put_head(p, c);
	put_kinds(p, c);
	for (uint32_t i = 0; i < t->obligation_count; i++)
		put_agency(p, c, t->first_obligation + i);
	html_add(&p->out, "</article>\n");
}

static void
put_rows(struct page *p)
{
	struct html_table t = TABLE(p, lesser_columns);

	html_table_init(&t, "lesser");
	for (size_t i = 0; i < p->concerns->count; i++) {
		struct line l = line_of(p->facts, SCOPE_TASK, p->concerns->at[i].task);

		l.concern = &p->concerns->at[i];
		if (concern_rank(l.concern, p->facts) == CONCERN_LESSER)
			html_table_add(&t, "", &l);
	}
	html_table_end(&t);
}

void
page_concerns(struct page *p)
{
	static const struct phrase heading =
	    PHRASE("4. Tasks that need attention", "四、需要关注的任务");
	static const struct phrase none = PHRASE("None.", "无。");
	static const struct phrase graves =
	    PHRASE("(1) Red, overdue, blocked or in want of help: %zu, those that cost the whole "
		   "plan the most first.",
		"（一）红灯、逾期、受阻或请求协调的 %zu 项，按对总体进度的影响由大到小排列。");
	static const struct phrase lessers =
	    PHRASE("(2) Yellow, or gone back: %zu.", "（二）黄灯或进度回退的 %zu 项。");
	size_t grave = count_of(p, CONCERN_GRAVE), lesser = count_of(p, CONCERN_LESSER);

	page_heading(p, &heading);
	if (grave + lesser == 0)
		put_count(p, &none, 0);
	if (grave > 0)
		put_count(p, &graves, grave);
	for (size_t i = 0; i < p->concerns->count; i++)
		if (concern_rank(&p->concerns->at[i], p->facts) == CONCERN_GRAVE)
			put_article(p, &p->concerns->at[i]);
	if (lesser > 0) {
		put_count(p, &lessers, lesser);
		put_rows(p);
	}
}
