#include "core/alert.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/calendar.h"
#include "core/mem.h"
#include "core/period.h"

struct slot {
	struct alert alert;
	bool         pending; /* in the list of those with an edge */
	bool         told;    /* that it was raised has been taken */
};

struct alerts {
	const struct plan *plan;  /* borrowed */
	struct slot      **slots; /* owned, as they are; by scope row and alarm; NULL: never */
	uint32_t           rows;
	uint8_t           *standing; /* owned; a bit per alarm, by scope row */
	uint32_t          *pending;  /* owned; into slots, as the edges came */
	uint32_t           pending_first, pending_count, pending_room;
	struct alert      *gone; /* owned; ended with their scopes, and not yet taken */
	uint32_t           gone_first, gone_count;
};

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

static void
allocate(struct alerts *a, const struct plan *p)
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

	allocate(a, p);
	return a;
}

static void
free_slot(struct slot *s)
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
		free_slot(a->slots[i]);
	for (uint32_t i = 0; i < a->gone_count; i++)
		free(a->gone[i].agencies);
	free(a->slots);
	free(a->standing);
	free(a->pending);
	free(a->gone);
	free(a);
}

static struct slot *
slot_at(struct alerts *a, uint32_t row, unsigned what)
{
	struct slot **place = &a->slots[row * ALARMS + what];

	if (*place == NULL)
		*place = mem_zeroed(1, sizeof(**place));
	return *place;
}

static void
add_pending(struct alerts *a, uint32_t row, unsigned what)
{
	struct slot *s = slot_at(a, row, what);

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
	struct alert  *alert = &slot_at(a, row, what)->alert;
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
	add_pending(a, row, what);
}

static void
end_alert(struct alerts *a, struct rollup *r, uint32_t row, unsigned what, int64_t instant_ms)
{
	struct alert  *alert = &slot_at(a, row, what)->alert;
	struct summary s;

	rollup_summary(r, row, &s);
	take_numbers(alert, &s);
	alert->standing = false;
	alert->ended_ms = instant_ms;
	a->standing[row] &= (uint8_t) ~(1u << what);
	add_pending(a, row, what);
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
	return strcmp(slot_at(a, row, ALARM_MISSED_PERIOD)->alert.period,
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

/* The row of an alert's scope, or PLAN_NONE. */
static uint32_t
row_of(const struct plan *p, const struct alert *alert)
{
	char         name[SCOPE_KEY_SIZE + 16];
	struct scope scope;

	snprintf(name, sizeof(name), "%s%s%s", scope_kind_name(alert->kind),
	    alert->key[0] != '\0' ? "/" : "", alert->key);
	return scope_parse(p, text_of(name), &scope) ? scope_row(p, scope) : PLAN_NONE;
}

static void
let_go(struct alerts *a, struct slot *s, uint32_t revision, struct position position,
    int64_t instant_ms)
{
	if (s->told) {
		if (s->alert.standing) {
			s->alert.standing = false;
			s->alert.ended_ms = instant_ms;
			s->alert.revision = revision;
			s->alert.position = position;
		}
		a->gone = mem_resized(a->gone, a->gone_count + 1, sizeof(a->gone[0]));
		a->gone[a->gone_count++] = s->alert;
		s->alert.agencies = NULL;
	}
	free_slot(s);
}

/* Puts a slot of the old plan where the new one has its scope. */
static void
move_slot(struct alerts *a, struct slot *s, uint32_t row)
{
	bool pending = s->pending;

	s->pending = false;
	a->slots[row * ALARMS + s->alert.what] = s;
	if (s->alert.standing)
		a->standing[row] |= (uint8_t)(1u << s->alert.what);
	if (pending)
		add_pending(a, row, s->alert.what);
}

void
alerts_rebase(struct alerts *a, const struct plan *p, const struct rollup *r, int64_t instant_ms)
{
	struct slot **old = a->slots;
	size_t        count = (size_t)a->rows * ALARMS;

	free(a->standing);
	a->pending_first = a->pending_count = 0;
	allocate(a, p);
	for (size_t i = 0; i < count; i++) {
		uint32_t row = old[i] != NULL ? row_of(p, &old[i]->alert) : PLAN_NONE;

		if (row != PLAN_NONE)
			move_slot(a, old[i], row);
		else if (old[i] != NULL)
			let_go(a, old[i], p->revision, rollup_since(r), instant_ms);
	}
	free(old);
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
		struct slot *s = a->slots[a->pending[a->pending_first++]];
		bool         news = s->alert.standing || s->told;

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

bool
alerts_restore(struct alerts *a, const struct alert *alert)
{
	uint32_t     row = row_of(a->plan, alert);
	struct slot *s;

	if (row == PLAN_NONE) {
		free(alert->agencies);
		return false;
	}
	s = slot_at(a, row, alert->what);
	free(s->alert.agencies);
	s->alert = *alert;
	s->alert.standing = true;
	s->told = true;
	a->standing[row] |= (uint8_t)(1u << alert->what);
	return true;
}
