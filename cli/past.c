#include "cli/past.h"

#include <stdlib.h>

#include "cli/story.h"
#include "core/calendar.h"
#include "core/light.h"
#include "core/mem.h"
#include "core/period.h"

#define BEGIN_DAYS 5 /* from the plan's loading to its first day */
#define HOUR_MS    INT64_C(3600000)

/* How an agency works: in percent of what is expected, and of its reports. */
struct temper {
	uint32_t pace;
	uint32_t late, silent;
};

struct inventor {
	const struct plan  *plan;
	struct past        *past;
	struct story_random rng;
	int64_t             now_ms;
	struct temper      *tempers; /* owned; by agency */
};

static uint32_t
between(struct inventor *v, uint32_t least, uint32_t most)
{
	return least + story_random(&v->rng, most - least + 1);
}

static bool
chance(struct inventor *v, uint32_t percent)
{
	return story_random(&v->rng, 100) < percent;
}

/* A moment of an office's hours on that day. */
static int64_t
working_hour(struct inventor *v, int32_t day)
{
	return calendar_day_start(day, v->plan->utc_offset_min) + 9 * HOUR_MS +
	    (int64_t)story_random(&v->rng, (uint32_t)(9 * HOUR_MS));
}

int64_t
past_begin_ms(const struct plan *p, int64_t now_ms)
{
	int64_t ms = calendar_day_start(p->starts - BEGIN_DAYS, p->utc_offset_min) + 10 * HOUR_MS;

	return ms < now_ms ? ms : now_ms;
}

static void
keep(struct inventor *v, const struct record *rec)
{
	struct past *past = v->past;

	if (rec->received_ms >= v->now_ms)
		return;
	if (past->count == past->room) {
		past->room = past->room == 0 ? 1024 : 2 * past->room;
		past->records = mem_resized(past->records, past->room, sizeof(past->records[0]));
	}
	past->records[past->count++] = *rec;
}

/* Most agencies are near their schedule, a fifth well behind, one in ten hardly reports. */
static void
draw_tempers(struct inventor *v)
{
	v->tempers = mem_zeroed(v->plan->agency_count, sizeof(v->tempers[0]));
	for (uint32_t i = 0; i < v->plan->agency_count; i++) {
		struct temper *t = &v->tempers[i];

		t->pace = chance(v, 20) ? between(v, 65, 88) : between(v, 94, 108);
		t->late = chance(v, 25) ? between(v, 20, 50) : between(v, 0, 10);
		t->silent = chance(v, 12) ? between(v, 15, 45) : between(v, 0, 2);
	}
}

/* What an obligation has come to by the end of that day, in quarters of a point. */
static uint32_t
reached(struct inventor *v, const struct plan_task *t, uint32_t pace, int32_t day)
{
	uint64_t expected = light_expected(t->starts, t->due, day);
	uint64_t percent = expected * pace / 100 + story_random(&v->rng, 201);

	if (expected == 0)
		return 0;
	if (percent >= 9700)
		return REPORT_PERCENT_MAX;
	return (uint32_t)(percent / 25 * 25);
}

struct thread {
	const struct plan_task *task;
	uint32_t                obligation;
	const char             *agency;
	struct temper           temper;
	uint32_t                pace; /* of this work */
	struct story            story;
	int64_t                 completed_ms; /* 0: not yet */
};

/* Reports how things stood on a day, at a moment not before it. */
static void
report(struct inventor *v, struct thread *th, int32_t day, int64_t received_ms)
{
	struct record     rec = {.received_ms = received_ms, .agency = text_of(th->agency)};
	uint32_t          percent = reached(v, th->task, th->pace, day);
	bool              stuck = percent > 0 && chance(v, th->pace < 80 ? 18 : 2);
	enum report_state state = percent == 0 ? REPORT_NOT_STARTED
	    : stuck                            ? REPORT_BLOCKED
					       : REPORT_IN_PROGRESS;
	int64_t           at_ms = calendar_day_start(day, v->plan->utc_offset_min) + 17 * HOUR_MS;

	if (!plan_in_force(v->plan, th->obligation, day))
		return;
	story_reach(&th->story, &v->rng, percent, state, &rec.report);
	rec.report.task = th->task->number;
	rec.report.at_ms = at_ms < received_ms ? at_ms : received_ms;
	keep(v, &rec);
	if (th->story.state == REPORT_COMPLETED && th->completed_ms == 0)
		th->completed_ms = received_ms;
}

