#include "cli/watch_paint.h"

#include <stdlib.h>

#include "tests/unit/watch_world.h"

/* clang-format off */
static struct text_case {
	const char *name, *before, *text;
	int         x, columns;
	const char *want;
} text_cases[] = {
	{"text: as it is", "", "abc", 0, 10, "abc"},
	{"text: cut with an ellipsis", "", "abcdef", 0, 4, "abc…"},
	{"text: Chinese takes two columns each", "", "推进中", 1, 6, " 推进中"},
	{"text: and is not cut in halves", "", "推进中", 0, 4, "推…"},
	{"text: at the right edge", "", "推进", 9, 10, ""},
	{"text: over Chinese, none is left in halves", "推进推进", "x", 1, 1, " x进推进"},
	{"text: Chinese over Chinese, shifted by one", "推进推进", "中", 1, 2, " 中 推进"},
	{"text: what would control a terminal is left out", "", "a\033[31mb\x07" "c\x7f", 0, 10, "a[31mbc"},
	{"text: what turns directions is left out", "", "a\xe2\x80\xae" "b", 0, 10, "ab"},
	{"text: an accent stays with its letter", "", "e\xcc\x81x", 0, 10, "e\xcc\x81x"},
	{"text: no more accents than there is room for", "", "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81", 0, 10, "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81"},
	{"text: an accent on nothing is none", "", "\xcc\x81x", 0, 10, "x"},
	{"text: bytes that are not UTF-8 are left out", "", "a\xff" "b", 0, 10, "ab"},
	{"text: left of the canvas", "", "abc", -1, 10, "bc"},
	{"text: no columns", "", "abc", 0, 0, ""},
};

static struct bar_case {
	const char *name;
	int32_t     percent, expected;
	int         columns;
	const char *want;
} bar_cases[] = {
	{"bar: nothing", 0, -1, 4, "░░░░"},
	{"bar: nothing counts, so there is no mark", -1, 5000, 4, "░░░░"},
	{"bar: a hundredth of a point is seen", 1, -1, 4, "▏░░░"},
	{"bar: by eighths", 3125, -1, 4, "█▎░░"},
	{"bar: just not full", 9999, -1, 4, "███▉"},
	{"bar: full", 10000, -1, 4, "████"},
	{"bar: the mark beyond the end", 2500, 5000, 4, "█░│░"},
	{"bar: the mark within", 10000, 5000, 4, "██│█"},
	{"bar: the mark of the first day", 0, 0, 4, "│░░░"},
	{"bar: the mark of the last day", 0, 10000, 4, "░░░│"},
	{"bar: more than all", 20000, 20000, 4, "███│"},
	{"bar: no columns", 5000, 5000, 0, ""},
};

