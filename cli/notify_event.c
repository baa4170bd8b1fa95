#include "cli/notify_event.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/notify_words.h"
#include "common/json.h"
#include "core/calendar.h"

const char NOTIFY_SOURCE[] = "tuijin/notify";

/* "<position>:<as_of>:<topic>" of an alert's event. Returns where the topic begins. */
static const char *
id_of(const struct event *ev, char out[NOTICE_ID_MAX + 1])
{
	const struct alert *alert = &ev->alert;
	char                position[POSITION_SIZE];
	int                 before = snprintf(out, NOTICE_ID_MAX + 1, "%s:%" PRId64 ":",
			    position_format(alert->position, position), alert->as_of_ms);

	snprintf(out + before, (size_t)(NOTICE_ID_MAX + 1 - before), "%.*s/alert/%s%s/%s/%s%s",
	    (int)ev->plan.len, ev->plan.at, alert->standing ? "" : "resolved/",
	    alarm_name(alert->what), scope_kind_name(alert->kind), alert->key,
	    alert->key[0] != '\0' ? "/" : "");
	return out + before;
}

bool
notify_event_id_ok(const struct event *ev)
{
	char               id[NOTICE_ID_MAX + 1];
	struct notice_name name;

	id_of(ev, id);
	return text_equal(ev->id, text_of(id)) && notice_parse(ev->id, &name);
}

static void
set_sentence(json_t *event, enum language l, const struct plan *p, const struct alert *alert)
{
	struct buf sentence = {0};

	notify_words_alert(&sentence, l, p, alert);
	json_object_set_new(event, "text", json_text(buf_text(&sentence)));
	buf_fini(&sentence);
}

void
notify_event_alert(struct buf *out, enum language l, const struct plan *p, const struct event *ev)
{
	char    id[NOTICE_ID_MAX + 1];
	json_t *event = json_event(text_of(id_of(ev, id)), ev);

	set_sentence(event, l, p, &ev->alert);
	json_write(out, event);
}

bool
notify_event_end(struct buf *out, struct text raised, const char *id, int64_t ended_ms)
{
	json_t            *event = json_loadb(raised.at, raised.len, 0, NULL);
	json_t            *data = json_object_get(event, "data");
	struct notice_name name;
	char               subject[NOTICE_SUBJECT_SIZE], time[CALENDAR_INSTANT_SIZE];

	if (!json_is_object(data) || !notice_parse(text_of(id), &name)) {
		json_decref(event);
		return false;
	}
	json_object_set_new(event, "id", json_string(id));
	json_object_set_new(event, "source", json_string(NOTIFY_SOURCE));
	json_object_set_new(event, "subject", json_string(notice_subject(&name, subject)));
	json_object_set_new(event, "time", json_string(calendar_format_utc(ended_ms, time)));
	json_object_set_new(data, "standing", json_false());
	json_object_set_new(data, "ended", json_integer(ended_ms));
	json_object_del(event, "text"); /* it says that the alert stands */
	json_write(out, event);
	return true;
}
