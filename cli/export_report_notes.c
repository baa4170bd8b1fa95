#include <inttypes.h>
#include <string.h>

#include "cli/export_moment.h"
#include "cli/export_report_page.h"

/* Appends what p->text holds, as a note. */
static void
end_note(struct page *p)
{
	html_add(&p->out, "<li>");
	html_text(buf_text(&p->text), &p->out);
	html_add(&p->out, "</li>\n");
	buf_reset(&p->text);
}

static void
add_class_note(struct page *p)
{
	static const struct phrase words =
	    PHRASE("Classes: done: blue light. Behind: red or yellow. Ahead: green, and more than "
		   "%" PRIu32 " points ahead of what is expected. On track: other green ones. "
		   "Other: grey (cancelled, suspended, or nothing reported before the first "
		   "period is due). Every task is in exactly one.",
		"类别：已完成为蓝灯；欠进度为红灯或黄灯；超进度为绿灯且快于序时进度 %" PRIu32
		" 个百分点以上；达进度为其余绿灯；其它为灰灯（已取消、中止，或首个报告期到期前"
		"未报告）。每项任务属于且仅属于一类，各类之和为任务总数（含已取消）。");

	buf_addf(&p->text, words.at[p->language], p->facts->plan->light_yellow);
	end_note(p);
}

static void
add_light_note(struct page *p)
{
	static const struct phrase words =
	    PHRASE("Lights of tasks: red: overdue, more than %" PRIu32
		   " points behind, or the last two periods missed. Yellow: %" PRIu32
		   " points behind or more, blocked, the last period missed, or long without "
		   "news. A scope is red when it is as far behind, or %" PRIu32
		   " %% of its tasks or more are red.",
		"任务亮灯：红灯为逾期、慢于序时进度 %" PRIu32
		" 个百分点以上，或连续两期未报；黄灯为慢于序时进度 %" PRIu32
		" 个百分点及以上、受阻、上期未报，或久未更新。章、节、单位及总体在同样滞后，"
		"或红灯任务占比达到 %" PRIu32 "%% 时亮红灯。");
	const struct plan *plan = p->facts->plan;

	buf_addf(&p->text, words.at[p->language], plan->light_red, plan->light_yellow,
	    plan->light_red_share);
	end_note(p);
}

/* A command that is broken at spaces, and nowhere else. */
static void
add_words(struct page *p, struct text command)
{
	while (command.len > 0) {
		const char *space = memchr(command.at, ' ', command.len);
		size_t      len = space != NULL ? (size_t)(space - command.at) : command.len;

		html_add(&p->out, "<span>");
		html_text((struct text){command.at, len}, &p->out);
		html_add(&p->out, space != NULL ? "</span> " : "</span>");
		len += space != NULL;
		command.at += len;
		command.len -= len;
	}
}

/* What a command is for, and the command: begin, the flags, end. */
static void
add_command(struct page *p, const struct phrase *why, const char *begin, const char *end)
{
	buf_addf(&p->text, "%s", why->at[p->language]);
	page_paragraph(p, "notes");
	buf_addf(&p->text, "%s", begin);
	export_flags(p->facts, &p->text);
	buf_addf(&p->text, "%s", end);
	html_add(&p->out, "<pre><code>");
	add_words(p, buf_text(&p->text));
	html_add(&p->out, "</code></pre>\n");
	buf_reset(&p->text);
}

void
page_notes(struct page *p)
{
	static const struct phrase heading = PHRASE("Notes", "说明");
	static const struct phrase notes[] = {
	    PHRASE("Expected: the share of a task's days that have passed, weighted like the "
		   "percents. Gap: percent minus expected, in points.",
		"序时进度：任务已过天数占其总天数的比例，按权重汇总。差距：完成率减序时进度，以百分"
		"点计。"),
	    PHRASE("An agency's percent is that of its own obligations, whether they count for "
		   "their tasks or not.",
		"单位完成率按该单位自身承担的全部责任事项计算，不论是否计入任务完成率。"),
	    PHRASE("Reported and on time: obligations with a report for the last period due, and "
		   "with one in time, of those that were to report. Section 5 names the others.",
		"报送率、按时率：上一应报期有报告的责任事项、按时报告的责任事项，各占应报责任事项的"
		"比例；未报送和迟报的在第五部分逐项列出。"),
	    PHRASE("Effect on the whole: a task's part of the gap of the whole plan; the parts of "
		   "all tasks add up to it.",
		"对总体影响：该任务在总体差距中所占的百分点，各任务之和等于总体差距。"),
	};
	static const struct phrase
	    again =
		PHRASE("The small grey names say where a figure comes from: this command takes it "
		       "apart, down to each agency's own words.",
		    "灰色小字为数字的溯源名，用下列命令可逐项查到各单位报送的原话："),
	    same = PHRASE("This command gives the same page again:",
		"用下列命令可重新生成与本通报完全相同的文件：");

	page_heading(p, &heading);
	html_add(&p->out, "<ol class=\"notes\">\n");
	add_class_note(p);
	add_light_note(p);
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++) {
		buf_addf(&p->text, "%s", notes[i].at[p->language]);
		end_note(p);
	}
	html_add(&p->out, "</ol>\n");
	add_command(p, &again, "tuijin explain overall", "");
	add_command(p, &same, "tuijin export --format report",
	    p->language == LANGUAGE_EN ? " --lang en" : " --lang zh");
}
