#include "core/wire_checkpoint.h"

#include "core/rollup_aside.h"
#include "core/wire_alert.h"
#include "core/wire_checkpoint_layout.h"
#include "core/wire_number.h"
#include "core/wire_pack.h"

static bool
is_touched(const struct rollup *r, uint32_t t)
{
	return rollup_ruling(r, t)->seq > 0 ||
	    position_compare(rollup_task_position(r, t), rollup_since(r)) != 0;
}

static bool
is_known(const struct rollup *r, uint32_t obligation)
{
	return rollup_word(r, obligation)->seq > 0;
}

static void
pack_task(
    struct buf *out, uint32_t number, const struct rollup_ruling *ruling, struct position position)
{
	pack_array(out, TASK_COUNT);
	pack_uint(out, number);
	wire_pack_position(out, position);
	pack_uint(out, ruling->seq);
	pack_int(out, ruling->at_ms);
	pack_word(out, report_disposition_name(ruling->disposition));
}

static void
pack_receipts(struct buf *out, const struct receipts *receipts)
{
	pack_array(out, 2 * (size_t)receipts->count);
	for (uint32_t i = 0; i < receipts->count; i++) {
		pack_int(out, receipts->at[i].month);
		pack_int(out, receipts->at[i].received_ms);
	}
}

static void
pack_known(struct buf *out, uint32_t number, const char *agency, const struct rollup_word *word,
    const struct receipts *receipts)
{
	pack_array(out, WORD_COUNT);
	pack_uint(out, number);
	pack_word(out, agency);
	pack_uint(out, word->seq);
	if (word->state == REPORT_UNREPORTED)
		pack_nil(out);
	else
		pack_word(out, report_state_name(word->state));
	pack_uint(out, word->percent);
	pack_int(out, word->at_ms);
	pack_int(out, word->received_ms);
	pack_uint(out, word->fell_from);
	pack_bool(out, word->help);
	pack_receipts(out, receipts);
}

static void
pack_tasks(struct buf *out, const struct rollup *r)
{
	const struct plan         *p = rollup_plan(r);
	const struct rollup_aside *aside = rollup_aside(r);
	uint32_t                   count = 0;

	for (uint32_t t = 0; t < p->task_count; t++)
		count += is_touched(r, t);
	for (uint32_t n = p->task_count + 1; n <= PLAN_TASKS_MAX; n++)
		count += rollup_aside_ruling(aside, n)->seq > 0;

	pack_array(out, count);
	for (uint32_t t = 0; t < p->task_count; t++)
		if (is_touched(r, t))
			pack_task(out, p->tasks[t].number, rollup_ruling(r, t),
			    rollup_task_position(r, t));
	for (uint32_t n = p->task_count + 1; n <= PLAN_TASKS_MAX; n++)
		if (rollup_aside_ruling(aside, n)->seq > 0)
			pack_task(out, n, rollup_aside_ruling(aside, n), rollup_since(r));
}

static void
pack_words(struct buf *out, const struct rollup *r)
{
	const struct plan         *p = rollup_plan(r);
	const struct rollup_aside *aside = rollup_aside(r);
	uint32_t                   count = aside->word_count;

	for (uint32_t i = 0; i < p->obligation_count; i++)
		count += is_known(r, i);

	pack_array(out, count);
	for (uint32_t i = 0; i < p->obligation_count; i++) {
		const struct plan_obligation *po = &p->obligations[i];

		if (is_known(r, i))
			pack_known(out, p->tasks[po->task].number, p->agencies[po->agency].id,
			    rollup_word(r, i), rollup_receipts(r, i));
	}
	for (uint32_t i = 0; i < aside->word_count; i++) {
		const struct rollup_aside_word *w = rollup_aside_word(aside, i);

		pack_known(out, w->task, w->agency, &w->word, &w->receipts);
	}
}

static void
pack_alerts(struct buf *out, const struct plan *p, const struct alerts *alerts)
{
	const struct alert *alert;
	size_t              at = 0, count = 0;

	while (alerts != NULL && alerts_standing(alerts, &at) != NULL)
		count++;
	pack_array(out, count);
	at = 0;
	while (alerts != NULL && (alert = alerts_standing(alerts, &at)) != NULL)
		wire_alert_pack(out, p, alert);
}

void
wire_checkpoint_encode(
    struct buf *out, const struct rollup *r, const struct alerts *alerts, struct position position)
{
	pack_array(out, CHECKPOINT_COUNT);
	pack_uint(out, CHECKPOINT_VERSION);
	wire_pack_position(out, position);
	wire_pack_position(out, rollup_since(r));
	pack_int(out, rollup_today(r));
	pack_tasks(out, r);
	pack_words(out, r);
	pack_alerts(out, rollup_plan(r), alerts);
}
