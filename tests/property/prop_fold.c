/*
 * prop_fold -- a ledger folded in one go, entry by entry, from a checkpoint at any cut,
 * or with its days turned by the clock, is the same to the byte. The edges of its alerts
 * lead to those that stand. Days end once each; a fixed day gives the numbers of the day
 * by day; up to a moment is what a ledger of what was said of until then gives.
 *
 *   prop_fold [SEED [ROUNDS]]
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/fold.h"
#include "core/wire_checkpoint.h"
#include "tests/property/edge_follower.h"
#include "tests/property/random_ledger.h"

#define ROUNDS 200

static uint64_t seed;

static void
hold(bool holds, const char *what)
{
	if (holds)
		return;
	printf("seed %" PRIu64 ": %s\n", seed, what);
	exit(1);
}

/* A fold, and who listens to it. */
struct run {
	struct fold         *fold;
	struct edge_follower edges;
	int32_t              next_day;
	uint32_t             days;
};

static void
on_day(void *context, struct fold *f, int32_t day)
{
	struct run *r = context;

	hold(rollup_today(fold_rollup(f)) == day, "a day is told while it is the fold's");
	hold(r->days == 0 || day == r->next_day, "days end one after the other");
	r->next_day = day + 1;
	r->days++;
}

static struct fold_rules
rules_of(struct run *r)
{
	return (struct fold_rules){
	    .today = FOLD_BY_LEDGER,
	    .alerts = true,
	    .until_ms = INT64_MAX,
	    .context = r,
	    .on_day = on_day,
	};
}

static struct run *
run_new(void)
{
	struct run       *r = mem_zeroed(1, sizeof(*r));
	struct fold_rules rules = rules_of(r);

	r->fold = fold_new(&rules);
	return r;
}

static void
run_free(struct run *r)
{
	fold_free(r->fold);
	follower_fini(&r->edges);
	free(r);
}

static void
fold_one(struct fold *f, const struct ledger_entry *entry)
{
	struct err e = {0};

	hold(fold_entry(f, entry, &e) == 0, e.msg);
}

/* Entries from .. to - 1, the edges taken behind each of them, or all at last. */
static void
run_on(struct run *r, const struct random_ledger *l, uint32_t from, uint32_t to, bool each)
{
	for (uint32_t i = from; i < to; i++) {
		const struct ledger_entry entry = random_ledger_entry(l, i);

		fold_one(r->fold, &entry);
		if (each || i + 1 == to)
			follower_take(&r->edges, r->fold);
	}
	hold(r->edges.wrong == NULL, r->edges.wrong);
	hold(follower_agrees(&r->edges, r->fold), "the edges lead to what stands");
}

static bool
same_bytes(const struct buf *a, const struct buf *b)
{
	return text_equal(buf_text(a), buf_text(b));
}

static void
hold_same_state(const struct fold *a, const struct fold *b, const char *what)
{
	struct buf of_a = {0}, of_b = {0};

	fold_save(a, &of_a);
	fold_save(b, &of_b);
	hold(same_bytes(&of_a, &of_b), what);
	buf_fini(&of_a);
	buf_fini(&of_b);
}

static void
check_one_go(const struct run *whole, const struct random_ledger *l)
{
	struct run *r = run_new();

	run_on(r, l, 0, l->count, false);
	hold_same_state(r->fold, whole->fold, "one go is entry by entry");
	hold(r->days == whole->days, "one go has the same days");
	run_free(r);
}

/* Goes on from the bytes of a checkpoint, as another process would. */
static void
check_cut(struct dice *d, const struct run *whole, const struct random_ledger *l)
{
	uint32_t          cut = 1 + dice_below(d, l->count - 1);
	struct run       *r = run_new();
	struct fold_rules rules = rules_of(r);
	struct buf        state = {0};
	struct err        e = {0};

	run_on(r, l, 0, cut, true);
	fold_save(r->fold, &state);
	fold_free(r->fold);
	r->fold = fold_restore(&rules, random_ledger_plan(l, cut - 1), buf_text(&state), &e);
	hold(r->fold != NULL, e.msg);
	hold(alerts_take_edge(fold_alerts(r->fold)) == NULL, "what is restored is no news");
	run_on(r, l, cut, l->count, true);
	hold_same_state(r->fold, whole->fold, "a checkpoint and the rest is the whole");
	hold(same_bytes(&r->edges.edges, &whole->edges.edges), "and so are its edges");
	hold(r->days == whole->days, "and its days");
	buf_fini(&state);
	run_free(r);
}

static int32_t
day_of(const struct plan *p, struct position position)
{
	return calendar_day_at((int64_t)position.ms, p->utc_offset_min);
}

