#include "cli/notify_digest.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/notify_words.h"
#include "core/calendar.h"
#include "core/scope.h"

static const struct phrase subject_line =
    PHRASE("Reminder: your tasks in \"%s\"", "关于《%s》有关任务的提醒");
static const struct phrase greeting = PHRASE("To: %s", "%s：");
static const struct phrase opening_one =
    PHRASE("As of %s, the following task of yours in \"%s\" needs your attention:",
	"截至%s，《%s》中由贵单位承担的以下 1 项任务需要关注：");
static const struct phrase opening =
    PHRASE("As of %s, the following tasks of yours in \"%s\" (%zu in all) need your attention:",
	"截至%s，《%s》中由贵单位承担的以下 %zu 项任务需要关注：");
static const struct phrase left_out =
    PHRASE("and %zu further tasks.", "另有 %zu 项任务，此处从略。");
static const struct phrase closing = PHRASE(
    "We kindly ask you to take these tasks forward, and to report their progress, problems "
    "and next steps. Where you need coordination, please let this office know.",
    "请贵单位对照计划要求抓紧推进，及时报送进展情况、存在问题和下一步措施；需要协调解决的，请与我办"
    "联系。感谢贵单位的支持。");
static const struct phrase indent = PHRASE("", "　　");

static bool
is_of(const struct digest *d, const struct digest_item *item, uint32_t agency)
{
	return d->plan->obligations[item->obligation].agency == agency;
}

size_t
digest_count(const struct digest *d, uint32_t agency)
{
	size_t count = 0;

	for (size_t i = 0; i < d->count; i++)
		count += is_of(d, &d->items[i], agency);
	return count;
}

static const struct plan_task *
task_of(const struct digest *d, const struct digest_item *item)
{
	return &d->plan->tasks[d->plan->obligations[item->obligation].task];
}

/* Whether the agency is the one that leads. */
static bool
leads(const struct digest *d, const struct digest_item *item)
{
	return task_of(d, item)->first_obligation == item->obligation;
}

static void
add_head(struct buf *out, const struct digest *d, const struct digest_item *item, size_t number,
    enum language l)
{
	static const struct phrase due = PHRASE(", due ", "，应于 ");
	static const struct phrase end = PHRASE(")\n", " 前完成）\n");
	const struct plan_task    *task = task_of(d, item);
	char                       date[CALENDAR_DATE_SIZE];

	buf_addf(out,
	    l == LANGUAGE_ZH ? "%s%zu. 任务 %" PRIu32 "：%s（%s"
			     : "%s%zu. Task %" PRIu32 ": %s (%s",
	    indent.at[l], number, task->number, language_title(l, task->title),
	    language_role(l, leads(d, item)));
	buf_addf(out, "%s%s%s", due.at[l], calendar_format_date(task->due, date), end.at[l]);
}

static void
add_numbers(struct buf *out, const struct digest_item *item, enum language l)
{
	static const struct phrase percent = PHRASE("   Progress ", "　　   进展：完成 ");
	static const struct phrase expected = PHRASE(", expected ", "，序时进度 ");
	static const struct phrase gap = PHRASE(", gap ", "，差距 ");
	static const struct phrase own = PHRASE(" points; your part: ", " 个百分点；贵单位部分：");
	static const struct phrase nothing = PHRASE("not reported", "未报送");
	static const struct phrase stop = PHRASE(".\n", "。\n");

	if (!item->counts)
		return;
	buf_addf(out, "%s", percent.at[l]);
	notify_words_percent(out, item->percent);
	buf_addf(out, "%s", expected.at[l]);
	notify_words_percent(out, item->expected);
	buf_addf(out, "%s", gap.at[l]);
	notify_words_points(out, item->gap);
	buf_addf(out, "%s", own.at[l]);
	if (item->own_percent < 0)
		buf_addf(out, "%s", nothing.at[l]);
	else
		notify_words_percent(out, item->own_percent);
	buf_addf(out, "%s", stop.at[l]);
}

/* Whether an agency asked, went back or was late is known of the day when the alert was raised;
 * the rest holds now. */
static void
add_reason(struct buf *out, const struct digest_item *item, enum alarm what, const char *date,
    enum language l)
{
	bool zh = l == LANGUAGE_ZH;