static struct screen_case {
	const char *name;
	int         width, height;
	enum language language;
	enum pane   pane;
	bool        open, stale, help;
	const char *want[8]; /* lines that there are */
} screen_cases[] = {
	{"screen: chapters", 80, 24, LANGUAGE_EN, PANE_CHAPTERS, false, false, false, {
	    "Small plan                                                       ● live 09:00:01",
	    "Overall 30.00% ████│░░░░░░░░░░░  expected 25.00  gap +5.00  ● yellow",
	    "data as of 2026-03-31 09:00:00  day 2026-03-31  revision 1  0.0 events/s",
	    " 1 Chapters  2 Agencies  3 Exceptions 3  4 Feed  5 Rates              2  by plan",
	    "  Chapter, section, task           Completion        %   Expect     Gap Light",
	    "▸ 1 First                          ███│░░░░░░░░  28.00    25.00   +3.00 ● green",
	    "▸ 2 Second                         ███│▊░░░░░░░  40.00    25.00  +15.00 ● green",
	    "↑↓ move  Enter open  Tab pane  s sort  / filter  l light  L 中文  ? help  q quit"}},
	{"screen: unfolded, in Chinese", 80, 24, LANGUAGE_ZH, PANE_CHAPTERS, true, false, false, {
	    "小计划                                                           ● 实时 09:00:01",
	    "▾ 1 第一章                             ███│░░░░░░░░  28.00    25.00   +3.00 ● 绿",
	    "  ▾ 1.1 甲节                           █▏░│░░░░░░░░  10.00    25.00  -15.00 ● 红",
	    "    ▾ 1 修订法律                       ██▍│░░░░░░░░  20.00    25.00   -5.00 ● 黄",
	    "        财政部 · 牵头                  ██▍░░░░░░░░░  20.00",
	    "        税务总局 · 参与                ██▍░░░░░░░░░  20.00"}},
	{"screen: agencies", 80, 24, LANGUAGE_ZH, PANE_AGENCIES, false, false, false, {
	    "▸ 财政部                     ███│▎░░░░░░░  36.00  +11.00 ● 绿     4/5   1 分钟前",
	    "▸ 税务总局                   ▌░░│░░░░░░░░   5.00  -20.00 ● 红     4/5   2 分钟前"}},
	{"screen: exceptions", 80, 24, LANGUAGE_ZH, PANE_EXCEPTIONS, false, false, false, {
	    "● 红 ▸   2 减税                              逾期 3 天             -25.00  -4.17",
	    "● 黄 ▸   1 修订法律                          请求协调               -5.00  -0.83",
	    "● 绿 ▸   3 建库                              进度回退              +15.00  +7.50"}},
	{"screen: the feed", 80, 24, LANGUAGE_EN, PANE_FEED, false, false, false, {
	    "08:59:00   1 Amend the law             20.00  Ministry of Finance",
	    "08:58:00   1 Amend the law             20.00  Taxation"}},
	{"screen: rates", 80, 24, LANGUAGE_EN, PANE_RATES, false, false, false, {
	    "Obligations        4 / 5  80.00%",
	    "Last heard         1 min ago, Ministry of Finance, task 1",
	    "Aggregator         live  tcp://there",
	    "Plan               small, revision 1, times are UTC+08:00"}},
	{"screen: stale", 80, 24, LANGUAGE_EN, PANE_CHAPTERS, false, true, false, {
	    "Small plan                                                      ● STALE 09:00:10",
	    " ▲ NOT LIVE: no word from the aggregator since 09:00:00 (nobody listens there)"}},
	{"screen: stale, in one line", 80, 4, LANGUAGE_ZH, PANE_CHAPTERS, false, true, false, {
	    " ▲ 数据已不是实时：自 09:00:00 起未收到汇总服务的消息（nobody listens there）"}},
	{"screen: narrow", 40, 12, LANGUAGE_ZH, PANE_CHAPTERS, false, false, false, {
	    "小计划                   ● 实时 09:00:01",
	    "总体 30.00% / 25.00  +5.00  ● 黄",
	    " 1  2  3 3  4  5           2  按计划顺序",
	    "▸ 1 第一章            28.00   +3.00 ● 绿",
	    "? 帮助  q 退出"}},
	{"screen: help", 80, 24, LANGUAGE_ZH, PANE_CHAPTERS, false, false, true, {
	    "▸ 1 第一 │ ↑ ↓ j k           上移、下移一行                           │3.00 ● 绿"}},
	{"screen: wide has a second column", 160, 24, LANGUAGE_ZH, PANE_CHAPTERS, false, false, false, {
	    "  章、节、任务                                     完成情况       完成%    序时%    差距 灯   │ 异常 3",
	    "▸ 1 第一章                                         ███│░░░░░░░░░  28.00    25.00   +3.00 ● 绿 │ ● 红 ▸   2 减税              逾期 3 天             -25.00  -4.17"}},
	{"screen: tall has a second pane below", 80, 48, LANGUAGE_EN, PANE_CHAPTERS, false, false, false, {
	    "Feed",
	    "08:59:00   1 Amend the law             20.00  Ministry of Finance"}},
};
/* clang-format on */

static void
check_text(void **state)
{
	const struct text_case *c = *state;
	struct canvas           canvas = {0};
	struct buf              got = {0};

	canvas_reset(&canvas, 10, 2);
	canvas_text(&canvas, 0, 0, 10, 0, text_of(c->before));
	canvas_text(&canvas, c->x, 0, c->columns, 0, text_of(c->text));
	canvas_line(&canvas, 0, &got);
	buf_add(&got, "", 1);
	assert_string_equal(got.at, c->want);
	buf_fini(&got);
	canvas_fini(&canvas);
}

static void
check_bar(void **state)
{
	const struct bar_case *c = *state;
	struct canvas          canvas = {0};
	struct buf             got = {0};

	canvas_reset(&canvas, 10, 1);
	canvas_bar(&canvas, 0, 0, c->columns, 0, c->percent, c->expected);
	canvas_line(&canvas, 0, &got);
	buf_add(&got, "", 1);
	assert_string_equal(got.at, c->want);
	buf_fini(&got);
	canvas_fini(&canvas);
}

struct studio {
	struct plan  *plan;
	struct canvas canvas;
	struct look   look;
	struct rows   rows, side;
	struct paint  paint;
};

static void
open_studio(struct studio *s, enum language l)
{
	*s = (struct studio){.plan = plan_from_text(small_yaml, sizeof(small_yaml) - 1)};
	look_init(&s->look, l, (struct wanted){0});
	s->paint = (struct paint){.canvas = &s->canvas,
	    .scene = scene_of(s->plan),
	    .look = &s->look,
	    .endpoint = "tcp://there",
	    .now = at(1000),
	    .rows = &s->rows,
	    .side = &s->side};
}

static void
close_studio(struct studio *s)
{
	scene_free(s->paint.scene);
	look_fini(&s->look);
	canvas_fini(&s->canvas);
	free(s->rows.at);
	free(s->side.at);
	plan_free(s->plan);
}

static void
unfold_all(struct look *k)
{
	static const char *const names[] = {
	    "chapter/1", "chapter/2", "section/1.1", "section/1.2", "task/1", "agency/mof"};

	for (size_t i = 0; i < COUNT(names); i++)
		look_open(k, rows_id(names[i]), true);
}

