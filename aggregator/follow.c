#include "aggregator/follow.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/ledger.h"
#include "core/mem.h"
#include "core/plan_yaml.h"
#include "core/wire_checkpoint.h"
#include "core/wire_record.h"

#define BLOCK_MS     5000 /* XREAD answers at least that often */
#define SILENCE_MS   8000 /* without an answer: the link is dead */
#define RETRY_MS     500
#define STUCK_MS     5000 /* between tries to read what cannot be read */
#define COUNT_MIN    16   /* entries asked for at once; */
#define COUNT_MAX    64   /* more while they are small: an entry can be 256 KiB */
#define ANSWER_BYTES (1u << 20)

enum phase { PHASE_AWAY, PHASE_LOADING, PHASE_READING };

struct follow {
	char                  *id; /* owned, like all below */
	struct store          *link;
	struct wire_records   *decoder;
	struct plan           *plan;
	struct rollup         *rollup;
	struct position        position, target; /* target: the ledger's end when it was loaded */
	uint64_t               fold_number, epoch;
	enum phase             phase;
	bool                   asked, absent, caught_up;
	bool                   stuck; /* something in the store cannot be read */
	int                    count;
	int64_t                asked_ms, retry_at_ms;
	struct err             trouble;
	struct follow_counters counters;
};

struct follow *
follow_open(const char *plan, const char *url, struct err *e)
{
	struct follow *f = mem_zeroed(1, sizeof(*f));

	f->link = store_open(url, e);
	if (f->link == NULL) {
		free(f);
		return NULL;
	}
	f->id = mem_copied(plan, strlen(plan));
	f->decoder = wire_records_new();
	f->count = COUNT_MIN;
	return f;
}

void
follow_close(struct follow *f)
{
	if (f == NULL)
		return;
	store_close(f->link);
	wire_records_free(f->decoder);
	rollup_free(f->rollup);
	plan_free(f->plan);
	free(f->id);
	free(f);
}

/* The fold goes on with another rollup over another plan; both are owned. */
static void
replace_fold(struct follow *f, struct plan *plan, struct rollup *rollup)
{
	rollup_free(f->rollup);
	plan_free(f->plan);
	f->plan = plan;
	f->rollup = rollup;
	f->fold_number++;
}

static void
falter(struct follow *f, int64_t mono_ms, const struct err *why)
{
	f->phase = PHASE_LOADING;
	f->asked = false;
	f->retry_at_ms = mono_ms + (f->stuck ? STUCK_MS : RETRY_MS);
	f->trouble = *why;
}

/* --- where to begin ---------------------------------------------------------- */

static void
ask_for_start(struct follow *f, int64_t mono_ms)
{
	char keys[3][LEDGER_KEY_SIZE], here[POSITION_SIZE];

	store_sendv(f->link, "EVAL", LEDGER_BEGIN_SCRIPT, "3",
	    ledger_key(f->id, LEDGER_PLAN, keys[0]), ledger_key(f->id, LEDGER_ROLLUP, keys[1]),
	    ledger_key(f->id, LEDGER_LEDGER, keys[2]), position_format(f->position, here), NULL);
	f->asked = true;
	f->asked_ms = mono_ms;
}

static struct plan *
parse_plan(const struct follow *f, struct text yaml, struct err *e)
{
	struct plan_mistakes mistakes = {0};
	struct plan         *plan = plan_yaml_parse(yaml.at, yaml.len, &mistakes);

	if (plan == NULL)
		err_set(e, ERR_ENV, "plan %s in Redis is broken: line %zu: %s", f->id,
		    mistakes.at[0].line, mistakes.at[0].message);
	plan_mistakes_fini(&mistakes);
	return plan;
}

/* The parts of the answer, and the fields of the first two. */
enum { PART_PLAN, PART_KEPT, PART_STANDS, PARTS };
enum { PLAN_REVISION, PLAN_END, PLAN_TEXT };
enum { KEPT_REVISION, KEPT_STATE };

/* Takes up the checkpoint if it is of the plan in force. Returns false where it
 * does not fit: it is only a cache. */
static bool
resume(struct follow *f, const struct store_reply *plan_fields, const struct store_reply *kept)
{
	struct text     state = store_reply_text(store_reply_at(kept, KEPT_STATE));
	struct position position;
	struct plan    *plan;
	struct rollup  *rollup;

	if (state.at == NULL ||
	    !text_equal(store_reply_text(store_reply_at(kept, KEPT_REVISION)),
		store_reply_text(store_reply_at(plan_fields, PLAN_REVISION))))
		return false;
	plan = parse_plan(f, store_reply_text(store_reply_at(plan_fields, PLAN_TEXT)), NULL);
	if (plan == NULL)
		return false;
	rollup = wire_checkpoint_decode(state.at, state.len, plan, &position, NULL);
	if (rollup == NULL) {
		plan_free(plan);
		return false;
	}
	replace_fold(f, plan, rollup);
	f->position = position;
	return true;
}

