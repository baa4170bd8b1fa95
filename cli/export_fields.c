#include "cli/export_fields.h"

#include <inttypes.h>

#include "cli/export_fields_get.h"
#include "core/calendar.h"

enum needs { NEEDS_SCOPE, NEEDS_SUMMARY, NEEDS_PART, NEEDS_EITHER, NEEDS_NO_PART };

#define IN_REPORT(member)  offsetof(struct report, member)
#define IN_SUMMARY(member) offsetof(struct summary, member)
#define IN_PERIOD(member)  offsetof(struct summary_period, member)

static const struct {
	struct phrase head;
	enum needs    needs; /* what a line without stays empty for */
	struct cell (*get)(const struct ask *q);
	size_t which;
} fields[FIELDS] = {
    [FIELD_LEVEL] = {PHRASE("Level", "层级"), NEEDS_SCOPE, get_level, 0},
    [FIELD_NUMBER] = {PHRASE("No.", "编号"), NEEDS_SCOPE, get_key, 0},
    [FIELD_LABEL] = {PHRASE("No.", "编号"), NEEDS_SCOPE, get_label, 0},
    [FIELD_NAME] = {PHRASE("Name", "名称"), NEEDS_SCOPE, get_name, 0},
    [FIELD_CHAPTER] = {PHRASE("Chapter", "章"), NEEDS_SCOPE, get_chapter, 0},
    [FIELD_SECTION] = {PHRASE("Section", "节"), NEEDS_SCOPE, get_section, 0},
    [FIELD_TASK] = {PHRASE("Task no.", "任务号"), NEEDS_SCOPE, get_task_number, 0},
    [FIELD_TASK_TITLE] = {PHRASE("Task", "任务"), NEEDS_SCOPE, get_task_title, 0},
    [FIELD_AGENCY_ID] = {PHRASE("Agency id", "单位代码"), NEEDS_PART, get_agency_id, 0},
    [FIELD_AGENCY] = {PHRASE("Agency", "责任单位"), NEEDS_PART, get_agency, 0},
    [FIELD_LEADER] = {PHRASE("Lead agency", "牵头单位"), NEEDS_SCOPE, get_leader, 0},
    [FIELD_ROLE] = {PHRASE("Role", "角色"), NEEDS_PART, get_role, 0},
    [FIELD_DUTY] = {PHRASE("Duty", "职责"), NEEDS_SCOPE, get_duty, 0},
    [FIELD_WEIGHT] = {PHRASE("Weight", "权重"), NEEDS_SCOPE, get_weight, 0},
    [FIELD_COUNTS] = {PHRASE("Counts", "是否计入"), NEEDS_PART, get_counts, false},
    [FIELD_COUNTS_WHY] = {PHRASE("Counts", "是否计入"), NEEDS_PART, get_counts, true},
    [FIELD_STATE] = {PHRASE("State", "状态"), NEEDS_EITHER, get_state, 0},
    [FIELD_PERCENT] = {PHRASE("Percent", "完成率（%）"), NEEDS_EITHER, get_percent, 0},
    [FIELD_TASK_PERCENT] = {PHRASE("Task percent", "任务完成率（%）"), NEEDS_SUMMARY,
	get_task_percent, 0},
    [FIELD_EXPECTED] = {PHRASE("Expected", "序时进度（%）"), NEEDS_SUMMARY, get_expected, 0},
    [FIELD_GAP] = {PHRASE("Gap (points)", "差距（百分点）"), NEEDS_SUMMARY, get_gap, 0},
    [FIELD_WHY] = {PHRASE("Reason", "原因"), NEEDS_SUMMARY, get_why, 0},
    [FIELD_LIGHT] = {PHRASE("Light", "灯"), NEEDS_SUMMARY, get_light, 0},
    [FIELD_REASON] = {PHRASE("Reason", "原因"), NEEDS_SUMMARY, get_reason, 0},
    [FIELD_TASK_STATE] = {PHRASE("Task state", "任务状态"), NEEDS_SUMMARY, get_task_state, 0},
    [FIELD_DISPOSITION] = {PHRASE("Disposition", "办理结果"), NEEDS_SUMMARY, get_disposition, 0},
    [FIELD_DUE] = {PHRASE("Due", "期限"), NEEDS_SCOPE, get_due, 0},
    [FIELD_OVERDUE] = {PHRASE("Days overdue", "逾期天数"), NEEDS_SUMMARY, get_overdue, 0},
    [FIELD_AT] = {PHRASE("Status of", "报告时点"), NEEDS_PART, get_at, 0},
    [FIELD_RECEIVED] = {PHRASE("Received", "接收时间"), NEEDS_PART, get_received, 0},
    [FIELD_SEQ] = {PHRASE("Seq", "报送序号"), NEEDS_PART, get_seq, 0},
    [FIELD_POSITION] = {PHRASE("Ledger position", "台账位置"), NEEDS_PART, get_position, 0},
    [FIELD_KEY_ID] = {PHRASE("Key id", "密钥编号"), NEEDS_PART, get_key_id, 0},
    [FIELD_SUMMARY] = {PHRASE("Summary", "进展情况"), NEEDS_PART, get_text, IN_REPORT(summary)},
    [FIELD_PROBLEMS] = {PHRASE("Problems", "存在问题"), NEEDS_PART, get_text, IN_REPORT(problems)},
    [FIELD_NEXT_STEPS] = {PHRASE("Next steps", "下一步安排"), NEEDS_PART, get_text,
	IN_REPORT(next_steps)},
    [FIELD_HELP] = {PHRASE("Asks for help", "请求协调"), NEEDS_PART, get_help, 0},
    [FIELD_EVIDENCE] = {PHRASE("Evidence", "佐证材料"), NEEDS_PART, get_evidence, 0},
    [FIELD_TASKS] = {PHRASE("Tasks", "任务数"), NEEDS_NO_PART, get_tasks, IN_SUMMARY(task_total)},
    [FIELD_INCLUDED] = {PHRASE("Tasks that count", "纳入统计"), NEEDS_NO_PART, get_tasks,
	IN_SUMMARY(task_included)},
    [FIELD_OBLIGATIONS] = {PHRASE("Obligations", "责任事项"), NEEDS_NO_PART, get_obligations, 0},
    [FIELD_LEAD_PERCENT] = {PHRASE("Lead percent", "牵头任务完成率（%）"), NEEDS_SUMMARY,
	get_agency_percent, IN_SUMMARY(lead)},
    [FIELD_PARTICIPANT_PERCENT] = {PHRASE("Participant percent", "参与任务完成率（%）"),
	NEEDS_SUMMARY, get_agency_percent, IN_SUMMARY(participant)},
    [FIELD_PERIOD] = {PHRASE("Last period due", "上一应报期"), NEEDS_NO_PART, get_period, 0},
    [FIELD_REPORTED_RATE] = {PHRASE("Reported (%)", "报送率（%）"), NEEDS_NO_PART, get_rate,
	IN_PERIOD(reported)},
    [FIELD_ON_TIME_RATE] = {PHRASE("On time (%)", "按时率（%）"), NEEDS_NO_PART, get_rate,
	IN_PERIOD(on_time)},
    [FIELD_CLASS] = {PHRASE("Class", "类别"), NEEDS_SUMMARY, get_class, 0},
    [FIELD_DONE] = {PHRASE("Done", "已完成"), NEEDS_SUMMARY, get_in_class, FACTS_DONE},
    [FIELD_AHEAD] = {PHRASE("Ahead", "超进度"), NEEDS_SUMMARY, get_in_class, FACTS_AHEAD},
    [FIELD_ON_TRACK] = {PHRASE("On track", "达进度"), NEEDS_SUMMARY, get_in_class, FACTS_ON_TRACK},
    [FIELD_BEHIND] = {PHRASE("Behind", "欠进度"), NEEDS_SUMMARY, get_in_class, FACTS_BEHIND},
    [FIELD_OTHER] = {PHRASE("Other", "其它"), NEEDS_SUMMARY, get_in_class, FACTS_OTHER},
    [FIELD_COST] = {PHRASE("Effect on the whole (points)", "对总体影响（百分点）"), NEEDS_SUMMARY,
	get_cost, 0},
    [FIELD_ALL_PROBLEMS] = {PHRASE("Problems", "存在问题"), NEEDS_NO_PART, get_all_texts,
	IN_REPORT(problems)},
    [FIELD_ALL_NEXT_STEPS] = {PHRASE("Next steps", "下一步安排"), NEEDS_NO_PART, get_all_texts,
	IN_REPORT(next_steps)},
    [FIELD_ALL_CONCERNS] = {PHRASE("What is the matter", "需关注事项"), NEEDS_SCOPE,
	get_all_concerns, 0},
    [FIELD_SCOPE] = {PHRASE("Explain", "溯源"), NEEDS_SCOPE, get_scope_name, 0},
    [FIELD_MISSED] = {PHRASE("Not reported", "未报送"), NEEDS_SCOPE, get_receipts, EXPLAIN_MISSED},
    [FIELD_LATE] = {PHRASE("Reported late (first report)", "迟报（首次报送）"), NEEDS_SCOPE,
	get_receipts, EXPLAIN_LATE},
};

