#include "cli/explain_rule.h"

#include <inttypes.h>

#include "cli/scope_view.h"
#include "core/calendar.h"

#define LISTED_MAX 12 /* agencies or tasks in a rule */

static const struct phrase comma = PHRASE(", ", "、");

/* What the words of a rule are taken from. */
struct rule {
	const struct rollup      *rollup;
	const struct plan        *plan;
	const struct explanation *x;
	const struct plan_task   *task; /* NULL: the light of a scope above tasks */
	enum language             language;
	struct buf               *out;
};

const char *
explain_agency(const struct plan *p, uint32_t agency, enum language l)
{
	return l == LANGUAGE_ZH ? p->agencies[agency].title.zh : p->agencies[agency].id;
}

static void
say(const struct rule *r, const struct phrase *words)
{
	buf_addf(r->out, "%s", words->at[r->language]);
}

/* Begins item n, from 0, of a list: false where it has become too long for a rule. */
static bool
begin_item(const struct rule *r, uint32_t n)
{
	if (n > 0 && n <= LISTED_MAX)
		say(r, &comma);
	if (n == LISTED_MAX)
		buf_addf(r->out, "…");
	return n < LISTED_MAX;
}

static uint32_t
included(const struct rule *r)
{
	return r->x->summary.task_included;
}

/* "gap -31.20 < -30" */
static void
say_gap(const struct rule *r, const char *relation, uint32_t points)
{
	static const struct phrase words = PHRASE("gap %s %s %s%" PRIu32, "差距 %s %s %s%" PRIu32);
	char                       gap[SCOPE_VIEW_POINTS_SIZE];

	buf_addf(r->out, words.at[r->language], scope_view_points(r->x->summary.gap, gap), relation,
	    points == 0 ? "" : "-", points);
}

static void
say_behind(const struct rule *r)
{
	if (r->x->summary.judgement.light == LIGHT_RED)
		say_gap(r, "<", r->plan->light_red);
	else
		say_gap(r, "≤", r->plan->light_yellow);
}

static void
say_green(const struct rule *r)
{
	static const struct phrase of_task =
	    PHRASE("; not blocked, no period missed, not stale", "；未受阻，未漏报，非久未更新");
	static const struct phrase of_scope = PHRASE("; no task is red", "；无红灯任务");

	say_gap(r, ">", r->plan->light_yellow);
	say(r, r->task != NULL ? &of_task : &of_scope);
}

/* The reason is its word already. */
static void
say_ruled(const struct rule *r)
{
	static const struct phrase  words = PHRASE("the office ruled so for %s (seq %" PRIu64 ")",
	     "办公室于 %s 作出该办理结果（报送序号 %" PRIu64 "）");
	const struct rollup_ruling *ruling = rollup_ruling(r->rollup, r->x->scope.index);
	int32_t                     day = calendar_day_at(ruling->at_ms, r->plan->utc_offset_min);
	char                        date[CALENDAR_DATE_SIZE];

	buf_addf(r->out, words.at[r->language], calendar_format_date(day, date), ruling->seq);
}

/* Whether an obligation is one of those that a rule names; `about` is the rule's own. */
typedef bool is_one_fn(const struct rule *r, uint32_t obligation, const void *about);

/* Appends the agencies whose counted part of the task is_one() says yes to. */
static void
list_parts(const struct rule *r, is_one_fn *is_one, const void *about)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < r->task->obligation_count; i++) {
		uint32_t obligation = r->task->first_obligation + i;
		uint32_t agency = r->plan->obligations[obligation].agency;

		if (!plan_counts(r->plan, obligation) || !is_one(r, obligation, about))
			continue;
		if (begin_item(r, n++))
			buf_addf(r->out, "%s", explain_agency(r->plan, agency, r->language));
	}
}

static bool
is_blocked(const struct rule *r, uint32_t obligation, const void *unused)
{
	(void)unused;
	return explain_part(r->rollup, obligation) == EXPLAIN_COUNTS &&
	    rollup_word(r->rollup, obligation)->state == REPORT_BLOCKED;
}

