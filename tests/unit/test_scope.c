#include "core/scope.h"

#include "tests/unit/plan_check.h"

/* Of the good plan: overall, 2 chapters, 1 section, 3 tasks, 3 agencies. */
static struct plan *plan;

/* clang-format off */
static struct row_case {
	const char     *name;
	uint32_t        row;
	enum scope_kind kind;
	uint32_t        index;
	const char     *key, *topic, *zh;
} rows[] = {
	{"overall", 0, SCOPE_OVERALL, 0, "", "demo/overall/", "计划"},
	{"chapter/1", 1, SCOPE_CHAPTER, 0, "1", "demo/chapter/1/", "章"},
	{"chapter/2", 2, SCOPE_CHAPTER, 1, "2", "demo/chapter/2/", "末"},
	{"section/1.1", 3, SCOPE_SECTION, 0, "1.1", "demo/section/1.1/", "节"},
	{"task/1", 4, SCOPE_TASK, 0, "1", "demo/task/1/", "一"},
	{"task/3", 6, SCOPE_TASK, 2, "3", "demo/task/3/", "三"},
	{"agency/a", 7, SCOPE_AGENCY, 0, "a", "demo/agency/a/", "甲"},
	{"agency/c", 9, SCOPE_AGENCY, 2, "c", "demo/agency/c/", "丙"},
};

static struct stranger_case {
	const char *name;
	struct text text;
} strangers[] = {
	{"nothing", {NULL, 0}},
	{"an empty name", {"", 0}},
	{"overall with a slash", {"overall/", 8}},
	{"overall with a key", {"overall/1", 9}},
	{"a kind alone", {"chapter", 7}},
	{"a kind and a slash", {"chapter/", 8}},
	{"no such kind", {"plan/1", 6}},
	{"a capital", {"Task/1", 6}},
	{"chapter 0", {"chapter/0", 9}},
	{"chapter 3 of 2", {"chapter/3", 9}},
	{"a section without a dot", {"section/1", 9}},
	{"section 1.0", {"section/1.0", 11}},
	{"section 1.2 of 1", {"section/1.2", 11}},
	{"a section of a chapter that has none", {"section/2.1", 11}},
	{"a section of no chapter", {"section/3.1", 11}},
	{"three numbers", {"section/1.1.1", 13}},
	{"task 0", {"task/0", 6}},
	{"task 4 of 3", {"task/4", 6}},
	{"a leading zero", {"task/01", 7}},
	{"a sign", {"task/+1", 7}},
	{"a space", {"task/1 ", 7}},
	{"2^32 + 1", {"task/4294967297", 15}},
	{"a slash behind", {"task/1/", 7}},
	{"no such agency", {"agency/z", 8}},
	{"no agency", {"agency/", 7}},
	{"a NUL behind", {"agency/a\0", 9}},
};
/* clang-format on */

static void
check_row(void **state)
{
	const struct row_case *c = *state;
	struct scope           s = {0};
	char                   key[SCOPE_KEY_SIZE], topic[SCOPE_TOPIC_SIZE], name[SCOPE_NAME_SIZE];

	assert_true(scope_parse(plan, text_of(c->name), &s));
	assert_int_equal(s.kind, c->kind);
	assert_int_equal(s.index, c->index);
	assert_int_equal(scope_row(plan, s), c->row);
	assert_int_equal(scope_at(plan, c->row).kind, c->kind);
	assert_int_equal(scope_at(plan, c->row).index, c->index);
	assert_string_equal(scope_key(plan, s, key), c->key);
	assert_string_equal(scope_topic(plan, s, topic), c->topic);
	assert_string_equal(scope_name_in(plan, s, name), c->name);
	assert_string_equal(scope_name(c->kind, text_of(c->key), name), c->name);
	assert_string_equal(scope_title(plan, s).zh, c->zh);
}

static void
check_stranger(void **state)
{
	const struct stranger_case *c = *state;
	struct scope                s = {SCOPE_KINDS, 77};

	assert_false(scope_parse(plan, c->text, &s));
	assert_int_equal(s.kind, SCOPE_KINDS);
	assert_int_equal(s.index, 77);
}

static void
every_row_is_one_scope(void **state)
{
	(void)state;
	assert_int_equal(scope_count(plan), 10);
	for (uint32_t row = 0; row < 10; row++)
		assert_int_equal(scope_row(plan, scope_at(plan, row)), row);
}

static void
kinds_have_names(void **state)
{
	enum scope_kind k = SCOPE_KINDS;

	(void)state;
	assert_string_equal(scope_kind_name(SCOPE_SECTION), "section");
	assert_true(scope_kind_parse(text_of("agency"), &k));
	assert_int_equal(k, SCOPE_AGENCY);
	assert_false(scope_kind_parse(text_of("agencies"), &k));
	assert_int_equal(k, SCOPE_AGENCY);
}

static void
a_key_that_is_too_long_is_cut(void **state)
{
	char key[3 * SCOPE_KEY_SIZE], name[SCOPE_NAME_SIZE];

	(void)state;
	memset(key, 'x', sizeof(key));
	scope_name(SCOPE_CHAPTER, (struct text){key, sizeof(key)}, name);
	assert_int_equal(strlen(name), strlen("chapter/") + PLAN_ID_MAX);
	assert_string_equal(scope_name(SCOPE_OVERALL, (struct text){NULL, 0}, name), "overall");
}

/* The longest ids there are fit their buffers. */
static void
the_longest_topic_fits(void **state)
{
	char                 id[PLAN_ID_MAX + 1] = {0};
	char                 topic[SCOPE_TOPIC_SIZE], key[SCOPE_KEY_SIZE];
	struct buf           yaml = {0};
	struct plan_mistakes m = {0};

	(void)state;
	memset(id, 'x', PLAN_ID_MAX);
	for (const char *c = good; *c != '\0';)
		if (strncmp(c, "id: demo", 8) == 0 || strncmp(c, "id: c,", 6) == 0) {
			buf_addf(&yaml, "id: %s", id);
			c += strcspn(c, ",\n");
		} else if (strncmp(c, ", c]", 4) == 0 || strncmp(c, "[c, ", 4) == 0) {
			buf_addf(&yaml, c[0] == '[' ? "[%s, " : ", %s]", id);
			c += 4;
		} else {
			buf_add(&yaml, c++, 1);
		}

	struct plan *p = plan_yaml_parse(yaml.at, yaml.len, &m);

	assert_non_null(p);
	scope_topic(p, (struct scope){SCOPE_AGENCY, 2}, topic);
	assert_int_equal(strlen(topic), 64 + 1 + 6 + 1 + 64 + 1);
	assert_int_equal(topic[strlen(topic) - 1], '/');
	assert_string_equal(scope_key(p, (struct scope){SCOPE_AGENCY, 2}, key), id);
	plan_free(p);
	buf_fini(&yaml);
}

static int
load_plan(void **state)
{
	struct plan_mistakes m = {0};

	(void)state;
	plan = plan_yaml_parse(good, strlen(good), &m);
	return plan != NULL ? 0 : -1;
}

static int
free_plan(void **state)
{
	(void)state;
	plan_free(plan);
	return 0;
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(rows) + COUNT(strangers) + 4];
	size_t            n = 0;

	CASES_ADD(tests, n, rows, check_row);
	CASES_ADD(tests, n, strangers, check_stranger);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(every_row_is_one_scope);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(kinds_have_names);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_key_that_is_too_long_is_cut);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_longest_topic_fits);
	return cmocka_run_group_tests(tests, load_plan, free_plan);
}
