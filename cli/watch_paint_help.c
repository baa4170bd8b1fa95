#include <stdio.h>

#include "cli/watch_paint_inside.h"

#define BOX_WIDTH 62
#define KEY_WIDTH 18

static const struct {
	const char   *keys;
	struct phrase what;
} lines[] = {
    {"↑ ↓ j k", PHRASE("one row up or down", "上移、下移一行")},
    {"PgUp PgDn", PHRASE("one page up or down", "上翻、下翻一页")},
    {"Home End", PHRASE("the first row, the last", "首行、末行")},
    {"Tab  1-5", PHRASE("the next pane; this one", "下一窗格；指定窗格")},
    {"Enter", PHRASE("unfold or fold; from the feed to the task", "展开、收起；从动态转到任务")},
    {"→ ←", PHRASE("unfold; fold, or up to what it is below", "展开；收起或回到上级")},
    {"s", PHRASE("sort by something else", "切换排序")},
    {"/", PHRASE("filter by text; Esc clears", "按文字筛选，Esc 清除")},
    {"l", PHRASE("which lights are shown", "按灯筛选")},
    {"L g", PHRASE("中文", "English")},
    {"Ctrl-L", PHRASE("draw all of it again", "重画屏幕")},
    {"q Ctrl-C", PHRASE("quit", "退出")},
};

#define LINES ((int)(sizeof(lines) / sizeof(lines[0])))

static void
paint_frame(struct canvas *c, struct area box)
{
	struct buf blank = {0};

	for (int i = 0; i < box.width; i++)
		buf_add(&blank, " ", 1);
	for (int y = 0; y < box.height; y++) {
		canvas_text(c, box.x, box.y + y, box.width, 0, buf_text(&blank));
		canvas_text(c, box.x, box.y + y, 1, INK(STYLE_DIM), text_of("│"));
		canvas_text(c, box.x + box.width - 1, box.y + y, 1, INK(STYLE_DIM), text_of("│"));
	}
	for (int x = 1; x < box.width - 1; x++) {
		canvas_text(c, box.x + x, box.y, 1, INK(STYLE_DIM), text_of("─"));
		canvas_text(c, box.x + x, box.y + box.height - 1, 1, INK(STYLE_DIM), text_of("─"));
	}
	canvas_text(c, box.x, box.y, 1, INK(STYLE_DIM), text_of("┌"));
	canvas_text(c, box.x + box.width - 1, box.y, 1, INK(STYLE_DIM), text_of("┐"));
	canvas_text(c, box.x, box.y + box.height - 1, 1, INK(STYLE_DIM), text_of("└"));
	canvas_text(
	    c, box.x + box.width - 1, box.y + box.height - 1, 1, INK(STYLE_DIM), text_of("┘"));
	buf_fini(&blank);
}

void
paint_help(struct paint *p)
{
	static const struct phrase title = PHRASE(" Keys ", " 按键 ");
	struct canvas             *c = p->canvas;
	struct area                box = {
			   .width = c->width < BOX_WIDTH ? c->width : BOX_WIDTH, .height = LINES + 2};

	box.x = (c->width - box.width) / 2;
	box.y = c->height > box.height ? (c->height - box.height) / 2 : 0;
	paint_frame(c, box);
	canvas_text(
	    c, box.x + 2, box.y, box.width - 4, INK_BOLD, text_of(title.at[p->look->language]));
	for (int i = 0; i < LINES; i++) {
		canvas_text(
		    c, box.x + 2, box.y + 1 + i, KEY_WIDTH, INK_BOLD, text_of(lines[i].keys));
		canvas_text(c, box.x + 2 + KEY_WIDTH, box.y + 1 + i, box.width - KEY_WIDTH - 4, 0,
		    text_of(lines[i].what.at[p->look->language]));
	}
}
