#include "cli/table.h"

#include "tests/cases.h"

/* clang-format off */
static struct columns_case {
	const char *name, *text;
	int         want;
} columns_cases[] = {
	{"columns: ASCII takes one each", "status", 6},
	{"columns: nothing takes nothing", "", 0},
	{"columns: a Chinese character takes two", "推进", 4},
	{"columns: Chinese punctuation takes two", "《商标法》", 10},
	{"columns: both in one text", "2026 年", 7},
	{"columns: full-width digits take two", "１２", 4},
	{"columns: an accent on its letter takes none", "e\xcc\x81", 1},
	{"columns: a quotation mark of two bytes is still one", "\xc2\xab", 1},
	{"columns: bars take one", "█░", 2},
	{"columns: outside the basic plane", "𠀀", 2},
	{"columns: bytes that are not UTF-8 take none", "a\xff\xfe" "b", 2},
	{"columns: a character cut short takes none", "a\xe6\x8e", 1},
};

static struct cut_case {
	const char *name, *text;
	int         columns;
	const char *want;
} cut_cases[] = {
	{"cut: what fits stays", "推进", 4, "推进"},
	{"cut: one column short loses the last character", "推进", 3, "推…"},
	{"cut: a wide character does not go in halves", "推进", 2, "…"},
	{"cut: ASCII", "progress", 5, "prog…"},
	{"cut: to one column", "progress", 1, "…"},
	{"cut: to none", "progress", 0, ""},
	{"cut: nothing to cut", "", 3, ""},
	{"cut: mixed, between ASCII and Chinese", "ab推进cd", 5, "ab推…"},
	{"cut: an accent stays with its letter", "e\xcc\x81xyz", 2, "e\xcc\x81…"},
};

