#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/json.h"
#include "cli/watch_view.h"
#include "cli/watch_words.h"
#include "core/calendar.h"

#define AGENCIES_SHOWN 6

static int
offset_of(const struct watch_view *v, const struct alert *alert)
{
	return v->plan != NULL ? v->plan->utc_offset_min : watch_offset_of(alert->as_of_ms);
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
	screen_styled(&v->out, v->run->out, style, text_of(watch_alarm_lasting(l, alert->what)));
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
	buf_addf(&v->out, "%s", watch_alarm(v->run->language, alert->what));
	watch_line_end(v);
}
