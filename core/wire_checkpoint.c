#include "core/wire_checkpoint.h"

#include <inttypes.h>

#include "core/rollup_aside.h"
#include "core/wire_alert.h"
#include "core/wire_number.h"
#include "core/wire_object.h"
#include "core/wire_pack.h"

#define CHECKPOINT_VERSION 3
#define MONTH_MAX          (12 * 10000)
#define DAY_MAX            4000000 /* either side of 1970; some 10,000 years */
#define MONTHS_MAX         64      /* of the receipts of a word, on average */
#define ALERT_OBJECTS      40      /* of an alert, without its agencies */

/* Where things stand in a checkpoint, in a row of its tasks, and of its words. */
enum { AT_VERSION, AT_POSITION, AT_SINCE, AT_DAY, AT_TASKS, AT_WORDS, AT_ALERTS, CHECKPOINT_COUNT };
enum { TASK_NUMBER, TASK_POSITION, TASK_SEQ, TASK_AT, TASK_DISPOSITION, TASK_COUNT };
enum {
	WORD_TASK,
	WORD_AGENCY,
	WORD_SEQ,
	WORD_STATE, /* nil: withdrawn */
	WORD_PERCENT,
	WORD_AT,
	WORD_RECEIVED,
	WORD_FELL_FROM,
	WORD_HELP,
	WORD_RECEIPTS,
	WORD_COUNT
};

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

static bool
restore_task(struct rollup *r, const msgpack_object *row)
{
	struct rollup_ruling ruling;
	struct position      position;
	struct text          disposition;
	uint32_t             number;

	if (!wire_take_u32(wire_at(row, TASK_NUMBER), &number) ||
	    !wire_take_position(wire_at(row, TASK_POSITION), &position) ||
	    !wire_take_uint(wire_at(row, TASK_SEQ), REPORT_SEQ_MAX, &ruling.seq) ||
	    !wire_take_int(wire_at(row, TASK_AT), &ruling.at_ms) ||
	    !wire_take_text(wire_at(row, TASK_DISPOSITION), &disposition) ||
	    !report_disposition_parse(disposition, &ruling.disposition))
		return false;
	if (ruling.seq == 0 && ruling.disposition != REPORT_OPEN)
		return false;
	if (position_compare(position, rollup_since(r)) < 0)
		return false;
	return rollup_restore_task(r, number, &ruling, position);
}

static bool
take_state(const msgpack_object *o, enum report_state *state)
{
	struct text name;

	*state = REPORT_UNREPORTED;
	return o == NULL || (wire_take_text(o, &name) && report_state_parse(name, state));
}

static bool
restore_receipts(
    struct rollup *r, uint32_t number, struct text agency, const msgpack_object *receipts)
{
	uint32_t count;

	if (!wire_take_array(receipts, &count) || count % 2 != 0)
		return false;
	for (uint32_t i = 0; i < count; i += 2) {
		int64_t month, received_ms;

		if (!wire_take_int(wire_at(receipts, i), &month) || month < 0 ||
		    month > MONTH_MAX || !wire_take_int(wire_at(receipts, i + 1), &received_ms) ||
		    !rollup_restore_receipt(r, number, agency, (int32_t)month, received_ms))
			return false;
	}
	return true;
}

static bool
take_word(const msgpack_object *row, struct rollup_word *word)
{
	return wire_take_uint(wire_at(row, WORD_SEQ), REPORT_SEQ_MAX, &word->seq) &&
	    take_state(wire_at(row, WORD_STATE), &word->state) &&
	    wire_take_u32(wire_at(row, WORD_PERCENT), &word->percent) &&
	    wire_take_int(wire_at(row, WORD_AT), &word->at_ms) &&
	    wire_take_int(wire_at(row, WORD_RECEIVED), &word->received_ms) &&
	    wire_take_u32(wire_at(row, WORD_FELL_FROM), &word->fell_from) &&
	    wire_take_bool(wire_at(row, WORD_HELP), &word->help);
}

static bool
restore_word(struct rollup *r, const msgpack_object *row)
{
	struct rollup_word word;
	struct text        agency;
	uint32_t           number;

	if (!wire_take_u32(wire_at(row, WORD_TASK), &number) ||
	    !wire_take_text(wire_at(row, WORD_AGENCY), &agency) || !take_word(row, &word))
		return false;
	if (word.seq == 0 || word.fell_from > REPORT_PERCENT_MAX)
		return false;
	if (word.percent > (word.state != REPORT_UNREPORTED ? REPORT_PERCENT_MAX : 0))
		return false;
	return rollup_restore_word(r, number, agency, &word) &&
	    restore_receipts(r, number, agency, wire_at(row, WORD_RECEIPTS));
}

