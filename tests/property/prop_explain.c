/*
 * prop_explain -- every scope's explanation adds up to the rollup's own summary, and a
 * task's parts, days and receipts give its percent, expected progress and periods, over
 * random plans, ledgers and days.
 *
 *   prop_explain [SEED [ROUNDS]]
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/explain.h"
#include "tests/property/random_record.h"

#define ROUNDS      400
#define RECORDS_MAX 200

static uint64_t seed;

static void
hold(bool holds, const char *what, const struct plan *p, struct scope s)
{
	char key[SCOPE_KEY_SIZE];

	if (holds)
		return;
	printf("seed %" PRIu64 ": %s %s: %s\n", seed, scope_kind_name(s.kind), scope_key(p, s, key),
	    what);
	exit(1);
}

/* What the receipts of a task's obligations say of a period, against its summary. */
static bool
same_period(const struct rollup *r, uint32_t task, const struct summary_period *want)
{
	const struct plan_task *t = &rollup_plan(r)->tasks[task];
	struct summary_period   got = *want;
	enum plan_every         every;
	struct period           period;

	if (!period_parse(text_of(want->name), &every, &period))
		return true;
	got.expected = got.reported = got.on_time = 0;
	for (uint32_t i = 0; i < t->obligation_count; i++) {
		enum explain_heard how = explain_receipt(r, t->first_obligation + i, period).how;

		got.expected += how != EXPLAIN_UNASKED;
		got.reported += how == EXPLAIN_ON_TIME || how == EXPLAIN_LATE;
		got.on_time += how == EXPLAIN_ON_TIME;
	}
	return got.expected == want->expected && got.reported == want->reported &&
	    got.on_time == want->on_time;
}

static void
check_task(const struct rollup *r, const struct explanation *x)
{
	const struct plan  *p = rollup_plan(r);
	uint32_t            task = x->scope.index;
	struct explain_days d = explain_days(r, task);

	hold(same_period(r, task, &x->summary.period), "the current period", p, x->scope);
	hold(same_period(r, task, &x->summary.last_period), "the last period", p, x->scope);
	if (x->figure.den == 0)
		return;
	hold(explain_mean(r, task).percent == x->addends[0].percent, "percent", p, x->scope);
	hold(UINT64_C(10000) * d.passed / d.length == (uint64_t)x->summary.expected, "expected", p,
	    x->scope);
}

static void
check_costs(const struct explanation *x, const struct plan *p)
{
	int64_t total = 0;

	for (uint32_t i = 0; i < x->cost_count; i++) {
		const struct explain_addend *a = &x->addends[x->costs[i]];

		total += a->cost;
		hold(i == 0 || x->addends[x->costs[i - 1]].cost <= a->cost, "order of costs", p,
		    x->scope);
	}
	hold(total == (int64_t)x->figure.num - (int64_t)x->expected_num, "sum of costs", p,
	    x->scope);
}

static void
check_all(struct rollup *r)
{
	const struct plan *p = rollup_plan(r);

	for (uint32_t row = 0; row < scope_count(p); row++) {
		struct explanation x;

		explain(r, scope_at(p, row), &x);
		hold(explanation_adds_up(&x), "the sums", p, x.scope);
		check_costs(&x, p);
		if (x.scope.kind == SCOPE_TASK)
			check_task(r, &x);
		explanation_fini(&x);
	}
}

static void
check_plan(struct dice *d, const struct plan *p)
{
	struct rollup *r = rollup_new(p, (struct position){0, 1}, random_day(d, p));
	uint32_t       count = dice_below(d, RECORDS_MAX);

	for (uint32_t i = 0; i < count; i++) {
		struct record rec = random_record(d, p, i);

		rollup_apply(r, &rec, (struct position){i + 1, 0});
	}
	rollup_settle(r);
	check_all(r);
	rollup_free(r);
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

		check_plan(&d, p);
		plan_free(p);
		if (i % 40 == 0)
			check_plan(&d, real);
	}
	plan_free(real);
	printf("%" PRIu32 " random ledgers: every scope adds up\n", rounds);
	return 0;
}