/* The clock turns days before the next entry comes. */
static void
check_clock(struct dice *d, const struct run *whole, const struct random_ledger *l)
{
	struct run *r = run_new();

	for (uint32_t i = 0; i < l->count; i++) {
		const struct ledger_entry entry = random_ledger_entry(l, i);
		int32_t today = i > 0 ? rollup_today(fold_rollup(r->fold)) : 0, next = today;

		if (i > 0)
			next = day_of(fold_plan(r->fold), entry.position);
		if (next > today && dice_once_in(d, 2))
			fold_turn(r->fold, dice_between(d, today, next));
		if (i > 0 && dice_once_in(d, 3))
			follower_take(&r->edges, r->fold);
		fold_one(r->fold, &entry);
	}
	follower_take(&r->edges, r->fold);
	hold(r->edges.wrong == NULL, r->edges.wrong);
	hold(follower_agrees(&r->edges, r->fold), "the edges of a clock lead to what stands");
	hold_same_state(r->fold, whole->fold, "days turned by the clock are those of the ledger");
	hold(r->days == whole->days, "and end once each");
	run_free(r);
}

static void
hold_same_rollup(const struct rollup *a, const struct rollup *b, const char *what)
{
	struct buf of_a = {0}, of_b = {0};

	wire_checkpoint_encode(&of_a, a, NULL, rollup_since(a));
	wire_checkpoint_encode(&of_b, b, NULL, rollup_since(b));
	hold(same_bytes(&of_a, &of_b), what);
	buf_fini(&of_a);
	buf_fini(&of_b);
}

static void
check_fixed_day(const struct run *whole, const struct random_ledger *l)
{
	const struct fold_rules rules = {
	    .today = rollup_today(fold_rollup(whole->fold)), .until_ms = INT64_MAX};
	struct fold *f = fold_new(&rules);

	for (uint32_t i = 0; i < l->count; i++) {
		const struct ledger_entry entry = random_ledger_entry(l, i);

		fold_one(f, &entry);
	}
	hold(fold_alerts(f) == NULL, "without alerts there are none");
	hold_same_rollup(fold_rollup(f), fold_rollup(whole->fold), "a fixed day is that day");
	fold_free(f);
}

/* The records of an entry that describe moments up to then. */
static void
keep_until(struct text records, int64_t until_ms, struct buf *kept)
{
	struct wire_records *w = wire_records_new();
	struct record        rec;

	buf_reset(kept);
	while (records.len > 0) {
		hold(wire_record_decode(w, &records, &rec, NULL, NULL) == 0, "a record");
		if (rec.report.at_ms <= until_ms)
			wire_record_encode(kept, &rec);
	}
	wire_records_free(w);
}

static void
check_until(struct dice *d, const struct random_ledger *l)
{
	struct plan      *p = random_ledger_plan(l, 0);
	struct fold_rules rules = {.today = random_day(d, p), .until_ms = INT64_MAX};
	int64_t           until_ms = random_instant(d, p, random_day(d, p));
	struct fold      *want = fold_new(&rules), *got;
	struct buf        kept = {0};

	rules.until_ms = until_ms;
	got = fold_new(&rules);
	for (uint32_t i = 0; i < l->count; i++) {
		struct ledger_entry entry = random_ledger_entry(l, i);

		fold_one(got, &entry);
		if (i > 0 && entry.yaml.at != NULL && (int64_t)entry.position.ms > until_ms)
			continue;
		if (entry.yaml.at == NULL) {
			keep_until(entry.records, until_ms, &kept);
			entry.records = buf_text(&kept);
		}
		fold_one(want, &entry);
	}
	hold_same_rollup(fold_rollup(got), fold_rollup(want), "up to a moment, what is of it");
	fold_free(want);
	fold_free(got);
	buf_fini(&kept);
	plan_free(p);
}

static void
check_ledger(struct dice *d, const struct random_ledger *l)
{
	struct run *whole = run_new();

	run_on(whole, l, 0, l->count, true);
	hold(rollup_today(fold_rollup(whole->fold)) == whole->next_day || whole->days == 0,
	    "today is behind the last day that ended");
	check_one_go(whole, l);
	check_cut(d, whole, l);
	check_clock(d, whole, l);
	check_fixed_day(whole, l);
	check_until(d, l);
	run_free(whole);
}

int
main(int argc, char **argv)
{
	uint32_t    rounds = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : ROUNDS;
	struct dice d;

	seed = argc > 1 ? strtoull(argv[1], NULL, 10) : (uint64_t)time(NULL);
	printf("seed %" PRIu64 "\n", seed);
	fflush(stdout);
	d = dice_of(seed);
	for (uint32_t i = 0; i < rounds; i++) {
		struct random_ledger l;

		random_ledger_make(&d, &l);
		check_ledger(&d, &l);
		random_ledger_fini(&l);
	}
	printf("%" PRIu32 " random ledgers: the same, however folded\n", rounds);
	return 0;
}
