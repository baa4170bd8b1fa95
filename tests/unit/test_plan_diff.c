/* plan_diff: what changes in a plan's text, and what is then said to have changed.
 * Every row is compared in both directions: what came from there went from here. */
#include "core/plan_diff.h"

#include "core/buf.h"
#include "tests/cases.h"
#include "tests/plan_file.h"
#include "tests/unit/plan_diff_lines.h"

static const char base[] =
    "format: 1\n"
    "id: small\n"
    "revision: 1\n"
    "title: {zh: 小计划, en: Small plan}\n"
    "starts: 2026-01-01\n"
    "ends: 2026-12-31\n"
    "utc_offset: \"+08:00\"\n"
    "reporting: {every: quarter, due_days: 10}\n"
    "office: amr\n"
    "agencies:\n"
    "  - {id: amr, zh: 市场监管局, en: Market, kind: agency}\n"
    "  - {id: doj, zh: 司法厅, en: Justice}\n"
    "  - {id: hpc, zh: 法院, en: Court}\n"
    "groups:\n"
    "  - id: members\n"
    "    zh: 成员\n"
    "    en: Members\n"
    "    agencies: [amr, {id: doj, from: 2026-04-01, until: 2026-09-30}]\n"
    "chapters:\n"
    "  - number: 1\n"
    "    zh: 一章\n"
    "    en: One\n"
    "    sections:\n"
    "      - number: 1\n"
    "        zh: 一节\n"
    "        en: First\n"
    "        tasks:\n"
    "          - {number: 1, zh: 任务一, en: Task one, duty: lead, agencies: [amr, hpc]}\n"
    "      - number: 2\n"
    "        zh: 二节\n"
    "        en: Second\n"
    "        tasks:\n"
    "          - {number: 2, zh: 任务二, en: Task two, agencies: [hpc], weight: 2}\n"
    "  - number: 2\n"
    "    zh: 二章\n"
    "    en: Two\n"
    "    tasks:\n"
    "      - {number: 3, zh: 任务三, en: Task three, duty: shared, agencies: [hpc, "
    "\"@members\"]}\n";

#define TASK_3                                                                                     \
	"      - {number: 3, zh: 任务三, en: Task three, duty: shared, agencies: [hpc, "        \
	"\"@members\"]}\n"

struct edit {
	const char *was, *is;
};

#define EDITS_MAX 24

struct row {
	const char *name;
	struct edit edits[EDITS_MAX];
	const char *want; /* a line for each change */
};

static struct row rows[] = {
    {"the same text", {{0}}, ""},
    {"comments and spelling", {{"kind: agency}", "kind: \"agency\"} # ours"}}, ""},
    {"another revision alone", {{"revision: 1", "revision: 2"}}, ""},
    {"another order of agencies, members and participants",
	{{"  - {id: doj, zh: 司法厅, en: Justice}\n", ""},
	    {"en: Court}\n", "en: Court}\n  - {id: doj, zh: 司法厅, en: Justice}\n"},
	    {"[amr, {id: doj, from: 2026-04-01, until: 2026-09-30}]",
		"[{id: doj, from: 2026-04-01, until: 2026-09-30}, amr]"}},
	""},
    {"what a group says is said by name", {{"[hpc, \"@members\"]", "[hpc, amr, \"@members\"]"}},
	""},

