#include "core/plan_diff.h"

const char *
plan_diff_thing_name(enum diff_thing t)
{
	static const char *const names[DIFF_THINGS] = {
	    [DIFF_PLAN] = "plan",
	    [DIFF_AGENCY] = "agency",
	    [DIFF_GROUP] = "group",
	    [DIFF_CHAPTER] = "chapter",
	    [DIFF_SECTION] = "section",
	    [DIFF_TASK] = "task",
	};

	return names[t];
}

const char *
plan_diff_field_name(enum diff_field f)
{
	static const char *const names[DIFF_FIELDS] = {
	    [DIFF_ITSELF] = "title",
	    [DIFF_ZH] = "zh",
	    [DIFF_EN] = "en",
	    [DIFF_STARTS] = "starts",
	    [DIFF_ENDS] = "ends",
	    [DIFF_UTC_OFFSET] = "utc_offset",
	    [DIFF_EVERY] = "reporting.every",
	    [DIFF_DUE_DAYS] = "reporting.due_days",
	    [DIFF_YELLOW] = "lights.yellow",
	    [DIFF_RED] = "lights.red",
	    [DIFF_RED_SHARE] = "lights.red_share",
	    [DIFF_OFFICE] = "office",
	    [DIFF_KIND] = "kind",
	    [DIFF_MEMBER] = "member",
	    [DIFF_PLACE] = "place",
	    [DIFF_DUTY] = "duty",
	    [DIFF_WEIGHT] = "weight",
	    [DIFF_DUE] = "due",
	    [DIFF_OBLIGATION] = "obligation",
	};

	return names[f];
}
