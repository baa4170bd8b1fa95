#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/scope_view.h"
#include "cli/watch_paint_inside.h"
#include "core/calendar.h"

#define NARROW 60 /* columns below which the words give way to the figures */

/* One word behind the other on a line of the screen. */
struct pen {
	struct paint *p;
	int           x, y;
};

static void
write_on(struct pen *pen, unsigned ink, const char *text)
{
	pen->x += canvas_text(
	    pen->p->canvas, pen->x, pen->y, pen->p->canvas->width - pen->x, ink, text_of(text));
}

/* Where it is not live, why not, and since when: the most important thing on the screen. */
static const char *
trouble(const struct paint *p, char out[PAINT_TEXT + SCENE_WHY_SIZE])
{
	static const struct phrase
	    lost = PHRASE("NOT LIVE: no word from the aggregator since %s",
		"数据已不是实时：自 %s 起未收到汇总服务的消息"),
	    connecting = PHRASE("waiting for the aggregator", "正在等待汇总服务"),
	    store = PHRASE("the aggregator cannot reach the store since %s: nothing new is counted",
		"自 %s 起汇总服务连不上存储，新报送尚未计入"),
	    differs = PHRASE("not all of it is the aggregator's; being fetched",
		"数据与汇总服务不一致，正在重取"),
	    empty = PHRASE("the aggregator has no plan %.80s", "汇总服务没有计划 %.80s");
	const struct scene *b = p->scene;
	enum language       l = p->look->language;
	char                time[PAINT_SECONDS];
	size_t              size = PAINT_TEXT + SCENE_WHY_SIZE;

	*out = '\0';
	if (!b->whole)
		snprintf(out, size, "%s", connecting.at[l]);
	else if (b->stale)
		snprintf(out, size, lost.at[l], paint_time(p, b->heard.wall_ms, time));
	else if (b->store_gone_ms != 0)
		snprintf(out, size, store.at[l], paint_time(p, b->store_gone_ms, time));
	else if (scene_overall(b) == NULL)
		snprintf(out, size, empty.at[l], b->plan_id);
	else if (!b->in_step)
		snprintf(out, size, "%s", differs.at[l]);
	return out;
}

static bool
paint_trouble(struct paint *p, int y)
{
	static const struct phrase because = PHRASE(" (%s)", "（%s）");
	char                       text[PAINT_TEXT + SCENE_WHY_SIZE], why[SCENE_WHY_SIZE + 8] = "";
	const struct scene        *b = p->scene;
	unsigned                   ink = INK(b->stale && b->whole ? STYLE_RED : STYLE_YELLOW);
	struct pen                 pen = {p, 0, y};

	if (*trouble(p, text) == '\0')
		return false;
	if (b->why[0] != '\0')
		snprintf(why, sizeof(why), because.at[p->look->language], b->why);
	write_on(&pen, 0, " ▲ ");
	write_on(&pen, 0, text);
	write_on(&pen, 0, why);
	if (!b->whole) {
		write_on(&pen, 0, "  ");
		write_on(&pen, 0, screen_safe(text_of(p->endpoint), text, sizeof(text)));
	}
	canvas_ink(p->canvas, 0, y, p->canvas->width, ink | INK_BOLD | INK_REVERSE);
	return true;
}

static void
paint_title(struct paint *p, int y)
{
	static const struct phrase live = PHRASE("live", "实时"), lost = PHRASE("STALE", "失联"),
				   wait = PHRASE("connecting", "连接中");
	const struct scene  *b = p->scene;
	enum language        l = p->look->language;
	const struct phrase *word = !b->whole ? &wait : scene_is_live(b) ? &live : &lost;
	const char *title = b->plan == NULL ? b->plan_id : language_title(l, b->plan->title);
	char        right[PAINT_TEXT], time[PAINT_SECONDS];
	int         width = p->canvas->width, took;

	snprintf(right, sizeof(right), PAINT_LIGHT " %s %s", word->at[l],
	    paint_time(p, p->now.wall_ms, time));
	took = screen_columns(text_of(right));
	canvas_text(p->canvas, 0, y, width - took - 1, INK_BOLD, text_of(title));
	canvas_right(p->canvas, 0, y, width,
	    INK_BOLD |
		INK(!b->whole              ? STYLE_YELLOW
			: scene_is_live(b) ? STYLE_GREEN
					   : STYLE_RED),
	    text_of(right));
}

/* "expected 45.10  gap -4.98"; where it is narrow without the words. */
static void
write_against(struct pen *pen, const struct summary *s, enum language l)
{
	static const struct phrase expected = PHRASE("expected ", "序时 "),
				   gap = PHRASE("gap ", "差距 ");
	bool in_words = pen->p->canvas->width >= NARROW;
	char text[PAINT_TEXT], points[SCOPE_VIEW_POINTS_SIZE];

	write_on(pen, INK(STYLE_DIM), in_words ? expected.at[l] : "/ ");
	write_on(pen, 0, paint_percent(s->expected, text));
	write_on(pen, INK(STYLE_DIM), "  ");
	if (in_words)
		write_on(pen, INK(STYLE_DIM), gap.at[l]);
	write_on(pen, INK_BOLD, scope_view_points(s->gap, points));
	write_on(pen, 0, "  ");
}

