#include "cli/export_concern.h"

#include <inttypes.h>
#include <stdlib.h>

#include "cli/export_receipts.h"
#include "core/calendar.h"
#include "core/light.h"
#include "core/mem.h"
#include "core/period.h"

static const struct phrase comma = PHRASE("; ", "、"), colon = PHRASE(": ", "：");

struct told {
	const struct facts     *facts;
	const struct plan_task *task;
	const struct summary   *summary;
	enum language           language;
	struct buf             *out;
};

static int32_t
day_of(const struct facts *f, int64_t ms)
{
	return calendar_day_at(ms, f->plan->utc_offset_min);
}

static void
say_overdue(const struct told *t)
{
	static const struct phrase words =
	    PHRASE("%" PRIu32 " days, since %s", "%" PRIu32 " 天，自 %s");
	char date[CALENDAR_DATE_SIZE];

	buf_addf(t->out, words.at[t->language], t->summary->overdue_days,
	    calendar_format_date(t->task->due + 1, date));
}

/* The first day on which the percent that is shown now was so far behind. */
static int32_t
first_day_behind(const struct told *t)
{
	int32_t first = t->task->starts, last = t->facts->today;
	int64_t limit =
	    t->summary->expected + t->summary->gap + 100 * (int64_t)t->facts->plan->light_yellow;

	while (first < last) {
		int32_t middle = first + (last - first) / 2;

		if (light_expected(t->task->starts, t->task->due, middle) >= limit)
			last = middle;
		else
			first = middle + 1;
	}
	return last;
}

static int32_t
later(int32_t a, int32_t b)
{
	return a > b ? a : b;
}

/* The last day on which something came in, or an agency came or went, that could have
 * changed the task's percent. */
static int32_t
last_change(const struct told *t)
{
	const struct facts        *f = t->facts;
	const struct picture_word *ruling =
	    picture_ruling(f->picture, (uint32_t)(t->task - f->plan->tasks));
	int32_t day = day_of(f, (int64_t)rollup_since(f->rollup).ms);

	if (ruling != NULL)
		day = later(day, day_of(f, (int64_t)ruling->position.ms));
	for (uint32_t i = 0; i < t->task->obligation_count; i++) {
		uint32_t                      obligation = t->task->first_obligation + i;
		const struct plan_obligation *o = &f->plan->obligations[obligation];
		const struct picture_word    *word = picture_word(f->picture, obligation);

		if (!plan_counts(f->plan, obligation))
			continue;
		if (word != NULL)
			day = later(day, day_of(f, (int64_t)word->position.ms));
		if (o->until < f->today)
			day = later(day, o->until + 1);
		else if (o->from <= f->today)
			day = later(day, o->from);
	}
	return day;
}

/* Since when is known only if nothing changed after the task had fallen behind. */
static void
say_behind(const struct told *t)
{
	static const struct phrase points = PHRASE("by %s points", "%s 个百分点");
	static const struct phrase since = PHRASE(", since %s", "，自 %s");
	char                       date[CALENDAR_DATE_SIZE], number[FACTS_POINTS_SIZE];
	int32_t                    day = first_day_behind(t);

	buf_addf(t->out, points.at[t->language], facts_points(-t->summary->gap, number));
	if (day > last_change(t))
		buf_addf(t->out, since.at[t->language], calendar_format_date(day, date));
}

static void
say_since_said(const struct told *t, const struct facts_part *part)
{
	static const struct phrase words = PHRASE(" (%s)", "（%s）");
	char                       date[CALENDAR_DATE_SIZE];

	buf_addf(t->out, words.at[t->language],
	    calendar_format_date(day_of(t->facts, part->now->at_ms), date));
}

/* Where the higher percent was said, and the command that shows both. */
static void
say_peak(const struct told *t, const struct facts_part *part)
{
	static const struct phrase words = PHRASE(
	    ", before: %s, ledger position %s; tuijin history --task %" PRIu32 " --agency %s",
	    "，此前为 %s 所报（台账位置 %s），查阅：tuijin history --task %" PRIu32 " --agency %s");
	const struct facts_peak *peak = &t->facts->peaks[part->obligation];
	char                     date[CALENDAR_DATE_SIZE], position[POSITION_SIZE];

	if (position_is_zero(peak->position))
		return;
	buf_addf(t->out, words.at[t->language],
	    calendar_format_date(day_of(t->facts, peak->at_ms), date),
	    position_format(peak->position, position), part->task->number, part->agency->id);
}