    {"the plan's titles", {{"zh: 小计划, en: Small plan", "zh: 小方案, en: Little plan"}},
	"plan  zh: 小计划 -> 小方案\n"
	"plan  en: Small plan -> Little plan\n"},
    {"the plan's days",
	{{"starts: 2026-01-01", "starts: 2025-07-01"}, {"ends: 2026-12-31", "ends: 2027-06-30"}},
	"plan  starts: 2026-01-01 -> 2025-07-01\n"
	"plan  ends: 2026-12-31 -> 2027-06-30\n"
	"task 1 starts: 2026-01-01 -> 2025-07-01\n"
	"task 1 due: 2026-12-31 -> 2027-06-30\n"
	"task 2 starts: 2026-01-01 -> 2025-07-01\n"
	"task 2 due: 2026-12-31 -> 2027-06-30\n"
	"task 3 starts: 2026-01-01 -> 2025-07-01\n"
	"task 3 due: 2026-12-31 -> 2027-06-30\n"},
    {"its offset", {{"+08:00", "-03:30"}}, "plan  utc_offset: 480 -> -210\n"},
    {"its periods", {{"{every: quarter, due_days: 10}", "{every: month, due_days: 0}"}},
	"plan  reporting.every: quarter -> month\n"
	"plan  reporting.due_days: 10 -> 0\n"},
    {"its lights",
	{{"office: amr\n", "office: amr\nlights: {yellow: 5, red: 15, red_share: 50}\n"}},
	"plan  lights.yellow: 10 -> 5\n"
	"plan  lights.red: 30 -> 15\n"
	"plan  lights.red_share: 20 -> 50\n"},
    {"its office", {{"office: amr", "office: doj"}}, "plan  office: amr -> doj\n"},

    {"an agency's titles and kind",
	{{"{id: amr, zh: 市场监管局, en: Market, kind: agency}",
	    "{id: amr, zh: 监管局, en: Bureau, kind: bureau}"}},
	"agency amr zh: 市场监管局 -> 监管局\n"
	"agency amr en: Market -> Bureau\n"
	"agency amr kind: agency -> bureau\n"},
    {"a kind that is given up", {{", kind: agency}", "}"}}, "agency amr kind: agency -> \n"},
    {"an agency more",
	{{"  - {id: hpc", "  - {id: dof, zh: 财政厅, en: Finance, kind: agency}\n  - {id: hpc"}},
	"agency dof title:  -> 财政厅/Finance\n"
	"agency dof kind:  -> agency\n"},
    {"an agency that takes another's place",
	{{"{id: doj, zh: 司法厅, en: Justice}", "{id: dof, zh: 财政厅}"},
	    {"{id: doj, from: 2026-04-01, until: 2026-09-30}", "dof"}},
	"agency doj title: 司法厅/Justice -> \n"
	"agency dof title:  -> 财政厅/财政厅\n"
	"group members member doj: 2026-04-01..2026-09-30 -> \n"
	"group members member dof:  -> ..\n"
	"task 3 obligation doj: participant 2026-04-01..2026-09-30 -> \n"
	"task 3 obligation dof:  -> participant ..\n"},

    {"a group's titles", {{"zh: 成员\n    en: Members", "zh: 单位\n    en: Units"}},
	"group members zh: 成员 -> 单位\n"
	"group members en: Members -> Units\n"},
    {"a member joins", {{"until: 2026-09-30}]", "until: 2026-09-30}, hpc]"}},
	"group members member hpc:  -> ..\n"},
    {"a member's days",
	{{"{id: doj, from: 2026-04-01, until: 2026-09-30}", "{id: doj, from: 2026-07-01}"}},
	"group members member doj: 2026-04-01..2026-09-30 -> 2026-07-01..\n"
	"task 3 obligation doj: participant 2026-04-01..2026-09-30 -> participant "
	"2026-07-01..\n"},
    {"a group more",
	{{"chapters:\n", "  - {id: courts, zh: 院, en: Courts, agencies: [hpc]}\nchapters:\n"}},
	"group courts title:  -> 院/Courts\n"
	"group courts member hpc:  -> ..\n"},
    {"a group of another id is another group", {{"id: members", "id: all"}, {"@members", "@all"}},
	"group members title: 成员/Members -> \n"
	"group members member amr: .. -> \n"
	"group members member doj: 2026-04-01..2026-09-30 -> \n"
	"group all title:  -> 成员/Members\n"
	"group all member amr:  -> ..\n"
	"group all member doj:  -> 2026-04-01..2026-09-30\n"},

