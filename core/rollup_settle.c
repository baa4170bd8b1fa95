#include "core/rollup.h"

#include <assert.h>

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

/* What the counted parts say together. A task that its lead alone answers for
 * has one such part, and the same rules then give the lead's state. */
static enum task_state
stated(const struct rollup_task *task, uint32_t parts)
{
	const uint32_t *counted = task->counted;

	if (counted[REPORT_UNREPORTED] == parts)
		return TASK_UNREPORTED;
	if (counted[REPORT_BLOCKED] > 0)
		return TASK_BLOCKED;
	if (counted[REPORT_COMPLETED] == parts)
		return TASK_COMPLETED;
	if (counted[REPORT_NOT_STARTED] + counted[REPORT_UNREPORTED] == parts)
		return TASK_NOT_STARTED;
	return TASK_IN_PROGRESS;
}

static struct rollup_share
share_of(const struct rollup *r, uint32_t t)
{
	const struct rollup_task *task = &r->tasks[t];
	uint32_t                  parts = plan_counted(r->plan, t);
	struct rollup_share       share = {
		  .state = stated(task, parts),
		  .percent = task->sum / parts,
		  .reported = task->reported,
		  .above_zero = task->sum > 0,
        };

	switch (task->ruling.disposition) {
	case REPORT_VERIFIED:
		share.state = TASK_VERIFIED;
		share.percent = REPORT_PERCENT_MAX;
		share.above_zero = true;
		break;
	case REPORT_RETURNED:
		if (share.state == TASK_COMPLETED)
			share.state = TASK_IN_PROGRESS;
		if (share.percent == REPORT_PERCENT_MAX)
			share.percent = REPORT_PERCENT_MAX - 1;
		break;
	case REPORT_SUSPENDED:
		share.state = TASK_SUSPENDED;
		break;
	case REPORT_CANCELLED:
		share.state = TASK_CANCELLED;
		break;
	case REPORT_OPEN:
	case REPORT_DISPOSITIONS:
		break;
	}
	return share;
}

static struct rollup_part
part_of(const struct rollup_word *word)
{
	return (struct rollup_part){
	    .percent = (uint16_t)word->percent,
	    .reported = word->state != REPORT_UNREPORTED,
	};
}

static void
figure_change(struct figure *f, int how, uint32_t weight, uint32_t percent, bool above_zero)
{
	f->num += (uint64_t)how * weight * percent;
	f->den += (uint64_t)how * weight;
	f->tasks += (uint32_t)how;
	f->above_zero += above_zero ? (uint32_t)how : 0;
}

/* Puts a task's share to overall, its chapter or its section, or takes it off. */
static void
tally_change(struct rollup_tally *tally, int how, const struct plan_task *pt,
    const struct rollup_share *share)
{
	tally->tasks[share->state] += (uint32_t)how;
	if (!included(share))
		return;
	figure_change(&tally->figure, how, pt->weight, share->percent, share->above_zero);
	tally->expected += (uint32_t)how * pt->obligation_count;
	tally->reported += (uint32_t)how * share->reported;
}

/* The same for an agency, of whose own doing only its part is. */
static void
agency_change(struct rollup_tally *tally, int how, const struct plan_task *pt,
    const struct rollup_share *share, const struct rollup_part *part, bool lead)
{
	tally->tasks[share->state] += (uint32_t)how;
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

static void
carry_to_agency(struct rollup *r, uint32_t obligation, const struct rollup_share *now)
{
	const struct plan_obligation *po = &r->plan->obligations[obligation];
	const struct plan_task       *pt = &r->plan->tasks[po->task];
	const struct rollup_task     *task = &r->tasks[po->task];
	const struct rollup_share    *was = &task->carried;
	const struct rollup_part      part_now = part_of(&r->words[obligation]);
	struct rollup_part           *part = &r->parts[obligation];
	struct scope                  s = {SCOPE_AGENCY, po->agency};
	struct rollup_tally          *tally = rollup_tally(r, s);
	bool                          lead = obligation == pt->first_obligation;

	/* To most agencies of a large task nothing has happened but its position. */
	if (lead || was->state != now->state || part->percent != part_now.percent ||
	    part->reported != part_now.reported) {
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
	struct rollup_share     now = share_of(r, t);

	carry_up(r, (struct scope){SCOPE_OVERALL, 0}, t, &now);
	carry_up(r, (struct scope){SCOPE_CHAPTER, pt->chapter}, t, &now);
	if (pt->section != PLAN_NONE)
		carry_up(r, (struct scope){SCOPE_SECTION, pt->section}, t, &now);
	for (uint32_t i = 0; i < pt->obligation_count; i++)
		carry_to_agency(r, pt->first_obligation + i, &now);
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

static void
mark_row(struct rollup *r, uint32_t row)
{
	uint64_t bit = UINT64_C(1) << (row % 64);

	r->changed_count += (r->changed[row / 64] & bit) == 0;
	r->changed[row / 64] |= bit;
}

void
rollup_mark_changed(struct rollup *r, struct scope s)
{
	mark_row(r, row_of(r, s));
}

void
rollup_mark_all_changed(struct rollup *r)
{
	for (uint32_t row = 0; row < r->rows; row++)
		mark_row(r, row);
}

bool
rollup_has_changed(const struct rollup *r)
{
	return r->changed_count > 0;
}

uint32_t
rollup_take_changed(struct rollup *r)
{
	uint32_t word = 0, row;

	if (r->changed_count == 0)
		return PLAN_NONE;
	while (r->changed[word] == 0)
		word++;
	row = word * 64 + (uint32_t)__builtin_ctzll(r->changed[word]);
	r->changed[word] &= r->changed[word] - 1;
	r->changed_count--;
	return row;
}
