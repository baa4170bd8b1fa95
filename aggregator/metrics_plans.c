#include "aggregator/metrics_plans.h"

#include <stdlib.h>
#include <string.h>

#include "core/alert.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/scope.h"

#define OTHER       "other"
#define DAY_SECONDS 86400

/* How a plan stands. */
struct standing {
	const char    *id;
	struct fold   *fold;
	struct summary overall;
	uint32_t       lights[LIGHTS], alerts[ALARMS];
};

static struct standing
standing_of(const struct channel *c, struct fold *f)
{
	const struct plan  *p = fold_plan(f);
	struct rollup      *r = fold_rollup(f);
	struct standing     s = {.id = c->id, .fold = f};
	const struct alert *alert;
	size_t              at = 0;

	for (uint32_t t = 0; t < p->task_count; t++) {
		struct summary task;

		rollup_summary(r, scope_row(p, (struct scope){SCOPE_TASK, t}), &task);
		s.lights[task.judgement.light]++;
	}
	while ((alert = alerts_standing(fold_alerts(f), &at)) != NULL)
		s.alerts[alert->what]++;
	rollup_summary(r, scope_row(p, (struct scope){SCOPE_OVERALL, 0}), &s.overall);
	return s;
}

/* Those that can be told of: *count of them. */
static struct standing *
standings(struct channel *const *channels, size_t *count)
{
	struct standing *all = mem_zeroed(*count, sizeof(*all));
	size_t           n = 0;

	for (size_t i = 0; i < *count; i++) {
		struct fold *f = follow_shown(channels[i]->follow);

		if (f != NULL)
			all[n++] = standing_of(channels[i], f);
	}
	*count = n;
	return all;
}

static void
label(struct metrics *m, const char *name, const char *value)
{
	metrics_label(m, name, text_of(value));
}

/* Fills in a number of a plan; false: it has none. */
typedef bool value_fn(const struct standing *s, double *value);

static bool
completion(const struct standing *s, double *value)
{
	*value = summary_percent(&s->overall.figure) / 100.0;
	return s->overall.figure.den > 0;
}

static bool
expected(const struct standing *s, double *value)
{
	*value = s->overall.expected / 100.0;
	return s->overall.figure.den > 0;
}

/* By the current period; outside the plan's days by the one next to today. */
static bool
silence_limit(const struct standing *s, double *value)
{
	const struct plan *p = fold_plan(s->fold);
	int32_t            day = rollup_today(fold_rollup(s->fold));
	struct period      period;

	day = day < p->starts ? p->starts : day > p->ends ? p->ends : day;
	period = period_at(p->every, day);
	*value = (double)(period.last - period.first + 1 + (int32_t)p->due_days) * DAY_SECONDS;
	return true;
}

static const struct plan_family {
	const char *name, *help;
	value_fn   *value;
} plan_families[] = {
    {"tuijin_plan_completion_percent", "How far the plan has come.", completion},
    {"tuijin_plan_expected_percent", "How far it should have come by today.", expected},
    {"tuijin_plan_silence_limit_seconds",
	"Whoever was not heard for longer has been silent for a period and its grace.",
	silence_limit},
};

static void
write_values(const struct standing *all, size_t count, struct metrics *m)
{
	for (size_t f = 0; f < sizeof(plan_families) / sizeof(plan_families[0]); f++) {
		metrics_family(m, plan_families[f].name, METRIC_GAUGE, plan_families[f].help);
		for (size_t i = 0; i < count; i++) {
			double value;

			if (!plan_families[f].value(&all[i], &value))
				continue;
			label(m, "plan", all[i].id);
			metrics_value(m, value);
		}
	}
}

static void
write_counts(const struct standing *all, size_t count, struct metrics *m)
{
	metrics_family(m, "tuijin_plan_tasks", METRIC_GAUGE, "Tasks by their light.");
	for (size_t i = 0; i < count; i++) {
		for (size_t light = 0; light < LIGHTS; light++) {
			label(m, "plan", all[i].id);
			label(m, "light", light_name((enum light)light));
			metrics_count(m, all[i].lights[light]);
		}
	}
	metrics_family(
	    m, "tuijin_plan_alerts", METRIC_GAUGE, "Alerts that stand, by what they say.");
	for (size_t i = 0; i < count; i++) {
		for (size_t what = 0; what < ALARMS; what++) {
			label(m, "plan", all[i].id);
			label(m, "what", alarm_name((enum alarm)what));
			metrics_count(m, all[i].alerts[what]);
		}
	}
}

