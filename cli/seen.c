#include "cli/seen.h"

#include <stdio.h>
#include <string.h>

#include "core/mem.h"

struct seen_figures
seen_figures_of(const struct summary *s)
{
	struct seen_figures f = {
	    .percent = summary_percent(&s->figure),
	    .expected = s->expected,
	    .gap = s->gap,
	    .light = s->judgement.light,
	    .reported = s->obligations_reported,
	    .obligations = s->obligations_expected,
	    .last_period = s->last_period,
	};

	if (s->kind == SCOPE_TASK) {
		f.state = s->state;
		f.disposition = s->disposition;
		f.overdue_days = s->overdue_days;
	} else {
		memcpy(f.tasks, s->tasks, sizeof(f.tasks));
	}
	return f;
}

/* True unless more is reported for the same period. */
static bool
same_period(const struct summary_period *a, const struct summary_period *b)
{
	return strcmp(a->name, b->name) != 0 || a->reported == b->reported;
}

bool
seen_same(const struct seen_figures *a, const struct seen_figures *b)
{
	return a->percent == b->percent && a->light == b->light && a->reported == b->reported &&
	    a->obligations == b->obligations && a->state == b->state &&
	    a->disposition == b->disposition && same_period(&a->last_period, &b->last_period) &&
	    memcmp(a->tasks, b->tasks, sizeof(a->tasks)) == 0;
}

/* By kind, then "2" before "10" and "2.9" before "2.10". */
static int
compare(const struct seen_scope *a, enum scope_kind kind, const char *name)
{
	if (a->kind != kind)
		return a->kind < kind ? -1 : 1;
	return strverscmp(a->name, name);
}

static size_t
place_of(const struct seen *all, enum scope_kind kind, const char *name)
{
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare(&all->at[middle], kind, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
seen_enter(struct seen *all, const struct summary *s, struct seen_figures *was)
{
	char              name[SCOPE_NAME_SIZE];
	size_t            i = place_of(all, s->kind, scope_name(s->kind, s->key, name));
	struct seen_scope sc = {.kind = s->kind, .figures = seen_figures_of(s)};

	if (i < all->count && compare(&all->at[i], s->kind, name) == 0) {
		*was = all->at[i].figures;
		all->at[i].figures = sc.figures;
		return true;
	}
	if (all->count == all->room) {
		all->room = all->room == 0 ? 256 : all->room * 2;
		all->at = mem_resized(all->at, all->room, sizeof(all->at[0]));
	}
	memmove(&all->at[i + 1], &all->at[i], (all->count - i) * sizeof(all->at[0]));
	memcpy(sc.name, name, sizeof(name));
	all->at[i] = sc;
	all->count++;
	return false;
}

static int
compare_alerts(const struct seen_alert *a, const struct alert *b)
{
	int keys = strverscmp(a->key, b->key);

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return keys != 0 ? keys : (int)a->what - (int)b->what;
}

static size_t
place_of_alert(const struct seen_alerts *all, const struct alert *alert)
{
	size_t low = 0, high = all->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_alerts(&all->at[middle], alert) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
insert_alert(struct seen_alerts *all, size_t i, const struct alert *alert)
{
	if (all->count == all->room) {
		all->room = all->room == 0 ? 64 : all->room * 2;
		all->at = mem_resized(all->at, all->room, sizeof(all->at[0]));
	}
	memmove(&all->at[i + 1], &all->at[i], (all->count - i) * sizeof(all->at[0]));
	all->at[i] = (struct seen_alert){.kind = alert->kind, .what = alert->what};
	memcpy(all->at[i].key, alert->key, sizeof(alert->key));
	all->count++;
}

void
seen_alert_take(struct seen_alerts *all, const struct alert *alert)
{
	size_t i = place_of_alert(all, alert);
	bool   there = i < all->count && compare_alerts(&all->at[i], alert) == 0;

	if (there && !alert->standing)
		seen_alert_drop(all, i);
	else if (!there && alert->standing)
		insert_alert(all, i, alert);
}

void
seen_alert_drop(struct seen_alerts *all, size_t i)
{
	all->count--;
	memmove(&all->at[i], &all->at[i + 1], (all->count - i) * sizeof(all->at[0]));
}

const char *
seen_alert_topic(const char *plan, const struct seen_alert *alert, char out[ALERT_TOPIC_SIZE])
{
	snprintf(out, ALERT_TOPIC_SIZE, "%s/alert/%s/%s/%s%s", plan, alarm_name(alert->what),
	    scope_kind_name(alert->kind), alert->key, alert->key[0] != '\0' ? "/" : "");
	return out;
}
