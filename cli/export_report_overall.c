#include <inttypes.h>

#include "cli/export_report_page.h"
#include "core/calendar.h"

static const char *const class_marks[FACTS_CLASSES] = {
    [FACTS_DONE] = "done",
    [FACTS_AHEAD] = "ahead",
    [FACTS_ON_TRACK] = "on",
    [FACTS_BEHIND] = "behind",
    [FACTS_OTHER] = "other",
};

static void
put_percent(struct page *p, const struct summary *s)
{
	static const struct phrase label = PHRASE("Completion", "总体完成率");
	char                       number[FACTS_POINTS_SIZE];
	int32_t                    percent = summary_percent(&s->figure);

	html_add(&p->out, "<div class=\"big\"><span class=\"label\">");
	page_phrase(p, &label);
	buf_addf(&p->out, "</span><strong>%s</strong>%s",
	    percent < 0 ? "–" : facts_points(percent, number),
	    percent < 0 ? "" : "<small>%</small>");
	page_trace(p, SCOPE_OVERALL, 0);
	html_add(&p->out, "</div>\n");
}

static void
put_classes(struct page *p, const uint32_t *n)
{
	html_add(&p->out, "<div class=\"strip\">");
	for (unsigned c = 0; c < FACTS_CLASSES; c++)
		if (n[c] > 0)
			buf_addf(&p->out, "<i class=\"%s\" style=\"flex-grow:%" PRIu32 "\"></i>",
			    class_marks[c], n[c]);
	html_add(&p->out, "</div>\n<ul class=\"classes\">\n");
	for (unsigned c = 0; c < FACTS_CLASSES; c++)
		buf_addf(&p->out, "<li class=\"%s\"><strong>%" PRIu32 "</strong>%s</li>\n",
		    class_marks[c], n[c], facts_class_name(p->language, (enum facts_class)c));
	html_add(&p->out, "</ul>\n");
}

static void
say_standing(struct page *p, const struct summary *s)
{
	static const struct phrase begin =
	    PHRASE("By %s the plan has %" PRIu32 " tasks, of which %" PRIu32 " count and %" PRIu32
		   " are cancelled. ",
		"截至 %s，计划共有任务 %" PRIu32 " 项，纳入统计 %" PRIu32 " 项，已取消 %" PRIu32
		" 项。");
	static const struct phrase ahead =
	    PHRASE("Completion is %s %%, expected is %s %%: ahead of the calendar by %s points.",
		"总体完成率 %s%%，序时进度 %s%%，快于序时进度 %s 个百分点。");
	static const struct phrase behind =
	    PHRASE("Completion is %s %%, expected is %s %%: behind the calendar by %s points.",
		"总体完成率 %s%%，序时进度 %s%%，慢于序时进度 %s 个百分点。");
	char date[CALENDAR_DATE_SIZE], percent[FACTS_POINTS_SIZE], expected[FACTS_POINTS_SIZE],
	    gap[FACTS_POINTS_SIZE];

	buf_addf(&p->text, begin.at[p->language], calendar_format_date(p->facts->today, date),
	    s->task_total, s->task_included, s->tasks[TASK_CANCELLED]);
	if (s->figure.den > 0)
		buf_addf(&p->text, (s->gap < 0 ? behind : ahead).at[p->language],
		    facts_points(summary_percent(&s->figure), percent),
		    facts_points(s->expected, expected),
		    facts_points(s->gap < 0 ? -s->gap : s->gap, gap));
	page_paragraph(p, "say");
}

static void
say_classes(struct page *p, const uint32_t *n)
{
	static const struct phrase words =
	    PHRASE("Of all tasks %" PRIu32 " are done, %" PRIu32 " ahead, %" PRIu32
		   " on track, %" PRIu32 " behind and %" PRIu32 " other.",
		"其中，已完成 %" PRIu32 " 项，超进度 %" PRIu32 " 项，达进度 %" PRIu32
		" 项，欠进度 %" PRIu32 " 项，其它 %" PRIu32 " 项。");

	buf_addf(&p->text, words.at[p->language], n[FACTS_DONE], n[FACTS_AHEAD], n[FACTS_ON_TRACK],
	    n[FACTS_BEHIND], n[FACTS_OTHER]);
	page_paragraph(p, "say");
}

static void
say_period(struct page *p, const struct summary_period *last)
{
	static const struct phrase none =
	    PHRASE("No reporting period is due yet.", "尚无到期的报告期。");
	static const struct phrase words =
	    PHRASE("For %s, the last period due, %" PRIu32 " of %" PRIu32
		   " obligations were reported on (%s %%), %" PRIu32 " of them on time (%s %%).",
		"上一应报期（%s）：已报 %" PRIu32 " 项，应报责任事项 %" PRIu32
		" 项，报送率 %s%%；按时报送 %" PRIu32 " 项，按时率 %s%%。");
	char reported[FACTS_POINTS_SIZE], on_time[FACTS_POINTS_SIZE];

	if (last->name[0] == '\0')
		buf_addf(&p->text, "%s", none.at[p->language]);
	else if (last->expected > 0)
		buf_addf(&p->text, words.at[p->language], last->name, last->reported,
		    last->expected,
		    facts_points(facts_rate(last->reported, last->expected), reported),
		    last->on_time,
		    facts_points(facts_rate(last->on_time, last->expected), on_time));
	page_paragraph(p, "say");
}

void
page_overall(struct page *p)
{
	static const struct phrase heading = PHRASE("1. The whole plan", "一、总体情况");
	static const enum field    figures[] = {FIELD_EXPECTED, FIELD_GAP, FIELD_LIGHT, FIELD_WHY};
	struct line                line = line_of(p->facts, SCOPE_OVERALL, 0);
	const struct summary      *s = line.summary;
	uint32_t                   n[FACTS_CLASSES];

	facts_classes(p->facts, 0, p->facts->plan->task_count, n);
	page_heading(p, &heading);
	html_add(&p->out, "<div class=\"overall\">\n");
	put_percent(p, s);
	html_add(&p->out, "<div class=\"against\">");
	html_bar(summary_percent(&s->figure), s->figure.den > 0 ? s->expected : -1, &p->out);
	page_figures(p, &line, figures, sizeof(figures) / sizeof(figures[0]));
	html_add(&p->out, "</div>\n</div>\n");
	put_classes(p, n);
	say_standing(p, s);
	say_classes(p, n);
	say_period(p, &s->last_period);
}
