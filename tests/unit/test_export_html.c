#include "cli/export_html.h"

#include "tests/cases.h"

/* clang-format off */
static struct text_case {
	const char *name;
	struct text text;
	const char *want;
} text_cases[] = {
#define TEXT(bytes) {bytes, sizeof(bytes) - 1}
	{"text: nothing", TEXT(""), ""},
	{"text: Chinese and English", TEXT("推进 plan"), "推进 plan"},
	{"text: an element", TEXT("<script>alert(1)</script>"),
	    "&lt;script&gt;alert(1)&lt;/script&gt;"},
	{"text: the end of an attribute", TEXT("\" onload='x'"), "&quot; onload=&#39;x&#39;"},
	{"text: an entity stays what was typed", TEXT("&lt;"), "&amp;lt;"},
	{"text: new lines and tabs stay", TEXT("a\n\tb"), "a\n\tb"},
	{"text: other control characters are replaced", TEXT("a\0b\x1b" "c\x7f"), "a�b�c�"},
	{"text: also those of two bytes", TEXT("a\xc2\x85" "b"), "a�b"},
	{"text: what is no character is replaced", TEXT("\xef\xbf\xbf" "x\xf0\x9f\xbf\xbe"), "�x�"},
	{"text: broken UTF-8 is replaced, byte by byte", TEXT("a\xe6\x8e"), "a��"},
	{"text: outside the basic plane", TEXT("𠀀"), "𠀀"},
};

static struct bar_case {
	const char *name;
	int32_t     percent, expected;
	const char *want;
} bar_cases[] = {
	{"bar: a percent and what is expected", 6503, 7862,
	    "<span class=\"bar\"><i style=\"width:65.03%\"></i>"
	    "<b style=\"left:78.62%\"></b></span>"},
	{"bar: all of it", 10000, 10000,
	    "<span class=\"bar\"><i style=\"width:100.00%\"></i>"
	    "<b style=\"left:100.00%\"></b></span>"},
	{"bar: nothing counts", -1, -1, "<span class=\"bar\"><i style=\"width:0.00%\"></i></span>"},
};
/* clang-format on */

static void
check_text(void **state)
{
	const struct text_case *c = *state;
	struct buf              out = {0};

	html_text(c->text, &out);
	buf_add(&out, "", 1);
	assert_string_equal(out.at, c->want);
	buf_fini(&out);
}

static void
check_bar(void **state)
{
	const struct bar_case *c = *state;
	struct buf             out = {0};

	html_bar(c->percent, c->expected, &out);
	buf_add(&out, "", 1);
	assert_string_equal(out.at, c->want);
	buf_fini(&out);
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(text_cases) + COUNT(bar_cases)];
	size_t            n = 0;

	CASES_ADD(tests, n, text_cases, check_text);
	CASES_ADD(tests, n, bar_cases, check_bar);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
