/*
 * A batch is judged against a book, taken back, judged again, and moved to another
 * plan. Stories of steps; what is checked is every verdict and what would be stored.
 */
#include "tests/cases.h"

#include "collector/batch.h"
#include "collector/stored.h"
#include "tests/plan_file.h"

#define STEPS_MAX 12

enum step_kind {
	END,
	ADD,    /* to the batch: task, seq, percent, as the task's lead */
	MEMBER, /* the same as the task's member of a group */
	RETURN, /* this one takes back what it said */
	RULE,   /* the office's ruling on a task: task, seq */
	OTHERS, /* somebody else's record enters the book */
	UNDO,
	JUDGE,
	REPLAN, /* the plan loses its last task, task 2's agency, and in February its member */
};

struct step {
	enum step_kind kind;
	uint32_t       task;
	uint64_t       seq;
	uint32_t       percent;
};

static struct batch_case {
	const char *name;
	struct step steps[STEPS_MAX];
	const char *want; /* "task verdict[*]" of each entry; * marks what `latest` gets */
} cases[] = {
    {"three tasks are three accepted entries", {{ADD, 1, 5, 10}, {ADD, 2, 5, 10}, {ADD, 3, 5, 10}},
	"1 accepted* 2 accepted* 3 accepted*"},
    {"of two words on a task both are stored and the newer is the latest",
	{{ADD, 1, 5, 10}, {ADD, 1, 6, 20}}, "1 accepted 1 accepted*"},
    {"an older word behind a newer one is superseded", {{ADD, 1, 6, 20}, {ADD, 1, 5, 10}},
	"1 accepted* 1 superseded"},
    {"a word said twice in a batch is a duplicate the second time",
	{{ADD, 1, 5, 10}, {ADD, 1, 5, 10}}, "1 accepted* 1 duplicate"},
    {"another content under the same seq is a conflict", {{ADD, 1, 5, 10}, {ADD, 1, 5, 11}},
	"1 accepted* 1 conflict"},
    {"a ruling and a report on one task do not meet", {{ADD, 1, 5, 10}, {RULE, 1, 5}},
	"1 accepted* 1 accepted*"},
    {"what was undone can be judged again with the same outcome",
	{{ADD, 1, 5, 10}, {ADD, 1, 6, 20}, {ADD, 1, 5, 10}, {UNDO}, {JUDGE}},
	"1 accepted 1 accepted* 1 superseded"},
    {"a newer word of somebody else supersedes ours when judged again",
	{{ADD, 1, 5, 10}, {ADD, 2, 5, 10}, {UNDO}, {OTHERS, 1, 9, 90}, {JUDGE}},
	"1 superseded 2 accepted*"},
    {"the same word through somebody else makes ours a duplicate",
	{{ADD, 1, 5, 10}, {UNDO}, {OTHERS, 1, 5, 10}, {JUDGE}}, "1 duplicate"},
    {"another word under our seq makes ours a conflict",
	{{ADD, 1, 5, 10}, {UNDO}, {OTHERS, 1, 5, 11}, {JUDGE}}, "1 conflict"},
    {"an older word of somebody else changes nothing",
	{{ADD, 1, 5, 10}, {UNDO}, {OTHERS, 1, 4, 90}, {JUDGE}}, "1 accepted*"},
    {"a superseded word becomes accepted when what was above it is gone",
	{{OTHERS, 1, 9, 90}, {ADD, 1, 5, 10}, {REPLAN}, {JUDGE}}, "1 accepted*"},
    {"a plan revision takes a task and an obligation away",
	{{ADD, 1, 5, 10}, {ADD, 2, 5, 10}, {ADD, 3, 5, 10}, {RULE, 3, 5}, {RULE, 1, 5}, {UNDO},
	    {REPLAN}, {JUDGE}},
	"1 accepted* 2 not_responsible 3 unknown_task 3 unknown_task 1 accepted*"},
    {"a plan revision in which a member has left before its word's day",
	{{ADD, 1, 5, 10}, {MEMBER, 1, 5, 10}, {UNDO}, {REPLAN}, {JUDGE}},
	"1 accepted* 1 not_responsible"},
    {"who has left by a plan revision can still take back what it said",
	{{MEMBER, 1, 5, 10}, {RETURN, 1, 6}, {UNDO}, {REPLAN}, {JUDGE}},
	"1 not_responsible 1 accepted*"},
};

/* Three tasks of three agencies, and d in task 1 by a group; revision 2 gives task 2 to
 * c, has no task 3, and d has left before the day of all reports. */
