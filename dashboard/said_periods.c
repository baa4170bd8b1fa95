#include "common/json.h"
#include "core/explain.h"
#include "core/period.h"
#include "dashboard/said.h"

/* What an agency was to say for a period, and did. */
struct cell {
	uint32_t expected, on_time, late;
};

static json_t *
cell_object(const struct rollup *r, const struct plan_agency *agency, struct period period)
{
	struct cell n = {0};
	json_t     *object;

	for (uint32_t i = 0; i < agency->obligation_count; i++) {
		struct explain_receipt heard = explain_receipt(r, agency->obligations[i], period);

		n.expected += heard.how != EXPLAIN_UNASKED;
		n.on_time += heard.how == EXPLAIN_ON_TIME;
		n.late += heard.how == EXPLAIN_LATE;
	}
	if (n.expected == 0)
		return json_null();
	object = json_object();
	json_object_set_new(object, "expected", json_integer(n.expected));
	json_object_set_new(object, "on_time", json_integer(n.on_time));
	json_object_set_new(object, "late", json_integer(n.late));
	json_object_set_new(object, "missed", json_integer(n.expected - n.on_time - n.late));
	return object;
}

static const char *
state_of(const struct plan *p, struct period period, int32_t today)
{
	if (today > period_due(p, period))
		return "due";
	return today >= period.first ? "open" : "ahead";
}

static json_t *
period_object(const struct plan *p, struct period period, int32_t today)
{
	char    name[PERIOD_NAME_SIZE];
	json_t *object = json_object();

	json_object_set_new(object, "name", json_string(period_name(p->every, period, name)));
	json_object_set_new(object, "first", json_date(period.first));
	json_object_set_new(object, "last", json_date(period.last));
	json_object_set_new(object, "due", json_date(period_due(p, period)));
	json_object_set_new(object, "state", json_string(state_of(p, period, today)));
	return object;
}

/* The plan's periods: at most so many, and then those that end with the one that has
 * today, or is the nearest to it. Returns how many. */
static uint32_t
periods_of(const struct plan *p, int32_t today, struct period periods[SAID_PERIODS_MAX])
{
	int32_t       day = today < p->starts ? p->starts : today < p->ends ? today : p->ends;
	struct period first = period_at(p->every, day), before;
	uint32_t      count = 0;

	for (count = 1; count < SAID_PERIODS_MAX && period_previous(p, first, &before); count++)
		first = before;
	for (count = 0; count < SAID_PERIODS_MAX && first.first <= p->ends; count++) {
		periods[count] = first;
		first = period_next(p->every, first);
	}
	return count;
}

void
said_periods(struct chronicle *c, struct buf *out)
{
	const struct rollup *r = fold_rollup(chronicle_fold(c));
	const struct plan   *p = chronicle_plan(c);
	int32_t              today = rollup_today(r);
	struct period        periods[SAID_PERIODS_MAX];
	uint32_t             count = periods_of(p, today, periods);
	json_t *object = json_object(), *names = json_array(), *agencies = json_array();

	json_object_set_new(object, "every", json_string(plan_every_name(p->every)));
	json_object_set_new(object, "due_days", json_integer(p->due_days));
	json_object_set_new(object, "today", json_date(today));
	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(names, period_object(p, periods[i], today));
	json_object_set_new(object, "periods", names);
	for (uint32_t a = 0; a < p->agency_count; a++) {
		json_t *agency = json_object(), *cells = json_array();

		for (uint32_t i = 0; i < count; i++)
			json_array_append_new(cells, cell_object(r, &p->agencies[a], periods[i]));
		json_object_set_new(agency, "agency", json_string(p->agencies[a].id));
		json_object_set_new(agency, "cells", cells);
		json_array_append_new(agencies, agency);
	}
	json_object_set_new(object, "agencies", agencies);
	json_write(out, object);
}
