#include "core/calendar.h"

#include "tests/cases.h"

/* clang-format off */
static struct date_case {
	const char *name;
	const char *text;
	bool        ok;
	int32_t     day;
} date_cases[] = {
	{"the epoch", "1970-01-01", true, 0},
	{"the day before it", "1969-12-31", true, -1},
	{"a leap day", "2024-02-29", true, 19782},
	{"the day behind a leap day", "2024-03-01", true, 19783},
	{"no leap day in 2026", "2026-02-29", false, 0},
	{"the last of February 2026", "2026-02-28", true, 20512},
	{"the first of March 2026", "2026-03-01", true, 20513},
	{"2000 was a leap year", "2000-02-29", true, 11016},
	{"1900 was none", "1900-02-29", false, 0},
	{"2100 will be none", "2100-02-29", false, 0},
	{"a year's last day", "2026-12-31", true, 20818},
	{"a year's first day", "2026-01-01", true, 20454},
	{"the first day there is", "0001-01-01", true, -719162},
	{"the last day there is", "9999-12-31", true, 2932896},
	{"year 0", "0000-12-31", false, 0},
	{"month 0", "2026-00-01", false, 0},
	{"month 13", "2026-13-01", false, 0},
	{"day 0", "2026-01-00", false, 0},
	{"day 32", "2026-01-32", false, 0},
	{"31 April", "2026-04-31", false, 0},
	{"short", "2026-1-1", false, 0},
	{"long", "2026-01-011", false, 0},
	{"slashes", "2026/01/01", false, 0},
	{"a sign", "+026-01-01", false, 0},
	{"a space", "2026-01- 1", false, 0},
	{"nothing", "", false, 0},
};

static struct offset_case {
	const char *name;
	const char *text;
	bool        ok;
	int         minutes;
} offset_cases[] = {
	{"east", "+08:00", true, 480},
	{"west, not whole hours", "-03:30", true, -210},
	{"Z is UTC", "Z", true, 0},
	{"zero", "+00:00", true, 0},
	{"the most", "+14:00", true, 840},
	{"the least", "-14:00", true, -840},
	{"a minute too many", "+14:01", false, 0},
	{"60 minutes", "+08:60", false, 0},
	{"no sign", "08:00", false, 0},
	{"no colon", "+0800", false, 0},
	{"only hours", "+08", false, 0},
	{"small z", "z", false, 0},
	{"too long", "+08:000", false, 0},
	{"nothing", "", false, 0},
};

static struct instant_case {
	const char *name;
	int64_t     ms;
	int         offset_min;
	int32_t     day;
	const char *utc, *local;
} instant_cases[] = {
	{"the epoch", 0, 0, 0, "1970-01-01T00:00:00.000Z", "1970-01-01 00:00:00"},
	{"a millisecond before it", -1, 0, -1, "1969-12-31T23:59:59.999Z", "1969-12-31 23:59:59"},
	{"2026 begins in Beijing", 1767196800000, 480, 20454, "2025-12-31T16:00:00.000Z", "2026-01-01 00:00:00"},
	{"a millisecond earlier it is 2025", 1767196799999, 480, 20453, "2025-12-31T15:59:59.999Z", "2025-12-31 23:59:59"},
	{"west of Greenwich it is yesterday", 1767225600000, -300, 20453, "2026-01-01T00:00:00.000Z", "2025-12-31 19:00:00"},
	{"long before 1970, east", -2208988800000, 480, -25567, "1900-01-01T00:00:00.000Z", "1900-01-01 08:00:00"},
	{"milliseconds are kept", 1774951200123, 480, 20543, "2026-03-31T10:00:00.123Z", "2026-03-31 18:00:00"},
	{"the last instant of all", INT64_MAX, 840, INT32_MAX, "292278994-08-17T07:12:55.807Z", "292278994-08-17 21:12:55"},
	{"the first instant of all", INT64_MIN, -840, INT32_MIN, "-292275055-05-16T16:47:04.192Z", "-292275055-05-16 02:47:04"},
};
/* clang-format on */

static void
check_date(void **state)
{
	const struct date_case *c = *state;
	int32_t                 day = 77;
	char                    out[CALENDAR_DATE_SIZE];

	assert_int_equal(calendar_parse_date(text_of(c->text), &day), c->ok);
	assert_int_equal(day, c->ok ? c->day : 77);
	if (c->ok)
		assert_string_equal(calendar_format_date(day, out), c->text);
}

static void
check_offset(void **state)
{
	const struct offset_case *c = *state;
	int                       minutes = 77;

	assert_int_equal(calendar_parse_offset(text_of(c->text), &minutes), c->ok);
	assert_int_equal(minutes, c->ok ? c->minutes : 77);
}

static void
check_instant(void **state)
{
	const struct instant_case *c = *state;
	char                       out[CALENDAR_INSTANT_SIZE];

	assert_int_equal(calendar_day_at(c->ms, c->offset_min), c->day);
	assert_string_equal(calendar_format_utc(c->ms, out), c->utc);
	assert_string_equal(calendar_format_local(c->ms, c->offset_min, out), c->local);
}

/* Counts the days of 1900 to 2200 by the schoolbook rule. */
static void
every_day_from_1900_to_2200_comes_back(void **state)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int32_t          day = -25567;

	(void)state;
	for (int year = 1900; year <= 2200; year++)
		for (int month = 1; month <= 12; month++) {
			bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
			int  days = lengths[month - 1] + (month == 2 && leap);

			for (int i = 1; i <= days; i++, day++) {
				struct calendar_date d = calendar_date(day);

				assert_int_equal(d.year, year);
				assert_int_equal(d.month, month);
				assert_int_equal(d.day, i);
				assert_int_equal(calendar_day(d), day);
			}
		}
	assert_int_equal(day, 84371); /* 2201-01-01 */
}

static void
a_day_starts_where_the_one_before_ends(void **state)
{
	(void)state;
	assert_int_equal(calendar_day_start(20454, 480), 1767196800000);
	for (int32_t day = -800000; day < 800000; day += 997)
		for (int offset = -840; offset <= 840; offset += 105) {
			int64_t start = calendar_day_start(day, offset);

			assert_int_equal(calendar_day_at(start, offset), day);
			assert_int_equal(calendar_day_at(start - 1, offset), day - 1);
			assert_int_equal(calendar_day_at(start + 86399999, offset), day);
		}
}

static void
the_outermost_days_can_be_written(void **state)
{
	char out[CALENDAR_DATE_SIZE];

	(void)state;
	assert_string_equal(calendar_format_date(INT32_MAX, out), "5881580-07-11");
	assert_string_equal(calendar_format_date(INT32_MIN, out), "-5877641-06-23");
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(date_cases) + COUNT(offset_cases) + COUNT(instant_cases) + 3];
	size_t            n = 0;

	CASES_ADD(tests, n, date_cases, check_date);
	CASES_ADD(tests, n, offset_cases, check_offset);
	CASES_ADD(tests, n, instant_cases, check_instant);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_day_from_1900_to_2200_comes_back);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_day_starts_where_the_one_before_ends);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_outermost_days_can_be_written);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
