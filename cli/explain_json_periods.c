#include "cli/explain_json.h"

static json_t *
receipts(const struct explain_view *v, struct period period)
{
	const struct plan_task *t = &v->plan->tasks[v->x->scope.index];
	json_t                 *array = json_array();

	for (uint32_t i = 0; i < t->obligation_count; i++) {
		uint32_t               obligation = t->first_obligation + i;
		uint32_t               agency = v->plan->obligations[obligation].agency;
		struct explain_receipt r = explain_receipt(v->rollup, obligation, period);

		json_array_append_new(array,
		    json_pack("{s:s, s:s, s:o}", "agency", v->plan->agencies[agency].id, "outcome",
			explain_heard_name(r.how), "first_received",
			r.received ? json_integer(r.received_ms) : json_null()));
	}
	return array;
}

static json_t *
period_object(const struct explain_view *v, struct period period)
{
	char    name[PERIOD_NAME_SIZE];
	json_t *object = json_pack("{s:s}", "name", period_name(v->plan->every, period, name));

	json_object_set_new(object, "first", json_date(period.first));
	json_object_set_new(object, "last", json_date(period.last));
	json_object_set_new(object, "due", json_date(period_due(v->plan, period)));
	return object;
}

static json_t *
periods_of_task(const struct explain_view *v)
{
	struct period periods[EXPLAIN_PERIODS_MAX];
	uint32_t      count = explain_periods(v->rollup, EXPLAIN_PERIODS_MAX, periods);
	json_t       *array = json_array();

	for (uint32_t i = 0; i < count; i++) {
		json_t *object = period_object(v, periods[i]);

		json_object_set_new(object, "reports", receipts(v, periods[i]));
		json_array_append_new(array, object);
	}
	return array;
}

/* Those of the scope's obligations that are missed or late. */
static json_t *
failing(const struct explain_view *v, struct period period)
{
	struct explain_walk    walk = {0};
	struct explain_failing f;
	json_t                *array = json_array();

	while (explain_next_failing(v->rollup, v->x, period, &walk, &f)) {
		const struct plan_obligation *o = &v->plan->obligations[f.obligation];

		json_array_append_new(array,
		    json_pack("{s:I, s:s, s:s, s:o}", "task",
			(json_int_t)v->plan->tasks[o->task].number, "agency",
			v->plan->agencies[o->agency].id, "outcome",
			explain_heard_name(f.receipt.how), "first_received",
			f.receipt.received ? json_integer(f.receipt.received_ms) : json_null()));
	}
	return array;
}

static void
add_rate(const struct explain_view *v, json_t *array, const char *which, struct period period,
    const struct summary_period *rate)
{
	json_t *object = period_object(v, period);

	json_object_set_new(object, "which", json_string(which));
	json_object_set_new(object, "expected", json_integer(rate->expected));
	json_object_set_new(object, "reported", json_integer(rate->reported));
	json_object_set_new(object, "on_time", json_integer(rate->on_time));
	json_object_set_new(object, "reports", failing(v, period));
	json_array_append_new(array, object);
}

json_t *
explain_json_periods(const struct explain_view *v)
{
	const struct summary *s = &v->x->summary;
	struct period         period;
	json_t               *array;

	if (v->x->scope.kind == SCOPE_TASK)
		return periods_of_task(v);
	array = json_array();
	if (rollup_last_due(v->rollup, &period))
		add_rate(v, array, "last_due", period, &s->last_period);
	if (period_current(v->plan, rollup_today(v->rollup), &period))
		add_rate(v, array, "current", period, &s->period);
	return array;
}
