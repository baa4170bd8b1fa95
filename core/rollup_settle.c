#include "core/rollup.h"

#include <assert.h>

#include "core/light.h"
#include "core/rollup_state.h"

/* Whether a share or a percent is put to a total or taken off it. Unsigned
 * arithmetic wraps: what comes off may well be more than what went on last. */
enum { PUT = 1, TAKE = -1 };

static uint32_t
row_of(const struct rollup *r, struct scope s)
{
	return r->first_row[s.kind] + s.index;
}

struct rollup_tally *
rollup_tally(struct rollup *r, struct scope s)
{
	uint32_t row = row_of(r, s);

	assert(s.kind != SCOPE_TASK);
	return &r->tallies[s.kind == SCOPE_AGENCY ? row - r->plan->task_count : row];
}

void
rollup_mark_unsettled(struct rollup *r, uint32_t task)
{
	struct rollup_task *t = &r->tasks[task];

	if (t->unsettled)
		return;
	t->unsettled = true;
	t->next_unsettled = r->first_unsettled;
	r->first_unsettled = task;
}

static bool
included(const struct rollup_share *share)
{
	return share->state != TASK_CANCELLED;
}

static void
figure_change(struct figure *f, int how, uint32_t weight, uint32_t percent, bool above_zero)
{
	f->num += (uint64_t)how * weight * percent;
	f->den += (uint64_t)how * weight;
	f->tasks += (uint32_t)how;
	f->above_zero += above_zero ? (uint32_t)how : 0;
}

static void
counts_change(struct rollup_counts *counts, int how, const struct rollup_counts *of)
{
	counts->expected += (uint32_t)how * of->expected;
	counts->reported += (uint32_t)how * of->reported;
	counts->on_time += (uint32_t)how * of->on_time;
}

/* What a task gives to every tally that has it. */
static void
task_change(struct rollup_tally *tally, int how, const struct plan_task *pt,
    const struct rollup_share *share)
{
	tally->tasks[share->state] += (uint32_t)how;
	if (!included(share))
		return;
	tally->expected_num += (uint64_t)how * pt->weight * share->expected;
	tally->red += share->judgement.light == LIGHT_RED ? (uint32_t)how : 0;
}

/* Puts a task's share to overall, its chapter or its section, or takes it off. */
static void
tally_change(struct rollup_tally *tally, int how, const struct plan_task *pt,
    const struct rollup_share *share)
{
	task_change(tally, how, pt, share);
	if (!included(share))
		return;
	figure_change(&tally->figure, how, pt->weight, share->percent, share->above_zero);
	tally->expected += (uint32_t)how * share->in_force;
	tally->reported += (uint32_t)how * share->reported;
	for (unsigned when = 0; when < WHENS_SHOWN; when++)
		counts_change(&tally->periods[when], how, &share->periods[when]);
}

/* The same for an agency, of whose own doing only its part is. */
static void
agency_change(struct rollup_tally *tally, int how, const struct plan_task *pt,
    const struct rollup_share *share, const struct rollup_part *part, bool lead)
{
	for (unsigned when = 0; when < WHENS_SHOWN; when++) {
		const struct rollup_counts counts = {
		    .expected = (part->marks & MARK_OF(MARK_MEMBER, when)) != 0,
		    .reported = (part->marks & MARK_OF(MARK_HEARD, when)) != 0,
		    .on_time = (part->marks & MARK_OF(MARK_ON_TIME, when)) != 0,
		};

		counts_change(&tally->periods[when], how, &counts);
	}
	if ((part->marks & MARK_IN_FORCE) == 0)
		return;
	task_change(tally, how, pt, share);
	if (!included(share))
		return;
	figure_change(&tally->figure, how, pt->weight, part->percent, part->percent > 0);
	if (lead)
		figure_change(&tally->lead, how, pt->weight, share->percent, share->above_zero);
	else
		figure_change(
		    &tally->participant, how, pt->weight, part->percent, part->percent > 0);
	tally->expected += (uint32_t)how;
	tally->reported += part->reported ? (uint32_t)how : 0;
}

static void
touch(struct rollup *r, struct scope s, struct rollup_tally *tally, struct position position)
{
	if (position_compare(position, tally->position) > 0)
		tally->position = position;
	rollup_mark_changed(r, s);
}

static void
carry_up(struct rollup *r, struct scope s, uint32_t t, const struct rollup_share *now)
{
	const struct rollup_task *task = &r->tasks[t];
	struct rollup_tally      *tally = rollup_tally(r, s);

	tally_change(tally, TAKE, &r->plan->tasks[t], &task->carried);
	tally_change(tally, PUT, &r->plan->tasks[t], now);
	touch(r, s, tally, task->position);
}

static struct rollup_part
part_of(const struct rollup *r, uint32_t obligation, const struct rollup_share *share)
{
	const struct rollup_word *word = &r->words[obligation];

	return (struct rollup_part){
	    .percent = (uint16_t)word->percent,
	    .marks = r->marks[obligation] & share->marks,
	    .reported = word->state != REPORT_UNREPORTED,
	};
}

