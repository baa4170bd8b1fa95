#include "core/period.h"

#include <stdio.h>

#include "core/calendar.h"

#define YEAR_MONTHS 12
#define YEAR_DIGITS 4

/* The months of INT32_MIN, -5877641-06-23, and of INT32_MAX, 5881580-07-11. */
#define FIRST_MONTH (-5877641 * YEAR_MONTHS + 5)
#define LAST_MONTH  (5881580 * YEAR_MONTHS + 6)

static const struct length {
	int  months;
	char mark; /* in a name: "2026-Q1"; 0: a number alone, or none */
} lengths[PLAN_EVERIES] = {
    [PLAN_MONTH] = {1, '\0'},
    [PLAN_QUARTER] = {3, 'Q'},
    [PLAN_HALF] = {6, 'H'},
    [PLAN_YEAR] = {YEAR_MONTHS, '\0'},
};

static int32_t
floor_div(int32_t a, int32_t b)
{
	return a / b - (a % b < 0);
}

static int32_t
clamp_day(int64_t day)
{
	if (day > INT32_MAX)
		return INT32_MAX;
	return day < INT32_MIN ? INT32_MIN : (int32_t)day;
}

/* The first day of a month: INT32_MIN of FIRST_MONTH and before, INT32_MAX + 1 behind
 * LAST_MONTH. */
static int64_t
month_start(int32_t month)
{
	int32_t year = floor_div(month, YEAR_MONTHS);

	if (month <= FIRST_MONTH)
		return INT32_MIN;
	if (month > LAST_MONTH)
		return (int64_t)INT32_MAX + 1;
	return calendar_day((struct calendar_date){year, month - year * YEAR_MONTHS + 1, 1});
}

/* The period that contains the month. */
static struct period
period_of_month(enum plan_every every, int32_t month)
{
	int32_t months = lengths[every].months;
	int32_t first = floor_div(month, months) * months;

	return (struct period){
	    .first = clamp_day(month_start(first)),
	    .last = clamp_day(month_start(first + months) - 1),
	};
}

int32_t
period_month(int32_t day)
{
	struct calendar_date d = calendar_date(day);

	return d.year * YEAR_MONTHS + d.month - 1;
}

struct period
period_at(enum plan_every every, int32_t day)
{
	return period_of_month(every, period_month(day));
}

struct period
period_next(enum plan_every every, struct period p)
{
	return period_of_month(every, period_month(p.first) + lengths[every].months);
}

struct period
period_before(enum plan_every every, struct period p)
{
	return period_of_month(every, period_month(p.first) - lengths[every].months);
}

const char *
period_name(enum plan_every every, struct period p, char out[PERIOD_NAME_SIZE])
{
	struct calendar_date d = calendar_date(p.first);
	const struct length *l = &lengths[every];

	if (every == PLAN_YEAR)
		snprintf(out, PERIOD_NAME_SIZE, "%04d", d.year);
	else if (l->mark == '\0')
		snprintf(out, PERIOD_NAME_SIZE, "%04d-%02d", d.year, d.month);
	else
		snprintf(out, PERIOD_NAME_SIZE, "%04d-%c%c", d.year, l->mark,
		    '1' + (d.month - 1) / l->months);
	return out;
}

/* Reads decimal digits, all of t. */
static bool
read_number(struct text t, int32_t *number)
{
	*number = 0;
	for (size_t i = 0; i < t.len; i++) {
		if (t.at[i] < '0' || t.at[i] > '9')
			return false;
		*number = *number * 10 + (t.at[i] - '0');
	}
	return true;
}

/* Reads what is behind the year: "", "-03", "-Q1" or "-H1". *nth counts from 1. */
static bool
read_part_of_year(struct text t, enum plan_every *every, int32_t *nth)
{
	bool marked;

	*every = PLAN_YEAR;
	*nth = 1;
	if (t.len == 0)
		return true;
	if (t.len != strlen("-Q1") || t.at[0] != '-')
		return false;
	*every = PLAN_MONTH;
	for (unsigned i = 0; i < PLAN_EVERIES; i++)
		if (lengths[i].mark != '\0' && lengths[i].mark == t.at[1])
			*every = (enum plan_every)i;
	marked = *every != PLAN_MONTH;
	return read_number((struct text){t.at + 1 + marked, t.len - 1 - marked}, nth) &&
	    *nth >= 1 && *nth <= YEAR_MONTHS / lengths[*every].months;
}

bool
period_parse(struct text name, enum plan_every *every, struct period *p)
{
	enum plan_every found;
	int32_t         year, nth;

	if (name.len < YEAR_DIGITS || !read_number((struct text){name.at, YEAR_DIGITS}, &year) ||
	    year == 0)
		return false;
	if (!read_part_of_year(
		(struct text){name.at + YEAR_DIGITS, name.len - YEAR_DIGITS}, &found, &nth))
		return false;
	*every = found;
	*p = period_of_month(found, year * YEAR_MONTHS + (nth - 1) * lengths[found].months);
	return true;
}

int32_t
period_due(const struct plan *p, struct period period)
{
	return clamp_day((int64_t)period.last + p->due_days);
}

bool
period_current(const struct plan *p, int32_t today, struct period *period)
{
	if (today < p->starts || today > p->ends)
		return false;
	*period = period_at(p->every, today);
	return true;
}

/* The plan's last period that is `latest` or before it. */
static bool
last_until(const struct plan *p, struct period latest, struct period *period)
{
	if (latest.first > p->ends)
		latest = period_at(p->every, p->ends);
	if (latest.last < p->starts)
		return false;
	*period = latest;
	return true;
}

bool
period_last_due(const struct plan *p, int32_t today, struct period *period)
{
	/* Every period before the one of this day was over due_days before today. */
	int32_t day = clamp_day((int64_t)today - p->due_days);

	return last_until(p, period_before(p->every, period_at(p->every, day)), period);
}

bool
period_previous(const struct plan *p, struct period period, struct period *before)
{
	return last_until(p, period_before(p->every, period), before);
}