static void
say_blocked(const struct rule *r)
{
	static const struct phrase words = PHRASE("blocked, says ", "报告受阻的单位：");

	say(r, &words);
	list_parts(r, is_blocked, NULL);
}

static bool
has_missed(const struct rule *r, uint32_t obligation, const void *period)
{
	return explain_receipt(r->rollup, obligation, *(const struct period *)period).how ==
	    EXPLAIN_MISSED;
}

/* "2026-Q1 (due 2026-04-10) missed by cnipa, moj" */
static void
say_missed_one(const struct rule *r, struct period period)
{
	static const struct phrase words = PHRASE("%s (due %s) missed by ", "%s（%s 截止）未报：");
	char                       name[PERIOD_NAME_SIZE], due[CALENDAR_DATE_SIZE];

	buf_addf(r->out, words.at[r->language], period_name(r->plan->every, period, name),
	    calendar_format_date(period_due(r->plan, period), due));
	list_parts(r, has_missed, &period);
}

static void
say_missed(const struct rule *r)
{
	struct period last, before;

	if (!rollup_last_due(r->rollup, &last))
		return;
	say_missed_one(r, last);
	if (r->x->summary.judgement.reason != REASON_MISSED_PERIODS ||
	    !period_previous(r->plan, last, &before))
		return;
	buf_addf(r->out, "; ");
	say_missed_one(r, before);
}

static void
say_overdue(const struct rule *r)
{
	static const struct phrase words = PHRASE(
	    "due %s, today is %s: %" PRIu32 " days over", "%s 到期，今日 %s：逾期 %" PRIu32 " 天");
	char due[CALENDAR_DATE_SIZE], today[CALENDAR_DATE_SIZE];

	buf_addf(r->out, words.at[r->language], calendar_format_date(r->task->due, due),
	    calendar_format_date(rollup_today(r->rollup), today), r->x->summary.overdue_days);
}

static void
say_unreported(const struct rule *r)
{
	static const struct phrase words =
	    PHRASE("nothing is reported, and no period is due yet: the first, %s, on %s",
		"尚未报告，且尚无到期的报告期：首个报告期 %s 于 %s 截止");
	struct period first = period_at(r->plan->every, r->plan->starts);
	char          name[PERIOD_NAME_SIZE], due[CALENDAR_DATE_SIZE];

	buf_addf(r->out, words.at[r->language], period_name(r->plan->every, first, name),
	    calendar_format_date(period_due(r->plan, first), due));
}

static int64_t
newest_counted_at(const struct rule *r)
{
	int64_t newest = INT64_MIN;

	for (uint32_t i = 0; i < r->task->obligation_count; i++) {
		uint32_t                  obligation = r->task->first_obligation + i;
		const struct rollup_word *word = rollup_word(r->rollup, obligation);

		if (explain_part(r->rollup, obligation) == EXPLAIN_COUNTS &&
		    word->state != REPORT_UNREPORTED && word->at_ms > newest)
			newest = word->at_ms;
	}
	return newest;
}

static void
say_stale(const struct rule *r)
{
	static const struct phrase words =
	    PHRASE("the newest report is of %s, %" PRId32 " days ago: more than the %" PRId32
		   " days of %s and %" PRIu32 " due days",
		"最近一次报告的时点为 %1$s，距今 %2$" PRId32 " 天，超过 %4$s 的 %3$" PRId32
		" 天加 %5$" PRIu32 " 天宽限");
	int32_t       day = calendar_day_at(newest_counted_at(r), r->plan->utc_offset_min);
	int32_t       today = rollup_today(r->rollup);
	struct period now = period_at(r->plan->every, today);
	char          date[CALENDAR_DATE_SIZE], name[PERIOD_NAME_SIZE];

	buf_addf(r->out, words.at[r->language], calendar_format_date(day, date), today - day,
	    now.last - now.first + 1, period_name(r->plan->every, now, name), r->plan->due_days);
}

