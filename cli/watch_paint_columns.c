#include "cli/watch_paint_inside.h"

/* clang-format off */
static const struct column chapters[] = {
	{PHRASE("  Chapter, section, task", "  章、节、任务"), .paint = cell_name},
	{PHRASE("Completion", "完成情况"), {12, 12}, .share = 15, .rank = 3, .paint = cell_bar},
	{PHRASE("%", "完成%"), {6, 6}, .right = true, .paint = cell_percent},
	{PHRASE("", ""), {1, 1}, .rank = 4, .paint = cell_move},
	{PHRASE("Expect", "序时%"), {6, 6}, .rank = 5, .right = true, .paint = cell_expected},
	{PHRASE("Gap", "差距"), {7, 7}, .rank = 1, .right = true, .paint = cell_gap},
	{PHRASE("Light", "灯"), {8, 4}, .paint = cell_light},
	{PHRASE("State, reason", "状态、原因"), {24, 18}, .rank = 6, .paint = cell_why},
	{PHRASE("Done", "办结"), {7, 7}, .rank = 8, .right = true, .paint = cell_done},
	{PHRASE("Reported", "已报"), {8, 7}, .rank = 7, .right = true, .paint = cell_reported},
	{PHRASE("Heard", "最近报送"), {10, 10}, .rank = 9, .right = true, .paint = cell_heard},
};

static const struct column agencies[] = {
	{PHRASE("  Agency", "  单位"), .paint = cell_name},
	{PHRASE("Own", "本单位"), {12, 12}, .share = 12, .rank = 4, .paint = cell_bar},
	{PHRASE("%", "完成%"), {6, 6}, .right = true, .paint = cell_percent},
	{PHRASE("", ""), {1, 1}, .rank = 5, .paint = cell_move},
	{PHRASE("Gap", "差距"), {7, 7}, .rank = 1, .right = true, .paint = cell_gap},
	{PHRASE("Light", "灯"), {8, 4}, .paint = cell_light},
	{PHRASE("Lead", "牵头%"), {6, 6}, .rank = 7, .right = true, .paint = cell_lead},
	{PHRASE("Part", "参与%"), {6, 6}, .rank = 8, .right = true, .paint = cell_participant},
	{PHRASE("Reported", "已报"), {8, 7}, .rank = 3, .right = true, .paint = cell_reported},
	{PHRASE("In time", "按期"), {7, 5}, .rank = 6, .right = true, .paint = cell_on_time},
	{PHRASE("Heard", "最近报送"), {10, 10}, .rank = 2, .right = true, .paint = cell_heard},
	{PHRASE("Reason", "原因"), {20, 16}, .rank = 9, .paint = cell_why},
};

static const struct column exceptions[] = {
	{PHRASE("Light", "灯"), {8, 4}, .paint = cell_light},
	{PHRASE("  Task", "  任务"), .paint = cell_name},
	{PHRASE("What is the matter", "问题"), {24, 20}, .share = 24, .rank = 2, .paint = cell_matters},
	{PHRASE("Lead", "牵头单位"), {16, 16}, .rank = 4, .paint = cell_leader},
	{PHRASE("%", "完成%"), {6, 6}, .rank = 5, .right = true, .paint = cell_percent},
	{PHRASE("Gap", "差距"), {7, 7}, .rank = 3, .right = true, .paint = cell_gap},
	{PHRASE("Costs", "影响"), {6, 6}, .rank = 1, .right = true, .paint = cell_cost},
	{PHRASE("Since", "自"), {10, 10}, .rank = 6, .paint = cell_since},
};

static const struct column feed[] = {
	{PHRASE("Time", "时间"), {8, 8}, .paint = cell_feed_time},
	{PHRASE("What", "对象"), .paint = cell_name},
	{PHRASE("What happened", "变化"), {20, 20}, .share = 52, .paint = cell_feed_what},
};

static const struct column rates[] = {
	{PHRASE("", ""), {18, 16}, .paint = cell_fact_name},
	{PHRASE("", ""), .paint = cell_fact},
};
/* clang-format on */

#define COLUMNS(a)                                                                                 \
	{                                                                                          \
		(a), (int)(sizeof(a) / sizeof((a)[0]))                                             \
	}

struct pane_columns
paint_columns(enum pane pane)
{
	static const struct pane_columns all[PANES] = {
	    [PANE_CHAPTERS] = COLUMNS(chapters),
	    [PANE_AGENCIES] = COLUMNS(agencies),
	    [PANE_EXCEPTIONS] = COLUMNS(exceptions),
	    [PANE_FEED] = COLUMNS(feed),
	    [PANE_RATES] = COLUMNS(rates),
	};

	return all[pane];
}
