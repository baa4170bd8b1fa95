/*
 * fold -- how fast a plan's ledger is folded, on one core.
 *
 *   fold [PLAN]
 *
 * Prints records per second of rollup_apply alone, and of decoding a record and
 * applying it, both settled once per entry of 64 records.
 */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "core/rollup.h"
#include "core/wire_record.h"
#include "tests/plan_file.h"

#define RECORDS       4096 /* different ones; what comes after them repeats them, newer */
#define APPLIES       (1u << 22)
#define DECODES       (1u << 19)
#define ENTRY_RECORDS 64

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
		    .received_ms = INT64_C(1774951200121) + i / 64,
		    .agency = text_of(p->agencies[p->obligations[obligation].agency].id),
		    .report = {REPORT_STATUS, true, p->obligations[obligation].task + 1,
			INT64_C(1774951200000), .state = REPORT_IN_PROGRESS, .percent = percent,
			.summary = text_of(text)},
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
	struct rollup  *r = rollup_new(p, (struct position){0});
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

static double
bench_decode(const struct plan *p, struct record *records, size_t *bytes)
{
	struct wire_records *w = wire_records_new();
	struct rollup       *r = rollup_new(p, (struct position){0});
	struct position      position = {1, 0};
	struct buf           ledger = {0};
	struct text          rest;
	struct record        rec;
	double               start;

	for (uint32_t i = 0; i < DECODES; i++) {
		wire_record_encode(&ledger, &records[i % RECORDS]);
		records[i % RECORDS].seq += RECORDS;
	}
	*bytes = ledger.len / DECODES;
	rest = buf_text(&ledger);
	start = now_s();
	while (rest.len > 0) {
		if (wire_record_decode(w, &rest, &rec, NULL, NULL) != 0)
			abort();
		apply(r, &rec, &position);
	}
	start = now_s() - start;
	buf_fini(&ledger);
	rollup_free(r);
	wire_records_free(w);
	return DECODES / start;
}

int
main(int argc, char **argv)
{
	struct plan   *p = plan_from_file(argc > 1 ? argv[1] : PLAN_FILE);
	struct record *records = make_records(p);
	size_t         bytes;
	double         applies = bench_apply(p, records);
	double         decodes = bench_decode(p, records, &bytes);

	printf("apply            %8.2f million reports/s\n", applies / 1e6);
	printf("decode and apply %8.2f million records/s of %zu bytes\n", decodes / 1e6, bytes);
	free(records);
	plan_free(p);
	return 0;
}