static int
take_start(struct follow *f, const struct store_reply *parts, struct err *e)
{
	const struct store_reply *plan_fields = store_reply_at(parts, PART_PLAN);

	if (!position_parse(store_reply_text(store_reply_at(plan_fields, PLAN_END)), &f->target))
		return err_fail(e, ERR_ENV, "plan %s in Redis has no ledger position", f->id);
	if (f->rollup != NULL && store_reply_integer(store_reply_at(parts, PART_STANDS)) == 1)
		return 0; /* our last entry is there: go on behind it */
	f->caught_up = false;
	if (!resume(f, plan_fields, store_reply_at(parts, PART_KEPT))) {
		replace_fold(f, NULL, NULL);
		f->position = (struct position){0};
	}
	return 0;
}

static void
hear_start(struct follow *f, const struct store_reply *r, int64_t mono_ms)
{
	struct err e = {0};

	f->asked = false;
	f->absent = false;
	if (store_reply_type(r) != STORE_ARRAY || store_reply_count(r) != PARTS) {
		ledger_unexpected(r, &e);
		falter(f, mono_ms, &e);
	} else if (store_reply_type(store_reply_at(store_reply_at(r, PART_PLAN), PLAN_REVISION)) !=
	    STORE_TEXT) {
		err_set(&e, ERR_AGAIN, "plan %s is not loaded", f->id);
		f->absent = true;
		falter(f, mono_ms, &e);
	} else if (take_start(f, r, &e) != 0) {
		f->stuck = true;
		falter(f, mono_ms, &e);
	} else {
		f->phase = PHASE_READING;
	}
}

/* --- the tail ------------------------------------------------------------------ */

static void
ask_for_more(struct follow *f, int64_t mono_ms)
{
	char key[LEDGER_KEY_SIZE], here[POSITION_SIZE], count[16], block[16];

	snprintf(count, sizeof(count), "%d", f->count);
	snprintf(block, sizeof(block), "%d", BLOCK_MS);
	store_sendv(f->link, "XREAD", "COUNT", count, "BLOCK", block, "STREAMS",
	    ledger_key(f->id, LEDGER_LEDGER, key), position_format(f->position, here), NULL);
	f->asked = true;
	f->asked_ms = mono_ms;
}

/* Revisions rise along a ledger: one that does not is the first of a new ledger, in
 * a Redis that was emptied while we were looking. */
static int
fold_plan(struct follow *f, const struct ledger_entry *entry, struct err *e)
{
	struct plan *plan = parse_plan(f, entry->yaml, e);
	bool         rebase = f->rollup != NULL && f->plan->revision < entry->revision;

	if (plan == NULL)
		return -1;
	replace_fold(f, plan,
	    rebase ? rollup_rebased(f->rollup, plan, entry->position)
		   : rollup_new(plan, entry->position));
	return 0;
}

static int
fold_records(struct follow *f, const struct ledger_entry *entry, struct err *e)
{
	struct text bytes = entry->records;

	if (f->rollup == NULL)
		return err_fail(
		    e, ERR_ENV, "ledger of plan %s begins without a plan revision", f->id);
	while (bytes.len > 0) {
		struct record      rec;
		enum rollup_effect effect;

		if (wire_record_decode(f->decoder, &bytes, &rec, NULL, e) != 0)
			return -1;
		effect = rollup_apply(f->rollup, &rec, entry->position);
		f->counters.stale += effect == ROLLUP_STALE;
		f->counters.foreign += effect == ROLLUP_FOREIGN;
		f->counters.records++;
	}
	return 0;
}

static int
fold(struct follow *f, const struct store_reply *entries, struct err *e)
{
	char here[POSITION_SIZE];
	int  rc = 0;

	for (size_t i = 0; rc == 0 && i < store_reply_count(entries); i++) {
		struct ledger_entry entry;

		rc = ledger_entry_read(store_reply_at(entries, i), &entry, e);
		if (rc == 0)
			rc = entry.yaml.at != NULL ? fold_plan(f, &entry, e)
						   : fold_records(f, &entry, e);
		if (rc != 0) {
			err_wrap(e, position_format(entry.position, here));
			err_wrap(e, "ledger");
			break;
		}
		f->position = entry.position;
		f->counters.entries++;
	}
	if (f->rollup != NULL)
		rollup_settle(f->rollup);
	return rc;
}