static void
say_done_parts(const struct rule *r)
{
	static const struct phrase words = PHRASE(
	    "every part that counts is completed: %" PRIu32, "计入的 %" PRIu32 " 个部分均已完成");

	buf_addf(r->out, words.at[r->language], explain_mean(r->rollup, r->x->scope.index).parts);
}

static void
say_done_tasks(const struct rule *r)
{
	static const struct phrase words =
	    PHRASE("all included tasks are verified or completed: %" PRIu32,
		"纳入统计的 %" PRIu32 " 项任务均已办结或完成");

	buf_addf(r->out, words.at[r->language], included(r));
}

static void
say_empty(const struct rule *r)
{
	static const struct phrase words = PHRASE(
	    "no task is included: %" PRIu32 " cancelled", "无纳入统计的任务：%" PRIu32 " 项已取消");

	buf_addf(r->out, words.at[r->language], r->x->summary.tasks[TASK_CANCELLED]);
}

/* How many, of how many, below how many: why red tasks make a scope no more than yellow. */
static void
say_few(const struct rule *r)
{
	static const struct phrase words = PHRASE("%" PRIu32 "%% of the tasks are red (%" PRIu32
						  " of %" PRIu32 ", below %" PRIu32 "%%)",
	    "红灯任务占比 %" PRIu32 "%%（%" PRIu32 "/%" PRIu32 "，<%" PRIu32 "%%）");
	uint32_t                   share = (uint32_t)((uint64_t)r->x->red * 100 / included(r));

	buf_addf(
	    r->out, words.at[r->language], share, r->x->red, included(r), r->plan->light_red_share);
}

/* "22% of the tasks are red (2 of 9, 20% or more): 12, 17" */
static void
say_red_tasks(const struct rule *r)
{
	static const struct phrase colon = PHRASE(": ", "：");
	uint32_t                   n = 0;

	if (r->x->summary.judgement.light == LIGHT_RED)
		language_red_share(
		    r->out, r->language, r->x->red, included(r), r->plan->light_red_share);
	else
		say_few(r);
	say(r, &colon);
	for (uint32_t i = 0; i < r->x->count; i++) {
		const struct explain_addend *a = &r->x->addends[i];

		if (a->why != EXPLAIN_COUNTS || a->judgement.light != LIGHT_RED)
			continue;
		if (begin_item(r, n++))
			buf_addf(r->out, "%" PRIu32, r->plan->tasks[a->task].number);
	}
}

static void (*const task_rules[REASONS])(const struct rule *) = {
    [REASON_NONE] = say_green,
    [REASON_CANCELLED] = say_ruled,
    [REASON_SUSPENDED] = say_ruled,
    [REASON_VERIFIED] = say_ruled,
    [REASON_COMPLETED] = say_done_parts,
    [REASON_OVERDUE] = say_overdue,
    [REASON_UNREPORTED] = say_unreported,
    [REASON_BEHIND] = say_behind,
    [REASON_MISSED_PERIODS] = say_missed,
    [REASON_MISSED_PERIOD] = say_missed,
    [REASON_BLOCKED] = say_blocked,
    [REASON_STALE] = say_stale,
};

static void (*const scope_rules[REASONS])(const struct rule *) = {
    [REASON_NONE] = say_green,
    [REASON_COMPLETED] = say_done_tasks,
    [REASON_UNREPORTED] = say_unreported,
    [REASON_BEHIND] = say_behind,
    [REASON_EMPTY] = say_empty,
    [REASON_RED_TASKS] = say_red_tasks,
};

void
explain_rule(const struct rollup *r, const struct explanation *x, enum language l, struct buf *out)
{
	const struct plan *p = rollup_plan(r);
	bool               of_task = x->scope.kind == SCOPE_TASK;
	const struct rule  rule = {
	     .rollup = r,
	     .plan = p,
	     .x = x,
	     .task = of_task ? &p->tasks[x->scope.index] : NULL,
	     .language = l,
	     .out = out,
        };

	(of_task ? task_rules : scope_rules)[x->summary.judgement.reason](&rule);
}
