#include "cli/notify_digest.h"

#include "cli/notify_event.h"
#include "common/json.h"
#include "core/calendar.h"
#include "core/scope.h"

static json_t *
points(const struct digest_item *item, int32_t basis_points)
{
	return item->counts ? json_points(basis_points) : json_null();
}

/* The words for why, and since when the first of them. */
static void
set_reasons(json_t *object, const struct digest_item *item)
{
	json_t *what = json_array();
	int64_t since_ms = INT64_MAX;

	for (unsigned i = 0; i < ALARMS; i++) {
		if ((item->alarms & 1u << i) == 0)
			continue;
		json_array_append_new(what, json_string(alarm_name((enum alarm)i)));
		since_ms = item->since_ms[i] < since_ms ? item->since_ms[i] : since_ms;
	}
	json_object_set_new(object, "what", what);
	json_object_set_new(object, "since", json_integer(since_ms));
}

static json_t *
json_item(const struct digest *d, const struct digest_item *item)
{
	const struct plan_task *task = &d->plan->tasks[d->plan->obligations[item->obligation].task];
	bool                    leads = task->first_obligation == item->obligation;
	json_t                 *object = json_object();

	json_object_set_new(object, "task", json_integer(task->number));
	json_object_set_new(object, "title", json_title(task->title));
	json_object_set_new(object, "role", json_string(leads ? "lead" : "participant"));
	set_reasons(object, item);
	json_object_set_new(object, "percent", points(item, item->percent));
	json_object_set_new(object, "expected", points(item, item->expected));
	json_object_set_new(object, "gap", points(item, item->gap));
	json_object_set_new(object, "own_percent", json_percent(item->own_percent));
	json_object_set_new(object, "light", json_string(light_name(item->judgement.light)));
	json_object_set_new(object, "due", json_date(task->due));
	json_object_set_new(object, "overdue_days", json_integer(item->overdue_days));
	json_object_set_new(
	    object, "period", item->period[0] == '\0' ? json_null() : json_string(item->period));
	return object;
}

static json_t *
json_items(const struct digest *d, uint32_t agency)
{
	json_t *items = json_array();

	for (size_t i = 0; i < d->count && json_array_size(items) < DIGEST_ITEMS_MAX; i++)
		if (d->plan->obligations[d->items[i].obligation].agency == agency)
			json_array_append_new(items, json_item(d, &d->items[i]));
	return items;
}

static json_t *
json_data(const struct digest *d, uint32_t agency, enum language l)
{
	const struct plan_agency *a = &d->plan->agencies[agency];
	json_t                   *data = json_object();
	struct buf                text = {0};

	digest_text(&text, d, agency, l);
	json_object_set_new(data, "plan", json_string(d->plan->id));
	json_object_set_new(data, "agency", json_string(a->id));
	json_object_set_new(data, "title", json_title(a->title));
	json_object_set_new(data, "date", json_date(d->day));
	json_object_set_new(data, "count", json_integer((json_int_t)digest_count(d, agency)));
	json_object_set_new(data, "items", json_items(d, agency));
	json_object_set_new(data, "text", json_text(buf_text(&text)));
	buf_fini(&text);
	return data;
}

void
digest_event(
    struct buf *out, const struct digest *d, uint32_t agency, enum language l, int64_t made_ms)
{
	char               id[DIGEST_ID_SIZE], time[CALENDAR_INSTANT_SIZE];
	char               subject[NOTICE_SUBJECT_SIZE];
	struct notice_name name;
	json_t            *event = json_object();

	notice_parse(text_of(digest_id(d, agency, id)), &name);
	json_object_set_new(event, "specversion", json_string("1.0"));
	json_object_set_new(event, "id", json_string(id));
	json_object_set_new(event, "source", json_string(NOTIFY_SOURCE));
	json_object_set_new(event, "type", json_string(notice_type(name.kind)));
	json_object_set_new(event, "subject", json_string(notice_subject(&name, subject)));
	json_object_set_new(event, "time", json_string(calendar_format_utc(made_ms, time)));
	json_object_set_new(event, "data", json_data(d, agency, l));
	json_write(out, event);
}
