#include <inttypes.h>

#include "cli/export_receipts.h"
#include "cli/export_report_page.h"

static const struct html_column columns[] = {
    {FIELD_TASK, HTML_NUMBER},
    {FIELD_TASK_TITLE, HTML_WIDE},
    {FIELD_MISSED, HTML_TEXT},
    {FIELD_LATE, HTML_TEXT},
};

static void
say_counts(struct page *p, const struct summary_period *last)
{
	static const struct phrase none =
	    PHRASE("No reporting period is due yet.", "尚无到期的报告期。");
	static const struct phrase words =
	    PHRASE("%s: %" PRIu32 " obligations were not reported on, %" PRIu32 " late.",
		"上一应报期（%s）：未报送责任事项 %" PRIu32 " 项，迟报 %" PRIu32 " 项。");

	if (last->name[0] == '\0')
		buf_addf(&p->text, "%s", none.at[p->language]);
	else
		buf_addf(&p->text, words.at[p->language], last->name,
		    last->expected - last->reported, last->reported - last->on_time);
	page_paragraph(p, "say");
}

void
page_receipts(struct page *p)
{
	static const struct phrase heading = PHRASE("5. Not reported in time", "五、未按期报送");
	const struct summary *whole = facts_summary(p->facts, (struct scope){SCOPE_OVERALL, 0});
	struct html_table     t = TABLE(p, columns);
	uint32_t              rows = 0;

	page_heading(p, &heading);
	say_counts(p, &whole->last_period);
	for (uint32_t i = 0; i < p->facts->plan->task_count; i++) {
		struct line l = line_of(p->facts, SCOPE_TASK, i);

		if (!receipts_any(p->facts, i, EXPLAIN_MISSED) &&
		    !receipts_any(p->facts, i, EXPLAIN_LATE))
			continue;
		if (rows++ == 0)
			html_table_init(&t, "receipts");
		html_table_add(&t, "", &l);
	}
	if (rows > 0)
		html_table_end(&t);
}
