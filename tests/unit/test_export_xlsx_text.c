#include "cli/export_xlsx_text.h"

#include "tests/cases.h"

/* clang-format off */
static struct text_case {
	const char *name;
	struct text text;
	size_t      units;
	bool        header;
	const char *want;
} text_cases[] = {
#define TEXT(bytes) {bytes, sizeof(bytes) - 1}
	{"nothing", TEXT(""), 5, false, ""},
	{"what fits stays", TEXT("推进plan"), 6, false, "推进plan"},
	{"one too many is cut, the ellipsis counts", TEXT("推进plan"), 5, false, "推进pl…"},
	{"a character outside the basic plane is two units", TEXT("a𠀀b"), 4, false, "a𠀀b"},
	{"and does not go in halves", TEXT("a𠀀b"), 3, false, "a…"},
	{"a new line and a tab stay", TEXT("a\n\tb"), 9, false, "a\n\tb"},
	{"what XML cannot have is replaced", TEXT("a\0b\x1b\r\xef\xbf\xbf"), 9, false, "a�b���"},
	{"broken UTF-8 is replaced", TEXT("a\xe6\x8e"), 9, false, "a��"},
	{"a formula is no command in a cell", TEXT("=1&2"), 9, false, "=1&2"},
	{"what names a character stays what was typed", TEXT("_x0041_"), 32, false, "_x005F_x0041_"},
	{"one behind the other", TEXT("_x0041_x0042_"), 32, false,
	    "_x005F_x0041_x005F_x0042_"},
	{"in small letters", TEXT("a_x000d_"), 32, false, "a_x005F_x000d_"},
	{"what only looks like it", TEXT("_x004_ _x00G1_ _X0041_"), 32, false,
	    "_x004_ _x00G1_ _X0041_"},
	{"it is cut whole", TEXT("a_x0041_b"), 9, false, "a_x005F_…"},
	{"a header's ampersand is doubled", TEXT("R&D"), 9, true, "R&&D"},
	{"and counts twice", TEXT("R&D"), 3, true, "R…"},
};
/* clang-format on */

static void
check_text(void **state)
{
	const struct text_case *c = *state;
	struct buf              out = {0};

	(c->header ? xlsx_header_text : xlsx_text)(c->text, c->units, &out);
	assert_string_equal(out.at, c->want);
	assert_int_equal(out.len, strlen(c->want) + 1);
	buf_fini(&out);
}

CASES_MAIN(text_cases, check_text)
