#include "core/calendar.h"

#include <stdio.h>

#define DAYS_PER_ERA  146097 /* 400 Gregorian years */
#define DAYS_TO_EPOCH 719468 /* from 0000-03-01 to 1970-01-01 */
#define MINUTE_MS     INT64_C(60000)
#define OFFSET_MAX    (14 * 60) /* minutes */

static int64_t
floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Both ways count years from 1 March, so that the leap day is a year's last. */
static int64_t
day_from_date(struct calendar_date d)
{
	int64_t year = d.month > 2 ? d.year : d.year - 1;
	int64_t era = floor_div(year, 400);
	int64_t year_of_era = year - era * 400;
	int64_t month = (d.month + 9) % 12; /* March is 0 */
	int64_t day_of_year = (153 * month + 2) / 5 + d.day - 1;

	return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
	    day_of_year - DAYS_TO_EPOCH;
}

static struct calendar_date
date_from_day(int64_t day)
{
	int64_t from_march = day + DAYS_TO_EPOCH;
	int64_t era = floor_div(from_march, DAYS_PER_ERA);
	int64_t day_of_era = from_march - era * DAYS_PER_ERA;
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year =
	    day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153; /* March is 0 */

	return (struct calendar_date){
	    .year = (int)(era * 400 + year_of_era + (month >= 10)),
	    .month = (int)(month < 10 ? month + 3 : month - 9),
	    .day = (int)(day_of_year - (153 * month + 2) / 5 + 1),
	};
}

int32_t
calendar_day(struct calendar_date d)
{
	return (int32_t)day_from_date(d);
}

struct calendar_date
calendar_date(int32_t day)
{
	return date_from_day(day);
}

/* Reads exactly `len` decimal digits. */
static bool
read_digits(const char *at, size_t len, int *number)
{
	*number = 0;
	for (size_t i = 0; i < len; i++) {
		if (at[i] < '0' || at[i] > '9')
			return false;
		*number = *number * 10 + (at[i] - '0');
	}
	return true;
}

bool
calendar_parse_date(struct text t, int32_t *day)
{
	struct calendar_date d, back;
	int32_t              found;

	if (t.len != strlen("YYYY-MM-DD") || t.at[4] != '-' || t.at[7] != '-' ||
	    !read_digits(t.at, 4, &d.year) || !read_digits(t.at + 5, 2, &d.month) ||
	    !read_digits(t.at + 8, 2, &d.day))
		return false;
	if (d.year < 1 || d.month < 1 || d.month > 12 || d.day < 1 || d.day > 31)
		return false;
	found = calendar_day(d);
	back = calendar_date(found); /* 30 February comes back as a day in March */
	if (back.month != d.month)
		return false;
	*day = found;
	return true;
}

bool
calendar_parse_offset(struct text t, int *offset_min)
{
	int hours, minutes;

	if (text_equal(t, text_of("Z"))) {
		*offset_min = 0;
		return true;
	}
	if (t.len != strlen("+HH:MM") || (t.at[0] != '+' && t.at[0] != '-') || t.at[3] != ':' ||
	    !read_digits(t.at + 1, 2, &hours) || !read_digits(t.at + 4, 2, &minutes))
		return false;
	if (minutes > 59 || hours * 60 + minutes > OFFSET_MAX)
		return false;
	*offset_min = t.at[0] == '-' ? -(hours * 60 + minutes) : hours * 60 + minutes;
	return true;
}

/* Parts an instant into a day and the ms since that day began, without overflow
 * at either end of int64_t. */
static int64_t
split(int64_t ms, int offset_min, int64_t *ms_of_day)
{
	int64_t day = floor_div(ms, CALENDAR_DAY_MS);
	int64_t past = ms % CALENDAR_DAY_MS; /* negative before 1970 */
	int64_t rest = (past < 0 ? past + CALENDAR_DAY_MS : past) + offset_min * MINUTE_MS;
	int64_t carry = floor_div(rest, CALENDAR_DAY_MS);

	*ms_of_day = rest - carry * CALENDAR_DAY_MS;
	return day + carry;
}

int32_t
calendar_day_at(int64_t ms, int offset_min)
{
	int64_t rest;
	int64_t day = split(ms, offset_min, &rest);

	if (day > INT32_MAX)
		return INT32_MAX;
	return day < INT32_MIN ? INT32_MIN : (int32_t)day;
}

int64_t
calendar_day_start(int32_t day, int offset_min)
{
	return day * CALENDAR_DAY_MS - offset_min * MINUTE_MS;
}

const char *
calendar_format_date(int32_t day, char out[CALENDAR_DATE_SIZE])
{
	struct calendar_date d = calendar_date(day);

	snprintf(out, CALENDAR_DATE_SIZE, "%04d-%02d-%02d", d.year, d.month, d.day);
	return out;
}

const char *
calendar_format_utc(int64_t ms, char out[CALENDAR_INSTANT_SIZE])
{
	int64_t              rest;
	struct calendar_date d = date_from_day(split(ms, 0, &rest));

	snprintf(out, CALENDAR_INSTANT_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", d.year, d.month,
	    d.day, (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60),
	    (int)(rest % 1000));
	return out;
}

const char *
calendar_format_local(int64_t ms, int offset_min, char out[CALENDAR_INSTANT_SIZE])
{
	int64_t              rest;
	struct calendar_date d = date_from_day(split(ms, offset_min, &rest));

	snprintf(out, CALENDAR_INSTANT_SIZE, "%04d-%02d-%02d %02d:%02d:%02d", d.year, d.month,
	    d.day, (int)(rest / 3600000), (int)(rest / 60000 % 60), (int)(rest / 1000 % 60));
	return out;
}
