#include "cli/watch_paint.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/scope_view.h"
#include "cli/watch_paint_inside.h"
#include "core/calendar.h"

#define WIDE      140 /* columns from which a second column of panes stands beside */
#define WIDE_ROWS 16
#define TALL      36 /* rows from which a second pane stands below */
#define BELOW     9  /* rows it has, with its name */
#define SECOND_MS 1000
#define MINUTE_MS (60 * SECOND_MS)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * (int64_t)HOUR_MS)

static const struct phrase pane_names[PANES] = {
    [PANE_CHAPTERS] = PHRASE("Chapters", "章节"),
    [PANE_AGENCIES] = PHRASE("Agencies", "单位"),
    [PANE_EXCEPTIONS] = PHRASE("Exceptions", "异常"),
    [PANE_FEED] = PHRASE("Feed", "动态"),
    [PANE_RATES] = PHRASE("Rates", "运行"),
};

const char *
paint_pane_name(enum language l, enum pane pane)
{
	return pane_names[pane].at[l];
}

unsigned
paint_light_ink(enum light light)
{
	return INK(scope_view_light_style(light));
}

const char *
paint_time(const struct paint *p, int64_t wall_ms, char out[PAINT_SECONDS])
{
	char local[CALENDAR_INSTANT_SIZE];

	calendar_format_local(wall_ms, scene_offset(p->scene), local);
	snprintf(out, PAINT_SECONDS, "%.8s", local + sizeof("2026-03-31 ") - 1);
	return out;
}

const char *
paint_ago(const struct paint *p, int64_t wall_ms, char out[PAINT_TEXT])
{
	static const struct {
		int64_t       unit_ms;
		struct phrase words;
	} units[] = {
	    {DAY_MS, PHRASE("%" PRId64 " d ago", "%" PRId64 " 天前")},
	    {HOUR_MS, PHRASE("%" PRId64 " h ago", "%" PRId64 " 小时前")},
	    {MINUTE_MS, PHRASE("%" PRId64 " min ago", "%" PRId64 " 分钟前")},
	    {SECOND_MS, PHRASE("%" PRId64 " s ago", "%" PRId64 " 秒前")},
	};
	int64_t ago_ms = p->now.wall_ms > wall_ms ? p->now.wall_ms - wall_ms : 0;
	size_t  i = 0;

	while (units[i].unit_ms > SECOND_MS && ago_ms < units[i].unit_ms)
		i++;
	snprintf(out, PAINT_TEXT, units[i].words.at[p->look->language], ago_ms / units[i].unit_ms);
	return out;
}

const char *
paint_percent(int32_t basis_points, char out[PAINT_TEXT])
{
	if (basis_points < 0)
		snprintf(out, PAINT_TEXT, "%s", PAINT_DOT);
	else
		snprintf(out, PAINT_TEXT, "%d.%02d", basis_points / 100, basis_points % 100);
	return out;
}

/* What stands beside or below the pane with the cursor. */
static void
paint_companion(struct paint *p, struct area a, enum pane pane)
{
	char name[PAINT_TEXT];

	if (a.height < 2)
		return;
	rows_make(p->side, p->scene, p->look, pane);
	if (pane == PANE_EXCEPTIONS)
		snprintf(name, sizeof(name), "%s %zu", paint_pane_name(p->look->language, pane),
		    p->side->count);
	else
		snprintf(name, sizeof(name), "%s", paint_pane_name(p->look->language, pane));
	canvas_text(p->canvas, a.x, a.y, a.width, INK_BOLD, text_of(name));
	a.y++;
	a.height--;
	paint_table(p, a, pane, p->side, NULL, false);
}

static void
paint_rule(struct paint *p, struct area a)
{
	for (int i = 0; i < a.height; i++)
		canvas_text(p->canvas, a.x, a.y + i, 1, INK(STYLE_DIM), text_of("│"));
}

/* Splits off what the companions get, and paints them. Returns what is left. */
static struct area
paint_companions(struct paint *p, struct area a)
{
	enum pane   shown = p->look->pane;
	enum pane   first = shown == PANE_EXCEPTIONS ? PANE_CHAPTERS : PANE_EXCEPTIONS;
	enum pane   second = shown == PANE_FEED ? PANE_RATES : PANE_FEED;
	struct area side = a;

	if (a.width >= WIDE && a.height >= WIDE_ROWS) {
		side.width = a.width * 2 / 5;
		side.x = a.x + a.width - side.width;
		a.width -= side.width + 3;
		paint_rule(p, (struct area){side.x - 2, a.y, 1, a.height});
		side.height = a.height / 2;
		paint_companion(p, side, first);
		side.y += side.height;
		side.height = a.height - side.height;
		paint_companion(p, side, second);
	} else if (a.height >= TALL - BELOW) {
		side.y = a.y + a.height - BELOW + 1;
		side.height = BELOW - 1;
		a.height -= BELOW;
		paint_companion(p, side, second);
	}
	return a;
}

/* How many lines of the header there is room for. */
static int
header_lines(int height)
{
	return height >= 18 ? 5 : height >= 12 ? 3 : height >= 6 ? 2 : 1;
}

void
paint_screen(struct paint *p, int width, int height)
{
	struct area a = {0, 0, width, height};
	int         y;

	canvas_reset(p->canvas, width, height);
	a.width = p->canvas->width;
	a.height = p->canvas->height;
	rows_make(p->rows, p->scene, p->look, p->look->pane);
	y = paint_header(p, header_lines(a.height));
	if (a.height >= 5)
		paint_tabs(p, y++);
	a.y = y;
	a.height -= y;
	if (height >= 8 || p->look->typing) {
		a.height--;
		paint_footer(p, height - 1);
	}
	a = paint_companions(p, a);
	p->page =
	    paint_table(p, a, p->look->pane, p->rows, &p->look->at[p->look->pane], a.height >= 4);
	if (p->look->help)
		paint_help(p);
}
