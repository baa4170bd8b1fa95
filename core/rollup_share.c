#include "core/calendar.h"
#include "core/light.h"
#include "core/rollup_state.h"

/* What the obligations of a task say together, those in force today. */
struct gathered {
	uint32_t parts, sum;             /* counted ones, and the sum of their percents */
	uint32_t counted[REPORT_STATES]; /* counted ones by state */
	uint32_t in_force, reported;
	int64_t  newest_ms;     /* `at` of the newest counted report */
	unsigned missed[WHENS]; /* counted ones that were to report for the period and did not */
	uint32_t alarms;        /* those that a single obligation can raise */
	struct rollup_counts periods[WHENS_SHOWN];
};

static bool
is_in_force(const struct rollup *r, uint32_t obligation)
{
	return (r->marks[obligation] & MARK_IN_FORCE) != 0;
}

/* It was to report for that period, and did not. */
static bool
has_missed(unsigned marks, unsigned when)
{
	return (marks & MARK_OF(MARK_MEMBER | MARK_HEARD, when)) == MARK_OF(MARK_MEMBER, when);
}

static bool
is_open(enum task_state s)
{
	return s != TASK_VERIFIED && s != TASK_SUSPENDED && s != TASK_CANCELLED;
}

bool
rollup_is_cause(const struct rollup *r, uint32_t obligation, enum alarm alarm)
{
	const struct rollup_word *word = &r->words[obligation];

	if (alarm == ALARM_MISSED_PERIOD)
		return plan_counts(r->plan, obligation) &&
		    has_missed(r->marks[obligation], WHEN_LAST);
	if (!is_in_force(r, obligation))
		return false;
	switch (alarm) {
	case ALARM_OVERDUE:
		return plan_counts(r->plan, obligation) && word->state != REPORT_COMPLETED;
	case ALARM_BLOCKED:
		return word->state == REPORT_BLOCKED;
	case ALARM_HELP:
		return word->help;
	case ALARM_REGRESSED:
		return word->fell_from > 0;
	case ALARM_BEHIND:
	case ALARM_MISSED_PERIOD:
	case ALARMS:
		break;
	}
	return false;
}

static void
gather_counted(const struct rollup_word *word, struct gathered *g)
{
	g->parts++;
	g->sum += word->percent;
	g->counted[word->state]++;
	if (word->state != REPORT_UNREPORTED && word->at_ms > g->newest_ms)
		g->newest_ms = word->at_ms;
}

static void
gather_part(const struct rollup_word *word, bool counts, struct gathered *g)
{
	g->in_force++;
	g->reported += word->state != REPORT_UNREPORTED;
	g->alarms |= (uint32_t)(word->state == REPORT_BLOCKED) << ALARM_BLOCKED;
	g->alarms |= (uint32_t)word->help << ALARM_HELP;
	g->alarms |= (uint32_t)(word->fell_from > 0) << ALARM_REGRESSED;
	if (counts)
		gather_counted(word, g);
}

static void
gather_periods(unsigned marks, unsigned counting, bool counts, struct gathered *g)
{
	for (unsigned when = 0; when < WHENS; when++)
		g->missed[when] += counts && has_missed(marks, when);
	marks &= counting;
	for (unsigned when = 0; when < WHENS_SHOWN; when++) {
		g->periods[when].expected += (marks & MARK_OF(MARK_MEMBER, when)) != 0;
		g->periods[when].reported += (marks & MARK_OF(MARK_HEARD, when)) != 0;
		g->periods[when].on_time += (marks & MARK_OF(MARK_ON_TIME, when)) != 0;
	}
}

/* Which marks of its obligations count. A task that was verified before a period began
 * is not to be reported on for it, a cancelled one for none. */
static unsigned
counting_marks(const struct rollup *r, uint32_t t)
{
	const struct rollup_ruling *ruling = &r->tasks[t].ruling;
	unsigned                    marks = MARK_IN_FORCE;

	if (ruling->disposition == REPORT_CANCELLED)
		return marks;
	for (unsigned when = 0; when < WHENS_SHOWN; when++)
		if (r->day.there[when] &&
		    (ruling->disposition != REPORT_VERIFIED ||
			ruling->at_ms >= r->day.begin_ms[when]))
			marks |= MARK_OF(MARK_MEMBER | MARK_HEARD | MARK_ON_TIME, when);
	return marks;
}

static struct gathered
gather(const struct rollup *r, uint32_t t, unsigned counting)
{
	const struct plan_task *pt = &r->plan->tasks[t];
	struct gathered         g = {.newest_ms = INT64_MIN};

	for (uint32_t i = 0; i < pt->obligation_count; i++) {
		uint32_t obligation = pt->first_obligation + i;
		bool     counts = i == 0 || pt->duty == PLAN_SHARED;

		if (is_in_force(r, obligation))
			gather_part(&r->words[obligation], counts, &g);
		gather_periods(r->marks[obligation], counting, counts, &g);
	}
	return g;
}

