/*
 * fuzz_trend -- any bytes as a day of a trend. What is found can be shown: its
 * percents are none or from 0 to 100, its counts within each other.
 */
#include <assert.h>
#include <stdint.h>

#include "core/calendar.h"
#include "core/wire_trend.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
can_be_shown(const struct trend_point *point)
{
	char date[CALENDAR_DATE_SIZE];

	calendar_format_date(calendar_day_at(point->as_of_ms, 0), date);
	assert(date[4] == '-' && date[7] == '-' && date[10] == '\0');
	assert(point->percent >= 0 && point->percent <= 10000);
	assert(point->expected >= 0 && point->expected <= 10000);
	assert(point->counts || (point->percent == 0 && point->expected == 0));
	assert(light_name(point->light) != NULL);
	assert((uint64_t)point->verified + point->completed <= point->included);
	assert(point->reported <= point->obligations);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const scopes[] = {"overall", "chapter/1", "task/27", "agency/cnipa"};

	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		struct trend_point point;
		struct err         e;
		bool               found;
		int rc = wire_trend_decode(data, size, text_of(scopes[i]), &point, &found, &e);

		assert(rc == 0 || (e.code == ERR_INPUT && !found));
		if (found)
			can_be_shown(&point);
	}
	return 0;
}
