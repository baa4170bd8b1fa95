#include "cli/explain_json.h"

/* Where and when the ledger has a record; null where there is none. */
static void
set_origin(json_t *object, const struct picture_word *w)
{
	static const char *const keys[] = {"seq", "position", "at", "received", "key"};
	char                     position[POSITION_SIZE];

	for (size_t i = 0; w == NULL && i < OPTIONS_COUNT(keys); i++)
		json_object_set_new(object, keys[i], json_null());
	if (w == NULL)
		return;
	json_object_set_new(object, "seq", json_integer((json_int_t)w->record.seq));
	json_object_set_new(
	    object, "position", json_string(position_format(w->position, position)));
	json_object_set_new(object, "at", json_integer(w->record.report.at_ms));
	json_object_set_new(object, "received", json_integer(w->record.received_ms));
	json_object_set_new(object, "key", json_text(w->record.key));
}

static json_t *
words(const struct report *r)
{
	json_t *evidence = json_array(), *object = json_object();

	json_object_set_new(object, "summary", json_text(r->summary));
	json_object_set_new(object, "problems", json_text(r->problems));
	json_object_set_new(object, "next_steps", json_text(r->next_steps));
	json_object_set_new(object, "help", json_boolean(r->help));
	for (uint32_t i = 0; i < r->evidence_count; i++) {
		json_t *item = json_object();

		json_object_set_new(item, "title", json_text(r->evidence[i].title));
		json_object_set_new(item, "uri", json_text(r->evidence[i].uri));
		json_array_append_new(evidence, item);
	}
	json_object_set_new(object, "evidence", evidence);
	return object;
}

/* What an agency said on a task, and whether it counts there. */
static json_t *
report(const struct explain_view *v, uint32_t obligation)
{
	const struct plan_obligation *o = &v->plan->obligations[obligation];
	const struct plan_agency     *a = &v->plan->agencies[o->agency];
	const struct rollup_word     *word = rollup_word(v->rollup, obligation);
	const struct picture_word    *w = picture_word(v->picture, obligation);
	enum explain_why              why = explain_part(v->rollup, obligation);
	bool                          lead = obligation == v->plan->tasks[o->task].first_obligation;
	json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:b}", "agency", a->id, "zh", a->title.zh,
	    "en", a->title.en, "role", lead ? "lead" : "participant", "counts_for_task",
	    why == EXPLAIN_COUNTS);

	if (why != EXPLAIN_COUNTS)
		json_object_set_new(object, "excluded", json_string(explain_why_name(why)));
	if (o->from != PLAN_FIRST_DAY)
		json_object_set_new(object, "from", json_date(o->from));
	if (o->until != PLAN_LAST_DAY)
		json_object_set_new(object, "until", json_date(o->until));
	json_object_set_new(object, "state", json_string(report_state_name(word->state)));
	json_object_update_new(object, explain_json_percent((int32_t)word->percent));
	set_origin(object, w);
	if (w != NULL)
		json_object_set_new(
		    object, "withdrawn", json_boolean(w->record.report.kind == REPORT_WITHDRAWAL));
	if (v->words && w != NULL)
		json_object_set_new(object, "words", words(&w->record.report));
	return object;
}

static json_t *
ruling(const struct explain_view *v, const struct explain_addend *a)
{
	const struct picture_word *w = picture_ruling(v->picture, a->task);
	json_t                    *object;

	if (w == NULL)
		return json_null();
	object = json_pack("{s:s}", "disposition", report_disposition_name(a->disposition));
	set_origin(object, w);
	json_object_set_new(object, "agency", json_text(w->record.agency));
	json_object_set_new(object, "reason", json_text(w->record.report.reason));
	return object;
}

/* The reports that the text has too: all on a task's page, the agency's own on an
 * agency's, elsewhere those that count. */
static json_t *
reports(const struct explain_view *v, const struct explain_addend *a)
{
	const struct plan_task *t = &v->plan->tasks[a->task];
	bool                    all = v->x->scope.kind == SCOPE_TASK;
	json_t                 *array = json_array();

	if (a->why != EXPLAIN_COUNTS && !all)
		return array;
	if (a->obligation != PLAN_NONE) {
		json_array_append_new(array, report(v, a->obligation));
		return array;
	}
	for (uint32_t i = 0; i < t->obligation_count; i++) {
		uint32_t obligation = t->first_obligation + i;

		if (all || explain_part(v->rollup, obligation) == EXPLAIN_COUNTS)
			json_array_append_new(array, report(v, obligation));
	}
	return array;
}

static void
set_figures(const struct explain_view *v, json_t *object, const struct explain_addend *a)
{
	uint32_t weight = v->plan->tasks[a->task].weight;

	json_object_update_new(object, explain_json_percent((int32_t)a->percent));
	json_object_set_new(object, "product", json_integer((json_int_t)weight * a->percent));
	json_object_set_new(object, "expected", explain_json_percent((int32_t)a->expected));
	json_object_set_new(object, "cost", json_integer(a->cost));
	json_object_set_new(object, "points", explain_json_percent((int32_t)a->points));
	if (a->obligation == PLAN_NONE)
		return;
	json_object_set_new(object, "role", json_string(a->lead ? "lead" : "participant"));
	json_object_set_new(object, "task_percent", explain_json_percent((int32_t)a->whole));
}

json_t *
explain_json_addend(const struct explain_view *v, const struct explain_addend *a)
{
	const struct plan_task *t = &v->plan->tasks[a->task];
	enum light_reason       reason = a->judgement.reason;
	json_t                 *object =
	    json_pack("{s:I, s:s, s:s, s:I, s:b, s:s, s:s, s:s}", "task", (json_int_t)t->number,
		"zh", t->title.zh, "en", t->title.en, "weight", (json_int_t)t->weight, "counts",
		a->why == EXPLAIN_COUNTS, "state", task_state_name(a->state), "disposition",
		report_disposition_name(a->disposition), "light", light_name(a->judgement.light));

	json_object_set_new(object, "reason",
	    reason == REASON_NONE ? json_null() : json_string(light_reason_name(reason)));
	if (a->why == EXPLAIN_COUNTS)
		set_figures(v, object, a);
	else
		json_object_set_new(object, "excluded", json_string(explain_why_name(a->why)));
	json_object_set_new(object, "ruling", ruling(v, a));
	json_object_set_new(object, "reports", reports(v, a));
	return object;
}
