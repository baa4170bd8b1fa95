#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/json.h"
#include "cli/watch_view.h"
#include "core/calendar.h"

#define AGENCIES_SHOWN 6

static const struct phrase alarms[ALARMS] = {
    [ALARM_OVERDUE] = PHRASE("overdue", "逾期"),
    [ALARM_BEHIND] = PHRASE("light turned red", "亮红灯"),
    [ALARM_BLOCKED] = PHRASE("blocked", "受阻"),
    [ALARM_HELP] = PHRASE("asks for help", "请求协调"),
    [ALARM_MISSED_PERIOD] = PHRASE("period missed", "未按期报送"),
    [ALARM_REGRESSED] = PHRASE("went back", "进度回退"),
};

/* Before "since": a light that turned red is red since. */
static const char *
lasting(enum alarm what, enum language l)
{
	static const struct phrase red = PHRASE("red", "亮红灯");

	return (what == ALARM_BEHIND ? &red : &alarms[what])->at[l];
}

/* The offset of the plan. Without a plan, as_of tells it, being 00:00 of a day there: of
 * the two that fit, which are a day apart, the one from -09:59 to +14:00. */
static int
offset_of(const struct watch_view *v, const struct alert *alert)
{
	const int day = 24 * 60;
	int       minutes;

	if (v->plan != NULL)
		return v->plan->utc_offset_min;
	minutes = (int)(day - alert->as_of_ms / 60000 % day) % day;
	return minutes > 14 * 60 ? minutes - day : minutes;
}

/* "2026-07-01", or with the time where it is not midnight. */
static void
add_moment(struct watch_view *v, const struct alert *alert, int64_t ms)
{
	char   moment[CALENDAR_INSTANT_SIZE];
	size_t len = sizeof("2026-07-01 09:30") - 1;

	calendar_format_local(ms, offset_of(v, alert), moment);
	if (strcmp(moment + strlen(moment) - 8, "00:00:00") == 0)
		len = sizeof("2026-07-01") - 1;
	buf_addf(&v->out, "%.*s", (int)len, moment);
}

static void
add_edge(struct watch_view *v, const struct alert *alert)
{
	static const struct phrase since = PHRASE(" since ", "，自 ");
	static const struct phrase resolved = PHRASE("resolved: ", "已解除：");
	static const struct phrase until = PHRASE(" until ", " 至 ");
	enum language              l = v->run->language;
	enum style                 style = alert->standing ? STYLE_RED : STYLE_GREEN;

	if (!alert->standing)
		screen_styled(&v->out, v->run->out, style, text_of(resolved.at[l]));
	screen_styled(&v->out, v->run->out, style, text_of(lasting(alert->what, l)));
	if (alert->period[0] != '\0')
		buf_addf(&v->out, " %s", alert->period);
	buf_addf(&v->out, "%s", since.at[l]);
	add_moment(v, alert, alert->since_ms);
	if (alert->standing)
		return;
	buf_addf(&v->out, "%s", until.at[l]);
	add_moment(v, alert, alert->ended_ms);
}

/* " (39.55 / 54.69 then)": percent and what was expected, when it was raised. */
static void
add_numbers(struct watch_view *v, const struct alert *alert)
{
	static const struct phrase words =
	    PHRASE(" (%d.%02d / %d.%02d then)", "（当时 %d.%02d / %d.%02d）");

	if (alert->counts)
		buf_addf(&v->out, words.at[v->run->language], alert->percent / 100,
		    alert->percent % 100, alert->expected / 100, alert->expected % 100);
}

static void
add_agencies(struct watch_view *v, const struct alert *alert)
{
	for (uint32_t i = 0; i < alert->agency_count && i < AGENCIES_SHOWN; i++)
		buf_addf(&v->out, "%s%s", i == 0 ? "  " : ", ", alert->agencies[i]);
	if (alert->agency_count > AGENCIES_SHOWN)
		buf_addf(&v->out, ", +%" PRIu32, alert->agency_count - AGENCIES_SHOWN);
}

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

/* With the keys of the event's `data` (docs/protocol.md). */
static json_t *
alert_data(const struct event *ev)
{
	const struct alert *alert = &ev->alert;
	json_t             *data = json_object(), *agencies = json_array();
	char                position[POSITION_SIZE];

	json_object_set_new(data, "plan", json_text(ev->plan));
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

static void
print_json(const struct event *ev)
{
	json_t *object = json_object();

	json_object_set_new(object, "event", json_string("alert"));
	json_object_set_new(object, "id", json_text(ev->id));
	json_object_set_new(object, "time", json_text(ev->time));
	json_object_set_new(object, "data", alert_data(ev));
	json_print(stdout, object);
}

void
watch_view_alert(struct watch_view *v, const struct event *ev)
{
	const struct alert *alert = &ev->alert;
	char                name[SCOPE_NAME_SIZE];

	if (v->json) {
		print_json(ev);
		return;
	}
	watch_line_begin(v);
	watch_line_scope(v, scope_name(alert->kind, text_of(alert->key), name));
	add_edge(v, alert);
	add_numbers(v, alert);
	add_agencies(v, alert);
	watch_line_end(v);
}

void
watch_view_gone(struct watch_view *v, const char *plan, const struct seen_alert *alert)
{
	static const struct phrase words = PHRASE("resolved in the meantime: ", "期间已解除：");
	char                       topic[ALERT_TOPIC_SIZE], name[SCOPE_NAME_SIZE];

	if (v->json) {
		json_print(stdout,
		    json_pack("{s:s, s:s}", "event", "alert_gone", "topic",
			seen_alert_topic(plan, alert, topic)));
		return;
	}
	watch_line_begin(v);
	watch_line_scope(v, scope_name(alert->kind, text_of(alert->key), name));
	screen_styled(&v->out, v->run->out, STYLE_GREEN, text_of(words.at[v->run->language]));
	buf_addf(&v->out, "%s", alarms[alert->what].at[v->run->language]);
	watch_line_end(v);
}
