/* plan as the rest of the program sees it: the real plan's figures, what a file's
 * order means, the finders, the limits. Run from the root of the tree, or with
 * the real plan's path as the argument. */
#include "core/plan.h"

#include "core/plan_build.h"
#include "tests/unit/plan_check.h"

#define NEW_YEAR_2026 20454 /* 2026-01-01 */

static const char  *real_path = "plans/ipr-2026.yaml";
static struct plan *real;

static int
load_real(void **state)
{
	struct plan_mistakes m = {0};
	struct buf           yaml = {0};
	FILE                *f = fopen(real_path, "rb");
	char                 block[4096];
	size_t               n;

	(void)state;
	if (f == NULL)
		return -1;
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(&yaml, block, n);
	fclose(f);
	real = plan_yaml_parse(yaml.at, yaml.len, &m);
	buf_fini(&yaml);
	plan_mistakes_fini(&m);
	return real != NULL ? 0 : -1;
}

static int
free_real(void **state)
{
	(void)state;
	plan_free(real);
	return 0;
}

static struct plan *
parse(const char *yaml)
{
	struct plan_mistakes m = {0};
	struct plan         *p = plan_yaml_parse(yaml, strlen(yaml), &m);

	assert_int_equal(m.count, 0);
	assert_non_null(p);
	return p;
}

static uint32_t
led_by(const struct plan *p, const char *id)
{
	uint32_t agency = plan_find_agency(p, text_of(id)), led = 0;

	assert_int_not_equal(agency, PLAN_NONE);
	for (uint32_t t = 0; t < p->task_count; t++)
		led += p->obligations[p->tasks[t].first_obligation].agency == agency;
	return led;
}

static void
the_real_plan_has_its_figures(void **state)
{
	uint32_t named = 0, shared = 0;

	(void)state;
	assert_string_equal(real->id, "ipr-2026");
	assert_int_equal(real->revision, 1);
	assert_int_equal(real->chapter_count, 7);
	assert_int_equal(real->section_count, 13);
	assert_int_equal(real->chapters[5].section_count, 0);
	assert_int_equal(real->chapters[6].section_count, 0);
	assert_int_equal(real->task_count, 106);
	assert_int_equal(real->agency_count, 38);
	assert_int_equal(real->obligation_count, 318);
	for (uint32_t t = 0; t < real->task_count; t++) {
		named += real->tasks[t].named_count;
		shared += real->tasks[t].duty == PLAN_SHARED;
	}
	assert_int_equal(named, 263);
	assert_int_equal(shared, 26);
	assert_int_equal(led_by(real, "cnipa"), 31);
	assert_int_equal(led_by(real, "cpd"), 22);
	assert_int_equal(real->office, plan_find_agency(real, text_of("jco")));
	assert_true(plan_bytes(real) < 64 * 1024);
}

static void
the_real_plan_has_its_values(void **state)
{
	const struct plan_task *task = &real->tasks[16];

	(void)state;
	assert_int_equal(real->starts, NEW_YEAR_2026);
	assert_int_equal(real->ends, NEW_YEAR_2026 + 364);
	assert_int_equal(real->utc_offset_min, 480);
	assert_int_equal(plan_earliest_ms(real), 1735574400000); /* 2024-12-30T16:00:00Z */
	assert_int_equal(real->every, PLAN_QUARTER);
	assert_int_equal(real->due_days, 10);
	assert_int_equal(real->light_yellow, 10);
	assert_int_equal(real->light_red, 30);
	assert_int_equal(real->light_red_share, 20);
	assert_string_equal(real->agencies[37].id, "sta");
	assert_string_equal(real->agencies[37].title.zh, "税务总局");
	assert_string_equal(real->agencies[37].kind, "agency");
	assert_int_equal(real->groups[0].member_count, 29);
	assert_int_equal(task->number, 17);
	assert_int_equal(task->duty, PLAN_SHARED);
	assert_int_equal(task->weight, 1);
	assert_int_equal(task->starts, NEW_YEAR_2026);
	assert_int_equal(task->due, NEW_YEAR_2026 + 364);
	assert_int_equal(task->chapter, 0);
	assert_int_equal(real->sections[task->section].number, 2);
	assert_int_equal(real->tasks[102].section, PLAN_NONE);
	assert_int_equal(real->tasks[8].obligation_count, 29);   /* cnipa is in the group */
	assert_int_equal(real->tasks[102].obligation_count, 30); /* jco is not */
}

