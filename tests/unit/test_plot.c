#include "cli/plot.h"

#include "tests/cases.h"

#define MARCH_1 20513 /* 2026-03-01 */
#define DAYS    12
#define N       PLOT_NONE

/* clang-format off */
static struct plot_case {
	const char *name;
	size_t      days;
	int32_t     area[DAYS], line[DAYS];
	int32_t     unit;
	int         rows, width;
	bool        ascii, colour;
	const char *want;
	bool        exact;
} cases[] = {
	{"two days, and the line above them", 2, {1000, 2000}, {2500, 3000}, 100, 4, 28, false, false,
	    "30 % ┤────────────────\n"
	    "     │        ▅▅▅▅▅▅▅▅\n"
	    "15 % ┤▂▂▂▂▂▂▂▂████████\n"
	    "     │████████████████\n"
	    "   0 └────────────────\n"
	    "      2026-03-01\n"},
	{"in ASCII", 2, {1000, 2000}, {2500, 3000}, 100, 4, 28, true, false,
	    "30 % +----------------\n"
	    "     |        ########\n"
	    "15 % +........########\n"
	    "     |################\n"
	    "   0 +----------------\n"
	    "      2026-03-01\n"},
	{"the line within the area", 2, {10000, 9999}, {1, 5000}, 100, 2, 26, false, false,
	    "100 % ┤████████────────\n"
	    " 50 % ┤────────████████\n"
	    "    0 └────────────────\n"
	    "       2026-03-01\n"},
	{"a hundredth of a point is seen", 1, {1}, {N}, 100, 2, 20, false, false,
	    "  1 % ┤\n"
	    "0.5 % ┤▁▁▁▁▁▁▁▁\n"
	    "    0 └────────\n"
	    "       2026-03-01\n"},
	{"nothing at all", 1, {0}, {N}, 100, 2, 20, false, false,
	    "  1 % ┤\n"
	    "0.5 % ┤\n"
	    "    0 └────────\n"
	    "       2026-03-01\n"},
	{"no value is no column", 3, {100, N, 100}, {N, N, N}, 100, 2, 31, false, false,
	    "  1 % ┤████████        ████████\n"
	    "0.5 % ┤████████        ████████\n"
	    "    0 └────────────────────────\n"
	    "       2026-03-01    2026-03-03\n"},
	{"counts, and no half of one", 3, {0, 1, 3}, {3, 3, 3}, 1, 2, 29, false, false,
	    "3 % ┤────────────────────────\n"
	    "    │        ▅▅▅▅▅▅▅▅████████\n"
	    "  0 └────────────────────────\n"
	    "     2026-03-01    2026-03-03\n"},
	{"three dates", 4, {1, 2, 3, 4}, {N, N, N, N}, 1, 2, 80, false, false,
	    "4 % ┤                ▄▄▄▄▄▄▄▄████████\n"
	    "2 % ┤▄▄▄▄▄▄▄▄████████████████████████\n"
	    "  0 └────────────────────────────────\n"
	    "     2026-03-01            2026-03-04\n"},
	{"more days than columns: the last of each counts", 12, {1, 1, 1, 1, 8, 7, 1, 1, 1, 1, 1, 4}, {N, N, N, N, N, N, N, N, N, N, N, N}, 1, 2, 1, false, false,
	    "8 % ┤    ▆\n"
	    "4 % ┤▂▂▂▂█▂▂▂▂█\n"
	    "  0 └──────────\n"
	    "     2026-03-01\n"},
	{"and one without a value gives way to the one before", 11, {2, 2, 2, 2, 2, 2, 2, 2, 2, 2, N}, {N, N, N, N, N, N, N, N, N, N, N}, 1, 2, 14, false, false,
	    "2 % ┤██████████\n"
	    "1 % ┤██████████\n"
	    "  0 └──────────\n"
	    "     2026-03-01\n"},
	{"up to the highest value alone", 2, {30, 35}, {105, 105}, 1, 2, 28, false, false,
	    "105 % ┤────────────────\n"
	    "      │▄▄▄▄▄▄▄▄▅▅▅▅▅▅▅▅\n"
	    "    0 └────────────────\n"
	    "       2026-03-01\n", true},
	{"the highest value is 0", 1, {0}, {0}, 1, 2, 20, false, false,
	    "1 % ┤\n"
	    "    │────────\n"
	    "  0 └────────\n"
	    "     2026-03-01\n", true},
	{"with colours", 1, {50}, {100}, 100, 2, 20, false, true,
	    "  1 % ┤\033[33m────────\033[0m\n"
	    "0.5 % ┤\033[36m████████\033[0m\n"
	    "    0 └────────\n"
	    "       2026-03-01\n"},
};
/* clang-format on */

static void
check(void **state)
{
	const struct plot_case *c = *state;
	struct screen           scr = {c->width, c->colour};
	struct buf              out = {0};
	struct plot p = {MARCH_1, c->days, c->area, c->line, c->unit, " %", c->rows, STYLE_CYAN,
	    c->ascii, c->exact};

	plot_print(&p, scr, &out);
	buf_add(&out, "", 1);
	assert_string_equal(out.at, c->want);
	buf_fini(&out);
}

/* The widest line of a year's plot. */
static int
widest(int width)
{
	static int32_t values[366], none[366];
	struct plot    p = {MARCH_1, 366, values, none, 100, " %", 10, STYLE_CYAN, false, false};
	struct buf     out = {0};
	int            widest = 0;

	for (int i = 0; i < 366; i++) {
		values[i] = i * 27;
		none[i] = PLOT_NONE;
	}
	plot_print(&p, (struct screen){width, false}, &out);
	for (char *line = out.at, *end = out.at + out.len; line < end;) {
		char *newline = memchr(line, '\n', (size_t)(end - line));
		int   columns = screen_columns((struct text){line, (size_t)(newline - line)});

		widest = columns > widest ? columns : widest;
		line = newline + 1;
	}
	buf_fini(&out);
	return widest;
}

static void
a_plot_is_as_wide_as_the_screen(void **state)
{
	(void)state;
	assert_int_equal(widest(0), 80);
	assert_int_equal(widest(40), 40);
	assert_int_equal(widest(99), 99);
	assert_int_equal(widest(250), PLOT_WIDTH_MAX);
	assert_int_equal(widest(5), 17); /* no narrower than ten columns and the numbers */
}

int
main(void)
{
	struct CMUnitTest tests[COUNT(cases) + 1] = {
	    cmocka_unit_test(a_plot_is_as_wide_as_the_screen),
	};
	size_t n = 1;

	screen_init();
	CASES_ADD(tests, n, cases, check);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
