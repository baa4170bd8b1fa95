/* Members of groups who joined or left: what the dates become in a task's obligations,
 * and on which days these are in force. */
#include "core/calendar.h"
#include "core/plan.h"

#include "tests/unit/plan_check.h"

#define PLAN_GROUPS "groups:\n- {id: g, zh: 组, agencies: [a, b]}\n"
#define PLAN_DUTY   "agencies: [c, \"@g\"]"

#define G(members) "{id: g, zh: 组, agencies: [" members "]}"
#define H(members) ", {id: h, zh: 队, agencies: [" members "]}"
#define UNTIL_JUNE "{id: b, until: 2026-06-30}"
#define FROM_MAY   "{id: b, from: 2026-05-01}"
#define SPRING     "{id: b, from: 2026-03-01, until: 2026-05-31}"
#define AUTUMN     "{id: b, from: 2026-09-01, until: 2026-11-30}"
#define OF_TASK_3  "chapters[1].tasks[0].agencies"
#define LEADS(who, group)                                                                          \
	who " leads task 3 as a member of group " group                                            \
	    ", where it has dates; name it in the task, or give it none\n"

/* clang-format off */
/* Each row puts its groups and its list of task 3 into the good plan. */
static struct member_case {
	const char *name;
	const char *groups, *list;
	const char *want; /* task 3's obligations, or the mistakes */
} cases[] = {
	{"members without dates are in force without limit", G("a, b"), "c, \"@g\"", "c, +a, +b"},
	{"a mapping of an id alone is that id", G("a, {id: b}"), "c, \"@g\"", "c, +a, +b"},
	{"one who comes", G("a, " FROM_MAY), "c, \"@g\"", "c, +a, +b 2026-05-01.."},
	{"one who leaves", G("a, " UNTIL_JUNE), "c, \"@g\"", "c, +a, +b ..2026-06-30"},
	{"one who comes and leaves", G("a, " SPRING), "c, \"@g\"", "c, +a, +b 2026-03-01..2026-05-31"},
	{"who is named is not held by the group's dates", G("a, " SPRING), "c, b, \"@g\"", "c, b, +a"},
	{"nor if named behind the group", G("a, " SPRING), "c, \"@g\", b", "c, +a, b"},
	{"two groups: the earlier from and the later until", G("a, " SPRING) H(AUTUMN), "c, \"@g\", \"@h\"", "c, +a, +b 2026-03-01..2026-11-30"},
	{"the same in the other order", G("a, " SPRING) H(AUTUMN), "c, \"@h\", \"@g\"", "c, +b 2026-03-01..2026-11-30, +a"},
	{"a group without dates takes the other's away", G("a, " SPRING) H("b"), "c, \"@g\", \"@h\"", "c, +a, +b"},
	{"one without an end, one without a beginning", G("a, " FROM_MAY) H(UNTIL_JUNE), "c, \"@g\", \"@h\"", "c, +a, +b"},
	{"two with an end", G("a, " UNTIL_JUNE) H(AUTUMN), "c, \"@g\", \"@h\"", "c, +a, +b ..2026-11-30"},

	{"a lead of a group, without dates", G("a, " SPRING), "\"@g\"", "+a, +b 2026-03-01..2026-05-31"},
	{"a lead of a group, with dates", G(SPRING ", a"), "\"@g\", c", "27:47: " OF_TASK_3 "[0]: " LEADS("b", "g")},
	{"a lead of a group, that leaves", G(UNTIL_JUNE ", a"), "\"@g\", c", "27:47: " OF_TASK_3 "[0]: " LEADS("b", "g")},
	{"a lead of a group, that comes", G(FROM_MAY ", a"), "\"@g\", c", "27:47: " OF_TASK_3 "[0]: " LEADS("b", "g")},
	{"a lead with dates that a second group takes away", G(SPRING ", a") H("b"), "\"@g\", c, \"@h\"", "+b, +a, c"},
	{"a lead with dates in both groups", G(SPRING ", a") H(AUTUMN), "\"@g\", c, \"@h\"", "27:47: " OF_TASK_3 "[0]: " LEADS("b", "g")},
	{"the first of the group is named, the next leads", G("a, " SPRING) H("c"), "\"@g\", a", "27:47: " OF_TASK_3 "[0]: " LEADS("b", "g")},
	{"all of the first group are named, the second's leads", G("a, c") H(SPRING), "\"@g\", \"@h\", a, c", "27:53: " OF_TASK_3 "[1]: " LEADS("b", "h")},
	{"with dates and named, so it may lead", G(SPRING ", a"), "b, \"@g\"", "b, +a"},
	{"who leads is unknown", G(SPRING ", a"), "z, \"@g\"", "27:47: " OF_TASK_3 "[0]: got 'z', expected the id of an agency in agencies\n"},
	{"a lead with dates before an unknown", G(SPRING ", a"), "\"@g\", z", "27:47: " OF_TASK_3 "[0]: " LEADS("b", "g")
	    "27:53: " OF_TASK_3 "[1]: got 'z', expected the id of an agency in agencies\n"},
};