/* What the counted parts say together. A task that its lead alone answers for
 * has one such part, and the same rules then give the lead's state. */
static enum task_state
stated(const struct gathered *g)
{
	const uint32_t *counted = g->counted;

	if (counted[REPORT_UNREPORTED] == g->parts)
		return TASK_UNREPORTED;
	if (counted[REPORT_BLOCKED] > 0)
		return TASK_BLOCKED;
	if (counted[REPORT_COMPLETED] == g->parts)
		return TASK_COMPLETED;
	if (counted[REPORT_NOT_STARTED] + counted[REPORT_UNREPORTED] == g->parts)
		return TASK_NOT_STARTED;
	return TASK_IN_PROGRESS;
}

static void
apply_ruling(struct rollup_share *share, enum report_disposition disposition)
{
	switch (disposition) {
	case REPORT_VERIFIED:
		share->state = TASK_VERIFIED;
		share->percent = REPORT_PERCENT_MAX;
		share->above_zero = true;
		break;
	case REPORT_RETURNED:
		if (share->state == TASK_COMPLETED)
			share->state = TASK_IN_PROGRESS;
		if (share->percent == REPORT_PERCENT_MAX)
			share->percent = REPORT_PERCENT_MAX - 1;
		break;
	case REPORT_SUSPENDED:
		share->state = TASK_SUSPENDED;
		break;
	case REPORT_CANCELLED:
		share->state = TASK_CANCELLED;
		break;
	case REPORT_OPEN:
	case REPORT_DISPOSITIONS:
		break;
	}
}

/* The expected progress of a suspended task stands still. */
static uint32_t
expected_of(const struct rollup *r, uint32_t t, enum task_state state)
{
	const struct plan_task *pt = &r->plan->tasks[t];
	int32_t                 day = r->day.today;

	if (state == TASK_SUSPENDED)
		day = calendar_day_at(r->tasks[t].ruling.at_ms, r->plan->utc_offset_min);
	return light_expected(pt->starts, pt->due, day);
}

static uint32_t
overdue_days(const struct rollup *r, uint32_t t, enum task_state state)
{
	int32_t due = r->plan->tasks[t].due;

	if (!is_open(state) || state == TASK_COMPLETED || r->day.today <= due)
		return 0;
	return (uint32_t)(r->day.today - due);
}

static int32_t
gap_of(const struct rollup_share *share)
{
	uint32_t shown = share->percent == 0 && share->above_zero ? 1 : share->percent;

	return (int32_t)shown - (int32_t)share->expected;
}

static struct judgement
judge(const struct rollup *r, const struct rollup_share *share, const struct gathered *g)
{
	const struct rollup_day *d = &r->day;
	struct light_task        t = {
		   .state = share->state,
		   .gap = gap_of(share),
		   .overdue = share->overdue_days > 0,
		   .any_due = d->there[WHEN_LAST],
		   .last_missed = d->there[WHEN_LAST] && g->missed[WHEN_LAST] > 0,
		   .stale = g->counted[REPORT_UNREPORTED] < g->parts && g->newest_ms < d->stale_ms,
        };

	t.two_missed =
	    t.last_missed && d->there[WHEN_BEFORE_LAST] && g->missed[WHEN_BEFORE_LAST] > 0;
	return light_of_task(r->plan, &t);
}

static uint32_t
alarms_of(const struct rollup_share *share, const struct gathered *g)
{
	uint32_t alarms = is_open(share->state) ? g->alarms : 0;

	alarms |= (uint32_t)(share->overdue_days > 0) << ALARM_OVERDUE;
	alarms |= (uint32_t)(share->judgement.light == LIGHT_RED) << ALARM_BEHIND;
	if (is_open(share->state) && share->state != TASK_COMPLETED && g->missed[WHEN_LAST] > 0)
		alarms |= 1u << ALARM_MISSED_PERIOD;
	return alarms;
}

struct rollup_share
rollup_share_of(const struct rollup *r, uint32_t t)
{
	unsigned            marks = counting_marks(r, t);
	struct gathered     g = gather(r, t, marks);
	struct rollup_share share = {
	    .state = stated(&g),
	    .percent = g.parts > 0 ? g.sum / g.parts : 0,
	    .in_force = g.in_force,
	    .reported = g.reported,
	    .above_zero = g.sum > 0,
	    .marks = (uint16_t)marks,
	    .periods = {g.periods[WHEN_CURRENT], g.periods[WHEN_LAST]},
	};

	apply_ruling(&share, r->tasks[t].ruling.disposition);
	share.expected = expected_of(r, t, share.state);
	share.overdue_days = overdue_days(r, t, share.state);
	share.judgement = judge(r, &share, &g);
	share.alarms = alarms_of(&share, &g);
	return share;
}