static bool
parts_equal(const struct rollup_part *a, const struct rollup_part *b)
{
	return a->percent == b->percent && a->marks == b->marks && a->reported == b->reported;
}

/* Whether a task gives those who take part in it something else than before. */
static bool
differs_for_all(const struct rollup_share *was, const struct rollup_share *now)
{
	return was->state != now->state || was->expected != now->expected ||
	    was->judgement.light != now->judgement.light;
}

static void
carry_to_agency(struct rollup *r, uint32_t obligation, const struct rollup_share *now, bool for_all)
{
	const struct plan_obligation *po = &r->plan->obligations[obligation];
	const struct plan_task       *pt = &r->plan->tasks[po->task];
	const struct rollup_task     *task = &r->tasks[po->task];
	const struct rollup_share    *was = &task->carried;
	const struct rollup_part      part_now = part_of(r, obligation, now);
	struct rollup_part           *part = &r->parts[obligation];
	struct scope                  s = {SCOPE_AGENCY, po->agency};
	struct rollup_tally          *tally = rollup_tally(r, s);
	bool                          lead = obligation == pt->first_obligation;

	/* To most agencies of a large task nothing has happened but its position. */
	if (lead || for_all || !parts_equal(part, &part_now)) {
		agency_change(tally, TAKE, pt, was, part, lead);
		agency_change(tally, PUT, pt, now, &part_now, lead);
		*part = part_now;
	}
	touch(r, s, tally, task->position);
}

static void
settle_task(struct rollup *r, uint32_t t)
{
	const struct plan_task *pt = &r->plan->tasks[t];
	struct rollup_share     now = rollup_share_of(r, t);
	bool                    for_all = differs_for_all(&r->tasks[t].carried, &now);

	carry_up(r, (struct scope){SCOPE_OVERALL, 0}, t, &now);
	carry_up(r, (struct scope){SCOPE_CHAPTER, pt->chapter}, t, &now);
	if (pt->section != PLAN_NONE)
		carry_up(r, (struct scope){SCOPE_SECTION, pt->section}, t, &now);
	for (uint32_t i = 0; i < pt->obligation_count; i++)
		carry_to_agency(r, pt->first_obligation + i, &now, for_all);
	r->tasks[t].carried = now;
	rollup_mark_changed(r, (struct scope){SCOPE_TASK, t});
}

void
rollup_settle(struct rollup *r)
{
	while (r->first_unsettled != PLAN_NONE) {
		uint32_t t = r->first_unsettled;

		r->first_unsettled = r->tasks[t].next_unsettled;
		r->tasks[t].unsettled = false;
		settle_task(r, t);
	}
}

struct judgement
rollup_tally_judgement(const struct rollup *r, const struct rollup_tally *tally)
{
	const struct figure *f = &tally->figure;
	struct light_scope   s = {
	      .done = tally->tasks[TASK_VERIFIED] + tally->tasks[TASK_COMPLETED],
	      .red = tally->red,
	      .reported = tally->reported,
	      .any_due = r->day.there[WHEN_LAST],
        };

	for (unsigned i = 0; i < TASK_STATES; i++)
		s.included += i != TASK_CANCELLED ? tally->tasks[i] : 0;
	if (f->den > 0)
		s.gap = summary_percent(f) - (int32_t)(tally->expected_num / f->den);
	return light_of_scope(r->plan, &s);
}

uint32_t
rollup_alarms(const struct rollup *r, uint32_t row)
{
	uint32_t                   first = r->first_row[SCOPE_TASK];
	const struct rollup_tally *tally;

	if (row >= first && row < r->first_row[SCOPE_AGENCY])
		return r->tasks[row - first].carried.alarms;
	tally = &r->tallies[row < first ? row : row - r->plan->task_count];
	return (uint32_t)(rollup_tally_judgement(r, tally).light == LIGHT_RED) << ALARM_BEHIND;
}

static void
mark_row(struct rollup *r, enum rollup_reader reader, uint32_t row)
{
	uint64_t  bit = UINT64_C(1) << (row % 64);
	uint64_t *word = &r->changed[reader].bits[row / 64];

	r->changed[reader].count += (*word & bit) == 0;
	*word |= bit;
}

void
rollup_mark_changed(struct rollup *r, struct scope s)
{
	uint32_t row = row_of(r, s);

	for (unsigned reader = 0; reader < ROLLUP_READERS; reader++)
		mark_row(r, (enum rollup_reader)reader, row);
}

void
rollup_mark_all_changed(struct rollup *r, enum rollup_reader reader)
{
	for (uint32_t row = 0; row < r->rows; row++)
		mark_row(r, reader, row);
}

bool
rollup_has_changed(const struct rollup *r, enum rollup_reader reader)
{
	return r->changed[reader].count > 0;
}

uint32_t
rollup_take_changed(struct rollup *r, enum rollup_reader reader)
{
	uint64_t *bits = r->changed[reader].bits;
	uint32_t  word = 0, row;

	if (r->changed[reader].count == 0)
		return PLAN_NONE;
	while (bits[word] == 0)
		word++;
	row = word * 64 + (uint32_t)__builtin_ctzll(bits[word]);
	bits[word] &= bits[word] - 1;
	r->changed[reader].count--;
	return row;
}
