#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/scope_view.h"
#include "cli/watch_paint_inside.h"
#include "cli/watch_words.h"

/* Words of a line, each in its ink, one behind the other as far as there is room. */
struct line {
	const struct cell *c;
	int                took;
};

static void
add(struct line *line, unsigned ink, const char *text)
{
	const struct cell *c = line->c;

	line->took += canvas_text(c->p->canvas, c->x + line->took, c->y, c->columns - line->took,
	    ink | c->ink, text_of(text));
}

static void
gap_between(struct line *line)
{
	if (line->took > 0)
		add(line, 0, "  ");
}

static void
add_percent(struct line *line, const struct scene_item *item)
{
	char was[PAINT_TEXT], now[PAINT_TEXT];
	bool rose = item->was.percent < item->now.percent;

	if (item->was_known && item->was.percent != item->now.percent) {
		add(line, 0, paint_percent(item->was.percent, was));
		add(line, INK(rose ? STYLE_GREEN : STYLE_RED), rose ? " ▲ " : " ▼ ");
		add(line, INK_BOLD, paint_percent(item->now.percent, now));
	}
}

static void
add_light(struct line *line, enum language l, const struct scene_item *item)
{
	if (!item->was_known || item->was.light == item->now.light)
		return;
	gap_between(line);
	add(line, paint_light_ink(item->was.light), language_light(l, item->was.light));
	add(line, 0, "→");
	add(line, paint_light_ink(item->now.light), language_light(l, item->now.light));
	if (item->judgement.reason != REASON_NONE) {
		add(line, 0, " ");
		add(line, 0, language_reason_of(l, item->judgement));
	}
}

static void
add_state(struct line *line, enum language l, const struct scene_item *item)
{
	if (item->kind != SCOPE_TASK || !item->was_known || item->was.state == item->now.state)
		return;
	gap_between(line);
	add(line, 0, language_task_state(l, item->was.state));
	add(line, 0, "→");
	add(line, INK(scope_view_state_style(item->now.state)),
	    language_task_state(l, item->now.state));
}

static void
add_agency(struct line *line, const struct paint *p, const struct scene_item *item)
{
	static const struct phrase more = PHRASE(" and %" PRIu32 " more", "等 %" PRIu32 " 家");
	enum language              l = p->look->language;
	char                       text[40];

	if (item->agency[0] == '\0')
		return;
	gap_between(line);
	add(line, INK(STYLE_DIM), language_title(l, scene_agency(p->scene, item->agency)));
	if (item->others == 0)
		return;
	snprintf(text, sizeof(text), more.at[l], item->others + (l == LANGUAGE_ZH));
	add(line, INK(STYLE_DIM), text);
}

/* What was said where it did not move the task: of one that does not count, or before. */
static void
add_said(struct line *line, const struct scene_item *item)
{
	char said[PAINT_TEXT];

	if (line->took == 0 && item->agency[0] != '\0')
		add(line, 0, paint_percent((int32_t)item->percent, said));
}

static void
paint_change(struct line *line, const struct scene_item *item)
{
	const struct paint *p = line->c->p;

	if (item->news == SCENE_CHANGED) {
		add_percent(line, item);
		add_light(line, p->look->language, item);
		add_state(line, p->look->language, item);
	}
	add_said(line, item);
	add_agency(line, p, item);
}

static void
paint_alert(struct line *line, const struct scene_item *item)
{
	static const struct phrase resolved = PHRASE("resolved: ", "已解除："),
				   gone = PHRASE("resolved in the meantime: ", "期间已解除：");
	enum language l = line->c->p->look->language;
	unsigned      ink = INK(item->standing ? STYLE_RED : STYLE_GREEN);

	if (!item->standing)
		add(line, ink, (item->meantime ? &gone : &resolved)->at[l]);
	add(line, ink | (item->standing ? INK_BOLD : 0), watch_alarm(l, item->what));
}

static void
paint_notice(struct line *line, const struct scene_item *item)
{
	static const struct phrase stale = PHRASE("no word from the aggregator", "汇总服务失联"),
				   back = PHRASE("the aggregator is back", "汇总服务已恢复"),
				   revised = PHRASE("plan revision %" PRIu32 " is in force",
				       "计划第 %" PRIu32 " 版生效");
	enum language l = line->c->p->look->language;
	char          text[80];

	snprintf(text, sizeof(text), revised.at[l], item->revision);
	if (item->news == SCENE_STALE)
		add(line, INK(STYLE_YELLOW), stale.at[l]);
	else if (item->news == SCENE_BACK)
		add(line, INK(STYLE_GREEN), back.at[l]);
	else
		add(line, INK_BOLD, text);
}

void
cell_feed_what(const struct cell *c)
{
	const struct scene_item *item = c->row->item;
	struct line              line = {.c = c};

	if (item->news == SCENE_ALERT)
		paint_alert(&line, item);
	else if (item->name[0] != '\0')
		paint_change(&line, item);
	else
		paint_notice(&line, item);
}

void
cell_feed_time(const struct cell *c)
{
	char text[PAINT_SECONDS];

	cell_text(c, INK(STYLE_DIM), "%s", paint_time(c->p, c->row->item->wall_ms, text));
}
