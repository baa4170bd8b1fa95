#include "dashboard/said.h"

#include "common/json.h"
#include "core/explain.h"
#include "core/position.h"

static const char *
effect_name(enum rollup_effect effect)
{
	static const char *const names[ROLLUP_EFFECTS] = {
	    [ROLLUP_APPLIED] = "applied",
	    [ROLLUP_STALE] = "stale",
	    [ROLLUP_FOREIGN] = "foreign",
	};

	return names[effect];
}

static json_t *
item_object(const struct chronicle_item *item)
{
	json_t *object = json_record(&item->record);
	bool    reported = item->was_known && item->state_before != REPORT_UNREPORTED;
	char    position[POSITION_SIZE];

	json_object_set_new(
	    object, "position", json_string(position_format(item->position, position)));
	json_object_set_new(object, "effect", json_string(effect_name(item->effect)));
	json_object_set_new(object, "percent_before",
	    reported ? json_percent((int32_t)item->percent_before) : json_null());
	json_object_set_new(object, "state_before",
	    item->was_known ? json_string(report_state_name(item->state_before)) : json_null());
	return object;
}

/* The newest `limit` of a task, or (0) of the plan, newest first. */
static json_t *
newest(const struct chronicle *c, uint32_t task, size_t limit)
{
	const struct chronicle_item *item;
	json_t                      *array = json_array();

	for (size_t i = 0; i < limit && (item = chronicle_item(c, task, i)) != NULL; i++)
		json_array_append_new(array, item_object(item));
	return array;
}

static json_t *
record_or_null(const struct chronicle_item *item)
{
	return item != NULL ? json_record(&item->record) : json_null();
}

static json_t *
part_object(const struct chronicle *c, uint32_t obligation)
{
	const struct rollup          *r = fold_rollup(chronicle_fold(c));
	const struct plan            *p = chronicle_plan(c);
	const struct plan_obligation *o = &p->obligations[obligation];
	json_t                       *object = json_object();
	bool                          lead = obligation == p->tasks[o->task].first_obligation;

	json_object_set_new(object, "agency", json_string(p->agencies[o->agency].id));
	json_object_set_new(object, "role", json_string(lead ? "lead" : "participant"));
	json_object_set_new(
	    object, "in_force", json_boolean(plan_in_force(p, obligation, rollup_today(r))));
	json_object_set_new(
	    object, "counts", json_boolean(explain_part(r, obligation) == EXPLAIN_COUNTS));
	json_object_set_new(object, "word", record_or_null(chronicle_word(c, obligation)));
	return object;
}

bool
said_task(const struct chronicle *c, uint32_t number, struct buf *out)
{
	const struct plan      *p = chronicle_plan(c);
	uint32_t                task = plan_find_task(p, number);
	const struct plan_task *t;
	json_t                 *object, *parts;

	if (task == PLAN_NONE)
		return false;
	t = &p->tasks[task];
	object = json_object();
	parts = json_array();
	json_object_set_new(object, "task", json_integer(number));
	for (uint32_t i = 0; i < t->obligation_count; i++)
		json_array_append_new(parts, part_object(c, t->first_obligation + i));
	json_object_set_new(object, "parts", parts);
	json_object_set_new(object, "ruling", record_or_null(chronicle_ruling(c, task)));
	json_object_set_new(object, "count", json_integer((json_int_t)chronicle_count(c, number)));
	json_object_set_new(object, "timeline", newest(c, number, CHRONICLE_TASK_MAX));
	json_write(out, object);
	return true;
}

void
said_feed(const struct chronicle *c, size_t limit, struct buf *out)
{
	json_t *object = json_object();

	json_object_set_new(object, "count", json_integer((json_int_t)chronicle_count(c, 0)));
	json_object_set_new(object, "items", newest(c, 0, limit));
	json_write(out, object);
}

void
said_news(const struct chronicle *c, uint64_t since, struct buf *out)
{
	uint64_t count = chronicle_count(c, 0), fresh = count > since ? count - since : 0;
	uint64_t told = fresh < CHRONICLE_RECENT_MAX ? fresh : CHRONICLE_RECENT_MAX;
	const struct chronicle_item *item;
	json_t                      *object = json_object(), *items = json_array();

	for (size_t i = (size_t)told; i > 0 && (item = chronicle_item(c, 0, i - 1)) != NULL; i--)
		json_array_append_new(items, item_object(item));
	fresh -= json_array_size(items);
	json_object_set_new(object, "count", json_integer((json_int_t)count));
	json_object_set_new(object, "left_out", json_integer((json_int_t)fresh));
	json_object_set_new(object, "items", items);
	json_write(out, object);
}
