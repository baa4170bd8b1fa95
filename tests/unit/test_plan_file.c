/* plan_yaml on whole files: their bytes, and all their mistakes together. Run from
 * the root of the tree, or with the path of docs/plan-format.md as the argument. */
#include "core/plan_yaml.h"

#include "tests/unit/plan_check.h"

#define T(literal)                                                                                 \
	{                                                                                          \
		(literal), sizeof(literal) - 1                                                     \
	}

/* clang-format off */
static struct file_case {
	const char *name;
	struct text text;
	const char *want;
} files[] = {
	{"an empty file", T(""), "1:1: the file is empty, expected a plan\n"},
	{"only a comment", T("# a plan\n"), "1:1: the file is empty, expected a plan\n"},
	{"an empty document", T("---\n"), "2:1: got nothing, expected a mapping with " OF_ROOT "\n"},
	{"a list", T("- a\n"), "1:1: got a list, expected a mapping with " OF_ROOT "\n"},
	{"a NUL", T("- a\0b\n"), "1:1: got a list, expected a mapping with " OF_ROOT "\n1:4: character U+0000 is not allowed\n"},
	{"a control character", T("- \x07\n"), "1:1: got a list, expected a mapping with " OF_ROOT "\n1:3: character U+0007 is not allowed\n"},
	{"a next line, which YAML counts as a line", T("# a\xc2\x85" "- [\n"), "1:1: the file is empty, expected a plan\n1:4: character U+0085 is not allowed\n"},
	{"a line separator, the same", T("# a\xe2\x80\xa8" "- [\n"), "1:1: the file is empty, expected a plan\n1:4: character U+2028 is not allowed\n"},
	{"a carriage return alone", T("# a\rb\n"), "1:1: the file is empty, expected a plan\n1:4: a carriage return without a line feed behind it\n"},
	{"a broken byte behind Chinese text", T("# \xe8\xae\xa1\xff\n"), "1:1: the file is empty, expected a plan\n1:4: byte \\xff is not UTF-8\n"},
	{"a run of broken bytes is one mistake", T("# \xff\xfe\xfd a \xff\n"), "1:1: the file is empty, expected a plan\n1:3: byte \\xff is not UTF-8\n1:9: byte \\xff is not UTF-8\n"},
	{"a surrogate", T("# \xed\xa0\x80\n"), "1:1: the file is empty, expected a plan\n1:3: byte \\xed is not UTF-8\n"},
	{"a character cut at the end", T("# \xe8\xae"), "1:1: the file is empty, expected a plan\n1:3: byte \\xe8 is not UTF-8\n"},
	{"UTF-16", T("\xff\xfe#\0"), "1:1: byte \\xff is not UTF-8\n1:1: got '__#_', expected a mapping with " OF_ROOT "\n1:4: character U+0000 is not allowed\n"},
	{"directives are many", T("%TAG ! a\n%TAG ! b\n"), "1:1: a line begins with %: YAML directives are not allowed\n1:1: the file is empty, expected a plan\n2:1: a line begins with %: YAML directives are not allowed\n"},
	{"an open quote", T("id: \"a\n"), "2:1: syntax: while scanning a quoted scalar (from line 1): found unexpected end of stream\n"},
};
/* clang-format on */

static void
check_file(void **state)
{
	const struct file_case *c = *state;

	parse_and_compare(c->text, c->want);
}

static void
a_byte_order_mark_and_windows_line_ends_pass(void **state)
{
	struct buf yaml = {0};

	(void)state;
	buf_add(&yaml, "\xef\xbb\xbf", 3);
	for (const char *c = good; *c != '\0'; c++)
		buf_addf(&yaml, *c == '\n' ? "\r%c" : "%c", *c);
	parse_and_compare(buf_text(&yaml), "");
	yaml.len -= strlen(" \"@g\"]}\r\n");
	buf_addf(&yaml, "z]}\r\n"); /* places are those without the mark */
	parse_and_compare(buf_text(&yaml),
	    "28:49: chapters[1].tasks[0].agencies[1]: got 'z', expected the id of an agency in "
	    "agencies\n");
	buf_fini(&yaml);
}

