#include "cli/moment.h"

#include "core/calendar.h"

#define MINUTE_MS  INT64_C(60000)
#define DATE_CHARS 10 /* of "YYYY-MM-DD" */

/* Reads two digits below `end`. */
static bool
read_two(const char *at, int end, int *number)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return false;
	*number = (at[0] - '0') * 10 + (at[1] - '0');
	return *number < end;
}

/* "2026-06-30" or "2026-06-30T09:30" */
static bool
read_time(struct text t, struct moment *m)
{
	int hour, minute;

	m->minute = -1;
	if (t.len == DATE_CHARS)
		return calendar_parse_date(t, &m->day);
	if (t.len != DATE_CHARS + strlen("THH:MM") || t.at[DATE_CHARS] != 'T' ||
	    t.at[DATE_CHARS + 3] != ':' || !read_two(t.at + DATE_CHARS + 1, 24, &hour) ||
	    !read_two(t.at + DATE_CHARS + 4, 60, &minute))
		return false;
	m->minute = hour * 60 + minute;
	return calendar_parse_date((struct text){t.at, DATE_CHARS}, &m->day);
}

/* True for what is written like a date, whether there is such a day or not. */
static bool
is_like_date(struct text t)
{
	static const char like[] = "dddd-dd-dd";

	if (t.len < DATE_CHARS)
		return false;
	for (size_t i = 0; i < DATE_CHARS; i++) {
		bool digit = t.at[i] >= '0' && t.at[i] <= '9';

		if (like[i] == 'd' ? !digit : t.at[i] != like[i])
			return false;
	}
	return true;
}

/* Says what is wrong with a value, and what is expected instead. */
static int
refuse(const char *flag, const char *value, const char *expected, struct err *e)
{
	struct text date = text_of(value);
	int32_t     day;
	char        shown[80];

	text_escape(date, shown, sizeof(shown));
	if (is_like_date(date) && !calendar_parse_date((struct text){date.at, DATE_CHARS}, &day))
		return err_fail(e, ERR_USAGE, "--%s: got '%s', but there is no day %.*s", flag,
		    shown, DATE_CHARS, value);
	return err_fail(e, ERR_USAGE, "--%s: got '%s', expected %s", flag, shown, expected);
}

int
moment_parse(const char *flag, const char *value, struct moment *m, struct err *e)
{
	*m = (struct moment){.kind = MOMENT_NONE};
	if (value == NULL || *value == '\0')
		return 0;
	if (read_time(text_of(value), m)) {
		m->kind = MOMENT_TIME;
		return 0;
	}
	if (position_parse(text_of(value), &m->position)) {
		m->kind = MOMENT_POSITION;
		return 0;
	}
	return refuse(
	    flag, value, err_text("YYYY-MM-DD, YYYY-MM-DDTHH:MM or a ledger position"), e);
}

int
moment_parse_time(const char *flag, const char *value, struct moment *m, struct err *e)
{
	*m = (struct moment){.kind = MOMENT_NONE};
	if (value == NULL || *value == '\0')
		return 0;
	if (!read_time(text_of(value), m))
		return refuse(flag, value, err_text("YYYY-MM-DD or YYYY-MM-DDTHH:MM"), e);
	m->kind = MOMENT_TIME;
	return 0;
}

int
moment_parse_day(const char *flag, const char *value, int32_t *day, struct err *e)
{
	if (calendar_parse_date(text_of(value), day))
		return 0;
	return refuse(flag, value, "YYYY-MM-DD", e);
}

static int64_t
position_ms(struct position p)
{
	return p.ms > INT64_MAX ? INT64_MAX : (int64_t)p.ms;
}

int64_t
moment_start_ms(const struct moment *m, int offset_min)
{
	if (m->kind == MOMENT_POSITION)
		return position_ms(m->position);
	return calendar_day_start(m->day, offset_min) + (m->minute < 0 ? 0 : m->minute * MINUTE_MS);
}

int64_t
moment_ms(const struct moment *m, int offset_min)
{
	if (m->kind == MOMENT_POSITION)
		return position_ms(m->position);
	return moment_start_ms(m, offset_min) + (m->minute < 0 ? CALENDAR_DAY_MS : MINUTE_MS) - 1;
}

int32_t
moment_day(const struct moment *m, int offset_min)
{
	return calendar_day_at(moment_ms(m, offset_min), offset_min);
}
