#include "core/text.h"

#include "tests/cases.h"

#define T(literal)                                                                                 \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

/* clang-format off */
static struct bytes_case {
	const char *name;
	struct text text;
	bool        utf8, printable;
} bytes_cases[] = {
	{"nothing is valid", T(""), true, true},
	{"the absent text is valid", {NULL, 0}, true, true},
	{"ASCII", T("plan ~"), true, true},
	{"two, three and four bytes", T("\xc3\xa9\xe6\x8e\xa8\xf0\x9f\x98\x80"), true, true},
	{"newline and tab may stay", T("a\n\tb"), true, true},
	{"carriage return may not", T("a\rb"), true, false},
	{"NUL is UTF-8 and no text", T("a\0b"), true, false},
	{"unit separator", T("\x1f"), true, false},
	{"delete", T("\x7f"), true, false},
	{"U+0080, the first of the upper controls", T("\xc2\x80"), true, false},
	{"U+009F, the last of them", T("\xc2\x9f"), true, false},
	{"U+00A0 is past them", T("\xc2\xa0"), true, true},
	{"the greatest code point", T("\xf4\x8f\xbf\xbf"), true, true},
	{"too large by one", T("\xf4\x90\x80\x80"), false, false},
	{"a lead byte that only too large ones have", T("\xf5\x80\x80\x80"), false, false},
	{"overlong slash in two bytes", T("\xc0\xaf"), false, false},
	{"overlong U+007F", T("\xc1\xbf"), false, false},
	{"the least in two bytes", T("\xc2\x80"), true, false},
	{"overlong slash in three bytes", T("\xe0\x80\xaf"), false, false},
	{"overlong U+07FF", T("\xe0\x9f\xbf"), false, false},
	{"the least in three bytes", T("\xe0\xa0\x80"), true, true},
	{"overlong U+FFFF", T("\xf0\x8f\xbf\xbf"), false, false},
	{"the least in four bytes", T("\xf0\x90\x80\x80"), true, true},
	{"before the surrogates", T("\xed\x9f\xbf"), true, true},
	{"the first surrogate", T("\xed\xa0\x80"), false, false},
	{"the last surrogate", T("\xed\xbf\xbf"), false, false},
	{"behind the surrogates", T("\xee\x80\x80"), true, true},
	{"a continuation alone", T("\x80"), false, false},
	{"cut after one of two", T("a\xc3"), false, false},
	{"cut after two of three", T("a\xe6\x8e"), false, false},
	{"cut after three of four", T("\xf0\x9f\x98"), false, false},
	{"a letter where a continuation belongs", T("\xe6\x8e" "a"), false, false},
	{"a lead where a continuation belongs", T("\xe6\xe6\x8e\xa8"), false, false},
	{"no byte begins with 0xff", T("\xff"), false, false},
};

static struct name_case {
	const char *name;
	struct text text;
	bool        want;
} name_cases[] = {
	{"a letter is a name", T("a"), true},
	{"a digit is one", T("7"), true},
	{"all that may be inside", T("a9._-"), true},
	{"eight bytes of eight", T("ipr-2026"), true},
	{"nine bytes of eight", T("ipr-20261"), false},
	{"an empty name", T(""), false},
	{"a dot in front", T(".a"), false},
	{"a dash in front", T("-a"), false},
	{"a capital", T("aB"), false},
	{"a slash", T("a/b"), false},
	{"an at sign", T("@a"), false},
	{"a brace", T("a{"), false},
	{"a NUL inside", T("a\0b"), false},
	{"a letter of another script", T("\xe7\x94\xb2"), false},
};

static struct escape_case {
	const char *name;
	struct text text;
	size_t      size;
	const char *want;
} escape_cases[] = {
	{"text as it is", T("\xe6\x8e\xa8 a~"), 64, "\xe6\x8e\xa8 a~"},
	{"quotes and backslashes", T("'\"\\"), 64, "\\'\\\"\\\\"},
	{"controls, NUL among them", T("a\n\0\x7f"), 64, "a\\x0a\\x00\\x7f"},
	{"upper controls, byte by byte", T("\xc2\x9b"), 64, "\\xc2\\x9b"},
	{"what turns the order around", T("a\xe2\x80\xae" "b"), 64, "a\\xe2\\x80\\xaeb"},
	{"broken bytes", T("\xff\xe6\x8e"), 64, "\\xff\\xe6\\x8e"},
	{"exactly fits", T("1234567"), 8, "1234567"},
	{"one too long", T("12345678"), 8, "1234\xe2\x80\xa6"},
	{"never half a character", T("123\xe6\x8e\xa8\xe6\x8e\xa8"), 9, "123\xe2\x80\xa6"},
	{"a whole one if it fits", T("12\xe6\x8e\xa8\xe6\x8e\xa8"), 9, "12\xe6\x8e\xa8\xe6\x8e\xa8"},
	{"never half an escape", T("12\xff" "345"), 9, "12\xe2\x80\xa6"},
	{"the smallest room", T("\xff\xff"), 8, "\\xff\xe2\x80\xa6"},
	{"nothing", T(""), 8, ""},
};
/* clang-format on */

