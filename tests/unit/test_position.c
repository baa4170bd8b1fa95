#include "core/position.h"

#include "tests/cases.h"

#define MOST "18446744073709551615"

/* clang-format off */
static struct parse_case {
	const char     *name;
	const char     *text;
	bool            ok;
	struct position want;
} parse_cases[] = {
	{"as Redis writes it", "1774951200123-0", true, {1774951200123, 0}},
	{"before the first", "0-0", true, {0, 0}},
	{"the greatest", MOST "-" MOST, true, {UINT64_MAX, UINT64_MAX}},
	{"one more than fits", "18446744073709551616-0", false, {0}},
	{"one more behind the dash", "0-18446744073709551616", false, {0}},
	{"ten times too many", "184467440737095516150-0", false, {0}},
	{"no dash", "17", false, {0}},
	{"nothing before the dash", "-1", false, {0}},
	{"nothing behind it", "1-", false, {0}},
	{"two dashes", "1-2-3", false, {0}},
	{"a minus sign", "1--2", false, {0}},
	{"a leading zero", "01-0", false, {0}},
	{"a leading zero behind the dash", "1-00", false, {0}},
	{"a plus sign", "+1-0", false, {0}},
	{"a space", "1 -0", false, {0}},
	{"hexadecimal", "a-0", false, {0}},
	{"a star, as XADD takes it", "1-*", false, {0}},
	{"nothing", "", false, {0}},
};
/* clang-format on */

static void
check_parse(void **state)
{
	const struct parse_case *c = *state;
	struct position          p = {7, 7};
	char                     out[POSITION_SIZE];

	assert_int_equal(position_parse(text_of(c->text), &p), c->ok);
	assert_int_equal(p.ms, c->ok ? c->want.ms : 7);
	assert_int_equal(p.n, c->ok ? c->want.n : 7);
	if (c->ok)
		assert_string_equal(position_format(p, out), c->text);
}

static void
a_position_ends_with_its_text(void **state)
{
	struct position p;

	(void)state;
	assert_true(position_parse((struct text){"12-345", 4}, &p));
	assert_int_equal(p.n, 3);
	assert_false(position_parse((struct text){"1-2\0", 4}, &p));
}

static void
positions_are_ordered_by_ms_then_n(void **state)
{
	(void)state;
	assert_true(position_compare((struct position){1, 9}, (struct position){2, 0}) < 0);
	assert_true(position_compare((struct position){2, 0}, (struct position){1, 9}) > 0);
	assert_true(position_compare((struct position){2, 1}, (struct position){2, 2}) < 0);
	assert_true(position_compare((struct position){2, 2}, (struct position){2, 1}) > 0);
	assert_true(position_compare((struct position){2, 2}, (struct position){2, 2}) == 0);
	assert_true(position_compare((struct position){UINT64_MAX, 0}, (struct position){0}) > 0);
	assert_true(position_is_zero((struct position){0, 0}));
	assert_false(position_is_zero((struct position){0, 1}));
	assert_false(position_is_zero((struct position){1, 0}));
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(parse_cases) + 2];
	size_t            n = 0;

	CASES_ADD(tests, n, parse_cases, check_parse);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_position_ends_with_its_text);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(positions_are_ordered_by_ms_then_n);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
