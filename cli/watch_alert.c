#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/json.h"
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

static void
print_json(const struct event *ev)
{
	json_t *object = json_object();

	json_object_set_new(object, "event", json_string("alert"));
	json_object_set_new(object, "id", json_text(ev->id));
	json_object_set_new(object, "time", json_text(ev->time));
	json_object_set_new(object, "data", json_alert(ev->plan, &ev->alert));
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
