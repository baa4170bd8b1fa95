/*
 * random_plan -- plans of any length, period and offset, with groups whose members come
 * and go.
 */
#ifndef TUIJIN_TESTS_RANDOM_PLAN_H
#define TUIJIN_TESTS_RANDOM_PLAN_H

#include "core/buf.h"
#include "core/calendar.h"
#include "tests/plan_file.h"
#include "tests/property/dice.h"

#define RANDOM_AGENCIES 9
#define RANDOM_GROUPS   3
#define RANDOM_FIRST    19358 /* 2023-01-01: the earliest that a plan begins */

/* What a plan is made from. */
struct random_frame {
	int32_t  starts, ends;
	uint32_t agencies, groups;
};

static inline void
random_date(struct buf *out, const char *key, int32_t day)
{
	char date[CALENDAR_DATE_SIZE];

	buf_addf(out, ", %s: %s", key, calendar_format_date(day, date));
}

/* Some days within the plan, or around it as far as that is allowed. */
static inline void
random_membership(struct dice *d, struct buf *out, const struct random_frame *f)
{
	int32_t from = dice_between(d, f->starts - 10, f->ends);
	int32_t until = dice_between(d, from > f->starts ? from : f->starts, f->ends + 10);

	if (dice_once_in(d, 4))
		until = from > f->starts ? from : f->starts;
	if (!dice_once_in(d, 3))
		random_date(out, "from", from);
	if (!dice_once_in(d, 3))
		random_date(out, "until", until);
}

static inline void
random_group(struct dice *d, struct buf *out, uint32_t number, const struct random_frame *f)
{
	uint32_t first = dice_below(d, f->agencies), count = 1 + dice_below(d, f->agencies);

	buf_addf(out, "  - id: g%u\n    zh: g\n    agencies:\n", number);
	for (uint32_t i = 0; i < count; i++) {
		buf_addf(out, "      - {id: a%u", (first + i) % f->agencies);
		if (dice_once_in(d, 2))
			random_membership(d, out, f);
		buf_addf(out, "}\n");
	}
}

/* A task of random duty, weight and days; an agency leads, some others and some groups
 * take part. */
static inline void
random_task(struct dice *d, struct buf *out, uint32_t number, const struct random_frame *f)
{
	uint32_t count = 1 + dice_below(d, f->agencies);
	uint32_t first = dice_below(d, f->agencies);
	int32_t  starts = dice_between(d, f->starts, f->ends);

	if (f->groups > 0 && dice_once_in(d, 2))
		count = 1;
	buf_addf(out, "      - {number: %u, zh: t", number);
	if (dice_once_in(d, 2))
		buf_addf(out, ", weight: %u", 1 + dice_below(d, dice_once_in(d, 4) ? 1000 : 5));
	if (dice_once_in(d, 3))
		random_date(out, "starts", starts);
	else
		starts = f->starts;
	if (dice_once_in(d, 2))
		random_date(out, "due", dice_between(d, starts, f->ends));
	buf_addf(out, ", duty: %s, agencies: [a%u", dice_once_in(d, 2) ? "lead" : "shared", first);
	for (uint32_t i = 1; i < count; i++)
		buf_addf(out, ", a%u", (first + i) % f->agencies);
	for (uint32_t i = 0; i < f->groups; i++)
		if (dice_once_in(d, 2))
			buf_addf(out, ", \"@g%u\"", i);
	buf_addf(out, "]}\n");
}

static inline uint32_t
random_tasks(struct dice *d, struct buf *out, uint32_t next, const struct random_frame *f)
{
	uint32_t count = 1 + dice_below(d, 4);

	buf_addf(out, "    tasks:\n");
	for (uint32_t i = 0; i < count; i++)
		random_task(d, out, next++, f);
	return next;
}

static inline void
random_chapters(struct dice *d, struct buf *out, const struct random_frame *f)
{
	uint32_t chapters = 1 + dice_below(d, 4), sections, next = 1;

	buf_addf(out, "chapters:\n");
	for (uint32_t c = 1; c <= chapters; c++) {
		buf_addf(out, "  - number: %u\n    zh: c\n", c);
		sections = dice_below(d, 4);
		if (sections == 0)
			next = random_tasks(d, out, next, f);
		else
			buf_addf(out, "    sections:\n");
		for (uint32_t s = 1; s <= sections; s++) {
			buf_addf(out, "    - number: %u\n      zh: s\n  ", s);
			next = random_tasks(d, out, next, f);
		}
	}
}

/* Most are a year or two; some are a single day, or a few. */
static inline int32_t
random_length(struct dice *d)
{
	static const uint32_t lengths[] = {1, 20, 400, 800, 1200};

	return 1 + (int32_t)dice_below(d, lengths[dice_below(d, 5)]);
}

static inline void
random_calendar(struct dice *d, struct buf *out, const struct random_frame *f)
{
	static const char *const offsets[] = {
	    "Z", "+08:00", "-11:00", "+14:00", "-03:30", "+05:45"};
	static const char *const every[] = {"month", "quarter", "half", "year"};
	static const uint32_t    due_days[] = {0, 1, 10, 45, 366};
	uint32_t                 red = 1 + dice_below(d, 100);
	char                     date[CALENDAR_DATE_SIZE];

	buf_addf(out, "starts: %s\n", calendar_format_date(f->starts, date));
	buf_addf(out, "ends: %s\n", calendar_format_date(f->ends, date));
	buf_addf(out, "utc_offset: \"%s\"\n", offsets[dice_below(d, 6)]);
	buf_addf(out, "reporting: {every: %s, due_days: %u}\n", every[dice_below(d, 4)],
	    due_days[dice_below(d, 5)]);
	if (dice_once_in(d, 2))
		buf_addf(out, "lights: {yellow: %u, red: %u, red_share: %u}\n", dice_below(d, red),
		    red, dice_below(d, 101));
}

/* The file of a plan of 1 to 4 chapters, with and without sections, of 1 to 9 agencies
 * a0, a1, ...; a0 is the office. */
static inline void
random_plan_file(struct dice *d, uint32_t revision, struct buf *out)
{
	struct random_frame f = {.agencies = 1 + dice_below(d, RANDOM_AGENCIES)};

	f.starts = RANDOM_FIRST + (int32_t)dice_below(d, 1461);
	f.ends = f.starts + random_length(d) - 1;
	f.groups = dice_below(d, RANDOM_GROUPS + 1);
	buf_addf(out, "format: 1\nid: random\nrevision: %u\ntitle: {zh: r}\n", revision);
	random_calendar(d, out, &f);
	buf_addf(out, "office: a0\nagencies:\n");
	for (uint32_t i = 0; i < f.agencies; i++)
		buf_addf(out, "  - {id: a%u, zh: a}\n", i);
	if (f.groups > 0)
		buf_addf(out, "groups:\n");
	for (uint32_t i = 0; i < f.groups; i++)
		random_group(d, out, i, &f);
	random_chapters(d, out, &f);
}

static inline struct plan *
random_plan(struct dice *d, uint32_t revision)
{
	struct buf   file = {0};
	struct plan *p;

	random_plan_file(d, revision, &file);
	p = plan_from_text(file.at, file.len);
	buf_fini(&file);
	return p;
}

#endif
