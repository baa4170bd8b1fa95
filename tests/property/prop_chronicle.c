/*
 * prop_chronicle -- over random ledgers, whichever way days are turned: a chronicle's days
 * are those of the trend as the aggregator keeps it, scope by scope; its words are the
 * newest records of the ledger, and its timelines are the ledger's records.
 *
 *   prop_chronicle [SEED [ROUNDS]]
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/wire_trend.h"
#include "dashboard/chronicle.h"
#include "tests/property/random_ledger.h"

#define ROUNDS      60
#define TREND_MAX   16384 /* days of one ledger: more seasons than it has entries */
#define LOOKS       6     /* at scopes of a day */
#define RECORDS_MAX (LEDGER_ENTRIES_MAX * LEDGER_BATCH_MAX)

static uint64_t seed;

static void
hold(bool holds, const char *what)
{
	if (holds)
		return;
	printf("seed %" PRIu64 ": %s\n", seed, what);
	exit(1);
}

/* What the ledger says, found out in the simplest way. */
struct naive {
	struct {
		int32_t    day;
		struct buf bytes; /* core/wire_trend.h */
	} days[TREND_MAX];
	uint32_t day_count;
	struct {
		struct position position;
		struct record   record; /* of the ledger's bytes */
	} records[RECORDS_MAX];
	uint32_t record_count;
};

static void
keep_day(void *context, struct fold *f, int32_t day)
{
	struct naive *n = context;

	hold(n->day_count < TREND_MAX, "room for the trend");
	n->days[n->day_count].day = day;
	buf_reset(&n->days[n->day_count].bytes);
	wire_trend_encode(&n->days[n->day_count++].bytes, fold_rollup(f), fold_position(f));
}

static void
keep_records(struct naive *n, struct wire_records *w, const struct ledger_entry *entry)
{
	struct text bytes = entry->records;

	while (bytes.len > 0) {
		n->records[n->record_count].position = entry->position;
		hold(wire_record_decode(
			 w, &bytes, &n->records[n->record_count++].record, NULL, NULL) == 0,
		    "a record");
	}
}

static void
read_naively(struct naive *n, const struct random_ledger *l, int32_t until)
{
	const struct fold_rules rules = {
	    .today = FOLD_BY_LEDGER, .until_ms = INT64_MAX, .context = n, .on_day = keep_day};
	struct wire_records *w = wire_records_new();
	struct fold         *f = fold_new(&rules);
	struct err           e = {0};

	n->day_count = n->record_count = 0;
	for (uint32_t i = 0; i < l->count; i++) {
		const struct ledger_entry entry = random_ledger_entry(l, i);

		hold(fold_entry(f, &entry, &e) == 0, e.msg);
		keep_records(n, w, &entry);
	}
	fold_turn(f, until);
	wire_records_free(w);
	fold_free(f);
}

/* A clock turns some of the days before the next entry comes. */
static struct chronicle *
read_into_chronicle(struct dice *d, const struct random_ledger *l, int32_t until)
{
	struct chronicle *c = chronicle_new();
	struct err        e = {0};

	for (uint32_t i = 0; i < l->count; i++) {
		const struct ledger_entry entry = random_ledger_entry(l, i);
		struct fold              *f = chronicle_fold(c);
		int32_t                   today, next;

		if (i > 0 && dice_once_in(d, 2)) {
			today = rollup_today(fold_rollup(f));
			next = fold_day_of(f, entry.position);
			if (next > today)
				chronicle_turn(c, dice_between(d, today, next));
		}
		hold(chronicle_entry(c, &entry, &e) == 0, e.msg);
	}
	chronicle_turn(c, until);
	return c;
}

static void
hold_same_point(const struct chronicle_point *got, const struct trend_point *want)
{
	hold(got->counts == want->counts && got->percent == want->percent &&
		got->expected == want->expected && got->light == want->light,
	    "a point has the trend's percent, expected and light");
	hold(got->included == want->included && got->verified == want->verified &&
		got->completed == want->completed && got->obligations == want->obligations &&
		got->reported == want->reported,
	    "a point has the trend's counts");
}

/* The name of a scope of some plan of the ledger. */
static const char *
random_scope(struct dice *d, const struct plan *p, char name[SCOPE_NAME_SIZE])
{
	return scope_name_in(p, scope_at(p, dice_below(d, scope_count(p))), name);
}

static void
check_day(struct dice *d, const struct chronicle *c, size_t i, const struct buf *bytes,
    const struct plan *p)
{
	struct chronicle_point got;
	struct trend_point     want;
	bool                   found;
	struct err             e = {0};
	char                   name[SCOPE_NAME_SIZE];

	for (unsigned look = 0; look < LOOKS; look++) {
		random_scope(d, p, name);
		hold(
		    wire_trend_decode(bytes->at, bytes->len, text_of(name), &want, &found, &e) == 0,
		    e.msg);
		hold(chronicle_point(c, i, name, &got) == found, "a day has the trend's scopes");
		if (found)
			hold_same_point(&got, &want);
	}
}

static void
check_days(
    struct dice *d, const struct chronicle *c, const struct naive *n, const struct random_ledger *l)
{
	size_t       kept = chronicle_days(c), dropped = n->day_count - kept;
	struct plan *p = random_ledger_plan(l, dice_below(d, l->count));

