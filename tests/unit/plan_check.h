/*
 * plan_check -- parses a plan file's bytes and compares its mistakes, listed as
 * "line:column: message", with what a test wants; and a plan without a mistake.
 */
#ifndef TUIJIN_TESTS_UNIT_PLAN_CHECK_H
#define TUIJIN_TESTS_UNIT_PLAN_CHECK_H

#include <stdio.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/plan_yaml.h"
#include "tests/cases.h"

/* clang-format off */
static const char good[] =
	"format: 1\n" /* 1 */
	"id: demo\n" /* 2 */
	"revision: 3\n" /* 3 */
	"title: {zh: 计划, en: Plan}\n" /* 4 */
	"starts: 2026-01-01\n" /* 5 */
	"ends: 2026-12-31\n" /* 6 */
	"utc_offset: \"+08:00\"\n" /* 7 */
	"reporting: {every: quarter, due_days: 10}\n" /* 8 */
	"office: a\n" /* 9 */
	"agencies:\n" /* 10 */
	"- {id: a, zh: 甲}\n" /* 11 */
	"- {id: b, zh: 乙, en: B, kind: party}\n" /* 12 */
	"- {id: c, zh: 丙}\n" /* 13 */
	"groups:\n" /* 14 */
	"- {id: g, zh: 组, agencies: [a, b]}\n" /* 15 */
	"chapters:\n" /* 16 */
	"- number: 1\n" /* 17 */
	"  zh: 章\n" /* 18 */
	"  sections:\n" /* 19 */
	"  - number: 1\n" /* 20 */
	"    zh: 节\n" /* 21 */
	"    tasks:\n" /* 22 */
	"    - {number: 1, zh: 一, agencies: [a]}\n" /* 23 */
	"    - {number: 2, zh: 二, duty: shared, agencies: [b, c]}\n" /* 24 */
	"- number: 2\n" /* 25 */
	"  zh: 末\n" /* 26 */
	"  tasks:\n" /* 27 */
	"  - {number: 3, zh: 三, duty: lead, agencies: [c, \"@g\"]}\n" /* 28 */
	;
/* clang-format on */

#define OF_ROOT                                                                                    \
	"format, id, revision, title, starts, ends, utc_offset, reporting, lights, office, "       \
	"agencies, groups, chapters"
#define OF_TASK "number, zh, en, duty, agencies, weight, starts, due"
#define A_NAME                                                                                     \
	"a name of a-z, 0-9, '.', '_', '-' that begins with a letter or digit, at most 64 bytes"
static inline void
list_mistakes(struct buf *out, const struct plan_mistakes *m)
{
	buf_grow(out, 1);
	out->at[0] = '\0';
	for (size_t i = 0; i < m->kept; i++)
		buf_addf(out, "%zu:%zu: %s\n", m->at[i].line, m->at[i].column, m->at[i].message);
}

/* want is "" for bytes that parse. */
static inline void
parse_and_compare(struct text yaml, const char *want)
{
	struct plan_mistakes m = {0};
	struct buf           got = {0};
	char                *exact = malloc(yaml.len + 1); /* so that ASan sees a byte too far */
	struct plan         *p;

	assert_non_null(exact);
	if (yaml.len > 0)
		memcpy(exact, yaml.at, yaml.len);
	p = plan_yaml_parse(exact, yaml.len, &m);
	free(exact);
	list_mistakes(&got, &m);
	assert_string_equal(got.at, want);
	assert_int_equal(m.count, m.kept);
	assert_int_equal(p != NULL, want[0] == '\0');
	plan_free(p);
	plan_mistakes_fini(&m);
	buf_fini(&got);
}

#endif