	switch (what) {
	case ALARM_OVERDUE:
		buf_addf(out,
		    zh ? "已逾期 %" PRIu32 " 天，自 %s 起" : "days overdue: %" PRIu32 ", since %s",
		    item->overdue_days, date);
		break;
	case ALARM_BEHIND:
		buf_addf(out, zh ? "亮红灯（%s），自 %s 起" : "red light (%s), since %s",
		    language_reason_of(l, item->judgement), date);
		break;
	case ALARM_BLOCKED:
		buf_addf(out,
		    zh ? "贵单位报告受阻，任务自 %s 起受阻"
		       : "reported as blocked by you; the task has been blocked since %s",
		    date);
		break;
	case ALARM_HELP:
		buf_addf(out, zh ? "%s 请求协调" : "coordination was asked for on %s", date);
		break;
	case ALARM_MISSED_PERIOD:
		buf_addf(out, zh ? "截至 %s 未报送" : "by %s there was no report for ", date);
		notify_words_period(out, l, item->period);
		buf_addf(out, zh ? "进展" : "");
		break;
	case ALARM_REGRESSED:
		buf_addf(
		    out, zh ? "%s 所报进度回退" : "the reported progress went back on %s", date);
		break;
	case ALARMS:
		break;
	}
}

/* A light that is red because the task is overdue says nothing more. */
static bool
is_said(const struct digest_item *item, unsigned what)
{
	bool overdue = (item->alarms & 1u << ALARM_OVERDUE) != 0;

	return (item->alarms & 1u << what) != 0 &&
	    !(what == ALARM_BEHIND && overdue && item->judgement.reason == REASON_OVERDUE);
}

static void
add_reasons(
    struct buf *out, const struct digest *d, const struct digest_item *item, enum language l)
{
	static const struct phrase mark = PHRASE("   - ", "　　   ● ");
	char                       date[CALENDAR_DATE_SIZE];

	for (unsigned what = 0; what < ALARMS; what++) {
		int32_t day = calendar_day_at(item->since_ms[what], d->plan->utc_offset_min);

		if (!is_said(item, what))
			continue;
		buf_addf(out, "%s", mark.at[l]);
		add_reason(out, item, (enum alarm)what, calendar_format_date(day, date), l);
		buf_addf(out, "\n");
	}
}

static void
add_opening(struct buf *out, const struct digest *d, uint32_t agency, enum language l)
{
	size_t      count = digest_count(d, agency);
	const char *title = language_title(l, d->plan->title);
	struct buf  day = {0};

	notify_words_day(&day, l, d->day);
	buf_add(&day, "", 1);
	buf_addf(out, subject_line.at[l], title);
	buf_addf(out, "\n\n");
	buf_addf(out, greeting.at[l], language_title(l, d->plan->agencies[agency].title));
	buf_addf(out, "\n\n%s", indent.at[l]);
	if (count == 1)
		buf_addf(out, opening_one.at[l], day.at, title);
	else
		buf_addf(out, opening.at[l], day.at, title, count);
	buf_addf(out, "\n\n");
	buf_fini(&day);
}

/* Who sends it, and when. */
static void
add_closing(struct buf *out, const struct digest *d, enum language l)
{
	const struct plan *p = d->plan;

	buf_addf(out, "%s%s\n\n%s\n", indent.at[l], closing.at[l],
	    language_title(l, p->agencies[p->office].title));
	notify_words_day(out, l, d->day);
	buf_addf(out, "\n");
}

void
digest_text(struct buf *out, const struct digest *d, uint32_t agency, enum language l)
{
	size_t number = 0;

	add_opening(out, d, agency, l);
	for (size_t i = 0; i < d->count; i++) {
		const struct digest_item *item = &d->items[i];

		if (!is_of(d, item, agency) || ++number > DIGEST_ITEMS_MAX)
			continue;
		add_head(out, d, item, number, l);
		add_numbers(out, item, l);
		add_reasons(out, d, item, l);
		buf_addf(out, "\n");
	}
	if (number > DIGEST_ITEMS_MAX) {
		buf_addf(out, "%s", indent.at[l]);
		buf_addf(out, left_out.at[l], number - DIGEST_ITEMS_MAX);
		buf_addf(out, "\n\n");
	}
	add_closing(out, d, l);
}

const char *
digest_id(const struct digest *d, uint32_t agency, char out[DIGEST_ID_SIZE])
{
	char date[CALENDAR_DATE_SIZE];

	snprintf(out, DIGEST_ID_SIZE, "%s:%s:%s", d->plan->id, calendar_format_date(d->day, date),
	    d->plan->agencies[agency].id);
	return out;
}

bool
digest_parse_time(struct text t, int *minutes)
{
	int hours;

	if (t.len != 5 || t.at[2] != ':')
		return false;
	for (size_t i = 0; i < t.len; i++)
		if (i != 2 && (t.at[i] < '0' || t.at[i] > '9'))
			return false;
	hours = (t.at[0] - '0') * 10 + t.at[1] - '0';
	*minutes = hours * 60 + (t.at[3] - '0') * 10 + t.at[4] - '0';
	return hours < 24 && t.at[3] < '6';
}