static struct force_case {
	const char *name;
	const char *member;
	const char *days;
	const char *want; /* a letter a day: in force or not */
} forces[] = {
	{"in force always", "b", "2025-01-01 2026-01-01 2026-12-31 2027-12-31", "yyyy"},
	{"in force from a day on, it included", FROM_MAY, "2025-01-01 2026-04-30 2026-05-01 2027-12-31", "nnyy"},
	{"in force to a day, it included", UNTIL_JUNE, "2025-01-01 2026-06-30 2026-07-01 2027-12-31", "yynn"},
	{"in force between two days", SPRING, "2026-02-28 2026-03-01 2026-05-31 2026-06-01", "nyyn"},
	{"in force on a leap day alone", "{id: b, from: 2028-02-29, until: 2028-02-29}", "2028-02-28 2028-02-29 2028-03-01 2026-03-01", "nynn"},
};
/* clang-format on */

static void
replace(struct buf *yaml, const char *from, const char *to)
{
	struct buf  after = {0};
	const char *found = strstr(yaml->at, from);

	assert_non_null(found);
	buf_addf(&after, "%.*s%s%s", (int)(found - yaml->at), yaml->at, to, found + strlen(from));
	buf_fini(yaml);
	*yaml = after;
}

static struct plan *
parse(const char *groups, const char *list, const char *ends, struct plan_mistakes *m)
{
	struct buf   yaml = {0}, duty = {0}, all = {0};
	struct plan *p;

	buf_addf(&yaml, "%s", good);
	buf_addf(&duty, "agencies: [%s]", list);
	replace(&yaml, PLAN_DUTY, duty.at);
	buf_addf(&all, "groups: [%s]\n", groups);
	replace(&yaml, PLAN_GROUPS, all.at);
	replace(&yaml, "ends: 2026-12-31", ends);
	p = plan_yaml_parse(yaml.at, yaml.len, m);
	buf_fini(&yaml);
	buf_fini(&duty);
	buf_fini(&all);
	return p;
}

/* "c, +a, +b 2026-05-01..": a plus for who is there by a group, then the days. */
static void
list_obligations(struct buf *out, const struct plan *p, const struct plan_task *t)
{
	char date[CALENDAR_DATE_SIZE];

	for (uint32_t i = 0; i < t->obligation_count; i++) {
		const struct plan_obligation *o = &p->obligations[t->first_obligation + i];

		buf_addf(out, "%s%s%s", i > 0 ? ", " : "", o->by_group ? "+" : "",
		    p->agencies[o->agency].id);
		if (o->from == PLAN_FIRST_DAY && o->until == PLAN_LAST_DAY)
			continue;
		buf_addf(out, " %s..",
		    o->from == PLAN_FIRST_DAY ? "" : calendar_format_date(o->from, date));
		buf_addf(out, "%s",
		    o->until == PLAN_LAST_DAY ? "" : calendar_format_date(o->until, date));
	}
}