/* "Overall  40.12 ████│░░░  expected 45.10  gap -4.98  ● yellow  some tasks are red" */
static void
paint_overall(struct paint *p, int y)
{
	static const struct phrase label = PHRASE("Overall ", "总体 ");
	const struct scene_scope  *o = scene_overall(p->scene);
	enum language              l = p->look->language;
	char                       text[PAINT_TEXT];
	struct pen                 pen = {p, 0, y};
	const struct summary      *s;
	int                        bar = p->canvas->width - 64;

	if (o == NULL)
		return;
	s = &o->summary;
	write_on(&pen, INK_BOLD, label.at[l]);
	write_on(&pen, INK_BOLD, paint_percent(summary_percent(&s->figure), text));
	write_on(&pen, INK_BOLD, "% ");
	if (bar >= 8) {
		canvas_bar(p->canvas, pen.x, y, bar, paint_light_ink(s->judgement.light),
		    summary_percent(&s->figure), s->expected);
		pen.x += bar;
		write_on(&pen, 0, "  ");
	}
	if (s->figure.den > 0)
		write_against(&pen, s, l);
	snprintf(text, sizeof(text), PAINT_LIGHT " %s ", language_light(l, s->judgement.light));
	write_on(&pen, paint_light_ink(s->judgement.light) | INK_BOLD, text);
	write_on(&pen, paint_light_ink(s->judgement.light), language_reason_of(l, s->judgement));
}

static void
write_receipts(struct pen *pen, const struct summary *s, enum language l)
{
	static const struct phrase reported = PHRASE("reported %" PRIu32 "/%" PRIu32 "  ",
				       "已报 %" PRIu32 "/%" PRIu32 "  "),
				   due = PHRASE(
				       "%s in time %" PRIu64 "%%  ", "%s 按期 %" PRIu64 "%%  ");
	char text[PAINT_TEXT];

	snprintf(
	    text, sizeof(text), reported.at[l], s->obligations_reported, s->obligations_expected);
	write_on(pen, 0, text);
	if (s->last_period.expected == 0)
		return;
	snprintf(text, sizeof(text), due.at[l], s->last_period.name,
	    (uint64_t)s->last_period.on_time * 100 / s->last_period.expected);
	write_on(pen, 0, text);
}

/* "106 tasks  reported 280/318  2026-Q1 in time 91%  verified 3  completed 12 ..." */
static void
paint_counts(struct paint *p, int y)
{
	static const struct phrase tasks = PHRASE("%" PRIu32 " tasks  ", "%" PRIu32 " 项任务  ");
	const struct scene_scope  *o = scene_overall(p->scene);
	enum language              l = p->look->language;
	char                       text[PAINT_TEXT];
	struct pen                 pen = {p, 0, y};

	if (o == NULL)
		return;
	snprintf(text, sizeof(text), tasks.at[l], o->summary.task_total);
	write_on(&pen, INK_BOLD, text);
	write_receipts(&pen, &o->summary, l);
	for (int i = 0; i < TASK_STATES; i++) {
		if (o->summary.tasks[i] == 0)
			continue;
		snprintf(text, sizeof(text), "%s %" PRIu32 "  ",
		    language_task_state(l, (enum task_state)i), o->summary.tasks[i]);
		write_on(&pen, INK(scope_view_state_style((enum task_state)i)), text);
	}
}

/* "data as of 2026-03-31 14:02:10  day 2026-03-31  revision 1  12.3 events/s" */
static void
paint_as_of(struct paint *p, int y)
{
	static const struct phrase words = PHRASE("data as of %s  day %s  revision %" PRIu32,
	    "数据截至 %s  评价日 %s  第 %" PRIu32 " 版");
	static const struct phrase rate =
	    PHRASE("  %" PRIu32 ".%" PRIu32 " events/s", "  每秒事件 %" PRIu32 ".%" PRIu32);
	const struct scene *b = p->scene;
	char       text[PAINT_TEXT + 40], until[CALENDAR_INSTANT_SIZE], day[CALENDAR_DATE_SIZE];
	int        offset = scene_offset(b);
	uint32_t   ten = scene_rate(b, p->now.mono_ms, 10);
	struct pen pen = {p, 0, y};

	if (!b->ticked || !b->whole)
		return;
	snprintf(text, sizeof(text), words.at[p->look->language],
	    calendar_format_local((int64_t)b->tick.position.ms, offset, until),
	    calendar_format_date(calendar_day_at(b->tick.as_of_ms, offset), day), b->revision);
	write_on(&pen, INK(STYLE_DIM), text);
	snprintf(text, sizeof(text), rate.at[p->look->language], ten / 100, ten % 100 / 10);
	write_on(&pen, INK(STYLE_DIM), text);
}

int
paint_header(struct paint *p, int lines)
{
	static void (*const more[])(struct paint *, int) = {
	    paint_overall, paint_counts, paint_as_of};
	int y = 0;

	if (lines > 1 || *trouble(p, (char[PAINT_TEXT + SCENE_WHY_SIZE]){0}) == '\0')
		paint_title(p, y++);
	if (paint_trouble(p, y))
		y++;
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]) && y < lines; i++)
		more[i](p, y++);
	return y;
}
