#include "core/wire_checkpoint.h"

#include <inttypes.h>

#include "core/calendar.h"
#include "core/wire_alert.h"
#include "core/wire_checkpoint_layout.h"
#include "core/wire_number.h"
#include "core/wire_object.h"

#define MONTH_MAX     (12 * 10000)
#define DAY_MAX       4000000 /* either side of 1970; some 10,000 years */
#define RECEIPTS_ROOM 64      /* months for each word, taken together */
#define ALERT_OBJECTS 40      /* of an alert, without its agencies */

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

/* No fold is on an earlier day. A revision may have moved the offset: by a day at the
 * most. */
static int32_t
first_day(const struct plan *p, struct position since)
{
	int64_t ms = since.ms < (uint64_t)INT64_MAX ? (int64_t)since.ms : INT64_MAX;

	return calendar_day_at(ms, p->utc_offset_min) - 1;
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
	if (day < first_day(p, since)) {
		err_set(e, ERR_INPUT, "checkpoint: of a day before its plan was in force");
		return NULL;
	}
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
	    words * (WORD_COUNT + 1 + 2 * RECEIPTS_ROOM) + alerts * ALERT_OBJECTS +
	    (size_t)p->obligation_count * ALARMS;
}

struct rollup *
wire_checkpoint_decode(const void *bytes, size_t len, const struct plan *p,
    struct position *position, struct alerts **alerts, struct err *e)
{
	const size_t     most = objects_max(p);
	struct wire_zone zone;
	struct refusal   why;
	struct rollup   *r = NULL;
	msgpack_object   o;

	*alerts = NULL;
	wire_zone_init(&zone, len < most ? len : most); /* an object takes a byte at least */
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
