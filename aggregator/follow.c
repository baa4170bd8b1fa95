#include "aggregator/follow_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/ledger.h"
#include "core/mem.h"

#define BLOCK_MS     5000 /* XREAD answers at least that often */
#define SILENCE_MS   8000 /* without an answer: the link is dead */
#define RETRY_MS     500
#define COUNT_MIN    16 /* entries asked for at once; */
#define COUNT_MAX    64 /* more while they are small: an entry can be 256 KiB */
#define ANSWER_BYTES (1u << 20)

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

void
follow_replace_fold(struct follow *f, struct plan *plan, struct rollup *rollup)
{
	rollup_free(f->rollup);
	plan_free(f->plan);
	f->plan = plan;
	f->rollup = rollup;
	f->fold_number++;
}

void
follow_falter(struct follow *f, int64_t mono_ms, const struct err *why)
{
	f->phase = PHASE_LOADING;
	f->asked = false;
	f->retry_at_ms = mono_ms + (f->stuck ? FOLLOW_STUCK_MS : RETRY_MS);
	f->trouble = *why;
}

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
	struct plan *plan = follow_parse_plan(f, entry->yaml, e);
	bool         rebase = f->rollup != NULL && f->plan->revision < entry->revision;

	if (plan == NULL)
		return -1;
	follow_replace_fold(f, plan,
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
		follow_falter(f, mono_ms, &e);
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

static void
hear(struct follow *f, int64_t mono_ms)
{
	struct store_reply *r;

	while ((r = store_take(f->link)) != NULL) {
		if (f->phase == PHASE_LOADING)
			follow_hear_begin(f, r, mono_ms);
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
		f->retry_at_ms = mono_ms + (f->stuck ? FOLLOW_STUCK_MS : 0);
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
		follow_ask_to_begin(f, mono_ms);
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