const char *
field_head(enum field f, enum language l)
{
	if (f >= FIELD_CONCERN)
		return concern_name((enum concern_kind)(f - FIELD_CONCERN), l);
	return fields[f].head.at[l];
}

struct line
line_of(const struct facts *f, enum scope_kind kind, uint32_t index)
{
	struct scope s = {kind, index};

	return (struct line){.facts = f, .scope = s, .summary = facts_summary(f, s)};
}

static bool
has_what_it_needs(enum needs needs, const struct line *l)
{
	switch (needs) {
	case NEEDS_SUMMARY:
		return l->summary != NULL;
	case NEEDS_PART:
		return l->part != NULL;
	case NEEDS_EITHER:
		return l->summary != NULL || l->part != NULL;
	case NEEDS_NO_PART:
		return l->summary != NULL && l->part == NULL;
	case NEEDS_SCOPE:
		break;
	}
	return true;
}

struct cell
field_cell(enum field f, const struct line *l, struct buf *scratch)
{
	struct ask q = {
	    .line = l,
	    .facts = l->facts,
	    .plan = l->facts->plan,
	    .language = l->facts->language,
	    .scratch = scratch,
	};

	buf_reset(scratch);
	if (f >= FIELD_CONCERN) {
		q.which = f - FIELD_CONCERN;
		return get_concern(&q);
	}
	q.which = fields[f].which;
	return has_what_it_needs(fields[f].needs, l) ? fields[f].get(&q) : (struct cell){0};
}

void
cell_write(const struct cell *c, const struct facts *f, struct buf *out)
{
	char text[CALENDAR_INSTANT_SIZE];

	switch (c->kind) {
	case CELL_TEXT:
		buf_add(out, c->text.at, c->text.len);
		break;
	case CELL_COUNT:
		buf_addf(out, "%" PRId64, c->number);
		break;
	case CELL_GAP:
		buf_addf(out, "%s", c->number > 0 ? "+" : "");
		__attribute__((fallthrough));
	case CELL_POINTS:
		buf_addf(out, "%s", facts_points(c->number, text));
		break;
	case CELL_DAY:
		buf_addf(out, "%s", calendar_format_date((int32_t)c->number, text));
		break;
	case CELL_INSTANT:
		buf_addf(
		    out, "%s", calendar_format_local(c->number, f->plan->utc_offset_min, text));
		break;
	case CELL_LIGHT:
		buf_addf(out, "%s", language_light(f->language, (enum light)c->number));
		break;
	case CELL_EMPTY:
	case CELL_KINDS:
		break;
	}
}
