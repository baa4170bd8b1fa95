#include "core/alert_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/calendar.h"
#include "core/mem.h"
#include "core/period.h"

static const char *const names[ALARMS] = {
    [ALARM_OVERDUE] = "overdue",
    [ALARM_BEHIND] = "behind",
    [ALARM_BLOCKED] = "blocked",
    [ALARM_HELP] = "help",
    [ALARM_MISSED_PERIOD] = "missed_period",
    [ALARM_REGRESSED] = "regressed",
};

const char *
alarm_name(enum alarm what)
{
	return names[what];
}

bool
alarm_parse(struct text t, enum alarm *what)
{
	for (unsigned i = 0; i < ALARMS; i++) {
		if (!text_equal(t, text_of(names[i])))
			continue;
		*what = (enum alarm)i;
		return true;
	}
	return false;
}

const char *
alert_topic(const struct plan *p, const struct alert *alert, char out[ALERT_TOPIC_SIZE])
{
	bool overall = alert->kind == SCOPE_OVERALL;

	snprintf(out, ALERT_TOPIC_SIZE, "%s/alert/%s%s/%s/%s%s", p->id,
	    alert->standing ? "" : "resolved/", names[alert->what], scope_kind_name(alert->kind),
	    alert->key, overall ? "" : "/");
	return out;
}

void
alerts_allocate(struct alerts *a, const struct plan *p)
{
	a->plan = p;
	a->rows = scope_count(p);
	a->slots = mem_zeroed((size_t)a->rows * ALARMS, sizeof(a->slots[0]));
	a->standing = mem_zeroed(a->rows, sizeof(a->standing[0]));
}

struct alerts *
alerts_new(const struct plan *p)
{
	struct alerts *a = mem_zeroed(1, sizeof(*a));

	alerts_allocate(a, p);
	return a;
}

void
alert_slot_free(struct alert_slot *s)
{
	if (s != NULL)
		free(s->alert.agencies);
	free(s);
}

void
alerts_free(struct alerts *a)
{
	if (a == NULL)
		return;
	for (size_t i = 0; i < (size_t)a->rows * ALARMS; i++)
		alert_slot_free(a->slots[i]);
	for (uint32_t i = 0; i < a->gone_count; i++)
		free(a->gone[i].agencies);
	free(a->slots);
	free(a->standing);
	free(a->pending);
	free(a->gone);
	free(a);
}

struct alert_slot *
alerts_slot(struct alerts *a, uint32_t row, unsigned what)
{
	struct alert_slot **place = &a->slots[row * ALARMS + what];

	if (*place == NULL)
		*place = mem_zeroed(1, sizeof(**place));
	return *place;
}

void
alerts_add_pending(struct alerts *a, uint32_t row, unsigned what)
{
	struct alert_slot *s = alerts_slot(a, row, what);

	if (s->pending)
		return;
	s->pending = true;
	if (a->pending_count == a->pending_room) {
		a->pending_room = a->pending_room > 0 ? 2 * a->pending_room : 16;
		a->pending = mem_resized(a->pending, a->pending_room, sizeof(a->pending[0]));
	}
	a->pending[a->pending_count++] = row * ALARMS + what;
}

/* The numbers of the scope as it stands. */
static void
take_numbers(struct alert *alert, const struct summary *s)
{
	alert->revision = s->revision;
	alert->position = s->position;
	alert->as_of_ms = s->as_of_ms;
	alert->counts = s->figure.den > 0;
	alert->percent = summary_percent(&s->figure);
	alert->expected = s->expected;
	alert->gap = s->gap;
	alert->judgement = s->judgement;
	alert->overdue_days = s->overdue_days;
}

static void
take_agencies(struct alert *alert, const struct rollup *r, uint32_t task)
{
	const struct plan      *p = rollup_plan(r);
	const struct plan_task *pt = &p->tasks[task];
	const uint32_t          end = pt->first_obligation + pt->obligation_count;
	uint32_t                count = 0;

	for (uint32_t i = pt->first_obligation; i < end; i++)
		count += rollup_is_cause(r, i, alert->what);
	free(alert->agencies);
	alert->agencies = mem_zeroed(count, sizeof(alert->agencies[0]));
	alert->agency_count = 0;
	for (uint32_t i = pt->first_obligation; i < end; i++) {
		const char *id = p->agencies[p->obligations[i].agency].id;

		if (rollup_is_cause(r, i, alert->what))
			memcpy(alert->agencies[alert->agency_count++], id, strlen(id) + 1);
	}
}

