#include "cli/export_receipts.h"

#include "core/calendar.h"

struct explain_receipt
receipts_of(const struct facts *f, uint32_t obligation)
{
	struct period period;

	if (!rollup_last_due(f->rollup, &period))
		return (struct explain_receipt){.how = EXPLAIN_UNASKED};
	return explain_receipt(f->rollup, obligation, period);
}

bool
receipts_any(const struct facts *f, uint32_t task, enum explain_heard how)
{
	const struct plan_task *t = &f->plan->tasks[task];

	for (uint32_t i = 0; i < t->obligation_count; i++)
		if (receipts_of(f, t->first_obligation + i).how == how)
			return true;
	return false;
}

void
receipts_say(const struct facts *f, uint32_t task, enum explain_heard how, struct buf *out)
{
	static const struct phrase came = PHRASE(" (%s)", "（%s）");
	static const struct phrase comma = PHRASE("; ", "、");
	const struct plan_task    *t = &f->plan->tasks[task];
	const char                *between = "";

	for (uint32_t i = 0; i < t->obligation_count; i++) {
		struct explain_receipt heard = receipts_of(f, t->first_obligation + i);
		struct facts_part      part;
		char                   date[CALENDAR_DATE_SIZE];

		if (heard.how != how)
			continue;
		facts_part(f, t->first_obligation + i, &part);
		buf_addf(out, "%s%s", between, language_title(f->language, part.agency->title));
		if (heard.received)
			buf_addf(out, came.at[f->language],
			    calendar_format_date(
				calendar_day_at(heard.received_ms, f->plan->utc_offset_min), date));
		between = comma.at[f->language];
	}
}
