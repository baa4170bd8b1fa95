#include "cli/language.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/translate.h"
#include "core/calendar.h"

static const struct phrase task_states[TASK_STATES] = {
    [TASK_VERIFIED] = PHRASE("verified", "已办结"),
    [TASK_COMPLETED] = PHRASE("completed", "已完成"),
    [TASK_IN_PROGRESS] = PHRASE("in progress", "推进中"),
    [TASK_BLOCKED] = PHRASE("blocked", "受阻"),
    [TASK_NOT_STARTED] = PHRASE("not started", "未启动"),
    [TASK_UNREPORTED] = PHRASE("unreported", "未报告"),
    [TASK_SUSPENDED] = PHRASE("suspended", "中止"),
    [TASK_CANCELLED] = PHRASE("cancelled", "已取消"),
};

static const struct phrase task_state_heads[TASK_STATES] = {
    [TASK_VERIFIED] = PHRASE("Verified", "已办结"),
    [TASK_COMPLETED] = PHRASE("Done", "已完成"),
    [TASK_IN_PROGRESS] = PHRASE("Active", "推进中"),
    [TASK_BLOCKED] = PHRASE("Blocked", "受阻"),
    [TASK_NOT_STARTED] = PHRASE("Waiting", "未启动"),
    [TASK_UNREPORTED] = PHRASE("Silent", "未报告"),
    [TASK_SUSPENDED] = PHRASE("Suspended", "中止"),
    [TASK_CANCELLED] = PHRASE("Cancelled", "已取消"),
};

static const struct phrase report_states[REPORT_STATES] = {
    [REPORT_UNREPORTED] = PHRASE("unreported", "未报告"),
    [REPORT_NOT_STARTED] = PHRASE("not started", "未启动"),
    [REPORT_IN_PROGRESS] = PHRASE("in progress", "推进中"),
    [REPORT_BLOCKED] = PHRASE("blocked", "受阻"),
    [REPORT_COMPLETED] = PHRASE("completed", "已完成"),
};

static const struct phrase dispositions[REPORT_DISPOSITIONS] = {
    [REPORT_OPEN] = PHRASE("open", "在办"),
    [REPORT_VERIFIED] = PHRASE("verified", "已办结"),
    [REPORT_RETURNED] = PHRASE("returned", "退回"),
    [REPORT_SUSPENDED] = PHRASE("suspended", "中止"),
    [REPORT_CANCELLED] = PHRASE("cancelled", "已取消"),
};

static const struct phrase verdicts[REPORT_VERDICTS] = {
    [REPORT_ACCEPTED] = PHRASE("accepted", "已接收"),
    [REPORT_DUPLICATE] = PHRASE("duplicate", "重复"),
    [REPORT_SUPERSEDED] = PHRASE("superseded", "已被替代"),
    [REPORT_CONFLICT] = PHRASE("conflict", "冲突"),
    [REPORT_REJECTED] = PHRASE("rejected", "已拒绝"),
};

static const struct phrase duties[PLAN_DUTIES] = {
    [PLAN_LEAD] = PHRASE("lead", "负责"),
    [PLAN_SHARED] = PHRASE("shared", "按职责分工负责"),
};

static const struct phrase everies[PLAN_EVERIES] = {
    [PLAN_MONTH] = PHRASE("every month", "每月"),
    [PLAN_QUARTER] = PHRASE("every quarter", "每季度"),
    [PLAN_HALF] = PHRASE("every half-year", "每半年"),
    [PLAN_YEAR] = PHRASE("every year", "每年"),
};

static const struct phrase kinds[SCOPE_KINDS] = {
    [SCOPE_OVERALL] = PHRASE("Overall", "总体"),
    [SCOPE_CHAPTER] = PHRASE("Chapter", "章"),
    [SCOPE_SECTION] = PHRASE("Section", "节"),
    [SCOPE_TASK] = PHRASE("Task", "任务"),
    [SCOPE_AGENCY] = PHRASE("Agency", "单位"),
};

static const struct phrase roles[2] = {PHRASE("participant", "参与"), PHRASE("lead", "牵头")};

static const struct phrase lights[LIGHTS] = {
    [LIGHT_GREY] = PHRASE("grey", "灰"),
    [LIGHT_BLUE] = PHRASE("blue", "蓝"),
    [LIGHT_GREEN] = PHRASE("green", "绿"),
    [LIGHT_YELLOW] = PHRASE("yellow", "黄"),
    [LIGHT_RED] = PHRASE("red", "红"),
};

static const struct phrase reasons[REASONS] = {
    [REASON_NONE] = PHRASE("", ""),
    [REASON_CANCELLED] = PHRASE("cancelled", "已取消"),
    [REASON_SUSPENDED] = PHRASE("suspended", "已中止"),
    [REASON_VERIFIED] = PHRASE("verified", "已办结"),
    [REASON_COMPLETED] = PHRASE("completed", "已完成"),
    [REASON_OVERDUE] = PHRASE("overdue", "逾期"),
    [REASON_UNREPORTED] = PHRASE("unreported", "未报送"),
    [REASON_BEHIND] = PHRASE("behind schedule", "进度滞后"),
    [REASON_MISSED_PERIODS] = PHRASE("last two periods missed", "连续两期未报"),
    [REASON_MISSED_PERIOD] = PHRASE("last period missed", "上期未报"),
    [REASON_BLOCKED] = PHRASE("blocked", "受阻"),
    [REASON_STALE] = PHRASE("stale", "久未更新"),
    [REASON_EMPTY] = PHRASE("no tasks included", "无纳入任务"),
    [REASON_RED_TASKS] = PHRASE("too many red tasks", "红灯任务过多"),
};