/* An alarm of the calendar's began with a day, whenever it is first looked at. */
static int64_t
since(const struct alert *alert, const struct rollup *r, uint32_t task, int64_t instant_ms)
{
	const struct plan *p = rollup_plan(r);
	struct period      period;

	if (alert->what == ALARM_OVERDUE)
		return calendar_day_start(p->tasks[task].due + 1, p->utc_offset_min);
	if (alert->what == ALARM_MISSED_PERIOD && rollup_last_due(r, &period))
		return calendar_day_start(period_due(p, period) + 1, p->utc_offset_min);
	return instant_ms;
}

static void
raise_alert(struct alerts *a, struct rollup *r, uint32_t row, unsigned what, int64_t instant_ms)
{
	struct scope   scope = scope_at(a->plan, row);
	struct alert  *alert = &alerts_slot(a, row, what)->alert;
	struct summary s;

	rollup_summary(r, row, &s);
	alert->what = (enum alarm)what;
	alert->standing = true;
	alert->kind = scope.kind;
	alert->ended_ms = 0;
	alert->period[0] = '\0';
	scope_key(a->plan, scope, alert->key);
	take_numbers(alert, &s);
	if (what == ALARM_MISSED_PERIOD)
		memcpy(alert->period, s.last_period.name, sizeof(alert->period));
	if (scope.kind == SCOPE_TASK)
		take_agencies(alert, r, scope.index);
	alert->since_ms = since(alert, r, scope.index, instant_ms);
	a->standing[row] |= (uint8_t)(1u << what);
	alerts_add_pending(a, row, what);
}

static void
end_alert(struct alerts *a, struct rollup *r, uint32_t row, unsigned what, int64_t instant_ms)
{
	struct alert  *alert = &alerts_slot(a, row, what)->alert;
	struct summary s;

	rollup_summary(r, row, &s);
	take_numbers(alert, &s);
	alert->standing = false;
	alert->ended_ms = instant_ms;
	a->standing[row] &= (uint8_t) ~(1u << what);
	alerts_add_pending(a, row, what);
}

/* A further missed period is another edge. */
static bool
is_about_another_period(struct alerts *a, const struct rollup *r, uint32_t row, uint32_t alarms)
{
	char          name[PERIOD_NAME_SIZE];
	struct period period;

	if ((alarms & a->standing[row] & 1u << ALARM_MISSED_PERIOD) == 0)
		return false;
	rollup_last_due(r, &period);
	return strcmp(alerts_slot(a, row, ALARM_MISSED_PERIOD)->alert.period,
		   period_name(a->plan->every, period, name)) != 0;
}

static void
check_row(struct alerts *a, struct rollup *r, uint32_t row, int64_t instant_ms)
{
	uint32_t alarms = rollup_alarms(r, row), changed = alarms ^ a->standing[row];

	if (is_about_another_period(a, r, row, alarms))
		changed |= 1u << ALARM_MISSED_PERIOD;
	for (unsigned what = 0; what < ALARMS; what++) {
		if ((changed & 1u << what) == 0)
			continue;
		if ((alarms & 1u << what) != 0)
			raise_alert(a, r, row, what, instant_ms);
		else
			end_alert(a, r, row, what, instant_ms);
	}
}

void
alerts_check(struct alerts *a, struct rollup *r, int64_t instant_ms)
{
	uint32_t row;

	while ((row = rollup_take_changed(r, ROLLUP_ALERTS)) != PLAN_NONE)
		check_row(a, r, row, instant_ms);
}

/* The agencies of those that were taken are freed with the next call. */
static void
forget_taken(struct alerts *a)
{
	if (a->gone_first < a->gone_count || a->gone_count == 0)
		return;
	for (uint32_t i = 0; i < a->gone_count; i++)
		free(a->gone[i].agencies);
	a->gone_first = a->gone_count = 0;
}

bool
alerts_has_edge(const struct alerts *a)
{
	return a->gone_first < a->gone_count || a->pending_first < a->pending_count;
}

const struct alert *
alerts_take_edge(struct alerts *a)
{
	forget_taken(a);
	if (a->gone_first < a->gone_count)
		return &a->gone[a->gone_first++];
	while (a->pending_first < a->pending_count) {
		struct alert_slot *s = a->slots[a->pending[a->pending_first++]];
		bool               news = s->pending && (s->alert.standing || s->told);

		s->pending = false;
		s->told = s->alert.standing;
		if (news)
			return &s->alert;
	}
	a->pending_first = a->pending_count = 0;
	return NULL;
}

const struct alert *
alerts_standing(const struct alerts *a, size_t *i)
{
	size_t count = (size_t)a->rows * ALARMS;

	for (; *i < count; (*i)++)
		if (a->slots[*i] != NULL && a->slots[*i]->alert.standing)
			return &a->slots[(*i)++]->alert;
	return NULL;
}
