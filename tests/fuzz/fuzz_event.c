/*
 * fuzz_event -- any bytes as an event, as the end of a snapshot and as a topic. A
 * summary or alert that decodes keeps the limits and, encoded again, is the same bytes
 * from then on.
 */
#include <assert.h>
#include <stdint.h>

#include "core/wire_event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct text topic = {"x/y/", 4};

static void
keeps_period(const struct summary_period *period)
{
	assert(memchr(period->name, '\0', sizeof(period->name)) != NULL);
	assert(period->on_time <= period->reported && period->reported <= period->expected);
}

static void
keeps_limits(const struct summary *s)
{
	const struct figure *figures[] = {&s->figure, &s->lead, &s->participant};

	assert(s->kind < SCOPE_KINDS && s->state < TASK_STATES);
	assert(s->disposition < REPORT_DISPOSITIONS);
	for (size_t i = 0; i < 3; i++)
		assert(summary_percent(figures[i]) <= REPORT_PERCENT_MAX);
	assert(s->expected >= 0 && s->expected <= REPORT_PERCENT_MAX);
	assert(s->gap >= -REPORT_PERCENT_MAX && s->gap <= REPORT_PERCENT_MAX);
	assert(s->judgement.light < LIGHTS && s->judgement.reason < REASONS);
	keeps_period(&s->period);
	keeps_period(&s->last_period);
	for (uint32_t i = 0; i < s->part_count; i++) {
		assert(s->parts[i].state < REPORT_STATES);
		assert(s->parts[i].percent <= REPORT_PERCENT_MAX);
	}
}

static void
summary_comes_back(const struct summary *s)
{
	static struct wire_reader *w;
	static struct buf          first, second;
	struct event               again;

	if (w == NULL)
		w = wire_reader_new();
	buf_reset(&first);
	wire_summary_encode(&first, topic, s);
	assert(wire_event_decode(w, first.at, first.len, &again, NULL) == 0);
	buf_reset(&second);
	wire_summary_encode(&second, topic, &again.summary);
	assert(text_equal(buf_text(&first), buf_text(&second)));
}

static bool
is_name_within(const char *name, size_t size)
{
	const char *end = memchr(name, '\0', size);

	return end != NULL && (end == name || text_is_name(text_of(name), size));
}

static void
alert_keeps_limits(const struct alert *alert)
{
	assert(alert->what < ALARMS && alert->kind < SCOPE_KINDS);
	assert(is_name_within(alert->key, sizeof(alert->key)));
	assert(is_name_within(alert->period, sizeof(alert->period)));
	assert(alert->percent >= (alert->counts ? 0 : -1));
	assert(alert->percent <= REPORT_PERCENT_MAX && alert->expected <= REPORT_PERCENT_MAX);
	assert(alert->expected >= 0 && alert->gap <= REPORT_PERCENT_MAX);
	assert(alert->judgement.light < LIGHTS && alert->judgement.reason < REASONS);
	assert(alert->agency_count <= PLAN_AGENCIES_MAX);
	for (uint32_t i = 0; i < alert->agency_count; i++)
		assert(alert->agencies[i][0] != '\0' &&
		    is_name_within(alert->agencies[i], sizeof(alert->agencies[i])));
}

static void
alert_comes_back(const struct alert *alert)
{
	static const struct plan   plan = {.id = "x"};
	static struct wire_reader *w;
	static struct buf          first, second;
	struct event               again;

	if (w == NULL)
		w = wire_reader_new();
	buf_reset(&first);
	wire_alert_encode(&first, topic, &plan, alert);
	assert(wire_event_decode(w, first.at, first.len, &again, NULL) == 0);
	buf_reset(&second);
	wire_alert_encode(&second, topic, &plan, &again.alert);
	assert(text_equal(buf_text(&first), buf_text(&second)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wire_reader *w;
	struct event               ev;
	struct snapshot_end        end;
	struct text                prefix;
	struct err                 e;

	if (w == NULL)
		w = wire_reader_new();
	if (wire_event_decode(w, data, size, &ev, &e) != 0) {
		assert(e.code == ERR_INPUT);
	} else if (ev.kind == EVENT_SUMMARY) {
		keeps_limits(&ev.summary);
		summary_comes_back(&ev.summary);
	} else if (ev.kind == EVENT_ALERT) {
		alert_keeps_limits(&ev.alert);
		alert_comes_back(&ev.alert);
	}
	if (wire_snapshot_end_decode(w, data, size, &end, &e) == 0)
		assert(end.plans == 0 || end.plan[0].len <= size);
	if (wire_snapshot_topic((struct text){(const char *)data, size}, &prefix))
		assert(prefix.len <= size - sizeof("snap//") + 1 - WIRE_NONCE_MIN);
	return 0;
}
