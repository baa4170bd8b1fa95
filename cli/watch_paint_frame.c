#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/watch_paint_inside.h"

static const struct phrase sortings[SORTINGS] = {
    [SORT_PLAN] = PHRASE("plan", "计划顺序"),
    [SORT_GAP] = PHRASE("gap", "差距"),
    [SORT_LIGHT] = PHRASE("light", "灯"),
    [SORT_HEARD] = PHRASE("last heard", "最近报送"),
    [SORT_COST] = PHRASE("cost", "影响"),
    [SORT_OVERDUE] = PHRASE("overdue", "逾期"),
    [SORT_NEWEST] = PHRASE("newest", "最新"),
};

/* "3 Exceptions 12"; where it is narrow the number alone. */
static int
paint_tab(struct paint *p, int x, int y, enum pane pane, bool in_words)
{
	char text[PAINT_TEXT], count[16] = "";

	if (pane == PANE_EXCEPTIONS)
		snprintf(count, sizeof(count), " %zu", rows_concerns(p->scene, p->look));
	snprintf(text, sizeof(text), " %d%s%s%s ", (int)pane + 1, in_words ? " " : "",
	    in_words ? paint_pane_name(p->look->language, pane) : "", count);
	return canvas_text(p->canvas, x, y, p->canvas->width - x,
	    pane == p->look->pane ? INK_BOLD | INK_REVERSE : 0, text_of(text));
}

static void
add_lights(struct buf *out, const struct look *k)
{
	static const struct phrase words = PHRASE("  lights", "  灯");

	if (k->lights == 0)
		return;
	buf_addf(out, "%s", words.at[k->language]);
	for (int i = LIGHTS - 1; i >= 0; i--) {
		if ((look_lights_shown(k) & (1u << i)) != 0)
			buf_addf(out, " %s", language_light(k->language, (enum light)i));
	}
}

/* At the right: where the cursor is, how the rows are sorted, what filters them. */
static void
paint_manner(struct paint *p, int x, int y)
{
	static const struct phrase by = PHRASE("by %s", "按%s");
	const struct look         *k = p->look;
	const struct look_pane    *at = &k->at[k->pane];
	struct buf                 text = {0};

	if (k->pane != PANE_RATES) {
		buf_addf(&text, "%zu  ", p->rows->count);
		buf_addf(&text, by.at[k->language], sortings[at->sorting].at[k->language]);
		add_lights(&text, k);
		if (k->filter[0] != '\0')
			buf_addf(&text, "  /%s", k->filter);
	}
	canvas_right(p->canvas, x + 1, y, p->canvas->width - x - 1,
	    look_is_filtered(k) ? INK(STYLE_YELLOW) : INK(STYLE_DIM), buf_text(&text));
	buf_fini(&text);
}

void
paint_tabs(struct paint *p, int y)
{
	bool in_words = p->canvas->width >= 60;
	int  x = 0;

	for (int i = 0; i < PANES; i++)
		x += paint_tab(p, x, y, (enum pane)i, in_words);
	paint_manner(p, x, y);
}

void
paint_footer(struct paint *p, int y)
{
	static const struct phrase keys = PHRASE(
	    "↑↓ move  Enter open  Tab pane  s sort  / filter  l light  L 中文  ? help  q quit",
	    "↑↓ 移动  Enter 展开  Tab 窗格  s 排序  / 筛选  l 灯  L English  ? 帮助  q 退出");
	static const struct phrase few = PHRASE("? help  q quit", "? 帮助  q 退出");
	static const struct phrase typed =
	    PHRASE("/%s▏  Enter keeps, Esc drops", "/%s▏  Enter 确定，Esc 放弃");
	enum language l = p->look->language;
	char          text[LOOK_FILTER_MAX + PAINT_TEXT];

	if (p->look->typing)
		snprintf(text, sizeof(text), typed.at[l], p->look->filter);
	else if (screen_columns(text_of(keys.at[l])) <= p->canvas->width)
		snprintf(text, sizeof(text), "%s", keys.at[l]);
	else
		snprintf(text, sizeof(text), "%s", few.at[l]);
	canvas_text(p->canvas, 0, y, p->canvas->width, p->look->typing ? INK_BOLD : INK(STYLE_DIM),
	    text_of(text));
}
