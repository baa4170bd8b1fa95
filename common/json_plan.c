#include "common/json.h"

static json_t *
numbered(uint32_t number, struct plan_title title)
{
	json_t *object = json_object();

	json_object_set_new(object, "number", json_integer(number));
	json_object_update_new(object, json_title(title));
	return object;
}

/* Those of a task's agencies that hold it on some days only. */
static json_t *
memberships(const struct plan *p, const struct plan_task *t)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < t->obligation_count; i++) {
		const struct plan_obligation *o = &p->obligations[t->first_obligation + i];
		json_t                       *object;

		if (o->from == PLAN_FIRST_DAY && o->until == PLAN_LAST_DAY)
			continue;
		object = json_object();
		json_object_set_new(object, "id", json_string(p->agencies[o->agency].id));
		if (o->from != PLAN_FIRST_DAY)
			json_object_set_new(object, "from", json_date(o->from));
		if (o->until != PLAN_LAST_DAY)
			json_object_set_new(object, "until", json_date(o->until));
		json_array_append_new(array, object);
	}
	return array;
}

static json_t *
task(const struct plan *p, const struct plan_task *t)
{
	json_t *object = numbered(t->number, t->title), *agencies = json_array();

	json_object_set_new(object, "duty", json_string(plan_duty_name(t->duty)));
	json_object_set_new(object, "weight", json_integer(t->weight));
	json_object_set_new(object, "starts", json_date(t->starts));
	json_object_set_new(object, "due", json_date(t->due));
	for (uint32_t i = 0; i < t->obligation_count; i++) {
		uint32_t agency = p->obligations[t->first_obligation + i].agency;

		json_array_append_new(agencies, json_string(p->agencies[agency].id));
	}
	json_object_set_new(object, "agencies", agencies);
	json_object_set_new(object, "memberships", memberships(p, t));
	return object;
}

static json_t *
tasks(const struct plan *p, uint32_t first, uint32_t count)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < count; i++)
		json_array_append_new(array, task(p, &p->tasks[first + i]));
	return array;
}

static json_t *
chapter(const struct plan *p, const struct plan_chapter *c)
{
	json_t *object = numbered(c->number, c->title), *sections = json_array();

	if (c->section_count == 0) {
		json_decref(sections);
		json_object_set_new(object, "tasks", tasks(p, c->first_task, c->task_count));
		return object;
	}
	for (uint32_t i = 0; i < c->section_count; i++) {
		const struct plan_section *s = &p->sections[c->first_section + i];
		json_t                    *section = numbered(s->number, s->title);

		json_object_set_new(section, "tasks", tasks(p, s->first_task, s->task_count));
		json_array_append_new(sections, section);
	}
	json_object_set_new(object, "sections", sections);
	return object;
}

json_t *
json_plan(const struct plan *p)
{
	json_t *object = json_object(), *chapters = json_array(), *agencies = json_array();

	json_object_set_new(object, "id", json_string(p->id));
	json_object_set_new(object, "revision", json_integer(p->revision));
	json_object_set_new(object, "title", json_title(p->title));
	json_object_set_new(object, "starts", json_date(p->starts));
	json_object_set_new(object, "ends", json_date(p->ends));
	json_object_set_new(object, "office", json_string(p->agencies[p->office].id));
	for (uint32_t i = 0; i < p->agency_count; i++) {
		json_t *agency = json_object();

		json_object_set_new(agency, "id", json_string(p->agencies[i].id));
		json_object_update_new(agency, json_title(p->agencies[i].title));
		json_array_append_new(agencies, agency);
	}
	json_object_set_new(object, "agencies", agencies);
	for (uint32_t i = 0; i < p->chapter_count; i++)
		json_array_append_new(chapters, chapter(p, &p->chapters[i]));
	json_object_set_new(object, "chapters", chapters);
	return object;
}