static bool
has_line(const struct canvas *c, const char *want)
{
	struct buf line = {0};
	bool       found = false;

	for (int y = 0; y < c->height && !found; y++) {
		buf_reset(&line);
		canvas_line(c, y, &line);
		found = text_equal(buf_text(&line), text_of(want));
	}
	buf_fini(&line);
	return found;
}

static void
print_canvas(const struct canvas *c)
{
	struct buf line = {0};

	for (int y = 0; y < c->height; y++) { /* cmocka cuts what is longer than a line */
		buf_reset(&line);
		canvas_line(c, y, &line);
		print_error("%.*s\n", (int)line.len, line.at);
	}
	buf_fini(&line);
}

static void
check_screen(void **state)
{
	const struct screen_case *c = *state;
	struct studio             s;

	open_studio(&s, c->language);
	s.look.pane = c->pane;
	s.look.help = c->help;
	if (c->open)
		unfold_all(&s.look);
	if (c->stale) {
		s.paint.now = at(10000);
		scene_pass(s.paint.scene, "nobody listens there", true, at(10000));
	}
	paint_screen(&s.paint, c->width, c->height);
	for (size_t i = 0; i < COUNT(c->want) && c->want[i] != NULL; i++) {
		if (has_line(&s.canvas, c->want[i]))
			continue;
		print_error("no line: %s\n", c->want[i]);
		print_canvas(&s.canvas);
		fail();
	}
	close_studio(&s);
}

/* A wide character has its right half beside it, and is within the canvas. */
static void
check_halves(const struct canvas *c)
{
	for (int y = 0; y < c->height; y++) {
		struct buf line = {0};

		canvas_line(c, y, &line);
		assert_true(screen_columns(buf_text(&line)) <= c->width);
		for (int x = 0; x < c->width; x++) {
			const struct canvas_cell *cell = &c->cells[y * c->width + x];
			struct text               t = {cell->bytes, cell->len};
			bool                      last = x + 1 == c->width;

			assert_true(cell->len > 0 || x > 0);
			assert_true((screen_columns(t) == 2) == (!last && cell[1].len == 0));
		}
		buf_fini(&line);
	}
}

static void
every_size_is_fit(void **state)
{
	struct studio s;

	(void)state;
	open_studio(&s, LANGUAGE_ZH);
	unfold_all(&s.look);
	for (int width = 0; width <= 170; width += width < 30 ? 1 : 7) {
		for (int height = 0; height <= 60; height += height < 20 ? 1 : 9) {
			s.look.pane = (enum pane)((width + height) % PANES);
			s.look.language = (enum language)(width % LANGUAGES);
			s.look.help = height % 3 == 0;
			s.look.typing = height % 5 == 0;
			s.look.at[s.look.pane].cursor = height % 2 == 0 ? rows_id("task/1") : 0;
			paint_screen(&s.paint, width, height);
			assert_int_equal(s.canvas.width, width);
			assert_int_equal(s.canvas.height, height);
			check_halves(&s.canvas);
		}
	}
	close_studio(&s);
}

static void
before_anything_is_known_it_says_what_it_waits_for(void **state)
{
	struct studio s;

	(void)state;
	open_studio(&s, LANGUAGE_EN);
	scene_free(s.paint.scene);
	s.paint.scene = scene_new("small", s.plan, at(0));
	paint_screen(&s.paint, 80, 24);
	assert_true(has_line(&s.canvas, " ▲ waiting for the aggregator  tcp://there"));
	scene_snapshot(s.paint.scene, has_all, NULL, at(0));
	paint_screen(&s.paint, 80, 24);
	assert_true(has_line(&s.canvas, " ▲ the aggregator has no plan small"));
	close_studio(&s);
}

static void
a_percent_that_has_just_moved_is_marked_for_a_while(void **state)
{
	static const struct told fell = {"chapter/2", 1, 3900, 2500, LIGHT_GREEN};
	const char              *want =
	    "▸ 2 Second                         ███│▋░░░░░░░  39.00 ▼  25.00  +14.00 ● green";
	struct studio s;

	(void)state;
	open_studio(&s, LANGUAGE_EN);
	tell(s.paint.scene, &fell, at(1000));
	paint_screen(&s.paint, 80, 24);
	assert_true(has_line(&s.canvas, want));
	s.paint.now = at(7000);
	paint_screen(&s.paint, 80, 24);
	assert_false(has_line(&s.canvas, want));
	close_studio(&s);
}

#define ROWS (COUNT(text_cases) + COUNT(bar_cases) + COUNT(screen_cases))

int
main(void)
{
	struct CMUnitTest tests[ROWS + 3] = {
	    cmocka_unit_test(every_size_is_fit),
	    cmocka_unit_test(before_anything_is_known_it_says_what_it_waits_for),
	    cmocka_unit_test(a_percent_that_has_just_moved_is_marked_for_a_while),
	};
	size_t n = 3;

	screen_init();
	CASES_ADD(tests, n, text_cases, check_text);
	CASES_ADD(tests, n, bar_cases, check_bar);
	CASES_ADD(tests, n, screen_cases, check_screen);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