static void
every_mistake_of_a_file_is_reported_in_file_order(void **state)
{
	static const char yaml[] =
	    "chapters:\n"
	    "- number: 2\n"
	    "  zh: [\xff]\n"
	    "  tasks:\n"
	    "  - {number: 2, zh: x, agencies: [a, b, a, z, \"@y\"], wieght: 1}\n"
	    "  - {number: 3, zh: x, zh: y, weight: 01, due: x, agencies: *l}\n"
	    "agencies: [{id: a, zh: x}, {id: A, en: x}]\n"
	    "office: q\n"
	    "ends: 2026-01-01\n"
	    "starts: 2026-01-02\n"
	    "lights: {yellow: 1, red: 0}\n"
	    "reporting: {every: day}\n"
	    "utc_offset: !!str 8\n"
	    "revision: 1.5\n"
	    "format: one\n"
	    "title: &t {}\n";

	(void)state;
	parse_and_compare(text_of(yaml),
	    "1:1: id: missing, this key is required\n"
	    "2:11: chapters[0].number: got '2', expected 1 (chapter numbers rise by one)\n"
	    "3:7: chapters[0].zh: got a list, expected a text of 1 to 500 bytes\n"
	    "3:8: byte \\xff is not UTF-8\n"
	    "5:5: chapters[0].tasks[0].duty: missing, expected lead or shared for a task of "
	    "several agencies\n"
	    "5:14: chapters[0].tasks[0].number: got '2', expected 1 (task numbers rise by one "
	    "through the whole file)\n"
	    "5:38: chapters[0].tasks[0].agencies[1]: got 'b', expected the id of an agency in "
	    "agencies\n"
	    "5:41: chapters[0].tasks[0].agencies[2]: got 'a' again, expected each agency once\n"
	    "5:44: chapters[0].tasks[0].agencies[3]: got 'z', expected the id of an agency in "
	    "agencies\n"
	    "5:47: chapters[0].tasks[0].agencies[4]: got quoted '@y', expected @ and the id of a "
	    "group in groups\n"
	    "5:54: chapters[0].tasks[0].wieght: unknown key, expected one of " OF_TASK "\n"
	    "6:24: chapters[0].tasks[1].zh: duplicate key, the first is on line 6\n"
	    "6:39: chapters[0].tasks[1].weight: got '01', expected a whole number from 1 to 1000 "
	    "without leading zeros\n"
	    "6:48: chapters[0].tasks[1].due: got 'x', expected a date YYYY-MM-DD that exists\n"
	    "6:61: chapters[0].tasks[1].agencies: alias '*l' is not allowed, write the value out\n"
	    "7:28: agencies[1].zh: missing, this key is required\n"
	    "7:33: agencies[1].id: got 'A', expected " A_NAME "\n"
	    "8:9: office: got 'q', expected the id of an agency in agencies\n"
	    "9:7: ends: got '2026-01-01', expected 2026-01-02 (starts) or later\n"
	    "11:9: lights: got yellow 1 and red 0, expected yellow to be less than red\n"
	    "12:12: reporting.due_days: missing, this key is required\n"
	    "12:20: reporting.every: got 'day', expected month, quarter, half or year\n"
	    "13:13: utc_offset: got '8', expected an offset such as +08:00, at most 14 hours\n"
	    "13:13: utc_offset: tag '!!str' is not allowed\n"
	    "14:11: revision: got '1.5', expected a whole number from 1 to 1000000000\n"
	    "15:9: format: got 'one', expected the number 1\n"
	    "16:8: title.zh: missing, this key is required\n"
	    "16:8: title: anchor '&t' is not allowed, write values out\n");
}

static void
of_many_mistakes_the_first_are_kept_and_all_are_counted(void **state)
{
	struct plan_mistakes m = {0};
	struct buf           yaml = {0};

	(void)state;
	for (int i = 0; i < 5000; i++)
		buf_addf(&yaml, "x%d: {}\n", i);
	assert_null(plan_yaml_parse(yaml.at, yaml.len, &m));
	assert_int_equal(m.count, 5000 + 11); /* 11 keys are missing, all at 1:1 */
	assert_int_equal(m.kept, PLAN_MISTAKES_MAX);
	assert_int_equal(m.at[10].line, 1);
	assert_non_null(strstr(m.at[10].message, "missing"));
	for (size_t i = 11; i < m.kept; i++)
		assert_int_equal(m.at[i].line, i - 10);
	plan_mistakes_fini(&m);
	assert_null(m.at);
	buf_fini(&yaml);
}