/* A number of an agency, and what it is of two of them together. */
struct agency_family {
	const char *name, *help;
	double (*value)(struct fold *f, uint32_t agency);
	double (*together)(double a, double b);
};

/* The first moment from which something was expected of it. */
static int64_t
begin_ms(const struct plan *p, const struct plan_agency *a)
{
	int32_t first = PLAN_LAST_DAY;

	for (uint32_t i = 0; i < a->obligation_count; i++) {
		int32_t from = p->obligations[a->obligations[i]].from;

		first = from < first ? from : first;
	}
	if (first < p->starts || a->obligation_count == 0)
		first = p->starts;
	return calendar_day_start(first, p->utc_offset_min);
}

/* The newest of all it has said; or when it could have begun. */
static double
last_heard(struct fold *f, uint32_t agency)
{
	const struct plan        *p = fold_plan(f);
	const struct plan_agency *a = &p->agencies[agency];
	const struct rollup      *r = fold_rollup(f);
	int64_t                   newest_ms = INT64_MIN;

	for (uint32_t i = 0; i < a->obligation_count; i++) {
		const struct rollup_word *word = rollup_word(r, a->obligations[i]);

		if (word->seq > 0 && word->received_ms > newest_ms)
			newest_ms = word->received_ms;
	}
	if (newest_ms == INT64_MIN)
		newest_ms = begin_ms(p, a);
	return (double)newest_ms / 1000;
}

static struct summary
summary_of(struct fold *f, uint32_t agency)
{
	struct summary s;

	rollup_summary(
	    fold_rollup(f), scope_row(fold_plan(f), (struct scope){SCOPE_AGENCY, agency}), &s);
	return s;
}

static double
missed(struct fold *f, uint32_t agency)
{
	struct summary s = summary_of(f, agency);

	return s.last_period.expected - s.last_period.reported;
}

static double
owed(struct fold *f, uint32_t agency)
{
	return summary_of(f, agency).period.expected;
}

static double
earlier(double a, double b)
{
	return a < b ? a : b;
}

static double
sum(double a, double b)
{
	return a + b;
}

static const struct agency_family agency_families[] = {
    {"tuijin_agency_last_heard_timestamp_seconds",
	"When the agency's newest report came in; its first day in the plan if none has.",
	last_heard, earlier},
    {"tuijin_agency_expected_obligations",
	"Obligations of the agency that are expected to be reported on in the current period.",
	owed, sum},
    {"tuijin_agency_missed_obligations",
	"Obligations of the agency that were not reported on in the last period that is due.",
	missed, sum},
};

static void
write_agency(struct metrics *m, const char *plan, const char *agency, double value)
{
	label(m, "plan", plan);
	label(m, "agency", agency);
	metrics_value(m, value);
}

/* An agency may have the name that all others together have. */
static void
write_agencies_of(
    const struct standing *s, uint32_t *left, const struct agency_family *f, struct metrics *m)
{
	const struct plan *p = fold_plan(s->fold);
	uint32_t           shown = p->agency_count < *left ? p->agency_count : *left;
	bool               has_others = false;
	double             others = 0;

	*left -= shown;
	for (uint32_t i = 0; i < p->agency_count; i++) {
		double value = f->value(s->fold, i);

		if (i < shown && strcmp(p->agencies[i].id, OTHER) != 0) {
			write_agency(m, s->id, p->agencies[i].id, value);
			continue;
		}
		others = has_others ? f->together(others, value) : value;
		has_others = true;
	}
	if (has_others)
		write_agency(m, s->id, OTHER, others);
}

void
aggregator_metrics_write_plans(struct channel *const *channels, size_t count, struct metrics *m)
{
	struct standing *all = standings(channels, &count);

	write_values(all, count, m);
	write_counts(all, count, m);
	for (size_t f = 0; f < sizeof(agency_families) / sizeof(agency_families[0]); f++) {
		uint32_t left = AGGREGATOR_METRICS_AGENCIES_MAX;

		metrics_family(m, agency_families[f].name, METRIC_GAUGE, agency_families[f].help);
		for (size_t i = 0; i < count; i++)
			write_agencies_of(&all[i], &left, &agency_families[f], m);
	}
	free(all);
}
