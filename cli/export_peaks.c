#include "cli/export_peaks.h"

#include <stdlib.h>

#include "cli/scan.h"
#include "core/wire_record.h"

struct search {
	struct facts        *facts;
	int64_t              until_ms;
	struct wire_records *decoder;
};

/* The obligation that went back of which the record is, or PLAN_NONE. */
static uint32_t
find(const struct search *s, const struct record *rec)
{
	const struct plan *p = s->facts->plan;

	for (uint32_t i = 0; i < p->obligation_count; i++) {
		const struct plan_obligation *o = &p->obligations[i];

		if (p->tasks[o->task].number == rec->report.task &&
		    text_equal(rec->agency, text_of(p->agencies[o->agency].id)))
			return rollup_is_cause(s->facts->rollup, i, ALARM_REGRESSED) ? i
										     : PLAN_NONE;
	}
	return PLAN_NONE;
}

/* The last one is kept: from then on it went back. */
static void
take(const struct search *s, struct position position, const struct record *rec)
{
	uint32_t                  obligation;
	const struct rollup_word *now;

	if (rec->report.kind != REPORT_STATUS || rec->report.at_ms > s->until_ms ||
	    (obligation = find(s, rec)) == PLAN_NONE)
		return;
	now = rollup_word(s->facts->rollup, obligation);
	if (rec->seq < now->seq && rec->report.percent == now->fell_from)
		s->facts->peaks[obligation] =
		    (struct facts_peak){.position = position, .at_ms = rec->report.at_ms};
}

static int
take_entry(void *context, const struct ledger_entry *entry, struct err *e)
{
	const struct search *s = context;
	struct text          records = entry->records;
	struct record        rec;

	while (records.len > 0) {
		if (wire_record_decode(s->decoder, &records, &rec, NULL, e) != 0)
			return -1;
		take(s, entry->position, &rec);
	}
	return 0;
}

int
peaks_find(struct facts *f, struct store *store, int64_t until_ms, struct err *e)
{
	struct search s = {.facts = f, .until_ms = until_ms};
	struct scan   scan = {.store = store,
	      .plan = f->plan->id,
	      .until = f->position,
	      .quiet = true,
	      .each = take_entry,
	      .context = &s};
	bool          any = false;
	int           rc;

	for (uint32_t i = 0; i < f->plan->obligation_count; i++)
		any = any || rollup_is_cause(f->rollup, i, ALARM_REGRESSED);
	if (!any)
		return 0;
	s.decoder = wire_records_new();
	rc = scan_ledger(&scan, e);
	wire_records_free(s.decoder);
	return rc;
}