static void
check_member(void **state)
{
	const struct member_case *c = *state;
	struct plan_mistakes      m = {0};
	struct buf                got = {0};
	struct plan              *p = parse(c->groups, c->list, "ends: 2026-12-31", &m);

	if (p != NULL)
		list_obligations(&got, p, &p->tasks[2]);
	else
		list_mistakes(&got, &m);
	assert_string_equal(got.at, c->want);
	plan_free(p);
	plan_mistakes_fini(&m);
	buf_fini(&got);
}

static void
check_force(void **state)
{
	const struct force_case *c = *state;
	struct plan_mistakes     m = {0};
	struct buf               groups = {0};
	struct plan             *p;
	uint32_t                 o;

	buf_addf(&groups, G("a, %s"), c->member);
	p = parse(groups.at, "c, \"@g\"", "ends: 2028-12-31", &m);
	assert_non_null(p);
	o = plan_find_obligation(p, 2, plan_find_agency(p, text_of("b")));
	for (size_t i = 0; c->want[i] != '\0'; i++) {
		int32_t day;

		assert_true(calendar_parse_date((struct text){c->days + 11 * i, 10}, &day));
		assert_int_equal(plan_in_force(p, o, day), c->want[i] == 'y');
		assert_true(plan_in_force(p, p->tasks[2].first_obligation, day));
	}
	plan_free(p);
	buf_fini(&groups);
}

static void
a_group_keeps_its_members_days(void **state)
{
	struct plan_mistakes m = {0};
	struct plan         *p = parse(G(SPRING ", a"), "c, b, \"@g\"", "ends: 2026-12-31", &m);

	(void)state;
	assert_int_equal(p->groups[0].member_count, 2);
	assert_int_equal(p->groups[0].members[0].agency, plan_find_agency(p, text_of("b")));
	assert_int_equal(p->groups[0].members[0].from, p->starts + 59);
	assert_int_equal(p->groups[0].members[0].until, p->starts + 150);
	assert_int_equal(p->groups[0].members[1].agency, plan_find_agency(p, text_of("a")));
	assert_int_equal(p->groups[0].members[1].from, PLAN_FIRST_DAY);
	assert_int_equal(p->groups[0].members[1].until, PLAN_LAST_DAY);
	plan_free(p);
}

static void
a_plan_whose_end_is_unknown_has_every_day(void **state)
{
	struct plan_mistakes m = {0};

	(void)state;
	assert_null(parse(G("a, {id: b, from: 2027-01-01}"), "c", "ends: soon", &m));
	assert_int_equal(m.count, 1);
	assert_non_null(strstr(m.at[0].message, "ends: got 'soon'"));
	plan_mistakes_fini(&m);
}

/* Each task keeps to its own list: what one lead's group says is not the next one's. */
static void
every_task_with_such_a_lead_is_a_mistake(void **state)
{
	struct plan_mistakes m = {0};
	struct plan         *p = parse(G(SPRING),
		    "\"@g\"]}\n  - {number: 4, zh: 四, agencies: [b]}\n"
			    "  - {number: 5, zh: 五, agencies: [\"@g\"",
		    "ends: 2026-12-31", &m);

	(void)state;
	assert_null(p);
	assert_int_equal(m.count, 2);
	assert_non_null(strstr(m.at[0].message, "b leads task 3 "));
	assert_non_null(strstr(m.at[1].message, "b leads task 5 "));
	plan_mistakes_fini(&m);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + COUNT(forces) + 3] = {
	    {.name = "a group keeps its members' days",
		.test_func = a_group_keeps_its_members_days},
	    {.name = "a plan whose end is unknown has every day",
		.test_func = a_plan_whose_end_is_unknown_has_every_day},
	    {.name = "every task with such a lead is a mistake",
		.test_func = every_task_with_such_a_lead_is_a_mistake},
	};
	size_t n = 3;

	CASES_ADD(tests, n, cases, check_member);
	CASES_ADD(tests, n, forces, check_force);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