/* One period's reports: now and then one in between, and the one that is due. */
static void
report_period(struct inventor *v, struct thread *th, struct period period)
{
	const struct plan *p = v->plan;
	int32_t            due = period_due(p, period), days = due - period.last;
	int32_t            last = period.last < p->ends ? period.last : p->ends;
	int32_t            day;

	if (chance(v, th->temper.silent))
		return;
	for (day = period.first + (int32_t)between(v, 4, 24); day < last - 6;
	     day += 20 + (int32_t)between(v, 0, 14)) {
		if (chance(v, 60))
			report(v, th, day, working_hour(v, day));
	}
	if (chance(v, th->temper.late))
		day = due + 1 + (int32_t)between(v, 0, 12);
	else
		day = last + 1 + (int32_t)between(v, 0, days > 1 ? (uint32_t)days - 1 : 0);
	report(v, th, last, working_hour(v, day));
}

static void
report_obligation(struct inventor *v, uint32_t obligation, uint32_t pace, int64_t *completed_ms)
{
	const struct plan            *p = v->plan;
	const struct plan_obligation *o = &p->obligations[obligation];
	struct thread                 th = {
			    .task = &p->tasks[o->task],
			    .obligation = obligation,
			    .agency = p->agencies[o->agency].id,
			    .temper = v->tempers[o->agency],
        };
	struct period period = period_at(p->every, p->starts);

	th.pace = th.temper.pace * pace / 100;
	while (calendar_day_start(period.first, p->utc_offset_min) < v->now_ms &&
	    period.first <= p->ends) {
		report_period(v, &th, period);
		period = period_next(p->every, period);
	}
	if (th.completed_ms == 0)
		*completed_ms = INT64_MAX;
	else if (plan_counts(p, obligation) && th.completed_ms > *completed_ms)
		*completed_ms = th.completed_ms;
}

static void
rule(struct inventor *v, uint32_t task, enum report_disposition d, const char *reason, int64_t ms)
{
	struct record rec = {
	    .received_ms = ms,
	    .agency = text_of(v->plan->agencies[v->plan->office].id),
	    .report =
		{
		    .kind = REPORT_DISPOSITION,
		    .task_known = true,
		    .task = v->plan->tasks[task].number,
		    .at_ms = ms,
		    .disposition = d,
		    .reason = text_of(reason),
		},
	};

	keep(v, &rec);
}

/* The office verifies what is completed, sends some of it back, and puts few off. */
static void
rule_task(struct inventor *v, uint32_t task, int64_t completed_ms)
{
	const struct plan_task *t = &v->plan->tasks[task];
	int32_t                 middle = t->starts + (t->due - t->starts) / 2;

	if (chance(v, 2)) {
		rule(v, task, chance(v, 50) ? REPORT_SUSPENDED : REPORT_CANCELLED,
		    "工作安排调整，经联席会议审议同意。", working_hour(v, middle));
	} else if (completed_ms != INT64_MAX && completed_ms != 0 && chance(v, 85)) {
		int64_t ms = completed_ms + (int64_t)between(v, 2, 9) * CALENDAR_DAY_MS;

		if (chance(v, 10)) {
			rule(v, task, REPORT_RETURNED, "佐证材料不足，请补充后重新报送。", ms);
			ms += (int64_t)between(v, 5, 15) * CALENDAR_DAY_MS;
		}
		rule(v, task, REPORT_VERIFIED, "", ms);
	}
}

static int
by_received(const void *a, const void *b)
{
	const struct record *x = a, *y = b;

	if (x->received_ms != y->received_ms)
		return x->received_ms < y->received_ms ? -1 : 1;
	/* What is compared stays as it was: seq still tells the order of invention. */
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void
put_in_order(struct past *past)
{
	uint64_t seq = 0;

	for (size_t i = 0; i < past->count; i++)
		past->records[i].seq = i;
	if (past->count > 0)
		qsort(past->records, past->count, sizeof(past->records[0]), by_received);
	for (size_t i = 0; i < past->count; i++) {
		uint64_t us = (uint64_t)past->records[i].received_ms * 1000;

		seq = us > seq ? us : seq + 1;
		past->records[i].seq = seq;
	}
}

/* Of a task: some are easy, some are hard. */
static uint32_t
draw_pace(struct inventor *v)
{
	uint32_t kind = story_random(&v->rng, 100);

	return kind < 12 ? between(v, 55, 80)
	    : kind < 40  ? between(v, 115, 160)
			 : between(v, 95, 110);
}

void
past_invent(struct past *past, const struct plan *p, uint64_t seed, int64_t now_ms)
{
	struct inventor v = {.plan = p, .past = past, .rng = {seed}, .now_ms = now_ms};

	draw_tempers(&v);
	for (uint32_t i = 0; i < p->task_count; i++) {
		const struct plan_task *t = &p->tasks[i];
		uint32_t                pace = draw_pace(&v);
		int64_t                 completed_ms = 0;

		for (uint32_t k = 0; k < t->obligation_count; k++)
			report_obligation(&v, t->first_obligation + k, pace, &completed_ms);
		rule_task(&v, i, completed_ms);
	}
	free(v.tempers);
	put_in_order(past);
}

void
past_fini(struct past *past)
{
	free(past->records);
	*past = (struct past){0};
}