static struct plan *
make_plan(int revision)
{
	char yaml[2000];
	int  len = snprintf(yaml, sizeof(yaml),
	     "format: 1\nid: p\nrevision: %d\ntitle: {zh: 计划}\nstarts: 2026-01-01\n"
	      "ends: 2026-12-31\nutc_offset: \"+08:00\"\nreporting: {every: month, due_days: 5}\n"
	      "office: o\nagencies:\n  - {id: a, zh: 甲}\n  - {id: b, zh: 乙}\n  - {id: c, zh: 丙}\n"
	      "  - {id: d, zh: 丁}\n  - {id: o, zh: 办}\n"
	      "groups: [{id: g, zh: 组, agencies: [{id: d%s}]}]\n"
	      "chapters:\n  - number: 1\n    zh: 章\n    tasks:\n"
	      "      - {number: 1, zh: 一, duty: lead, agencies: [a, \"@g\"]}\n"
	      "      - {number: 2, zh: 二, agencies: [%s]}\n%s",
	     revision, revision == 1 ? "" : ", until: 2026-02-28", revision == 1 ? "b" : "c",
            revision == 1 ? "      - {number: 3, zh: 三, agencies: [c]}\n" : "");

	return plan_from_text(yaml, (size_t)len);
}

static struct record
record_of(const struct plan *p, const struct step *s)
{
	/* of every other step a status */
	static const enum report_kind kinds[REPLAN] = {
	    [RULE] = REPORT_DISPOSITION, [RETURN] = REPORT_WITHDRAWAL};
	const struct plan_obligation *lead =
	    &p->obligations[p->tasks[s->task - 1].first_obligation];
	bool     member = s->kind == MEMBER || s->kind == RETURN;
	uint32_t agency = s->kind == RULE ? p->office : lead[member].agency;

	return (struct record){
	    .seq = s->seq,
	    .received_ms = 1774951200000,
	    .agency = text_of(p->agencies[agency].id),
	    .report = {.kind = kinds[s->kind],
		.task_known = true,
		.task = s->task,
		.at_ms = 1774951200000,
		.state = REPORT_IN_PROGRESS,
		.percent = s->percent,
		.disposition = REPORT_VERIFIED},
	};
}

static void
replan(struct stored *stored, struct batch *b)
{
	struct plan *old = stored->plan;

	stored->plan = make_plan(2);
	book_free(stored->book);
	stored->book = book_new(stored->plan);
	batch_resolve(b, old, stored);
	plan_free(old);
}

static void
take_step(struct stored *stored, struct batch *b, const struct step *s)
{
	struct record    rec;
	struct buf       bytes = {0};
	struct book_slot slot;

	switch (s->kind) {
	case ADD:
	case MEMBER:
	case RETURN:
	case RULE:
		rec = record_of(stored->plan, s);
		batch_add(b, stored->book, book_find_record(stored->book, &rec), &rec);
		break;
	case OTHERS:
		rec = record_of(stored->plan, s);
		slot = book_slot_of(&rec, wire_record_encode(&bytes, &rec));
		book_set(stored->book, book_find_record(stored->book, &rec), &slot);
		buf_fini(&bytes);
		break;
	case UNDO:
		batch_undo(b, stored->book);
		break;
	case JUDGE:
		batch_judge(b, stored->book);
		break;
	case REPLAN:
		replan(stored, b);
		break;
	case END:
		break;
	}
}

/* Each accepted entry must be in the records to be stored, in order, no other. */
static void
check_records(struct batch *b, const struct stored *stored)
{
	struct text   bytes = batch_records(b);
	struct record rec;

	for (uint32_t i = 0; i < b->entry_count; i++) {
		if (b->entries[i].verdict != REPORT_ACCEPTED)
			continue;
		assert_int_equal(wire_record_decode(stored->decoder, &bytes, &rec, NULL, NULL), 0);
		assert_int_equal(rec.report.task, b->entries[i].task);
		assert_int_equal(rec.seq, b->entries[i].said.seq);
	}
	assert_int_equal(bytes.len, 0);
}

static void
check_batch(void **state)
{
	const struct batch_case *c = *state;
	struct stored            stored;
	struct bus_peer          peer = {.len = 1, .id = {7}};
	struct batch            *b = batch_new();
	struct buf               got = {0};

	stored_init(&stored, "p");
	stored.plan = make_plan(1);
	stored.book = book_new(stored.plan);
	batch_message(b, &peer, false, 0, 5);
	for (size_t i = 0; i < STEPS_MAX; i++)
		take_step(&stored, b, &c->steps[i]);
	for (uint32_t i = 0; i < b->entry_count; i++) {
		const struct batch_entry *en = &b->entries[i];

		buf_addf(&got, "%s%u %s%s", i > 0 ? " " : "", (unsigned)en->task,
		    en->verdict == REPORT_REJECTED ? report_code_name(en->code)
						   : report_verdict_name(en->verdict),
		    batch_is_latest(b, stored.book, i) ? "*" : "");
	}
	buf_add(&got, "", 1);
	assert_string_equal(got.at, c->want);
	assert_int_equal(b->messages[0].count, b->entry_count);
	check_records(b, &stored);
	buf_fini(&got);
	batch_free(b);
	stored_fini(&stored);
}

CASES_MAIN(cases, check_batch)