static void
parts_lie_side_by_side(void **state)
{
	uint32_t task = 0, section = 0, obligation = 0;

	(void)state;
	for (uint32_t c = 0; c < real->chapter_count; c++) {
		assert_int_equal(real->chapters[c].number, c + 1);
		assert_int_equal(real->chapters[c].first_task, task);
		assert_int_equal(real->chapters[c].first_section, section);
		task += real->chapters[c].task_count;
		section += real->chapters[c].section_count;
	}
	assert_int_equal(task, 106);
	assert_int_equal(section, 13);
	for (uint32_t t = 0; t < real->task_count; t++) {
		assert_int_equal(real->tasks[t].number, t + 1);
		assert_int_equal(real->tasks[t].first_obligation, obligation);
		for (uint32_t i = 0; i < real->tasks[t].obligation_count; i++)
			assert_int_equal(real->obligations[obligation++].task, t);
	}
	assert_int_equal(obligation, 318);
}

static void
finders_find_all_that_is_there_and_nothing_else(void **state)
{
	uint32_t found = 0;

	(void)state;
	for (uint32_t t = 0; t < real->task_count; t++) {
		assert_int_equal(plan_find_task(real, t + 1), t);
		for (uint32_t a = 0; a < real->agency_count; a++) {
			uint32_t o = plan_find_obligation(real, t, a);

			if (o == PLAN_NONE)
				continue;
			found++;
			assert_int_equal(real->obligations[o].task, t);
			assert_int_equal(real->obligations[o].agency, a);
		}
	}
	assert_int_equal(found, 318);
	assert_int_equal(plan_find_task(real, 0), PLAN_NONE);
	assert_int_equal(plan_find_task(real, 107), PLAN_NONE);
	assert_int_equal(plan_find_task(real, UINT64_C(0x100000001)), PLAN_NONE);
	assert_int_equal(plan_find_obligation(real, 106, 0), PLAN_NONE);
	assert_int_equal(plan_find_obligation(real, 0, PLAN_NONE), PLAN_NONE);
	assert_int_equal(plan_find_agency(real, text_of("CNIPA")), PLAN_NONE);
	assert_int_equal(plan_find_agency(real, (struct text){NULL, 0}), PLAN_NONE);
	assert_int_equal(plan_find_agency(real, (struct text){"cpd\0", 4}), PLAN_NONE);
	assert_int_equal(plan_find_agency(real, (struct text){"cpdx", 3}), 1);
}

static void
agencies_know_their_obligations_in_task_order(void **state)
{
	uint32_t total = 0;

	(void)state;
	for (uint32_t a = 0; a < real->agency_count; a++) {
		const struct plan_agency *agency = &real->agencies[a];

		total += agency->obligation_count;
		for (uint32_t i = 0; i < agency->obligation_count; i++) {
			assert_int_equal(real->obligations[agency->obligations[i]].agency, a);
			if (i > 0)
				assert_true(agency->obligations[i - 1] < agency->obligations[i]);
		}
	}
	assert_int_equal(total, 318);
}

/* The agencies of a task as one word, in order, capitals for those that only a group
 * names: "cAB". All ids are one letter. */
static const char *
spell(const struct plan *p, uint32_t task, char out[8])
{
	for (uint32_t i = 0; i < p->tasks[task].obligation_count; i++) {
		const struct plan_obligation *o =
		    &p->obligations[p->tasks[task].first_obligation + i];

		out[i] = p->agencies[o->agency].id[0];
		if (o->by_group)
			out[i] = (char)(out[i] - 'a' + 'A');
	}
	out[p->tasks[task].obligation_count] = '\0';
	return out;
}

