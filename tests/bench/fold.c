/*
 * fold -- how fast a plan's ledger is folded, on one core.
 *
 *   fold [PLAN]
 *
 * Prints records per second of rollup_apply alone, and of decoding a record and
 * applying it, both settled once per entry of 64 records; then of what the aggregator
 * does, which keeps alerts too, with entries of 64 records and of one; and of sealing
 * such entries, which it does besides.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/fold.h"
#include "core/seal.h"
#include "core/wire_record.h"
#include "tests/plan_file.h"

#define RECORDS       4096 /* different ones; what comes after them repeats them, newer */
#define APPLIES       (1u << 22)
#define DECODES       (1u << 19)
#define ENTRY_RECORDS 64
#define AT_MS         INT64_C(1774951200000) /* 2026-03-31 */
#define TODAY         20543                  /* of that day */

static double
now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static uint64_t
random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Reports of random obligations as agencies make them: seqs in microseconds, a
 * summary of a line or two. */
static struct record *
make_records(const struct plan *p)
{
	static const char text[] = "细则已发布，八个省完成培训，第二季度完成其余各省";
	struct record *records = mem_zeroed(RECORDS, sizeof(*records));
	uint64_t       state = 20260331;

	for (uint32_t i = 0; i < RECORDS; i++) {
		uint32_t obligation = (uint32_t)(random_next(&state) % p->obligation_count);
		uint32_t percent = 1 + (uint32_t)(random_next(&state) % 9999);

		records[i] = (struct record){
		    .seq = UINT64_C(1774951200000000) + i,
		    .received_ms = AT_MS + 121 + i / 64,
		    .agency = text_of(p->agencies[p->obligations[obligation].agency].id),
		    .report = {REPORT_STATUS, true, p->obligations[obligation].task + 1, AT_MS,
			.state = REPORT_IN_PROGRESS, .percent = percent, .summary = text_of(text)},
		};
	}
	return records;
}

/* Applies one record as the next of an entry. */
static void
apply(struct rollup *r, const struct record *rec, struct position *position)
{
	if (rollup_apply(r, rec, *position) != ROLLUP_APPLIED)
		abort();
	if (++position->n % ENTRY_RECORDS == 0) {
		rollup_settle(r);
		position->ms++;
	}
}

static double
bench_apply(const struct plan *p, struct record *records)
{
	struct rollup  *r = rollup_new(p, (struct position){0}, TODAY);
	struct position position = {1, 0};
	double          start = now_s();

	for (uint32_t i = 0; i < APPLIES; i++) {
		struct record *rec = &records[i % RECORDS];

		apply(r, rec, &position);
		rec->seq += RECORDS;
	}
	rollup_free(r);
	return APPLIES / (now_s() - start);
}

/* As many records as a ledger has them, and where each of them ends. */
struct ledger {
	struct buf bytes;
	size_t     ends[DECODES];
};

static void
fill(struct ledger *l, struct record *records)
{
	for (uint32_t i = 0; i < DECODES; i++) {
		wire_record_encode(&l->bytes, &records[i % RECORDS]);
		records[i % RECORDS].seq += RECORDS;
		l->ends[i] = l->bytes.len;
	}
}

static double
bench_decode(const struct plan *p, const struct ledger *l)
{
	struct wire_records *w = wire_records_new();
	struct rollup       *r = rollup_new(p, (struct position){0}, TODAY);
	struct position      position = {1, 0};
	struct text          rest = buf_text(&l->bytes);
	struct record        rec;
	double               start = now_s();

	while (rest.len > 0) {
		if (wire_record_decode(w, &rest, &rec, NULL, NULL) != 0)
			abort();
		apply(r, &rec, &position);
	}
	start = now_s() - start;
	rollup_free(r);
	wire_records_free(w);
	return DECODES / start;
}

static void
fold_one(struct fold *f, const struct ledger_entry *entry)
{
	struct err e = {0};

	if (fold_entry(f, entry, &e) != 0) {
		fprintf(stderr, "fold: %s\n", e.msg);
		abort();
	}
}

/* Entries of so many records, whose edges are taken as they come. */
static double
bench_fold(struct text yaml, const struct ledger *l, uint32_t entry_records)
{
	const struct fold_rules rules = {
	    .today = FOLD_BY_LEDGER, .alerts = true, .until_ms = INT64_MAX};
	struct fold        *f = fold_new(&rules);
	struct ledger_entry entry = {.position = {(uint64_t)AT_MS, 0}, .yaml = yaml};
	size_t              from = 0;
	double              start;

	fold_one(f, &entry);
	entry.yaml = (struct text){0};
	start = now_s();
	for (uint32_t i = entry_records; i <= DECODES; i += entry_records) {
		entry.position.n++;
		entry.records = (struct text){l->bytes.at + from, l->ends[i - 1] - from};
		fold_one(f, &entry);
		while (alerts_take_edge(fold_alerts(f)) != NULL)
			;
		from = l->ends[i - 1];
	}
	start = now_s() - start;
	fold_free(f);
	return DECODES / start;
}

/* The hash and the link of each entry. */
static double
bench_seal(const struct ledger *l, uint32_t entry_records)
{
	struct ledger_entry entry = {.position = {(uint64_t)AT_MS, 0}, .field_count = 1};
	struct buf          links = {0};
	struct seal         seal = {0};
	size_t              from = 0;
	double              start = now_s();

	entry.fields[0].name = text_of("records");
	for (uint32_t i = entry_records; i <= DECODES; i += entry_records) {
		entry.position.n++;
		entry.fields[0].value = (struct text){l->bytes.at + from, l->ends[i - 1] - from};
		seal_add(&seal, &entry);
		seal_link_write(&links, &seal);
		from = l->ends[i - 1];
	}
	buf_fini(&links);
	return DECODES / (now_s() - start);
}

int
main(int argc, char **argv)
{
	const char          *path = argc > 1 ? argv[1] : PLAN_FILE;
	struct buf           yaml = plan_file_bytes(path);
	struct plan         *p = plan_from_text(yaml.at, yaml.len);
	struct record       *records = make_records(p);
	static struct ledger l;

	printf("apply            %8.2f million reports/s\n", bench_apply(p, records) / 1e6);
	fill(&l, records);
	printf("decode and apply %8.2f million records/s of %zu bytes\n", bench_decode(p, &l) / 1e6,
	    l.bytes.len / DECODES);
	printf("fold, 64 a time  %8.2f million records/s\n",
	    bench_fold(buf_text(&yaml), &l, ENTRY_RECORDS) / 1e6);
	printf(
	    "fold, 1 a time   %8.2f million records/s\n", bench_fold(buf_text(&yaml), &l, 1) / 1e6);
	printf("seal, 64 a time  %8.2f million records/s\n", bench_seal(&l, ENTRY_RECORDS) / 1e6);
	printf("seal, 1 a time   %8.2f million records/s\n", bench_seal(&l, 1) / 1e6);
	buf_fini(&l.bytes);
	buf_fini(&yaml);
	free(records);
	plan_free(p);
	return 0;
}
