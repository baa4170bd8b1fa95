#include "cli/export_csv.h"

#include "tests/cases.h"

/* clang-format off */
static struct text_case {
	const char *name, *text, *want;
} text_cases[] = {
	{"nothing stays nothing", "", ""},
	{"a word stays as it is", "推进 in progress", "推进 in progress"},
	{"a comma is quoted", "a,b", "\"a,b\""},
	{"a semicolon, which some programs part by, is quoted", "a;b", "\"a;b\""},
	{"a quote is doubled", "the \"plan\"", "\"the \"\"plan\"\"\""},
	{"a quote alone", "\"", "\"\"\"\""},
	{"a new line is quoted and stays", "one\ntwo", "\"one\ntwo\""},
	{"a carriage return is replaced", "one\rtwo", "\"one\uFFFDtwo\""},
	{"an escape is replaced", "a\x1b[2Jb", "a\uFFFD[2Jb"},
	{"so is a control character of two bytes", "a\xC2\x9B" "b", "a\uFFFDb"},
	{"and one that deletes", "a\x7f", "a\uFFFD"},
	{"what is no character is replaced by the byte", "a\xff\xfe", "a\uFFFD\uFFFD"},
	{"tabs stay", "a\tb", "\"a\tb\""},
	{"spaces at the ends are quoted, so that they stay", " a", "\" a\""},
	{"and at the other end", "a ", "\"a \""},
	{"a formula", "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"},
	{"a plus", "+1", "'+1"},
	{"a minus", "-1+1", "'-1+1"},
	{"an at sign", "@SUM(A1)", "'@SUM(A1)"},
	{"a tab before a formula", "\t=1", "\"'\t=1\""},
	{"a carriage return before a formula", "\r=1", "\"'\uFFFD=1\""},
	{"a new line before a formula", "\n=1", "\"'\n=1\""},
	{"a formula in full width", "＝1", "'＝1"},
	{"a formula that is quoted too", "=1,2", "\"'=1,2\""},
	{"a sign that does not begin it", "a=b", "a=b"},
	{"a quote mark that is there already is not taken for ours", "'a", "'a"},
};
/* clang-format on */

static void
check_text(void **state)
{
	const struct text_case *c = *state;
	struct buf              out = {0};

	csv_text(text_of(c->text), &out);
	buf_add(&out, "", 1);
	assert_string_equal(out.at, c->want);
	buf_fini(&out);
}

CASES_MAIN(text_cases, check_text)
