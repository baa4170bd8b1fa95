/*
 * prop_rollup -- the incremental rollup against the naive one, over random plans
 * and the real one, and random ledgers with repetitions, old records, withdrawals,
 * rulings, strangers, entries of any size, days that turn and turn back, and revisions
 * of the plan.
 *
 *   prop_rollup [SEED [ROUNDS]]
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/rollup.h"
#include "core/wire_checkpoint.h"
#include "core/wire_event.h"
#include "tests/property/naive_rollup.h"
#include "tests/property/random_record.h"
#include "tests/property/summary_difference.h"

#define ROUNDS      1000
#define RECORDS_MAX 120
#define ROWS_MAX    256
#define REVISIONS   3

static uint64_t seed;

static void
fail(const char *what, const char *key, const char *field)
{
	printf("seed %" PRIu64 ": %s: scope \"%s\": %s differs\n", seed, what, key, field);
	exit(1);
}

static void
compare(const char *what, struct rollup *r, struct naive *n)
{
	naive_look(n, rollup_today(r));
	for (uint32_t row = 0; row < scope_count(n->plan); row++) {
		struct summary got, want;
		const char    *field;

		rollup_summary(r, row, &got);
		naive_summary(n, row, &want);
		field = summary_difference(&got, &want);
		if (field == NULL && summary_percent(&got.figure) != naive_shown(&want.figure))
			field = "shown percent";
		if (field == NULL && rollup_alarms(r, row) != naive_alarms(n, row, &want))
			field = "alarms";
		if (field != NULL)
			fail(what, n->key, field);
	}
}

static uint64_t
event_digest(struct rollup *r, uint32_t row, bool without_position)
{
	static struct buf out;
	struct summary    s;

	rollup_summary(r, row, &s);
	if (without_position)
		s.position = (struct position){0, 0};
	buf_reset(&out);
	wire_summary_encode(&out, text_of("x/"), &s);
	return wire_event_digest(text_of("x/"), buf_text(&out));
}

/* All events of a equal those of b, but for the position if so wished. */
static void
compare_events(const char *what, struct rollup *a, struct rollup *b, bool without_position)
{
	for (uint32_t row = 0; row < scope_count(rollup_plan(a)); row++) {
		char key[SCOPE_KEY_SIZE];

		if (event_digest(a, row, without_position) !=
		    event_digest(b, row, without_position))
			fail(what, scope_key(rollup_plan(a), scope_at(rollup_plan(a), row), key),
			    "event");
	}
}

static void
compare_checkpoints(const char *what, const struct rollup *a, const struct rollup *b)
{
	static struct buf of_a, of_b;

	buf_reset(&of_a);
	buf_reset(&of_b);
	wire_checkpoint_encode(&of_a, a, NULL, rollup_since(a));
	wire_checkpoint_encode(&of_b, b, NULL, rollup_since(b));
	if (!text_equal(buf_text(&of_a), buf_text(&of_b)))
		fail(what, "", "checkpoint");
}

/* What was marked as changed since the last time is what has other bytes now, or all
 * if the day has turned. */
static void
check_changed(struct rollup *r, uint64_t digests[ROWS_MAX], bool turned)
{
	bool     taken[ROWS_MAX] = {false};
	uint32_t row;
	char     key[SCOPE_KEY_SIZE];

	while ((row = rollup_take_changed(r, ROLLUP_BOARD)) != PLAN_NONE)
		taken[row] = true;
	for (row = 0; row < scope_count(rollup_plan(r)); row++) {
		uint64_t digest = event_digest(r, row, false);

		if ((turned || digest != digests[row]) != taken[row])
			fail("changed",
			    scope_key(rollup_plan(r), scope_at(rollup_plan(r), row), key),
			    taken[row] ? "taken, but nothing" : "not taken, but event");
		digests[row] = digest;
	}
}

/* A ledger: records, and which of them are the last of an entry. */
struct ledger {
	struct record   records[RECORDS_MAX];
	struct position positions[RECORDS_MAX];
	uint32_t        count;
};

