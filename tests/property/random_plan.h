/*
 * random_plan -- a small seeded random generator, and plans and records made by it.
 */
#ifndef TUIJIN_TESTS_RANDOM_PLAN_H
#define TUIJIN_TESTS_RANDOM_PLAN_H

#include "core/buf.h"
#include "core/report.h"
#include "tests/plan_file.h"

#define RANDOM_AGENCIES 9

/* xorshift64: any state but 0. */
struct dice {
	uint64_t state;
};

static inline uint64_t
dice_roll(struct dice *d)
{
	d->state ^= d->state << 13;
	d->state ^= d->state >> 7;
	d->state ^= d->state << 17;
	return d->state * UINT64_C(0x2545f4914f6cdd1d) >> 16;
}

/* 0 .. n-1, n > 0. */
static inline uint32_t
dice_below(struct dice *d, uint32_t n)
{
	return (uint32_t)(dice_roll(d) % n);
}

/* True once in n times. */
static inline bool
dice_once_in(struct dice *d, uint32_t n)
{
	return dice_below(d, n) == 0;
}

/* A task of random duty and weight, named by some of the agencies. */
static inline void
random_task(struct dice *d, struct buf *out, uint32_t number, uint32_t agencies)
{
	uint32_t count = 1 + dice_below(d, agencies);
	uint32_t first = dice_below(d, agencies);

	buf_addf(out, "      - {number: %u, zh: t", number);
	if (dice_once_in(d, 2))
		buf_addf(out, ", weight: %u", 1 + dice_below(d, dice_once_in(d, 4) ? 1000 : 5));
	if (count > 1)
		buf_addf(out, ", duty: %s", dice_once_in(d, 2) ? "lead" : "shared");
	buf_addf(out, ", agencies: [a%u", first);
	for (uint32_t i = 1; i < count; i++)
		buf_addf(out, ", a%u", (first + i) % agencies);
	buf_addf(out, "]}\n");
}

static inline uint32_t
random_tasks(struct dice *d, struct buf *out, uint32_t next, uint32_t agencies)
{
	uint32_t count = 1 + dice_below(d, 4);

	buf_addf(out, "    tasks:\n");
	for (uint32_t i = 0; i < count; i++)
		random_task(d, out, next++, agencies);
	return next;
}

/* A plan of 1 to 4 chapters, with and without sections, of 1 to 9 agencies a0, a1,
 * ...; a0 is the office. */
static inline struct plan *
random_plan(struct dice *d, uint32_t revision)
{
	uint32_t     agencies = 1 + dice_below(d, RANDOM_AGENCIES);
	uint32_t     chapters = 1 + dice_below(d, 4), sections, next = 1;
	struct buf   out = {0};
	struct plan *p;

	buf_addf(&out,
	    "format: 1\nid: random\nrevision: %u\ntitle: {zh: r}\nstarts: 2026-01-01\n"
	    "ends: 2026-12-31\nutc_offset: \"+08:00\"\nreporting: {every: quarter, due_days: 10}\n"
	    "office: a0\nagencies:\n",
	    revision);
	for (uint32_t i = 0; i < agencies; i++)
		buf_addf(&out, "  - {id: a%u, zh: a}\n", i);
	buf_addf(&out, "chapters:\n");
	for (uint32_t c = 1; c <= chapters; c++) {
		buf_addf(&out, "  - number: %u\n    zh: c\n", c);
		sections = dice_below(d, 4);
		if (sections == 0)
			next = random_tasks(d, &out, next, agencies);
		else
			buf_addf(&out, "    sections:\n");
		for (uint32_t s = 1; s <= sections; s++) {
			buf_addf(&out, "    - number: %u\n      zh: s\n  ", s);
			next = random_tasks(d, &out, next, agencies);
		}
	}
	p = plan_from_text(out.at, out.len);
	buf_fini(&out);
	return p;
}

/* Mostly round numbers and borders, as they are where arithmetic goes wrong. */
static inline uint32_t
random_percent(struct dice *d)
{
	static const uint32_t borders[] = {0, 1, 2, 3333, 5000, 9998, 9999};

	if (dice_once_in(d, 2))
		return borders[dice_below(d, sizeof(borders) / sizeof(borders[0]))];
	return dice_below(d, 10000);
}

static inline void
random_status(struct dice *d, struct report *r)
{
	r->kind = REPORT_STATUS;
	r->state = (enum report_state)(REPORT_NOT_STARTED + dice_below(d, 4));
	if (r->state == REPORT_COMPLETED)
		r->percent = 10000;
	else if (r->state != REPORT_NOT_STARTED)
		r->percent = random_percent(d);
}

/* Any record, now and then of a task or agency the plan does not have. Seqs come
 * from a narrow range, so that many are old, but never twice with two contents. */
static inline struct record
random_record(struct dice *d, const struct plan *p, uint32_t i)
{
	static const char *const names[RANDOM_AGENCIES + 1] = {
	    "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9"};
	uint32_t                      obligation = dice_below(d, p->obligation_count);
	const struct plan_obligation *po = &p->obligations[obligation];
	struct record                 rec = {.agency = text_of(p->agencies[po->agency].id)};

	rec.seq = (uint64_t)dice_below(d, 40) * 100000 + i + 1;
	rec.received_ms = 1 + (int64_t)dice_below(d, 1000000);
	rec.report.task_known = true;
	rec.report.task = p->tasks[po->task].number;
	rec.report.at_ms = 1 + (int64_t)dice_below(d, 1000000);
	if (dice_once_in(d, 12)) {
		rec.report.task = dice_below(d, p->task_count + 3);
		rec.agency = text_of(names[dice_below(d, RANDOM_AGENCIES + 1)]);
	}
	if (dice_once_in(d, 5)) {
		rec.report.kind = REPORT_DISPOSITION;
		rec.report.disposition =
		    (enum report_disposition)dice_below(d, REPORT_DISPOSITIONS);
		rec.agency = text_of(p->agencies[p->office].id);
	} else if (dice_once_in(d, 6)) {
		rec.report.kind = REPORT_WITHDRAWAL;
	} else {
		random_status(d, &rec.report);
	}
	return rec;
}

#endif