static int
restore_alerts(struct alerts *alerts, const msgpack_object *rows, struct err *e)
{
	uint32_t count;

	if (!wire_take_array(rows, &count))
		return err_fail(e, ERR_INPUT, "checkpoint: alerts: no array");
	for (uint32_t i = 0; i < count; i++) {
		struct alert alert;
		struct text  plan;

		if (wire_alert_take(wire_at(rows, i), &plan, &alert, e) != 0)
			return -1;
		if (!alerts_restore(alerts, &alert))
			return err_fail(
			    e, ERR_INPUT, "checkpoint: alerts[%" PRIu32 "]: no such scope", i);
	}
	return 0;
}

typedef bool restore_fn(struct rollup *r, const msgpack_object *row);

static int
restore_rows(struct rollup *r, const msgpack_object *rows, const char *what, restore_fn *restore,
    struct err *e)
{
	uint32_t count;

	if (!wire_take_array(rows, &count))
		return err_fail(e, ERR_INPUT, "checkpoint: %s: no array", what);
	for (uint32_t i = 0; i < count; i++)
		if (!restore(r, wire_at(rows, i)))
			return err_fail(e, ERR_INPUT,
			    "checkpoint: %s[%" PRIu32 "]: no such row for revision %" PRIu32
			    " of plan %s",
			    what, i, rollup_plan(r)->revision, rollup_plan(r)->id);
	return 0;
}

static int
take_head(const msgpack_object *o, struct position *position, struct position *since, int32_t *day,
    struct err *e)
{
	uint64_t version;
	int64_t  days;

	if (!wire_take_uint(wire_at(o, AT_VERSION), UINT64_MAX, &version) ||
	    version != CHECKPOINT_VERSION)
		return err_fail(e, ERR_INPUT, "checkpoint: not of version %d", CHECKPOINT_VERSION);
	if (!wire_take_position(wire_at(o, AT_POSITION), position) ||
	    !wire_take_position(wire_at(o, AT_SINCE), since) ||
	    position_compare(*position, *since) < 0)
		return err_fail(e, ERR_INPUT, "checkpoint: no such position");
	if (!wire_take_int(wire_at(o, AT_DAY), &days) || days < -DAY_MAX || days > DAY_MAX)
		return err_fail(e, ERR_INPUT, "checkpoint: no such day");
	*day = (int32_t)days;
	return 0;
}

static struct rollup *
restore(const msgpack_object *o, const struct plan *p, struct position *position,
    struct alerts **alerts, struct err *e)
{
	struct position since;
	struct rollup  *r;
	int32_t         day;

	if (take_head(o, position, &since, &day, e) != 0)
		return NULL;
	r = rollup_new(p, since, day);
	*alerts = alerts_new(p);
	if (restore_rows(r, wire_at(o, AT_TASKS), "tasks", restore_task, e) != 0 ||
	    restore_rows(r, wire_at(o, AT_WORDS), "words", restore_word, e) != 0 ||
	    restore_alerts(*alerts, wire_at(o, AT_ALERTS), e) != 0) {
		rollup_free(r);
		alerts_free(*alerts);
		*alerts = NULL;
		return NULL;
	}
	rollup_settle(r);
	return r;
}

/* As many objects as a full checkpoint of this plan has; with what is kept aside, it
 * may know a ruling on every task that any plan can have. */
static size_t
objects_max(const struct plan *p)
{
	size_t words = (size_t)p->obligation_count + PLAN_OBLIGATIONS_MAX;
	size_t alerts = ((size_t)p->task_count + 1) * ALARMS + scope_count(p);

	return CHECKPOINT_COUNT + 1 + (size_t)PLAN_TASKS_MAX * (TASK_COUNT + 1) +
	    words * (WORD_COUNT + 1 + 2 * MONTHS_MAX) + alerts * ALERT_OBJECTS +
	    (size_t)p->obligation_count * ALARMS;
}

struct rollup *
wire_checkpoint_decode(const void *bytes, size_t len, const struct plan *p,
    struct position *position, struct alerts **alerts, struct err *e)
{
	struct wire_zone zone;
	struct refusal   why;
	struct rollup   *r = NULL;
	msgpack_object   o;

	*alerts = NULL;
	wire_zone_init(&zone, objects_max(p));
	if (wire_decode(&zone, bytes, len, &o, &why) != 0)
		err_set(e, ERR_INPUT, "checkpoint: %s", why.message);
	else
		r = restore(&o, p, position, alerts, e);
	wire_zone_fini(&zone);
	return r;
}

int
wire_checkpoint_peek(
    const void *bytes, size_t len, struct position *position, int32_t *day, struct err *e)
{
	struct wire_zone zone;
	struct refusal   why;
	struct position  since;
	msgpack_object   o;
	int              rc;

	wire_zone_init(&zone, len);
	if (wire_decode(&zone, bytes, len, &o, &why) != 0)
		rc = err_fail(e, ERR_INPUT, "checkpoint: %s", why.message);
	else
		rc = take_head(&o, position, &since, day, e);
	wire_zone_fini(&zone);
	return rc;
}