static void
a_group_stands_for_those_not_named(void **state)
{
	char        out[8];
	struct buf  yaml = {0};
	const char *cut = strstr(good, "  - {number: 3");

	(void)state;
	buf_addf(&yaml, "%.*s", (int)(cut - good), good);
	buf_addf(&yaml, "  - {number: 3, zh: x, duty: lead, agencies: [c, \"@g\"]}\n");
	buf_addf(&yaml, "  - {number: 4, zh: x, duty: shared, agencies: [\"@g\", c, a]}\n");
	buf_addf(&yaml,
	    "  - {number: 5, zh: x, agencies: [a], duty: shared, weight: 7,"
	    " starts: 2026-02-01, due: 2026-02-28}\n");
	buf_addf(&yaml, "  - {number: 6, zh: x, duty: shared, agencies: [\"@g\"]}\n");

	struct plan *p = parse(yaml.at);

	assert_string_equal(spell(p, 2, out), "cAB");
	assert_int_equal(p->tasks[2].named_count, 2);
	assert_string_equal(spell(p, 3, out), "Bca");
	assert_int_equal(p->tasks[3].named_count, 3);
	assert_string_equal(spell(p, 5, out), "AB");
	assert_int_equal(p->tasks[5].named_count, 1);
	assert_int_equal(p->tasks[4].duty, PLAN_LEAD); /* of one, whatever it says */
	assert_int_equal(p->tasks[4].weight, 7);
	assert_int_equal(p->tasks[4].starts, NEW_YEAR_2026 + 31);
	assert_int_equal(p->tasks[4].due, NEW_YEAR_2026 + 58);
	plan_free(p);
	buf_fini(&yaml);
}

static void
duty_says_who_counts(void **state)
{
	struct plan *p = parse(good);

	(void)state;
	assert_int_equal(plan_counted(p, 0), 1);
	assert_int_equal(plan_counted(p, 1), 2); /* shared by b and c */
	assert_int_equal(plan_counted(p, 2), 1); /* c leads, g participates */
	assert_true(plan_counts(p, 0));
	assert_true(plan_counts(p, 1));
	assert_true(plan_counts(p, 2));
	assert_true(plan_counts(p, 3));
	assert_false(plan_counts(p, 4));
	assert_false(plan_counts(p, 5));
	assert_string_equal(plan_duty_name(PLAN_LEAD), "lead");
	assert_string_equal(plan_duty_name(PLAN_SHARED), "shared");
	assert_string_equal(plan_every_name(PLAN_HALF), "half");
	assert_string_equal(p->agencies[0].title.en, "甲"); /* none given */
	assert_string_equal(p->agencies[1].title.en, "B");
	assert_string_equal(p->agencies[0].kind, "");
	assert_string_equal(p->sections[0].title.zh, "节");
	plan_free(p);
	plan_free(NULL);
}

/* A plan to write: so many of each, at least 1; `tasks` are of each section. */
struct plan_size {
	unsigned agencies, groups, chapters, sections, tasks;
	unsigned named;    /* agencies of each task */
	bool     by_group; /* each task is all groups' instead */
	unsigned more;     /* tasks of one agency behind the others */
	bool     keys;     /* each task has every key */
};

static unsigned
at_least_1(unsigned n)
{
	return n > 0 ? n : 1;
}

static void
write_names(struct buf *out, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		buf_addf(out, "%sa%u", i > 0 ? ", " : "", i);
}

static void
write_task(struct buf *out, const struct plan_size *s, unsigned number, unsigned named)
{
	buf_addf(out, "    - {number: %u, zh: t, duty: shared, ", number);
	if (s->keys)
		buf_addf(out, "en: t, weight: 2, starts: 2026-02-01, due: 2026-03-01, ");
	buf_addf(out, "agencies: [");
	for (unsigned i = 0; s->by_group && i < s->groups; i++)
		buf_addf(out, "%s\"@g%u\"", i > 0 ? ", " : "", i);
	if (!s->by_group)
		write_names(out, named);
	buf_addf(out, "]}\n");
}