static void
say_fall(const struct told *t, const struct facts_part *part)
{
	static const struct phrase words = PHRASE(" %s to %s", " %s 降至 %s");
	char                       from[FACTS_POINTS_SIZE], to[FACTS_POINTS_SIZE];

	buf_addf(t->out, words.at[t->language], facts_points(part->now->fell_from, from),
	    facts_points(part->now->percent, to));
	say_since_said(t, part);
	say_peak(t, part);
}

/* The agencies that are a reason for an alarm, each with what `more` adds. */
static void
say_causes(const struct told *t, enum alarm alarm,
    void (*more)(const struct told *t, const struct facts_part *part))
{
	const char *between = "";

	for (uint32_t i = 0; i < t->task->obligation_count; i++) {
		uint32_t          obligation = t->task->first_obligation + i;
		struct facts_part part;

		if (!rollup_is_cause(t->facts->rollup, obligation, alarm))
			continue;
		facts_part(t->facts, obligation, &part);
		buf_addf(t->out, "%s%s", between, language_title(t->language, part.agency->title));
		if (more != NULL)
			more(t, &part);
		between = comma.at[t->language];
	}
}

static void
say_missed(const struct told *t)
{
	static const struct phrase since = PHRASE("%s, since %s: ", "%s，自 %s：");
	static const struct phrase twice =
	    PHRASE("%s and the one before, since %s: ", "%s 连同前一期，自 %s：");
	bool          both = t->summary->judgement.reason == REASON_MISSED_PERIODS;
	struct period period;
	char          date[CALENDAR_DATE_SIZE], name[PERIOD_NAME_SIZE];

	if (!rollup_last_due(t->facts->rollup, &period))
		return;
	buf_addf(t->out, (both ? twice : since).at[t->language],
	    period_name(t->facts->plan->every, period, name),
	    calendar_format_date(period_due(t->facts->plan, period) + 1, date));
	receipts_say(t->facts, (uint32_t)(t->task - t->facts->plan->tasks), EXPLAIN_MISSED, t->out);
}

static void
say_late(const struct told *t)
{
	struct period period;
	char          name[PERIOD_NAME_SIZE];

	if (!rollup_last_due(t->facts->rollup, &period))
		return;
	buf_addf(t->out, "%s%s", period_name(t->facts->plan->every, period, name),
	    colon.at[t->language]);
	receipts_say(t->facts, (uint32_t)(t->task - t->facts->plan->tasks), EXPLAIN_LATE, t->out);
}

static void
say_stale(const struct told *t)
{
	static const struct phrase words = PHRASE("last heard of %s", "最近一次报告 %s");
	char                       date[CALENDAR_DATE_SIZE];
	int64_t                    newest_ms = INT64_MIN;

	for (uint32_t i = 0; i < t->task->obligation_count; i++) {
		struct facts_part part;

		if (facts_part(t->facts, t->task->first_obligation + i, &part) &&
		    plan_counts(t->facts->plan, part.obligation) &&
		    part.now->state != REPORT_UNREPORTED && part.now->at_ms > newest_ms)
			newest_ms = part.now->at_ms;
	}
	buf_addf(
	    t->out, words.at[t->language], calendar_format_date(day_of(t->facts, newest_ms), date));
}

static void
say_blocked(const struct told *t)
{
	say_causes(t, ALARM_BLOCKED, say_since_said);
}

static void
say_help(const struct told *t)
{
	say_causes(t, ALARM_HELP, say_since_said);
}

static void
say_regressed(const struct told *t)
{
	say_causes(t, ALARM_REGRESSED, say_fall);
}