/* Few at a time when entries are large, many when they are small. */
static void
adapt_count(struct follow *f, const struct store_reply *entries)
{
	size_t bytes = 0, n = store_reply_count(entries);

	for (size_t i = 0; i < n; i++) {
		const struct store_reply *pairs = store_reply_at(store_reply_at(entries, i), 1);

		bytes += store_reply_text(store_reply_at(pairs, 1)).len;
	}
	if (bytes > ANSWER_BYTES && f->count > COUNT_MIN)
		f->count /= 2;
	else if (bytes < ANSWER_BYTES / 4 && n == (size_t)f->count && f->count < COUNT_MAX)
		f->count *= 2;
}

/* The ledger was read up to its end, or a further part of it. */
static void
go_on(struct follow *f)
{
	f->stuck = false;
	f->trouble = (struct err){0};
}

/* The next question is out before this answer is folded, so that Redis works at
 * the same time. */
static void
hear_entries(struct follow *f, const struct store_reply *r, int64_t mono_ms)
{
	const struct store_reply *entries, *last;
	struct position           behind = f->position, next;
	struct err                e = {0};

	f->asked = false;
	if (store_reply_type(r) == STORE_NIL) {
		go_on(f);
		return;
	}
	if (store_reply_type(r) != STORE_ARRAY) {
		ledger_unexpected(r, &e);
		falter(f, mono_ms, &e);
		return;
	}
	entries = store_reply_at(store_reply_at(r, 0), 1);
	last = store_reply_at(entries, store_reply_count(entries) - 1);
	adapt_count(f, entries);
	if (position_parse(store_reply_text(store_reply_at(last, 0)), &next)) {
		f->position = next;
		ask_for_more(f, mono_ms);
		store_flush(f->link);
	}
	f->position = behind;
	if (fold(f, entries, &e) == 0) {
		go_on(f);
		return;
	}
	f->stuck = true;
	f->trouble = e;
	store_drop(f->link, mono_ms, e.msg); /* and the question that is out with it */
}

/* --- the turn ---------------------------------------------------------------- */

static void
hear(struct follow *f, int64_t mono_ms)
{
	struct store_reply *r;

	while ((r = store_take(f->link)) != NULL) {
		if (f->phase == PHASE_LOADING)
			hear_start(f, r, mono_ms);
		else
			hear_entries(f, r, mono_ms);
		store_reply_free(r);
	}
}

static void
follow_the_link(struct follow *f, int64_t mono_ms)
{
	if (!store_is_ready(f->link)) {
		f->phase = PHASE_AWAY;
		f->asked = false;
	} else if (f->epoch != store_epoch(f->link) || f->phase == PHASE_AWAY) {
		f->epoch = store_epoch(f->link);
		f->phase = PHASE_LOADING;
		f->asked = false;
		f->retry_at_ms = mono_ms + (f->stuck ? STUCK_MS : 0);
	} else if (f->asked && mono_ms - f->asked_ms > SILENCE_MS) {
		store_drop(f->link, mono_ms, "no answer in time");
	}
}

int64_t
follow_turn(struct follow *f, int64_t mono_ms)
{
	int64_t wait_ms = store_turn(f->link, mono_ms);

	follow_the_link(f, mono_ms);
	hear(f, mono_ms);
	if (f->phase == PHASE_READING && f->rollup != NULL &&
	    position_compare(f->position, f->target) >= 0)
		f->caught_up = true;
	if (!store_is_ready(f->link) || f->asked)
		return wait_ms;
	if (f->phase == PHASE_LOADING && mono_ms < f->retry_at_ms)
		return f->retry_at_ms - mono_ms;
	if (f->phase == PHASE_LOADING)
		ask_for_start(f, mono_ms);
	else if (f->phase == PHASE_READING)
		ask_for_more(f, mono_ms);
	store_flush(f->link);
	return wait_ms;
}

struct store *
follow_link(struct follow *f)
{
	return f->link;
}

struct rollup *
follow_rollup(struct follow *f)
{
	return f->rollup;
}

uint64_t
follow_fold_number(const struct follow *f)
{
	return f->fold_number;
}

struct position
follow_position(const struct follow *f)
{
	return f->position;
}

bool
follow_is_caught_up(const struct follow *f)
{
	return f->caught_up;
}

bool
follow_is_live(const struct follow *f)
{
	return f->phase == PHASE_READING && !f->stuck;
}

bool
follow_is_stuck(const struct follow *f)
{
	return f->stuck || f->absent;
}

const char *
follow_trouble(const struct follow *f)
{
	if (f->trouble.msg[0] != '\0')
		return f->trouble.msg;
	return store_is_ready(f->link) ? "" : store_trouble(f->link);
}

struct follow_counters
follow_counters(const struct follow *f)
{
	return f->counters;
}
