/*
 * plan_diff_lines -- a change of a plan as a line of text, to compare with literals:
 * "task 2 weight: 1 -> 3".
 */
#ifndef TUIJIN_TESTS_PLAN_DIFF_LINES_H
#define TUIJIN_TESTS_PLAN_DIFF_LINES_H

#include "core/buf.h"
#include "core/calendar.h"
#include "core/plan_diff.h"

static inline void
say_days(struct buf *out, const struct diff_value *v)
{
	char date[CALENDAR_DATE_SIZE];

	if (v->from != PLAN_FIRST_DAY)
		buf_addf(out, "%s", calendar_format_date(v->from, date));
	buf_addf(out, "..");
	if (v->until != PLAN_LAST_DAY)
		buf_addf(out, "%s", calendar_format_date(v->until, date));
}

static inline void
say(struct buf *out, const struct diff_value *v)
{
	char date[CALENDAR_DATE_SIZE];

	switch (v->type) {
	case DIFF_TEXT:
		buf_addf(out, "%s", v->text);
		break;
	case DIFF_TITLE:
		buf_addf(out, "%s/%s", v->title.zh, v->title.en);
		break;
	case DIFF_NUMBER:
	case DIFF_OFFSET:
		buf_addf(out, "%d", v->number);
		break;
	case DIFF_DAY:
		buf_addf(out, "%s", calendar_format_date(v->number, date));
		break;
	case DIFF_DUTIES:
		buf_addf(out, "%s", plan_duty_name((enum plan_duty)v->number));
		break;
	case DIFF_EVERIES:
		buf_addf(out, "%s", plan_every_name((enum plan_every)v->number));
		break;
	case DIFF_SCOPE:
		buf_addf(out, v->section == 0 ? "%u" : "%u.%u", v->chapter, v->section);
		break;
	case DIFF_ROLE:
		buf_addf(out, "%s ", v->lead ? "lead" : "participant");
		say_days(out, v);
		break;
	case DIFF_TERM:
		say_days(out, v);
		break;
	case DIFF_ABSENT:
	case DIFF_TYPES:
		break;
	}
}

/* One line, or, with the sides exchanged, the line of the other direction. */
static inline void
say_change(struct buf *out, const struct plan_diff *d, const struct plan_change *c, bool exchanged)
{
	char key[PLAN_DIFF_KEY_SIZE];

	buf_addf(out, "%s %s %s", plan_diff_thing_name(c->thing), plan_diff_key(d, c, key),
	    plan_diff_field_name(c->field));
	if (c->agency != NULL)
		buf_addf(out, " %s", c->agency);
	buf_addf(out, ": ");
	say(out, &c->value[exchanged ? DIFF_NEW : DIFF_OLD]);
	buf_addf(out, " -> ");
	say(out, &c->value[exchanged ? DIFF_OLD : DIFF_NEW]);
	buf_addf(out, "\n");
}

#endif