static const struct {
	struct phrase name;
	void (*say)(const struct told *t);
	enum alarm alarm; /* whose obligations are meant; ALARMS: no single ones */
} kinds[CONCERN_KINDS] = {
    [CONCERN_OVERDUE] = {PHRASE("Overdue", "逾期"), say_overdue, ALARM_OVERDUE},
    [CONCERN_BEHIND] = {PHRASE("Behind", "进度滞后"), say_behind, ALARMS},
    [CONCERN_MISSED] = {PHRASE("Not reported", "未报送"), say_missed, ALARMS},
    [CONCERN_LATE] = {PHRASE("Reported late", "迟报"), say_late, ALARMS},
    [CONCERN_STALE] = {PHRASE("Stale", "久未更新"), say_stale, ALARMS},
    [CONCERN_BLOCKED] = {PHRASE("Blocked", "受阻"), say_blocked, ALARM_BLOCKED},
    [CONCERN_HELP] = {PHRASE("Asks for help", "请求协调"), say_help, ALARM_HELP},
    [CONCERN_REGRESSED] = {PHRASE("Went back", "进度回退"), say_regressed, ALARM_REGRESSED},
};

static bool
is_judged_behind(const struct facts *f, const struct summary *s)
{
	return (s->judgement.light == LIGHT_RED || s->judgement.light == LIGHT_YELLOW) &&
	    s->gap <= -100 * (int64_t)f->plan->light_yellow;
}

static uint32_t
kinds_of(const struct facts *f, uint32_t task)
{
	struct scope          scope = {SCOPE_TASK, task};
	const struct summary *s = facts_summary(f, scope);
	uint32_t alarms = rollup_alarms(f->rollup, scope_row(f->plan, scope)), found = 0;

	for (unsigned k = 0; k < CONCERN_KINDS; k++)
		if (kinds[k].alarm != ALARMS && (alarms >> kinds[k].alarm & 1) != 0)
			found |= 1u << k;
	if (is_judged_behind(f, s))
		found |= 1u << CONCERN_BEHIND;
	if (s->judgement.reason == REASON_STALE)
		found |= 1u << CONCERN_STALE;
	if (receipts_any(f, task, EXPLAIN_MISSED))
		found |= 1u << CONCERN_MISSED;
	if (receipts_any(f, task, EXPLAIN_LATE))
		found |= 1u << CONCERN_LATE;
	return found;
}

static void
note(struct concerns *c, const struct facts *f, uint32_t task)
{
	uint32_t found = kinds_of(f, task);

	if (found != 0)
		c->at[c->count++] = (struct concern){.task = task, .kinds = found};
}

void
concerns_init(struct concerns *c, const struct facts *f)
{
	*c = (struct concerns){.at = mem_zeroed(f->plan->task_count, sizeof(*c->at))};
	for (uint32_t i = 0; i < f->whole.cost_count; i++)
		note(c, f, f->whole.addends[f->whole.costs[i]].task);
	for (uint32_t i = 0; i < f->whole.count; i++)
		if (f->whole.addends[i].why != EXPLAIN_COUNTS)
			note(c, f, f->whole.addends[i].task);
}

void
concerns_fini(struct concerns *c)
{
	free(c->at);
}

const char *
concern_name(enum concern_kind kind, enum language l)
{
	return kinds[kind].name.at[l];
}

void
concern_say(const struct concern *c, enum concern_kind kind, const struct facts *f, struct buf *out)
{
	const struct told t = {
	    .facts = f,
	    .task = &f->plan->tasks[c->task],
	    .summary = facts_summary(f, (struct scope){SCOPE_TASK, c->task}),
	    .language = f->language,
	    .out = out,
	};

	if ((c->kinds >> kind & 1) != 0)
		kinds[kind].say(&t);
}

enum concern_rank
concern_rank(const struct concern *c, const struct facts *f)
{
	const uint32_t grave = 1u << CONCERN_OVERDUE | 1u << CONCERN_BLOCKED | 1u << CONCERN_HELP;
	enum light light = facts_summary(f, (struct scope){SCOPE_TASK, c->task})->judgement.light;

	if (light == LIGHT_RED || (c->kinds & grave) != 0)
		return CONCERN_GRAVE;
	if (light == LIGHT_YELLOW || (c->kinds & 1u << CONCERN_REGRESSED) != 0)
		return CONCERN_LESSER;
	return CONCERN_RECEIPTS;
}

bool
concern_is_cause(const struct concern *c, uint32_t obligation, const struct facts *f)
{
	for (unsigned k = 0; k < CONCERN_KINDS; k++)
		if ((c->kinds >> k & 1) != 0 && kinds[k].alarm != ALARMS &&
		    rollup_is_cause(f->rollup, obligation, kinds[k].alarm))
			return true;
	return receipts_of(f, obligation).how == EXPLAIN_MISSED;
}