/* An anchor so deep that its path is longer than a message; each prefix moves
 * the cut to another byte of a character. */
static void
a_long_message_is_cut_between_two_characters(void **state)
{
	static const char *const prefixes[] = {"", "x", "xx"};

	(void)state;
	for (size_t i = 0; i < COUNT(prefixes); i++) {
		struct plan_mistakes m = {0};
		struct buf           yaml = {0};

		for (int depth = 0; depth < 14; depth++)
			buf_addf(
			    &yaml, "{%s计计计计计计计计计计计计: ", depth == 0 ? prefixes[i] : "");
		buf_addf(&yaml, "&deep 1}}}}}}}}}}}}}}");
		assert_null(plan_yaml_parse(yaml.at, yaml.len, &m));
		assert_int_equal(m.count, 1 + 11 + 1); /* anchor, missing keys, unknown key */
		assert_true(strlen(m.at[m.kept - 1].message) > 236);
		assert_true(text_is_utf8(text_of(m.at[m.kept - 1].message)));
		plan_mistakes_fini(&m);
		buf_fini(&yaml);
	}
}

static const char *page_path = "docs/plan-format.md";

/* The text between two marks of the page, the first such. */
static struct text
cut_out(const char *page, const char *begin, const char *end)
{
	const char *from = strstr(page, begin);
	const char *to;

	assert_non_null(from);
	from += strlen(begin);
	to = strstr(from, end);
	assert_non_null(to);
	return (struct text){from, (size_t)(to - from)};
}

static void
read_page(struct buf *page)
{
	FILE  *f = fopen(page_path, "rb");
	char   block[4096];
	size_t n;

	assert_non_null(f);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		buf_add(page, block, n);
	fclose(f);
	buf_add(page, "", 1); /* a NUL for strstr() */
}

/* Puts `to` in the place of the first `from`. */
static void
slip(struct buf *yaml, const char *from, const char *to)
{
	struct buf  after = {0};
	const char *found;

	buf_add(yaml, "", 1);
	found = strstr(yaml->at, from);
	assert_non_null(found);
	buf_addf(&after, "%.*s%s%s", (int)(found - yaml->at), yaml->at, to, found + strlen(from));
	buf_fini(yaml);
	*yaml = after;
}

static void
the_page_on_the_format_tells_the_truth(void **state)
{
	struct buf  page = {0}, yaml = {0}, want = {0};
	struct text plan, lines;

	(void)state;
	read_page(&page);
	plan = cut_out(page.at, "```yaml\n", "```");
	parse_and_compare(plan, "");

	buf_add(&yaml, plan.at, plan.len);
	slip(&yaml, "quarter", "quarterly");
	slip(&yaml, "2026-09-30", "2026-09-31");
	slip(&yaml, "- number: 2\n            zh", "- number: 3\n            zh");
	slip(&yaml, "[hpc]", "[hcp]");
	slip(&yaml, "        duty: shared\n", "");
	slip(&yaml, "\"@members\"]", "\"@members\"]\n        wieght: 2");
	lines = cut_out(page.at, "gives:\n\n```\n", "```");
	for (const char *c = lines.at; c < lines.at + lines.len; c = strchr(c, '\n') + 1) {
		const char *place = c + strlen("zj-2026.yaml:");

		buf_addf(&want, "%.*s", (int)(strchr(c, '\n') + 1 - place), place);
	}
	parse_and_compare(buf_text(&yaml), want.at);
	buf_fini(&page);
	buf_fini(&yaml);
	buf_fini(&want);
}

int
main(int argc, char **argv)
{
	struct CMUnitTest tests[COUNT(files) + 5];
	size_t            n = 0;

	if (argc > 1)
		page_path = argv[1];
	CASES_ADD(tests, n, files, check_file);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(a_byte_order_mark_and_windows_line_ends_pass);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(every_mistake_of_a_file_is_reported_in_file_order);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(
	    of_many_mistakes_the_first_are_kept_and_all_are_counted);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(a_long_message_is_cut_between_two_characters);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(the_page_on_the_format_tells_the_truth);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
