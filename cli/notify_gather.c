#include "cli/notify_gather.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/calendar.h"
#include "core/mem.h"

static bool
read_topic(
    const struct subscriber *s, struct wire_reader *reader, const char *topic, struct event *ev)
{
	struct text payload = subscriber_payload(s, text_of(topic));

	return payload.at != NULL &&
	    wire_event_decode(reader, payload.at, payload.len, ev, NULL) == 0;
}

bool
gather_day(const struct subscriber *s, const struct plan *p, int32_t *day)
{
	struct wire_reader *reader = wire_reader_new();
	char                topic[SCOPE_TOPIC_SIZE];
	struct event        ev;
	bool                there;

	snprintf(topic, sizeof(topic), "%s/overall/", p->id);
	there = read_topic(s, reader, topic, &ev) && ev.kind == EVENT_SUMMARY;
	if (there)
		*day = calendar_day_at(ev.summary.as_of_ms, p->utc_offset_min);
	wire_reader_free(reader);
	return there;
}

/* Whose doing these are the parts of a task tell, as they are now; of the others only the
 * alert knows, as it was raised. */
#define TOLD_BY_PARTS (1u << ALARM_OVERDUE | 1u << ALARM_BEHIND | 1u << ALARM_BLOCKED)

static bool
may_be_about(const struct plan *p, const struct alert *alert, uint32_t obligation)
{
	const char *id = p->agencies[p->obligations[obligation].agency].id;

	if ((TOLD_BY_PARTS & 1u << alert->what) != 0)
		return true;
	for (uint32_t i = 0; i < alert->agency_count; i++)
		if (strcmp(alert->agencies[i], id) == 0)
			return true;
	return false;
}

static void
take_alert(struct digest_item *item, const struct alert *alert)
{
	item->alarms |= 1u << alert->what;
	item->since_ms[alert->what] = alert->since_ms;
	if (alert->what == ALARM_MISSED_PERIOD)
		memcpy(item->period, alert->period, sizeof(item->period));
}

static uint32_t
causes(const struct summary *m, const struct summary_part *part, bool counts)
{
	uint32_t alarms = 0;

	if (counts && part->state != REPORT_COMPLETED)
		alarms |= 1u << ALARM_OVERDUE;
	if (counts && (int32_t)part->percent < m->expected)
		alarms |= 1u << ALARM_BEHIND;
	if (part->state == REPORT_BLOCKED)
		alarms |= 1u << ALARM_BLOCKED;
	return alarms;
}

static const struct summary_part *
find_part(const struct summary *m, const char *agency)
{
	for (uint32_t i = 0; i < m->part_count; i++)
		if (text_equal(m->parts[i].agency, text_of(agency)))
			return &m->parts[i];
	return NULL;
}

static void
take_summary(struct digest_item *item, const struct plan *p, const struct summary *m)
{
	const char                *id = p->agencies[p->obligations[item->obligation].agency].id;
	const struct summary_part *part = find_part(m, id);
	bool                       counts = plan_counts(p, item->obligation);

	item->counts = m->figure.den > 0;
	item->percent = summary_percent(&m->figure);
	item->expected = m->expected;
	item->gap = m->gap;
	item->judgement = m->judgement;
	item->overdue_days = m->overdue_days;
	item->alarms &= ~TOLD_BY_PARTS | (part != NULL ? causes(m, part, counts) : 0);
	if (part != NULL && part->state != REPORT_UNREPORTED)
		item->own_percent = (int32_t)part->percent;
}

static void
add_item(struct gathered *g, const struct digest_item *item)
{
	if (g->count == g->room) {
		g->room = g->room > 0 ? 2 * g->room : 64;
		g->at = mem_resized(g->at, g->room, sizeof(g->at[0]));
	}
	g->at[g->count++] = *item;
}

/* All alerts of one task that stand, and its numbers. */
static void
gather_task(struct gathered *g, const struct subscriber *s, struct wire_reader *reader,
    const struct plan *p, const struct plan_task *task)
{
	struct digest_item *items = mem_zeroed(task->obligation_count, sizeof(items[0]));
	char                topic[ALERT_TOPIC_SIZE];
	struct event        ev;
	bool                has_numbers;

	for (uint32_t i = 0; i < task->obligation_count; i++) {
		items[i].obligation = task->first_obligation + i;
		items[i].own_percent = -1;
	}
	for (unsigned what = 0; what < ALARMS; what++) {
		snprintf(topic, sizeof(topic), "%s/alert/%s/task/%" PRIu32 "/", p->id,
		    alarm_name((enum alarm)what), task->number);
		if (!read_topic(s, reader, topic, &ev) || ev.kind != EVENT_ALERT)
			continue;
		for (uint32_t i = 0; i < task->obligation_count; i++)
			if (may_be_about(p, &ev.alert, items[i].obligation))
				take_alert(&items[i], &ev.alert);
	}
	snprintf(topic, sizeof(topic), "%s/task/%" PRIu32 "/", p->id, task->number);
	has_numbers = read_topic(s, reader, topic, &ev) && ev.kind == EVENT_SUMMARY;
	for (uint32_t i = 0; i < task->obligation_count; i++) {
		if (has_numbers)
			take_summary(&items[i], p, &ev.summary);
		else
			items[i].alarms &= ~TOLD_BY_PARTS;
		if (items[i].alarms != 0)
			add_item(g, &items[i]);
	}
	free(items);
}

void
gather_init(struct gathered *g, const struct subscriber *s, const struct plan *p, int32_t day)
{
	struct wire_reader *reader = wire_reader_new();

	*g = (struct gathered){.day = day};
	for (uint32_t t = 0; t < p->task_count; t++)
		gather_task(g, s, reader, p, &p->tasks[t]);
	wire_reader_free(reader);
}

void
gather_fini(struct gathered *g)
{
	free(g->at);
	*g = (struct gathered){0};
}

struct digest
gather_digest(const struct gathered *g, const struct plan *p)
{
	return (struct digest){.plan = p, .items = g->at, .count = g->count, .day = g->day};
}