int
language_choose(const char *flag, enum language *l, struct err *e)
{
	char shown[60];

	if (flag == NULL || *flag == '\0') {
		*l = strcmp(translate_locale(), "zh") == 0 ? LANGUAGE_ZH : LANGUAGE_EN;
		return 0;
	}
	if (strcmp(flag, "zh") != 0 && strcmp(flag, "en") != 0)
		return err_fail(e, ERR_USAGE, "--lang: got '%s', expected zh or en",
		    text_escape(text_of(flag), shown, sizeof(shown)));
	*l = flag[0] == 'z' ? LANGUAGE_ZH : LANGUAGE_EN;
	return 0;
}

const char *
language_title(enum language l, struct plan_title title)
{
	return l == LANGUAGE_ZH ? title.zh : title.en;
}

const char *
language_task_state(enum language l, enum task_state s)
{
	return task_states[s].at[l];
}

const char *
language_task_state_head(enum language l, enum task_state s)
{
	return task_state_heads[s].at[l];
}

const char *
language_report_state(enum language l, enum report_state s)
{
	return report_states[s].at[l];
}

const char *
language_disposition(enum language l, enum report_disposition d)
{
	return dispositions[d].at[l];
}

const char *
language_verdict(enum language l, enum report_verdict v)
{
	return verdicts[v].at[l];
}

const char *
language_duty(enum language l, enum plan_duty d)
{
	return duties[d].at[l];
}

const char *
language_every(enum language l, enum plan_every e)
{
	return everies[e].at[l];
}

const char *
language_scope_kind(enum language l, enum scope_kind k)
{
	return kinds[k].at[l];
}

const char *
language_role(enum language l, bool lead)
{
	return roles[lead].at[l];
}

const char *
language_light(enum language l, enum light light)
{
	return lights[light].at[l];
}

const char *
language_reason_of(enum language l, struct judgement j)
{
	static const struct phrase some_red = PHRASE("some tasks are red", "有红灯任务");

	if (j.light == LIGHT_YELLOW && j.reason == REASON_RED_TASKS)
		return some_red.at[l];
	return reasons[j.reason].at[l];
}

void
language_red_share(
    struct buf *out, enum language l, uint32_t red, uint32_t included, uint32_t limit)
{
	static const struct phrase words = PHRASE("%" PRIu64 "%% of the tasks are red (%" PRIu32
						  " of %" PRIu32 ", %" PRIu32 "%% or more)",
	    "红灯任务占比 %" PRIu64 "%%（%" PRIu32 "/%" PRIu32 "，≥%" PRIu32 "%%）");

	buf_addf(out, words.at[l], included == 0 ? 0 : (uint64_t)red * 100 / included, red,
	    included, limit);
}

const struct noun noun_chapter = {"chapter", "chapters", "章"};
const struct noun noun_section = {"section", "sections", "节"};
const struct noun noun_task = {"task", "tasks", "项任务"};
const struct noun noun_agency = {"agency", "agencies", "个单位"};
const struct noun noun_obligation = {"obligation", "obligations", "项责任事项"};

void
language_counts(struct buf *out, enum language l, const struct count *counts, size_t n)
{
	static const struct phrase comma = PHRASE(", ", "、");

	for (size_t i = 0; i < n; i++) {
		const struct noun *of = counts[i].of;
		const char        *english = counts[i].n == 1 ? of->one : of->many;

		buf_addf(out, "%s%" PRIu32 " %s", i == 0 ? "" : comma.at[l], counts[i].n,
		    l == LANGUAGE_ZH ? of->zh : english);
	}
	buf_addf(out, "\n");
}

void
language_term(struct buf *out, enum language l, int32_t from, int32_t until)
{
	static const struct phrase both = PHRASE("from %s until %s", "%s 至 %s");
	static const struct phrase begin = PHRASE("from %s", "%s 起");
	static const struct phrase end = PHRASE("until %s", "至 %s");
	bool                       comes = from != PLAN_FIRST_DAY, leaves = until != PLAN_LAST_DAY;
	char                       first[CALENDAR_DATE_SIZE], last[CALENDAR_DATE_SIZE];

	if (comes && leaves)
		buf_addf(out, both.at[l], calendar_format_date(from, first),
		    calendar_format_date(until, last));
	else if (comes)
		buf_addf(out, begin.at[l], calendar_format_date(from, first));
	else if (leaves)
		buf_addf(out, end.at[l], calendar_format_date(until, last));
}

void
language_zone(struct buf *out, enum language l, int offset_min)
{
	static const struct phrase words =
	    PHRASE("times are UTC%c%02d:%02d", "时间为 UTC%c%02d:%02d");
	int size = abs(offset_min);

	buf_addf(out, words.at[l], offset_min < 0 ? '-' : '+', size / 60, size % 60);
}
