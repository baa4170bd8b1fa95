#include "core/alert_state.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* The row of an alert's scope, or PLAN_NONE. */
static uint32_t
row_of(const struct plan *p, const struct alert *alert)
{
	char         name[SCOPE_NAME_SIZE];
	struct scope scope;

	scope_name(alert->kind, text_of(alert->key), name);
	return scope_parse(p, text_of(name), &scope) ? scope_row(p, scope) : PLAN_NONE;
}

/* An alert that is to be told as ended, and nothing more; its agencies are owned. */
static void
add_gone(struct alerts *a, const struct alert *alert)
{
	a->gone = mem_resized(a->gone, a->gone_count + 1, sizeof(a->gone[0]));
	a->gone[a->gone_count++] = *alert;
}

static void
end(struct alert *alert, const struct alert_end *how)
{
	alert->standing = false;
	alert->ended_ms = how->instant_ms;
	alert->as_of_ms = how->as_of_ms;
	alert->revision = how->revision;
	alert->position = how->position;
}

/* Ends an alert whose scope the new plan does not have. Only those who were told that it
 * was raised are told so. */
static void
let_go(struct alerts *a, struct alert_slot *s, const struct alert_end *how)
{
	if (s->told) {
		if (s->alert.standing)
			end(&s->alert, how);
		add_gone(a, &s->alert);
		s->alert.agencies = NULL;
	}
	alert_slot_free(s);
}

/* Puts a slot of the old plan where the new one has its scope. */
static void
move_slot(struct alerts *a, struct alert_slot *s, uint32_t row)
{
	bool pending = s->pending;

	s->pending = false;
	a->slots[row * ALARMS + s->alert.what] = s;
	if (s->alert.standing)
		a->standing[row] |= (uint8_t)(1u << s->alert.what);
	if (pending)
		alerts_add_pending(a, row, s->alert.what);
}

void
alerts_rebase(struct alerts *a, const struct plan *p, const struct alert_end *how)
{
	struct alert_slot **old = a->slots;
	size_t              count = (size_t)a->rows * ALARMS;

	free(a->standing);
	a->pending_first = a->pending_count = 0;
	alerts_allocate(a, p);
	for (size_t i = 0; i < count; i++) {
		uint32_t row = old[i] != NULL ? row_of(p, &old[i]->alert) : PLAN_NONE;

		if (row != PLAN_NONE)
			move_slot(a, old[i], row);
		else if (old[i] != NULL)
			let_go(a, old[i], how);
	}
	free(old);
}

static bool
are_one(const struct alert *a, const struct alert *b)
{
	return a->since_ms == b->since_ms && a->as_of_ms == b->as_of_ms &&
	    position_compare(a->position, b->position) == 0;
}

/* What was told by the former ones: it stands here too, or has ended. */
static void
follow_on(struct alerts *a, const struct alert *told, const struct alert_end *how)
{
	uint32_t           row = row_of(a->plan, told);
	struct alert_slot *s = row != PLAN_NONE ? a->slots[row * ALARMS + told->what] : NULL;
	struct alert       ended = *told;

	if (s != NULL && s->alert.standing) {
		s->told = true;
		s->pending = s->pending && !are_one(&s->alert, told);
		return;
	}
	ended.agencies = mem_zeroed(told->agency_count, sizeof(told->agencies[0]));
	if (told->agency_count > 0)
		memcpy(
		    ended.agencies, told->agencies, told->agency_count * sizeof(told->agencies[0]));
	end(&ended, how);
	add_gone(a, &ended);
}

void
alerts_follow_on(struct alerts *a, const struct alerts *former, const struct alert_end *how)
{
	for (size_t i = 0; i < (size_t)former->rows * ALARMS; i++)
		if (former->slots[i] != NULL && former->slots[i]->told)
			follow_on(a, &former->slots[i]->alert, how);
}

bool
alerts_restore(struct alerts *a, const struct alert *alert)
{
	uint32_t           row = row_of(a->plan, alert);
	struct alert_slot *s;

	if (row == PLAN_NONE) {
		free(alert->agencies);
		return false;
	}
	s = alerts_slot(a, row, alert->what);
	free(s->alert.agencies);
	s->alert = *alert;
	s->alert.standing = true;
	s->told = true;
	a->standing[row] |= (uint8_t)(1u << alert->what);
	return true;
}
