#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/watch_paint_inside.h"
#include "core/calendar.h"

#define SPAN (SCENE_SECONDS - 1) /* of the small picture, in seconds */

static const struct summary *
overall(const struct cell *c)
{
	const struct scene_scope *s = scene_overall(c->p->scene);

	return s == NULL ? NULL : &s->summary;
}

static enum language
tongue(const struct cell *c)
{
	return c->p->look->language;
}

static void
say_events(const struct cell *c)
{
	static const struct phrase words = PHRASE("%" PRIu32 ".%" PRIu32 " over 10 seconds, "
						  "%" PRIu32 ".%" PRIu32 " over a minute",
	    "近 10 秒 %" PRIu32 ".%" PRIu32 "，近 1 分钟 %" PRIu32 ".%" PRIu32);
	uint32_t                   ten = scene_rate(c->p->scene, c->p->now.mono_ms, 10);
	uint32_t                   minute = scene_rate(c->p->scene, c->p->now.mono_ms, SPAN);

	cell_text(
	    c, 0, words.at[tongue(c)], ten / 100, ten % 100 / 10, minute / 100, minute % 100 / 10);
}

/* A column for each of the last seconds, the newest at the right. */
static void
say_burst(const struct cell *c)
{
	static const char *const levels[] = {"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
	const struct scene *b = c->p->scene;
	int                 n = c->columns < SPAN ? c->columns : SPAN;
	uint64_t            most = 1;

	for (int ago = 1; ago <= n; ago++) {
		uint64_t one = scene_second(b, c->p->now.mono_ms, ago);

		most = one > most ? one : most;
	}
	for (int ago = n; ago >= 1; ago--) {
		uint64_t one = scene_second(b, c->p->now.mono_ms, ago);

		canvas_text(c->p->canvas, c->x + n - ago, c->y, 1,
		    c->ink | INK(one == 0 ? STYLE_DIM : STYLE_CYAN),
		    text_of(levels[(one * 8 + most - 1) / most]));
	}
}

static void
say_reported(const struct cell *c)
{
	const struct summary *s = overall(c);
	uint64_t              share;

	if (s == NULL || s->obligations_expected == 0)
		return;
	share = (uint64_t)s->obligations_reported * 10000 / s->obligations_expected;
	cell_text(c, 0, "%" PRIu32 " / %" PRIu32 "  %" PRIu64 ".%02" PRIu64 "%%",
	    s->obligations_reported, s->obligations_expected, share / 100, share % 100);
}

static void
say_receipts(const struct cell *c, const struct summary_period *period)
{
	static const struct phrase words =
	    PHRASE("%s: expected %" PRIu32 ", reported %" PRIu32 ", in time %" PRIu32 " (%" PRIu64
		   ".%02" PRIu64 "%%)",
		"%s：应报 %" PRIu32 "，已报 %" PRIu32 "，按期 %" PRIu32 "（%" PRIu64 ".%02" PRIu64
		"%%）");
	uint64_t share;

	if (period->name[0] == '\0' || period->expected == 0) {
		cell_text(c, INK(STYLE_DIM), PAINT_DOT);
		return;
	}
	share = (uint64_t)period->on_time * 10000 / period->expected;
	cell_text(c, 0, words.at[tongue(c)], period->name, period->expected, period->reported,
	    period->on_time, share / 100, share % 100);
}

static void
say_period(const struct cell *c)
{
	if (overall(c) != NULL)
		say_receipts(c, &overall(c)->period);
}

static void
say_last_period(const struct cell *c)
{
	if (overall(c) != NULL)
		say_receipts(c, &overall(c)->last_period);
}

/* The agency that was heard last, or the one that was heard but the longest ago. */
static const struct scene_scope *
heard(const struct scene *b, bool last)
{
	const struct scene_scope *found = NULL;

	for (size_t i = 0; i < b->count; i++) {
		const struct scene_scope *s = b->scopes[i];

		if (s->kind != SCOPE_AGENCY || !s->known || s->heard_ms == 0)
			continue;
		if (found == NULL || (s->heard_ms > found->heard_ms) == last)
			found = s;
	}
	return found;
}

static void
say_heard(const struct cell *c, const struct scene_scope *s)
{
	static const struct phrase words = PHRASE("%s, %s, task %" PRIu32, "%s，%s，任务 %" PRIu32);
	char                       text[PAINT_TEXT];

	if (s == NULL)
		cell_text(c, INK(STYLE_DIM), PAINT_DOT);
	else
		cell_text(c, 0, words.at[tongue(c)], paint_ago(c->p, s->heard_ms, text),
		    language_title(tongue(c), scene_agency(c->p->scene, s->key)), s->heard_task);
}

static void
say_newest(const struct cell *c)
{
	say_heard(c, heard(c->p->scene, true));
}

static void
say_silent(const struct cell *c)
{
	say_heard(c, heard(c->p->scene, false));
}

static void
say_never(const struct cell *c)
{
	const struct scene *b = c->p->scene;
	size_t              never = 0, all = 0;

	for (size_t i = 0; i < b->count; i++) {
		if (b->scopes[i]->kind != SCOPE_AGENCY || !b->scopes[i]->known)
			continue;
		all++;
		never += b->scopes[i]->heard_ms == 0;
	}
	cell_text(c, never > 0 ? INK(STYLE_YELLOW) : 0, "%zu / %zu", never, all);
}

static void
say_link(const struct cell *c)
{
	static const struct phrase live = PHRASE("live", "实时"), lost = PHRASE("lost", "失联");
	const struct scene        *b = c->p->scene;
	char                       shown[SCENE_WHY_SIZE];

	screen_safe(text_of(c->p->endpoint), shown, sizeof(shown));
	cell_text(c, scene_is_live(b) ? INK(STYLE_GREEN) : INK(STYLE_RED), "%s  %s  %s",
	    (scene_is_live(b) ? &live : &lost)->at[tongue(c)], shown, b->why);
}

static void
say_tick(const struct cell *c)
{
	char text[PAINT_TEXT];

	if (c->p->scene->ticked)
		cell_text(c, 0, "%s", paint_ago(c->p, c->p->scene->heard.wall_ms, text));
}

static void
say_store(const struct cell *c)
{
	static const struct phrase there = PHRASE("there", "正常"),
				   gone = PHRASE("away since %s", "自 %s 起不可用");
	const struct scene *b = c->p->scene;
	char                time[PAINT_SECONDS];

	if (b->store_gone_ms == 0)
		cell_text(c, INK(STYLE_GREEN), "%s", b->ticked ? there.at[tongue(c)] : PAINT_DOT);
	else
		cell_text(c, INK(STYLE_RED), gone.at[tongue(c)],
		    paint_time(c->p, b->store_gone_ms, time));
}

static void
say_copy(const struct cell *c)
{
	static const struct phrase equal =
	    PHRASE("%" PRIu32 " topics, digest %016" PRIx64 ": equal",
		"%" PRIu32 " 个主题，摘要 %016" PRIx64 "：一致");
	static const struct phrase differs =
	    PHRASE("%" PRIu32 " topics, digest %016" PRIx64 ": differs, is being fetched",
		"%" PRIu32 " 个主题，摘要 %016" PRIx64 "：不一致，正在重取");
	const struct scene *b = c->p->scene;

	if (b->ticked)
		cell_text(c, b->in_step ? 0 : INK(STYLE_YELLOW),
		    (b->in_step ? &equal : &differs)->at[tongue(c)], b->tick.topics,
		    b->tick.digest);
}

static void
say_position(const struct cell *c)
{
	char position[POSITION_SIZE], local[CALENDAR_INSTANT_SIZE];

	if (c->p->scene->ticked)
		cell_text(c, 0, "%s  %s", position_format(c->p->scene->tick.position, position),
		    calendar_format_local(
			(int64_t)c->p->scene->tick.position.ms, scene_offset(c->p->scene), local));
}

static void
say_revision(const struct cell *c)
{
	static const struct phrase words =
	    PHRASE("%s, revision %" PRIu32 ", ", "%s，第 %" PRIu32 " 版，");
	struct buf text = {0};

	buf_addf(&text, words.at[tongue(c)], c->p->scene->plan_id, c->p->scene->revision);
	language_zone(&text, tongue(c), scene_offset(c->p->scene));
	buf_add(&text, "", 1);
	cell_text(c, 0, "%s", text.at);
	buf_fini(&text);
}

/* The aggregator's clock against ours, with the way between them. */
static void
say_clocks(const struct cell *c)
{
	static const struct phrase ahead =
	    PHRASE("the aggregator's is %s%d.%d s from ours", "汇总服务比本机 %s%d.%d 秒");
	const struct scene *b = c->p->scene;
	int64_t             by_ms = b->tick.now_ms - b->heard.wall_ms;
	int                 tenths;

	if (!b->ticked)
		return;
	by_ms = by_ms > 86400000 ? 86400000 : by_ms < -86400000 ? -86400000 : by_ms;
	tenths = abs((int)by_ms) / 100;
	cell_text(c, tenths >= 20 ? INK(STYLE_YELLOW) : 0, ahead.at[tongue(c)],
	    by_ms < 0 && tenths > 0 ? "-" : "+", tenths / 10, tenths % 10);
}

static const struct {
	struct phrase name;
	void (*say)(const struct cell *c);
} facts[FACTS] = {
    [FACT_EVENTS] = {PHRASE("Events a second", "每秒事件"), say_events},
    [FACT_BURST] = {PHRASE("The last minute", "近 1 分钟"), say_burst},
    [FACT_REPORTED] = {PHRASE("Obligations", "已报责任事项"), say_reported},
    [FACT_PERIOD] = {PHRASE("This period", "本期报送"), say_period},
    [FACT_LAST_PERIOD] = {PHRASE("Last period due", "上一应报期"), say_last_period},
    [FACT_NEWEST] = {PHRASE("Last heard", "最近报送"), say_newest},
    [FACT_SILENT] = {PHRASE("Longest silent", "最久未报"), say_silent},
    [FACT_NEVER] = {PHRASE("Never heard", "从未报送单位"), say_never},
    [FACT_LINK] = {PHRASE("Aggregator", "汇总服务"), say_link},
    [FACT_TICK] = {PHRASE("Last tick", "最近心跳"), say_tick},
    [FACT_STORE] = {PHRASE("Store", "存储"), say_store},
    [FACT_COPY] = {PHRASE("Copy", "数据核对"), say_copy},
    [FACT_POSITION] = {PHRASE("Ledger", "台账位置"), say_position},
    [FACT_REVISION] = {PHRASE("Plan", "计划"), say_revision},
    [FACT_CLOCKS] = {PHRASE("Clocks", "时钟"), say_clocks},
};

void
cell_fact_name(const struct cell *c)
{
	cell_text(c, INK(STYLE_DIM), "%s", facts[c->row->fact].name.at[tongue(c)]);
}

void
cell_fact(const struct cell *c)
{
	facts[c->row->fact].say(c);
}