    {"a chapter's and a section's titles",
	{{"zh: 一章\n    en: One", "zh: 首章\n    en: First"},
	    {"zh: 二节\n        en: Second", "zh: 次节\n        en: Next"}},
	"chapter 1 zh: 一章 -> 首章\n"
	"chapter 1 en: One -> First\n"
	"section 1.2 zh: 二节 -> 次节\n"
	"section 1.2 en: Second -> Next\n"},
    {"a chapter less", {{"  - number: 2\n    zh: 二章\n    en: Two\n    tasks:\n" TASK_3, ""}},
	"chapter 2 title: 二章/Two -> \n"
	"task 3 title: 任务三/Task three -> \n"
	"task 3 place: 2 -> \n"
	"task 3 duty: shared -> \n"
	"task 3 weight: 1 -> \n"
	"task 3 starts: 2026-01-01 -> \n"
	"task 3 due: 2026-12-31 -> \n"
	"task 3 obligation hpc: lead .. -> \n"
	"task 3 obligation amr: participant .. -> \n"
	"task 3 obligation doj: participant 2026-04-01..2026-09-30 -> \n"},
    {"a chapter gets a section",
	{{"    en: Two\n    tasks:\n" TASK_3,
	    "    en: Two\n    sections:\n    - number: 1\n      zh: 节\n      tasks:\n" TASK_3}},
	"section 2.1 title:  -> 节/节\n"
	"task 3 place: 2 -> 2.1\n"},
    {"two sections become one",
	{{"      - number: 2\n        zh: 二节\n        en: Second\n        tasks:\n", ""}},
	"section 1.2 title: 二节/Second -> \n"
	"task 2 place: 1.2 -> 1.1\n"},

    {"a task's titles", {{"zh: 任务二, en: Task two", "zh: 事项二"}},
	"task 2 zh: 任务二 -> 事项二\n"
	"task 2 en: Task two -> 事项二\n"},
    {"its weight and days", {{"weight: 2}", "weight: 5, starts: 2026-02-01, due: 2026-06-30}"}},
	"task 2 weight: 2 -> 5\n"
	"task 2 starts: 2026-01-01 -> 2026-02-01\n"
	"task 2 due: 2026-12-31 -> 2026-06-30\n"},
    {"its duty", {{"duty: lead", "duty: shared"}}, "task 1 duty: lead -> shared\n"},
    {"another leads", {{"agencies: [amr, hpc]", "agencies: [hpc, amr]"}},
	"task 1 obligation amr: lead .. -> participant ..\n"
	"task 1 obligation hpc: participant .. -> lead ..\n"},
    {"one goes, one comes", {{"agencies: [amr, hpc]", "agencies: [amr, doj]"}},
	"task 1 obligation hpc: participant .. -> \n"
	"task 1 obligation doj:  -> participant ..\n"},
    {"named, and so without the group's days",
	{{"[hpc, \"@members\"]", "[hpc, \"@members\", doj]"}},
	"task 3 obligation doj: participant 2026-04-01..2026-09-30 -> participant ..\n"},
    {"a task more", {{TASK_3, TASK_3 "      - {number: 4, zh: 任务四, agencies: [doj]}\n"}},
	"task 4 title:  -> 任务四/任务四\n"
	"task 4 place:  -> 2\n"
	"task 4 duty:  -> lead\n"
	"task 4 weight:  -> 1\n"
	"task 4 starts:  -> 2026-01-01\n"
	"task 4 due:  -> 2026-12-31\n"
	"task 4 obligation doj:  -> lead ..\n"},

