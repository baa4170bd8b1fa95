/*
 * naive_log -- every record that was ever applied, and what they say of one task and
 * agency, looked up from the first to the last; for naive_task.h.
 */
#ifndef TUIJIN_TESTS_NAIVE_LOG_H
#define TUIJIN_TESTS_NAIVE_LOG_H

#include <stdlib.h>

#include "core/mem.h"
#include "tests/property/naive_days.h"

struct naive_entry {
	struct record   record;
	struct position position;
	bool            heard; /* a report on one of the days that the plan then had */
	int32_t         day;   /* of its `at`, by the offset that the plan then had */
	int32_t         month; /* of that day */
};

struct naive_log {
	struct naive_entry *entries; /* stale and foreign ones too */
	uint32_t            count, room;
};

/* p is in force when it comes. */
static inline void
naive_log_add(
    struct naive_log *l, const struct plan *p, const struct record *rec, struct position position)
{
	int32_t day = naive_day_of(p, rec->report.at_ms);

	if (l->count == l->room) {
		l->room = l->room > 0 ? 2 * l->room : 64;
		l->entries = mem_resized(l->entries, l->room, sizeof(l->entries[0]));
	}
	l->entries[l->count++] = (struct naive_entry){
	    .record = *rec,
	    .position = position,
	    .heard = rec->report.kind == REPORT_STATUS && day >= p->starts && day <= p->ends,
	    .day = day,
	    .month = naive_month_of(day),
	};
}

/* Is this record about that task, and by that agency, or (NULL) the office's ruling? */
static inline bool
naive_is_of(const struct record *rec, uint32_t number, const char *agency)
{
	if (rec->report.task != number)
		return false;
	if (agency == NULL)
		return rec->report.kind == REPORT_DISPOSITION;
	return rec->report.kind != REPORT_DISPOSITION && text_equal(rec->agency, text_of(agency));
}

static inline void
naive_reach(struct position *position, struct position to)
{
	if (position_compare(to, *position) > 0)
		*position = to;
}

/* The newest record of that task and agency (or the newest ruling). *position goes
 * up to that of the last one that was news when it came, *fell_from is what the percent
 * went down from. */
static inline const struct record *
naive_newest(const struct naive_log *l, uint32_t number, const char *agency,
    struct position *position, uint32_t *fell_from)
{
	const struct record *newest = NULL;
	uint32_t             highest = 0; /* since the last withdrawal, or since it was reached */

	*fell_from = 0;
	for (uint32_t i = 0; i < l->count; i++) {
		const struct record *rec = &l->entries[i].record;

		if (!naive_is_of(rec, number, agency) ||
		    (newest != NULL && rec->seq <= newest->seq))
			continue;
		newest = rec;
		naive_reach(position, l->entries[i].position);
		if (rec->report.kind != REPORT_STATUS)
			highest = 0;
		if (rec->report.percent > highest)
			highest = rec->report.percent;
		*fell_from = rec->report.percent < highest ? highest : 0;
	}
	return newest;
}

/* When the agency was first heard on that task for the period, or INT64_MAX. */
static inline int64_t
naive_first_heard(const struct naive_log *l, uint32_t number, const char *agency,
    const struct naive_period *period)
{
	int64_t first = INT64_MAX;

	for (uint32_t i = 0; i < l->count; i++) {
		const struct naive_entry *e = &l->entries[i];

		if (e->heard && naive_is_of(&e->record, number, agency) &&
		    e->day >= period->first && e->day <= period->last &&
		    e->record.received_ms < first)
			first = e->record.received_ms;
	}
	return first;
}

/* An entry is news, too, that says that the agency was heard for a month, or earlier
 * than was known. */
static inline void
naive_reach_receipts(
    const struct naive_log *l, uint32_t number, const char *agency, struct position *position)
{
	for (uint32_t i = 0; i < l->count; i++) {
		const struct naive_entry *e = &l->entries[i];
		bool                      news = e->heard;

		if (!naive_is_of(&e->record, number, agency))
			continue;
		for (uint32_t j = 0; j < i && news; j++)
			news = !(l->entries[j].heard &&
			    naive_is_of(&l->entries[j].record, number, agency) &&
			    l->entries[j].month == e->month &&
			    l->entries[j].record.received_ms <= e->record.received_ms);
		if (news)
			naive_reach(position, e->position);
	}
}

#endif