static void
check_bytes(void **state)
{
	const struct bytes_case *c = *state;

	assert_int_equal(text_is_utf8(c->text), c->utf8);
	assert_int_equal(text_is_printable(c->text), c->printable);
}

static void
check_name(void **state)
{
	const struct name_case *c = *state;

	assert_int_equal(text_is_name(c->text, 8), c->want);
}

static void
check_escape(void **state)
{
	const struct escape_case *c = *state;
	char                      out[65];

	memset(out, '#', sizeof(out));
	assert_ptr_equal(text_escape(c->text, out, c->size), out);
	assert_string_equal(out, c->want);
	assert_int_equal(out[c->size], '#');
}

static void
decodes_code_points(void **state)
{
	struct text text = T("a\xc3\xa9\xe6\x8e\xa8\xf0\x9f\x98\x80\xff");
	uint32_t    code = 0;

	(void)state;
	assert_int_equal(text_decode(text, &code), 1);
	assert_int_equal(code, 'a');
	assert_int_equal(text_decode((struct text){text.at + 1, text.len - 1}, &code), 2);
	assert_int_equal(code, 0xe9);
	assert_int_equal(text_decode((struct text){text.at + 3, text.len - 3}, &code), 3);
	assert_int_equal(code, 0x63a8);
	assert_int_equal(text_decode((struct text){text.at + 6, text.len - 6}, &code), 4);
	assert_int_equal(code, 0x1f600);
	assert_int_equal(text_decode((struct text){text.at + 10, 1}, &code), 0);
	assert_int_equal(text_decode((struct text){text.at, 0}, &code), 0);
	assert_int_equal(code, 0x1f600);
}

static void
order_is_turned_by_nine_characters(void **state)
{
	static const char *const turning[] = {
	    "\xe2\x80\xaa", "\xe2\x80\xae", "a\xe2\x81\xa6", "\xe2\x81\xa9"};
	static const char *const plain[] = {"", "a\n", "\xe6\x8e\xa8", "\xe2\x80\xa9",
	    "\xe2\x80\xaf", "\xe2\x81\xa5", "\xe2\x81\xaa"};

	(void)state;
	for (size_t i = 0; i < COUNT(turning); i++)
		assert_false(text_is_ordered(text_of(turning[i])));
	for (size_t i = 0; i < COUNT(plain); i++)
		assert_true(text_is_ordered(text_of(plain[i])));
	assert_false(text_is_ordered(text_of("\xff")));
}

static void
equal_means_the_same_bytes(void **state)
{
	(void)state;
	assert_true(text_equal(text_of("ab"), (struct text){"abc", 2}));
	assert_false(text_equal(text_of("ab"), text_of("abc")));
	assert_false(text_equal(text_of("ab"), text_of("ac")));
	assert_true(text_equal(text_of(""), (struct text){NULL, 0}));
}

static void
a_hex_digit_has_a_value_and_nothing_else_does(void **state)
{
	(void)state;
	assert_int_equal(text_hex_digit('0'), 0);
	assert_int_equal(text_hex_digit('9'), 9);
	assert_int_equal(text_hex_digit('a'), 10);
	assert_int_equal(text_hex_digit('F'), 15);
	assert_int_equal(text_hex_digit('g'), -1);
	assert_int_equal(text_hex_digit('/'), -1);
	assert_int_equal(text_hex_digit(':'), -1);
	assert_int_equal(text_hex_digit('@'), -1);
	assert_int_equal(text_hex_digit('\0'), -1);
}

static void
numbers_are_written_in_full(void **state)
{
	char out[21] = "";

	(void)state;
	*text_write_number(out, 0) = '\0';
	assert_string_equal(out, "0");
	*text_write_number(out, 1090) = '\0';
	assert_string_equal(out, "1090");
	*text_write_number(out, UINT64_MAX) = '\0';
	assert_string_equal(out, "18446744073709551615");
}

static void
a_break_is_a_newline_or_a_tab(void **state)
{
	(void)state;
	assert_true(text_has_break(text_of("a\nb")));
	assert_true(text_has_break(text_of("\t")));
	assert_false(text_has_break(text_of("a b")));
	assert_false(text_has_break((struct text){NULL, 0}));
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(bytes_cases) + COUNT(name_cases) + COUNT(escape_cases) + 6];
	size_t            n = 0;

	CASES_ADD(tests, n, bytes_cases, check_bytes);
	CASES_ADD(tests, n, name_cases, check_name);
	CASES_ADD(tests, n, escape_cases, check_escape);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(decodes_code_points);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(order_is_turned_by_nine_characters);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(equal_means_the_same_bytes);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(a_hex_digit_has_a_value_and_nothing_else_does);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(numbers_are_written_in_full);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_break_is_a_newline_or_a_tab);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