static struct safe_case {
	const char *name, *text, *want;
} safe_cases[] = {
	{"safe: plain text and quotes as they are", "task 'x' 受阻", "task 'x' 受阻"},
	{"safe: an escape sequence is spelled out", "a\033[31mb", "a\\x1b[31mb"},
	{"safe: bytes that are not UTF-8", "a\xff" "b", "a\\xffb"},
	{"safe: from right to left", "a\xe2\x80\xae" "b", "a\\xe2\\x80\\xaeb"},
	{"safe: the first and the last isolate", "\xe2\x81\xa6\xe2\x81\xa9", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9"},
	{"safe: characters beside them", "\xe2\x80\xaf\xe2\x81\xa5", "\xe2\x80\xaf\xe2\x81\xa5"},
	{"safe: a terminal's C1 controls", "a\xc2\x9b" "b", "a\\xc2\\x9bb"},
};

static struct bar_case {
	const char *name;
	int32_t     basis_points;
	int         cells;
	const char *want;
} bar_cases[] = {
	{"bar: nothing", 0, 5, "░░░░░"},
	{"bar: null", -1, 5, "░░░░░"},
	{"bar: a hundredth of a point is seen", 1, 5, "█░░░░"},
	{"bar: 39.99 of five cells", 3999, 5, "█░░░░"},
	{"bar: 40 of five cells", 4000, 5, "██░░░"},
	{"bar: 99.99 is not full", 9999, 5, "████░"},
	{"bar: 100 is", 10000, 5, "█████"},
};

/* Rows of number, title, percent, word. */
static struct table_case {
	const char *name;
	int         width;
	bool        colour;
	const char *want;
} table_cases[] = {
	{"table: Chinese columns line up", 0, false,
	    "    章                进度         状态\n"
	    " 1  完善制度          ██░░  50.00  推进中\n"
	    "10  Long title of 10  ████ 100.00  已完成\n"
	    " 2                    ░░░░      –  –\n"},
	{"table: a narrow screen cuts the titles", 39, false,
	    "    章              进度         状态\n"
	    " 1  完善制度        ██░░  50.00  推进中\n"
	    "10  Long title of…  ████ 100.00  已完成\n"
	    " 2                  ░░░░      –  –\n"},
	{"table: a dozen columns of a title, then the bars go", 35, false,
	    "    章               进度    状态\n"
	    " 1  完善制度          50.00  推进中\n"
	    "10  Long title of …  100.00  已完成\n"
	    " 2                        –  –\n"},
	{"table: titles keep eight columns", 10, false,
	    "    章        进度    状态\n"
	    " 1  完善制度   50.00  推进中\n"
	    "10  Long ti…  100.00  已完成\n"
	    " 2                 –  –\n"},
};
/* clang-format on */

static void
check_columns(void **state)
{
	const struct columns_case *c = *state;

	assert_int_equal(screen_columns(text_of(c->text)), c->want);
}

/* out with a NUL behind it. */
static const char *
finished(struct buf *out)
{
	buf_add(out, "", 1);
	return out->at;
}

static void
check_cut(void **state)
{
	const struct cut_case *c = *state;
	struct buf             out = {0};

	screen_cut(&out, text_of(c->text), c->columns);
	assert_string_equal(finished(&out), c->want);
	buf_fini(&out);
}

static void
check_safe(void **state)
{
	const struct safe_case *c = *state;
	char                    out[64];

	assert_string_equal(screen_safe(text_of(c->text), out, sizeof(out)), c->want);
}

static void
check_bar(void **state)
{
	const struct bar_case *c = *state;
	struct buf             out = {0};

	screen_bar(&out, (struct screen){0}, c->basis_points, c->cells);
	assert_string_equal(finished(&out), c->want);
	buf_fini(&out);
}

static void
check_table(void **state)
{
	static const struct table_column columns[] = {
	    {.head = "", .right = true},
	    {.head = "章", .elastic = true},
	    {.head = "进度", .bar = 4},
	    {.head = "状态"},
	};
	const struct table_case *c = *state;
	struct table            *t = table_new(columns, 4);
	struct buf               out = {0};

	table_add(t, STYLE_PLAIN, "%d", 1);
	table_add(t, STYLE_PLAIN, "完善制度");
	table_percent(t, 5000);
	table_add(t, STYLE_CYAN, "推进中");
	table_add(t, STYLE_PLAIN, "%d", 10);
	table_add(t, STYLE_PLAIN, "Long title of %d", 10);
	table_percent(t, 10000);
	table_add(t, STYLE_GREEN, "已完成");
	table_add(t, STYLE_PLAIN, "%d", 2);
	table_add(t, STYLE_PLAIN, "%s", "");
	table_percent(t, -1);
	table_add(t, STYLE_DIM, "–");
	table_print(t, (struct screen){c->width, c->colour}, &out);
	assert_string_equal(finished(&out), c->want);
	buf_fini(&out);
	table_free(t);
}

static void
colours_stand_around_the_text_and_blanks_outside(void **state)
{
	static const struct table_column columns[] = {{.head = "a"}, {.head = "b"}};
	struct table                    *t = table_new(columns, 2);
	struct buf                       out = {0};

	(void)state;
	table_add(t, STYLE_RED, "受阻");
	table_add(t, STYLE_PLAIN, "x");
	table_print(t, (struct screen){.colour = true}, &out);
	assert_string_equal(
	    finished(&out), "\033[2ma\033[0m     \033[2mb\033[0m\n\033[31m受阻\033[0m  x\n");
	buf_fini(&out);
	table_free(t);
}

#define ROWS                                                                                       \
	(COUNT(columns_cases) + COUNT(cut_cases) + COUNT(safe_cases) + COUNT(bar_cases) +          \
	    COUNT(table_cases))

int
main(void)
{
	struct CMUnitTest tests[ROWS + 1];
	size_t            n = 0;

	screen_init();
	CASES_ADD(tests, n, columns_cases, check_columns);
	CASES_ADD(tests, n, cut_cases, check_cut);
	CASES_ADD(tests, n, safe_cases, check_safe);
	CASES_ADD(tests, n, bar_cases, check_bar);
	CASES_ADD(tests, n, table_cases, check_table);
	tests[n++] =
	    (struct CMUnitTest)cmocka_unit_test(colours_stand_around_the_text_and_blanks_outside);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