	hold(kept <= n->day_count && (dropped == 0 || kept > CHRONICLE_DAYS_MAX / 2),
	    "all days are kept, or half of the most");
	for (size_t i = 0; i < kept; i++) {
		size_t at = dice_once_in(d, 4) ? dice_below(d, (uint32_t)kept) : i;

		hold(chronicle_day(c, at) == n->days[dropped + at].day, "the trend's days");
		check_day(d, c, at, &n->days[dropped + at].bytes, p);
	}
	plan_free(p);
}

static bool
same_bytes(const struct record *a, const struct record *b)
{
	struct buf of_a = {0}, of_b = {0};
	bool       same;

	wire_record_encode(&of_a, a);
	wire_record_encode(&of_b, b);
	same = text_equal(buf_text(&of_a), buf_text(&of_b));
	buf_fini(&of_a);
	buf_fini(&of_b);
	return same;
}

/* The newest of these words, or rulings: the first of the highest seq; -1: none. */
static int
newest(const struct naive *n, uint32_t number, struct text agency, bool ruling)
{
	int best = -1;

	for (uint32_t i = 0; i < n->record_count; i++) {
		const struct record *rec = &n->records[i].record;

		if (rec->report.task != number ||
		    (rec->report.kind == REPORT_DISPOSITION) != ruling ||
		    (!ruling && !text_equal(rec->agency, agency)))
			continue;
		if (best < 0 || rec->seq > n->records[best].record.seq)
			best = (int)i;
	}
	return best;
}

static void
hold_same_item(const struct chronicle_item *got, const struct naive *n, int want, const char *what)
{
	hold((got == NULL) == (want < 0), what);
	if (got == NULL)
		return;
	hold(position_compare(got->position, n->records[want].position) == 0, what);
	hold(same_bytes(&got->record, &n->records[want].record), what);
}

static void
check_words(const struct chronicle *c, const struct naive *n)
{
	const struct plan *p = chronicle_plan(c);
	struct rollup     *r = fold_rollup(chronicle_fold(c));

	for (uint32_t i = 0; i < p->obligation_count; i++) {
		const struct plan_obligation *o = &p->obligations[i];
		const struct chronicle_item  *got = chronicle_word(c, i);

		hold((got != NULL ? got->record.seq : 0) == rollup_word(r, i)->seq,
		    "a word is the rollup's");
		hold_same_item(got, n,
		    newest(n, p->tasks[o->task].number, text_of(p->agencies[o->agency].id), false),
		    "a word is the newest record");
	}
	for (uint32_t t = 0; t < p->task_count; t++) {
		const struct chronicle_item *got = chronicle_ruling(c, t);

		hold((got != NULL ? got->record.seq : 0) == rollup_ruling(r, t)->seq,
		    "a ruling is the rollup's");
		hold_same_item(got, n, newest(n, p->tasks[t].number, (struct text){0}, true),
		    "a ruling is the newest record");
	}
}

/* Of a task, or of all of them (0): the ledger's records, newest first. */
static void
check_timeline(const struct chronicle *c, const struct naive *n, uint32_t number, size_t most)
{
	size_t i = 0;

	for (uint32_t at = n->record_count; at-- > 0;) {
		if (number != 0 && n->records[at].record.report.task != number)
			continue;
		hold_same_item(
		    chronicle_item(c, number, i), n, i < most ? (int)at : -1, "a timeline");
		i++;
	}
	hold(chronicle_item(c, number, i) == NULL, "a timeline ends");
	hold(chronicle_count(c, number) == i, "a timeline's count");
}

static void
check_ledger(struct dice *d, struct naive *n, const struct random_ledger *l)
{
	const struct ledger_draft *last = &l->entries[l->count - 1];
	struct plan               *p = random_ledger_plan(l, l->count - 1);
	int32_t                    until = dice_between(d, -2, 40) +
	    calendar_day_at((int64_t)last->position.ms, p->utc_offset_min);
	struct chronicle *c = read_into_chronicle(d, l, until);

	read_naively(n, l, until);
	check_days(d, c, n, l);
	check_words(c, n);
	check_timeline(c, n, 0, CHRONICLE_RECENT_MAX);
	for (uint32_t number = 1; number <= p->task_count + 2; number++)
		check_timeline(c, n, number, CHRONICLE_TASK_MAX);
	chronicle_free(c);
	plan_free(p);
}

int
main(int argc, char **argv)
{
	uint32_t      rounds = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : ROUNDS;
	struct naive *n = mem_zeroed(1, sizeof(*n));
	struct dice   d;

	seed = argc > 1 ? strtoull(argv[1], NULL, 10) : (uint64_t)time(NULL);
	printf("seed %" PRIu64 "\n", seed);
	fflush(stdout);
	d = dice_of(seed);
	for (uint32_t i = 0; i < rounds; i++) {
		struct random_ledger l;

		random_ledger_make(&d, &l);
		check_ledger(&d, n, &l);
		random_ledger_fini(&l);
	}
	for (uint32_t i = 0; i < TREND_MAX; i++)
		buf_fini(&n->days[i].bytes);
	free(n);
	printf("%" PRIu32 " random ledgers: words and days are theirs\n", rounds);
	return 0;
}