static void
make_ledger(
    struct dice *d, struct ledger *l, const struct plan *p, uint32_t count, struct position after)
{
	l->count = count;
	for (uint32_t i = 0; i < count; i++) {
		bool again = i > 0 && dice_once_in(d, 8);

		l->records[i] = again ? l->records[dice_below(d, i)] : random_record(d, p, i);
		after.n++;
		if (i == 0 || dice_once_in(d, 3))
			after = (struct position){after.ms + 1 + dice_below(d, 5), 0};
		else
			after.n--;
		l->positions[i] = after;
	}
}

static bool
entry_ends(const struct ledger *l, uint32_t i)
{
	return i + 1 == l->count || position_compare(l->positions[i], l->positions[i + 1]) != 0;
}

/* Once in a while another day, forwards or backwards. Returns true if it turned. */
static bool
turn_maybe(struct dice *d, struct rollup *r)
{
	int32_t was = rollup_today(r);

	if (dice_once_in(d, 3))
		rollup_turn(r, random_day(d, rollup_plan(r)));
	return rollup_today(r) != was;
}

static void
fold(struct rollup *r, const struct ledger *l, uint32_t from, uint32_t to)
{
	for (uint32_t i = from; i < to; i++)
		rollup_apply(r, &l->records[i], l->positions[i]);
	rollup_settle(r);
}

/* Record by record into both, compared now and then at the end of an entry. */
static struct rollup *
fold_compared(struct dice *d, const struct ledger *l, struct naive *n, uint32_t once_in)
{
	struct rollup *r = rollup_new(n->plan, n->since, random_day(d, n->plan));
	uint64_t       digests[ROWS_MAX] = {0};
	bool           turned = true;

	check_changed(r, digests, turned);
	turned = false;
	for (uint32_t i = 0; i < l->count; i++) {
		rollup_apply(r, &l->records[i], l->positions[i]);
		naive_log_add(&n->log, n->plan, &l->records[i], l->positions[i]);
		if (!entry_ends(l, i))
			continue;
		rollup_settle(r);
		turned = turn_maybe(d, r) || turned;
		if (dice_once_in(d, 5)) {
			check_changed(r, digests, turned);
			turned = false;
		}
		if (dice_once_in(d, once_in))
			compare("incremental", r, n);
	}
	compare("incremental", r, n);
	return r;
}

/* A rollup of the same plan and day in which nobody has reported yet. */
static struct rollup *
begun_like(const struct rollup *r)
{
	return rollup_new(rollup_plan(r), rollup_since(r), rollup_today(r));
}

static void
check_batches(struct rollup *whole, const struct ledger *l)
{
	struct rollup *r = begun_like(whole);

	fold(r, l, 0, l->count);
	compare_events("settled once", whole, r, false);
	rollup_free(r);
}

static void
check_order(struct dice *d, struct rollup *whole, const struct ledger *l)
{
	static struct ledger shuffled;
	struct rollup       *r = begun_like(whole);

	shuffled = *l;
	for (uint32_t i = l->count; i > 1; i--) {
		uint32_t      j = dice_below(d, i);
		struct record rec = shuffled.records[i - 1];

		shuffled.records[i - 1] = shuffled.records[j];
		shuffled.records[j] = rec;
	}
	fold(r, &shuffled, 0, l->count);
	compare_events("another order", whole, r, true);
	rollup_free(r);
}

static void
check_checkpoint(struct dice *d, struct rollup *whole, const struct ledger *l)
{
	uint32_t        cut = dice_below(d, l->count);
	struct rollup  *half = begun_like(whole), *r;
	struct buf      out = {0};
	struct position position, at;
	struct alerts  *alerts;
	struct err      e = {0};

	while (!entry_ends(l, cut))
		cut++;
	at = l->positions[cut];
	fold(half, l, 0, cut + 1);
	turn_maybe(d, half);
	wire_checkpoint_encode(&out, half, NULL, at);
	r = wire_checkpoint_decode(out.at, out.len, rollup_plan(whole), &position, &alerts, &e);
	if (r == NULL || position_compare(position, at) != 0)
		fail("checkpoint", e.msg, "position");
	alerts_free(alerts);
	compare_events("checkpoint", half, r, false);
	fold(r, l, cut + 1, l->count);
	rollup_turn(r, rollup_today(whole));
	compare_events("checkpoint and the rest", whole, r, false);
	compare_checkpoints("checkpoint and the rest", whole, r);
	buf_fini(&out);
	rollup_free(half);
	rollup_free(r);
}