    {"everything at once",
	{{"zh: 小计划, en: Small plan", "zh: 小方案, en: Little plan"},
	    {"starts: 2026-01-01", "starts: 2026-01-02"}, {"ends: 2026-12-31", "ends: 2026-12-30"},
	    {"+08:00", "+09:00"}, {"{every: quarter, due_days: 10}", "{every: year, due_days: 9}"},
	    {"office: amr\n", "office: hpc\nlights: {yellow: 1, red: 2, red_share: 3}\n"},
	    {"zh: 市场监管局, en: Market, kind: agency", "zh: 市, en: M, kind: k"},
	    {"{id: doj, zh: 司法厅, en: Justice}", "{id: dof, zh: 财, en: F}"},
	    {"zh: 成员\n    en: Members", "zh: 单位\n    en: Units"},
	    {"[amr, {id: doj, from: 2026-04-01, until: 2026-09-30}]",
		"[{id: amr, until: 2026-06-30}, dof]"},
	    {"zh: 一章\n    en: One", "zh: 首章\n    en: First"},
	    {"zh: 一节\n        en: First", "zh: 首节\n        en: 1st"},
	    {"zh: 任务一, en: Task one, duty: lead, agencies: [amr, hpc]",
		"zh: 一, en: 1, duty: shared, agencies: [hpc, dof], weight: 7, "
		"starts: 2026-03-01, due: 2026-05-31"},
	    {"      - number: 2\n        zh: 二节\n        en: Second\n        tasks:\n", ""}},
	"plan  zh: 小计划 -> 小方案\n"
	"plan  en: Small plan -> Little plan\n"
	"plan  starts: 2026-01-01 -> 2026-01-02\n"
	"plan  ends: 2026-12-31 -> 2026-12-30\n"
	"plan  utc_offset: 480 -> 540\n"
	"plan  reporting.every: quarter -> year\n"
	"plan  reporting.due_days: 10 -> 9\n"
	"plan  lights.yellow: 10 -> 1\n"
	"plan  lights.red: 30 -> 2\n"
	"plan  lights.red_share: 20 -> 3\n"
	"plan  office: amr -> hpc\n"
	"agency amr zh: 市场监管局 -> 市\n"
	"agency amr en: Market -> M\n"
	"agency amr kind: agency -> k\n"
	"agency doj title: 司法厅/Justice -> \n"
	"agency dof title:  -> 财/F\n"
	"group members zh: 成员 -> 单位\n"
	"group members en: Members -> Units\n"
	"group members member amr: .. -> ..2026-06-30\n"
	"group members member doj: 2026-04-01..2026-09-30 -> \n"
	"group members member dof:  -> ..\n"
	"chapter 1 zh: 一章 -> 首章\n"
	"chapter 1 en: One -> First\n"
	"section 1.1 zh: 一节 -> 首节\n"
	"section 1.1 en: First -> 1st\n"
	"section 1.2 title: 二节/Second -> \n"
	"task 1 zh: 任务一 -> 一\n"
	"task 1 en: Task one -> 1\n"
	"task 1 duty: lead -> shared\n"
	"task 1 weight: 1 -> 7\n"
	"task 1 starts: 2026-01-01 -> 2026-03-01\n"
	"task 1 due: 2026-12-31 -> 2026-05-31\n"
	"task 1 obligation amr: lead .. -> \n"
	"task 1 obligation hpc: participant .. -> lead ..\n"
	"task 1 obligation dof:  -> participant ..\n"
	"task 2 place: 1.2 -> 1.1\n"
	"task 2 starts: 2026-01-01 -> 2026-01-02\n"
	"task 2 due: 2026-12-31 -> 2026-12-30\n"
	"task 3 starts: 2026-01-01 -> 2026-01-02\n"
	"task 3 due: 2026-12-31 -> 2026-12-30\n"
	"task 3 obligation amr: participant .. -> participant ..2026-06-30\n"
	"task 3 obligation doj: participant 2026-04-01..2026-09-30 -> \n"
	"task 3 obligation dof:  -> participant ..\n"},
};

static struct plan *
edited(const struct edit *edits)
{
	struct buf   text = {0}, next = {0};
	struct plan *p;

	buf_add(&text, base, sizeof(base) - 1);
	for (size_t i = 0; i < EDITS_MAX && edits[i].was != NULL; i++) {
		const char *at = memmem(text.at, text.len, edits[i].was, strlen(edits[i].was));
		size_t      end;

		if (at == NULL)
			fail_msg("the text has no '%s'", edits[i].was);
		end = (size_t)(at - text.at) + strlen(edits[i].was);
		buf_reset(&next);
		buf_add(&next, text.at, (size_t)(at - text.at));
		buf_add(&next, edits[i].is, strlen(edits[i].is));
		buf_add(&next, text.at + end, text.len - end);
		buf_reset(&text);
		buf_add(&text, next.at, next.len);
	}
	p = plan_from_text(text.at, text.len);
	buf_fini(&text);
	buf_fini(&next);
	return p;
}