static void
generate(struct buf *out, const struct plan_size *s)
{
	unsigned number = 0;

	buf_addf(out,
	    "format: 1\nid: big\nrevision: 1\ntitle: {zh: t}\nstarts: 2026-01-01\n"
	    "ends: 2026-12-31\nutc_offset: Z\noffice: a0\n"
	    "reporting: {every: year, due_days: 366}\nagencies:\n");
	for (unsigned i = 0; i < at_least_1(s->agencies); i++)
		buf_addf(out, "- {id: a%u, zh: t}\n", i);
	buf_addf(out, "groups:\n");
	for (unsigned i = 0; i < at_least_1(s->groups); i++) {
		buf_addf(out, "- {id: g%u, zh: t, agencies: [", i);
		write_names(out, s->agencies > 1000 ? 1000 : at_least_1(s->agencies));
		buf_addf(out, "]}\n");
	}
	buf_addf(out, "chapters:\n");
	for (unsigned c = 0; c < at_least_1(s->chapters); c++) {
		buf_addf(out, "- number: %u\n  zh: t\n  sections:\n", c + 1);
		for (unsigned i = 0; i < at_least_1(s->sections); i++) {
			buf_addf(out, "  - number: %u\n    zh: t\n    tasks:\n", i + 1);
			for (unsigned t = 0; t < at_least_1(s->tasks); t++)
				write_task(out, s, ++number, at_least_1(s->named));
		}
	}
	for (unsigned i = 0; i < s->more; i++)
		write_task(out, s, ++number, 1);
}

/* clang-format off */
static struct size_case {
	const char *name;
	struct plan_size size;
	const char *want; /* within the first mistake; NULL: it parses */
} sizes[] = {
	{"10,000 tasks", {.tasks = 10000}, NULL},
	{"10,001 tasks", {.tasks = 10001}, "tasks[10000]: got more than 10000 tasks, expected at most 10000 in a plan"},
	{"1,000 agencies", {.agencies = 1000}, NULL},
	{"1,001 agencies", {.agencies = 1001}, "agencies[1000]: got 1001 agencies, expected at most 1000 in a plan"},
	{"100,000 obligations, each named", {.agencies = 1000, .tasks = 100, .named = 1000}, NULL},
	{"100,000 obligations by a group", {.agencies = 1000, .tasks = 100, .groups = 1, .by_group = true}, NULL},
	{"1,000 more by a group", {.agencies = 1000, .tasks = 101, .groups = 1, .by_group = true}, "tasks[100].agencies: got more than 100000 obligations, expected at most 100000 in a plan"},
	{"1,000 more by two groups", {.agencies = 1000, .tasks = 101, .groups = 2, .by_group = true}, "tasks[100].agencies: got more than 100000 obligations, expected at most 100000 in a plan"},
	{"one obligation more", {.agencies = 1000, .tasks = 100, .named = 1000, .more = 1}, "tasks[100].agencies: got more than 100000 obligations, expected at most 100000 in a plan"},
	{"100 chapters of 100 sections", {.chapters = 100, .sections = 100}, NULL},
	{"101 chapters", {.chapters = 101}, "chapters[100]: got 101 chapters, expected at most 100 in a plan"},
	{"101 sections", {.sections = 101}, "chapters[0].sections[100]: got 101 sections, expected at most 100 in a chapter"},
	{"100 groups", {.groups = 100}, NULL},
	{"101 groups", {.groups = 101}, "groups[100]: got 101 groups, expected at most 100 in a plan"},
	{"all limits at once", {.agencies = 1000, .groups = 100, .chapters = 100, .sections = 10, .tasks = 10, .named = 10, .keys = true}, NULL},
};
/* clang-format on */

static void
check_size(void **state)
{
	const struct size_case *c = *state;
	struct plan_mistakes    m = {0};
	struct buf              yaml = {0};
	struct plan            *p;

	generate(&yaml, &c->size);
	p = plan_yaml_parse(yaml.at, yaml.len, &m);
	if (c->want == NULL) {
		assert_int_equal(m.count, 0);
		assert_non_null(p);
	} else {
		assert_null(p);
		assert_int_equal(m.count, 1);
		assert_non_null(strstr(m.at[0].message, c->want));
	}
	plan_free(p);
	plan_mistakes_fini(&m);
	buf_fini(&yaml);
}

int
main(int argc, char **argv)
{
	struct CMUnitTest tests[COUNT(sizes) + 7];
	size_t            n = 0;

	if (argc > 1)
		real_path = argv[1];
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_real_plan_has_its_figures);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_real_plan_has_its_values);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(parts_lie_side_by_side);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(finders_find_all_that_is_there_and_nothing_else);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(agencies_know_their_obligations_in_task_order);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_group_stands_for_those_not_named);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(duty_says_who_counts);
	CASES_ADD(tests, n, sizes, check_size);
	return cmocka_run_group_tests(tests, load_real, free_real);
}
