/*
 * watch_world -- for tests of the full screen: a small plan, a scene of it, and events as an
 * aggregator would send them.
 */
#ifndef TUIJIN_TESTS_UNIT_WATCH_WORLD_H
#define TUIJIN_TESTS_UNIT_WATCH_WORLD_H

#include <stdio.h>
#include <string.h>

#include "cli/watch_scene.h"
#include "tests/cases.h"
#include "tests/plan_file.h"

#define MORNING INT64_C(1774918800000) /* 2026-03-31 09:00 at +08:00 */
#define DAY     INT64_C(1774886400000) /* 2026-03-31 00:00 there */

static const char small_yaml[] =
    "format: 1\n"
    "id: small\n"
    "revision: 1\n"
    "title: {zh: 小计划, en: Small plan}\n"
    "starts: 2026-01-01\n"
    "ends: 2026-12-31\n"
    "utc_offset: \"+08:00\"\n"
    "reporting: {every: quarter, due_days: 10}\n"
    "office: mof\n"
    "agencies:\n"
    "  - {id: mof, zh: 财政部, en: Ministry of Finance}\n"
    "  - {id: sta, zh: 税务总局, en: Taxation}\n"
    "chapters:\n"
    "  - number: 1\n"
    "    zh: 第一章\n"
    "    en: First\n"
    "    sections:\n"
    "      - number: 1\n"
    "        zh: 甲节\n"
    "        tasks:\n"
    "          - {number: 1, zh: 修订法律, en: Amend the law, duty: shared, agencies: [mof, sta]}\n"
    "          - {number: 2, zh: 减税, en: Cut taxes, duty: lead, agencies: [sta]}\n"
    "      - number: 2\n"
    "        zh: 乙节\n"
    "        tasks:\n"
    "          - {number: 3, zh: 建库, en: Build, duty: lead, weight: 3, agencies: [mof]}\n"
    "  - number: 2\n"
    "    zh: 第二章\n"
    "    en: Second\n"
    "    tasks:\n"
    "      - {number: 4, zh: 宣传, en: Tell, duty: lead, agencies: [mof]}\n";

/* A scope as it is told: percents in basis points. */
struct told {
	const char     *name;
	uint64_t        weight;
	uint32_t        percent;
	int32_t         expected;
	enum light      light;
	enum task_state state;
	uint32_t        overdue_days;
};

/* clang-format off */
static const struct told all_told[] = {
	{"overall", 6, 3000, 2500, LIGHT_YELLOW},
	{"chapter/1", 5, 2800, 2500, LIGHT_GREEN},
	{"chapter/2", 1, 4000, 2500, LIGHT_GREEN},
	{"section/1.1", 2, 1000, 2500, LIGHT_RED},
	{"section/1.2", 3, 4000, 2500, LIGHT_GREEN},
	{"task/1", 1, 2000, 2500, LIGHT_YELLOW, TASK_BLOCKED},
	{"task/2", 1, 0, 2500, LIGHT_RED, TASK_IN_PROGRESS, 3},
	{"task/3", 3, 4000, 2500, LIGHT_GREEN, TASK_IN_PROGRESS},
	{"task/4", 1, 4000, 2500, LIGHT_BLUE, TASK_VERIFIED},
	{"agency/mof", 5, 3600, 2500, LIGHT_GREEN},
	{"agency/sta", 2, 500, 2500, LIGHT_RED},
};
/* clang-format on */

static inline struct scene_now
at(int64_t ms)
{
	return (struct scene_now){1000000 + ms, MORNING + ms};
}

static inline void
tell_parts(struct scene *b, const struct told *t, struct summary_part *parts, uint32_t count,
    struct scene_now now)
{
	const char     *slash = strchr(t->name, '/');
	struct event    ev = {.kind = EVENT_SUMMARY};
	struct summary *s = &ev.summary;

	assert_true(scope_kind_parse((struct text){t->name, strcspn(t->name, "/")}, &s->kind));
	s->key = text_of(slash == NULL ? "" : slash + 1);
	s->revision = 1;
	s->as_of_ms = DAY;
	s->figure = (struct figure){t->weight * t->percent, t->weight, 1, t->percent > 0};
	s->lead = s->figure;
	s->expected = t->expected;
	s->gap = (int32_t)t->percent - t->expected;
	s->judgement.light = t->light;
	s->state = t->state;
	s->overdue_days = t->overdue_days;
	s->obligations_expected = 5;
	s->obligations_reported = 4;
	s->task_total = s->task_included = 4;
	s->parts = parts;
	s->part_count = count;
	scene_take(b, &ev, now);
}

/* A task with the parts that the plan has for it, all at its percent; task 2 is silent. */
static inline void
tell(struct scene *b, const struct told *t, struct scene_now now)
{
	bool                silent = strcmp(t->name, "task/2") == 0;
	struct summary_part parts[2] = {
	    {.agency = text_of(silent ? "sta" : "mof"), .lead = true, .percent = t->percent},
	    {.agency = text_of("sta"), .percent = t->percent},
	};

	for (int i = 0; i < 2; i++) {
		parts[i].state = silent ? REPORT_UNREPORTED : REPORT_IN_PROGRESS;
		parts[i].at_ms = parts[i].received_ms = MORNING - 60000 * (i + 1);
	}
	tell_parts(b, t, parts,
	    strncmp(t->name, "task/", 5) != 0 ? 0
		: t->name[5] == '1'           ? 2
					      : 1,
	    now);
}

static inline void
tell_alert(struct scene *b, enum alarm what, const char *task, bool standing, struct scene_now now)
{
	struct event ev = {.kind = EVENT_ALERT};

	ev.alert =
	    (struct alert){.what = what, .standing = standing, .kind = SCOPE_TASK, .since_ms = DAY};
	snprintf(ev.alert.key, sizeof(ev.alert.key), "%s", task);
	scene_take(b, &ev, now);
}

static inline void
tick(struct scene *b, bool store_ok, struct scene_now now)
{
	struct event ev = {.kind = EVENT_TICK};

	ev.tick = (struct tick){.position = {(uint64_t)MORNING, 0},
	    .as_of_ms = DAY,
	    .now_ms = now.wall_ms,
	    .store_ok = store_ok,
	    .topics = COUNT(all_told)};
	scene_take(b, &ev, now);
}

static inline bool
has_all(void *copy, const char *topic)
{
	(void)copy;
	(void)topic;
	return true;
}

/* With or without a plan; up to date, and live. */
static inline struct scene *
scene_of(const struct plan *p)
{
	struct scene *b = scene_new("small", p, at(0));

	for (size_t i = 0; i < COUNT(all_told); i++)
		tell(b, &all_told[i], at(0));
	tell_alert(b, ALARM_HELP, "1", true, at(0));
	tell_alert(b, ALARM_REGRESSED, "3", true, at(0));
	scene_snapshot(b, has_all, NULL, at(0));
	tick(b, true, at(0));
	return b;
}

#endif