static void
check_lines(const struct plan_diff *d, const char *want)
{
	struct buf got = {0};

	for (size_t i = 0; i < d->count; i++)
		say_change(&got, d, &d->changes[i], false);
	buf_add(&got, "", 1);
	assert_string_equal(got.at, want);
	buf_fini(&got);
}

/* Whatever the order, each line of `want` is there, and no more. */
static void
check_exchanged(const struct plan_diff *d, const char *want)
{
	struct buf line = {0};
	size_t     bytes = 0;

	for (size_t i = 0; i < d->count; i++) {
		const char *at;

		buf_reset(&line);
		say_change(&line, d, &d->changes[i], true);
		at = memmem(want, strlen(want), line.at, line.len);
		if (at == NULL || (at != want && at[-1] != '\n'))
			fail_msg("not said the other way round: %.*s", (int)line.len, line.at);
		bytes += line.len;
	}
	assert_int_equal(bytes, strlen(want));
	buf_fini(&line);
}

static void
check(void **state)
{
	const struct row *row = *state;
	struct plan      *old = plan_from_text(base, sizeof(base) - 1), *new = edited(row->edits);
	struct plan_diff  d;

	plan_diff_make(&d, old, new);
	check_lines(&d, row->want);
	plan_diff_fini(&d);
	plan_diff_make(&d, new, old);
	check_exchanged(&d, row->want);
	plan_diff_fini(&d);
	plan_free(old);
	plan_free(new);
}

static void
the_real_plan_does_not_differ_from_itself(void **state)
{
	struct plan     *one = plan_from_file(PLAN_FILE), *two = plan_from_file(PLAN_FILE);
	struct plan_diff d;

	(void)state;
	plan_diff_make(&d, one, two);
	assert_int_equal(d.count, 0);
	plan_diff_fini(&d);
	plan_free(one);
	plan_free(two);
}

/* Every agency and group, every member and obligation, every chapter, section and task. */
static void
two_plans_with_nothing_in_common_differ_in_everything(void **state)
{
	struct plan     *real = plan_from_file(PLAN_FILE);
	struct plan     *small = plan_from_text(base, sizeof(base) - 1);
	uint32_t         gone[DIFF_THINGS] = {0}, obligations = 0;
	struct plan_diff d;

	(void)state;
	plan_diff_make(&d, real, small);
	for (size_t i = 0; i < d.count; i++) {
		const struct plan_change *c = &d.changes[i];

		gone[c->thing] += c->field == DIFF_ITSELF && c->at[DIFF_NEW] == PLAN_NONE;
		obligations +=
		    c->field == DIFF_OBLIGATION && c->value[DIFF_NEW].type == DIFF_ABSENT;
	}
	assert_int_equal(gone[DIFF_AGENCY], 38);
	assert_int_equal(gone[DIFF_GROUP], 0); /* both have one called members */
	assert_int_equal(gone[DIFF_CHAPTER], 5);
	assert_int_equal(gone[DIFF_SECTION], 11);
	assert_int_equal(gone[DIFF_TASK], 103);
	assert_int_equal(obligations, 318);
	plan_diff_fini(&d);
	plan_free(real);
	plan_free(small);
}

static void
a_changed_thing_has_its_newer_title(void **state)
{
	const struct edit edits[EDITS_MAX] = {{"en: Task two", "en: Task too"}, {TASK_3, TASK_3}};
	struct plan      *old = plan_from_text(base, sizeof(base) - 1), *new = edited(edits);
	struct plan_diff  d;

	(void)state;
	plan_diff_make(&d, old, new);
	assert_int_equal(d.count, 1);
	assert_string_equal(plan_diff_title(&d, &d.changes[0]).en, "Task too");
	assert_string_equal(plan_diff_title(&d, &d.changes[0]).zh, "任务二");
	plan_diff_fini(&d);
	plan_free(old);
	plan_free(new);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(rows) + 3] = {
	    cmocka_unit_test(the_real_plan_does_not_differ_from_itself),
	    cmocka_unit_test(two_plans_with_nothing_in_common_differ_in_everything),
	    cmocka_unit_test(a_changed_thing_has_its_newer_title),
	};
	size_t n = 3;

	CASES_ADD(tests, n, rows, check);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
