#include "common/json.h"

#include <stdio.h>

#include "core/position.h"

static json_t *
points(const struct alert *alert, int32_t basis_points)
{
	return alert->counts ? json_points(basis_points) : json_null();
}

static void
set_numbers(json_t *data, const struct alert *alert)
{
	const struct judgement *j = &alert->judgement;

	json_object_set_new(data, "percent", points(alert, alert->percent));
	json_object_set_new(data, "expected", points(alert, alert->expected));
	json_object_set_new(data, "gap", points(alert, alert->gap));
	json_object_set_new(data, "light", json_string(light_name(j->light)));
	json_object_set_new(data, "reason",
	    j->reason == REASON_NONE ? json_null() : json_string(light_reason_name(j->reason)));
	json_object_set_new(data, "overdue_days", json_integer(alert->overdue_days));
	json_object_set_new(
	    data, "period", alert->period[0] == '\0' ? json_null() : json_string(alert->period));
}

json_t *
json_alert(struct text plan, const struct alert *alert)
{
	json_t *data = json_object(), *agencies = json_array();
	char    position[POSITION_SIZE];

	json_object_set_new(data, "plan", json_text(plan));
	json_object_set_new(data, "revision", json_integer(alert->revision));
	json_object_set_new(
	    data, "position", json_string(position_format(alert->position, position)));
	json_object_set_new(data, "as_of", json_integer(alert->as_of_ms));
	json_object_set_new(data, "what", json_string(alarm_name(alert->what)));
	json_object_set_new(data, "scope", json_string(scope_kind_name(alert->kind)));
	json_object_set_new(data, "key", json_string(alert->key));
	json_object_set_new(data, "standing", json_boolean(alert->standing));
	json_object_set_new(data, "since", json_integer(alert->since_ms));
	json_object_set_new(
	    data, "ended", alert->standing ? json_null() : json_integer(alert->ended_ms));
	set_numbers(data, alert);
	for (uint32_t i = 0; i < alert->agency_count; i++)
		json_array_append_new(agencies, json_string(alert->agencies[i]));
	json_object_set_new(data, "agencies", agencies);
	return data;
}

json_t *
json_event(struct text topic, const struct event *ev)
{
	json_t *object = json_object();

	json_object_set_new(object, "specversion", json_string("1.0"));
	json_object_set_new(object, "id", json_text(ev->id));
	json_object_set_new(object, "source", json_string(EVENT_SOURCE));
	json_object_set_new(object, "type", json_string(event_type(ev->kind)));
	json_object_set_new(object, "subject", json_stringn(topic.at, topic.len - 1));
	json_object_set_new(object, "time", json_text(ev->time));
	json_object_set_new(object, "data",
	    ev->kind == EVENT_ALERT ? json_alert(ev->plan, &ev->alert)
				    : json_summary(&ev->summary));
	return object;
}
