#include "core/wire_checkpoint.h"

#include <inttypes.h>

#include "core/rollup_aside.h"
#include "core/wire_object.h"
#include "core/wire_pack.h"
#include "core/wire_summary.h"

#define CHECKPOINT_VERSION 2

/* Where things stand in a checkpoint, in a row of its tasks, and of its words. */
enum { AT_VERSION, AT_POSITION, AT_SINCE, AT_TASKS, AT_WORDS, CHECKPOINT_COUNT };
enum { TASK_NUMBER, TASK_POSITION, TASK_SEQ, TASK_AT, TASK_DISPOSITION, TASK_COUNT };
enum {
	WORD_TASK,
	WORD_AGENCY,
	WORD_SEQ,
	WORD_STATE, /* nil: withdrawn */
	WORD_PERCENT,
	WORD_AT,
	WORD_RECEIVED,
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
pack_known(struct buf *out, uint32_t number, const char *agency, const struct rollup_word *word)
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
			    rollup_word(r, i));
	}
	for (uint32_t i = 0; i < aside->word_count; i++) {
		const struct rollup_aside_word *w = rollup_aside_word(aside, i);

		pack_known(out, w->task, w->agency, &w->word);
	}
}

void
wire_checkpoint_encode(struct buf *out, const struct rollup *r, struct position position)
{
	pack_array(out, CHECKPOINT_COUNT);
	pack_uint(out, CHECKPOINT_VERSION);
	wire_pack_position(out, position);
	wire_pack_position(out, rollup_since(r));
	pack_tasks(out, r);
	pack_words(out, r);
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
restore_word(struct rollup *r, const msgpack_object *row)
{
	struct rollup_word word;
	struct text        agency;
	uint32_t           number;

	if (!wire_take_u32(wire_at(row, WORD_TASK), &number) ||
	    !wire_take_text(wire_at(row, WORD_AGENCY), &agency) ||
	    !wire_take_uint(wire_at(row, WORD_SEQ), REPORT_SEQ_MAX, &word.seq) ||
	    !take_state(wire_at(row, WORD_STATE), &word.state) ||
	    !wire_take_u32(wire_at(row, WORD_PERCENT), &word.percent) ||
	    !wire_take_int(wire_at(row, WORD_AT), &word.at_ms) ||
	    !wire_take_int(wire_at(row, WORD_RECEIVED), &word.received_ms))
		return false;
	if (word.seq == 0)
		return false;
	if (word.percent > (word.state != REPORT_UNREPORTED ? REPORT_PERCENT_MAX : 0))
		return false;
	return rollup_restore_word(r, number, agency, &word);
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
take_head(const msgpack_object *o, struct position *position, struct position *since, struct err *e)
{
	uint64_t version;

	if (!wire_take_uint(wire_at(o, AT_VERSION), UINT64_MAX, &version) ||
	    version != CHECKPOINT_VERSION)
		return err_fail(e, ERR_INPUT, "checkpoint: not of version %d", CHECKPOINT_VERSION);
	if (!wire_take_position(wire_at(o, AT_POSITION), position) ||
	    !wire_take_position(wire_at(o, AT_SINCE), since) ||
	    position_compare(*position, *since) < 0)
		return err_fail(e, ERR_INPUT, "checkpoint: no such position");
	return 0;
}

static struct rollup *
restore(const msgpack_object *o, const struct plan *p, struct position *position, struct err *e)
{
	struct position since;
	struct rollup  *r;

	if (take_head(o, position, &since, e) != 0)
		return NULL;
	r = rollup_new(p, since);
	if (restore_rows(r, wire_at(o, AT_TASKS), "tasks", restore_task, e) != 0 ||
	    restore_rows(r, wire_at(o, AT_WORDS), "words", restore_word, e) != 0) {
		rollup_free(r);
		return NULL;
	}
	rollup_settle(r);
	return r;
}

struct rollup *
wire_checkpoint_decode(
    const void *bytes, size_t len, const struct plan *p, struct position *position, struct err *e)
{
	/* As many objects as a full checkpoint of this plan has; with what is kept
	 * aside, it may know a ruling on every task that any plan can have. */
	size_t words = (size_t)p->obligation_count + PLAN_OBLIGATIONS_MAX;
	size_t objects = CHECKPOINT_COUNT + 1 + (size_t)PLAN_TASKS_MAX * (TASK_COUNT + 1) +
	    words * (WORD_COUNT + 1);
	struct wire_zone zone;
	struct refusal   why;
	struct rollup   *r = NULL;
	msgpack_object   o;

	wire_zone_init(&zone, objects);
	if (wire_decode(&zone, bytes, len, &o, &why) != 0)
		err_set(e, ERR_INPUT, "checkpoint: %s", why.message);
	else
		r = restore(&o, p, position, e);
	wire_zone_fini(&zone);
	return r;
}