/* What a checkpoint makes of r, which is freed. */
static struct rollup *
through_checkpoint(struct rollup *r, struct position at)
{
	struct buf      out = {0};
	struct position position;
	struct alerts  *alerts;
	struct err      e = {0};
	struct rollup  *restored;

	wire_checkpoint_encode(&out, r, NULL, at);
	restored = wire_checkpoint_decode(out.at, out.len, rollup_plan(r), &position, &alerts, &e);
	if (restored == NULL)
		fail("checkpoint of a revision", e.msg, "all");
	alerts_free(alerts);
	compare_checkpoints("checkpoint of a revision", r, restored);
	buf_fini(&out);
	rollup_free(r);
	return restored;
}

/* Reports as those of plan `meant` would make them, while another is in force. */
static void
fold_more(struct dice *d, struct rollup *r, const struct plan *meant, struct naive *n)
{
	static struct ledger l;

	make_ledger(d, &l, meant, 1 + dice_below(d, 20), n->since);
	fold(r, &l, 0, l.count);
	for (uint32_t i = 0; i < l.count; i++)
		naive_log_add(&n->log, n->plan, &l.records[i], l.positions[i]);
	turn_maybe(d, r);
}

/* One revision after another drops and restores obligations, agencies and tasks: some
 * are of plans of their own, some are the first plan once more. The naive one has
 * all that was ever said and just looks at it through another plan. */
static void
check_revisions(struct dice *d, struct rollup *first, struct naive *n)
{
	const struct plan *original = n->plan;
	struct plan       *plans[REVISIONS] = {NULL}; /* the naive one's records borrow from them */
	struct rollup     *r = first;

	for (uint32_t i = 0; i < REVISIONS; i++) {
		bool           back = i > 0 && dice_once_in(d, 3);
		struct rollup *was = r;

		plans[i] = back ? NULL : random_plan(d, 2 + i);
		n->plan = back ? original : plans[i];
		n->since = (struct position){(1 + i) * UINT64_C(1000000), 0};
		r = rollup_rebased(was, n->plan, n->since);
		if (was != first)
			rollup_free(was);
		if (dice_once_in(d, 2))
			r = through_checkpoint(r, n->since);
		compare("new revision", r, n);
		fold_more(d, r, dice_once_in(d, 2) ? original : n->plan, n);
		compare("after a new revision", r, n);
		if (dice_once_in(d, 2))
			r = through_checkpoint(r, (struct position){UINT64_MAX, 0});
	}
	rollup_free(r);
	for (uint32_t i = 0; i < REVISIONS; i++)
		plan_free(plans[i]);
}

static void
check_plan(struct dice *d, const struct plan *p, uint32_t records, uint32_t once_in)
{
	static struct ledger l;
	struct naive         n = {.plan = p, .since = {1 + dice_below(d, 9), dice_below(d, 3)}};
	struct rollup       *r;

	make_ledger(d, &l, p, records, n.since);
	r = fold_compared(d, &l, &n, once_in);
	check_batches(r, &l);
	check_order(d, r, &l);
	check_checkpoint(d, r, &l);
	if (scope_count(p) < 60)
		check_revisions(d, r, &n);
	rollup_free(r);
	naive_fini(&n);
}

int
main(int argc, char **argv)
{
	uint32_t     rounds = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : ROUNDS;
	struct plan *real = plan_from_file(PLAN_FILE);
	struct dice  d;

	seed = argc > 1 ? strtoull(argv[1], NULL, 10) : (uint64_t)time(NULL);
	printf("seed %" PRIu64 "\n", seed);
	fflush(stdout);
	d = dice_of(seed);
	for (uint32_t i = 0; i < rounds; i++) {
		struct plan *p = random_plan(&d, 1);

		check_plan(&d, p, 1 + dice_below(&d, 40), 20);
		plan_free(p);
		if (i % 200 == 0)
			check_plan(&d, real, RECORDS_MAX, 40);
	}
	plan_free(real);
	printf("%" PRIu32 " random ledgers: the same, field by field\n", rounds);
	return 0;
}
