#include "collector/batch.h"

#include <stdlib.h>

#include "core/mem.h"

struct batch *
batch_new(void)
{
	return mem_zeroed(1, sizeof(struct batch));
}

void
batch_free(struct batch *b)
{
	if (b == NULL)
		return;
	free(b->messages);
	free(b->entries);
	buf_fini(&b->records);
	buf_fini(&b->chosen);
	buf_fini(&b->texts);
	free(b);
}

void
batch_reset(struct batch *b)
{
	b->message_count = b->entry_count = b->accepted = b->questions = 0;
	buf_reset(&b->records);
	buf_reset(&b->texts);
}

void
batch_message(
    struct batch *b, const struct bus_peer *peer, bool status, uint32_t agency, uint64_t seq)
{
	if (b->message_count == b->message_room) {
		b->message_room = b->message_room > 0 ? 2 * b->message_room : 16;
		b->messages = mem_resized(b->messages, b->message_room, sizeof(b->messages[0]));
	}
	b->messages[b->message_count++] = (struct batch_message){
	    .peer = *peer,
	    .status = status,
	    .agency = agency,
	    .seq = seq,
	    .taken_us = b->now_us,
	    .first = b->entry_count,
	};
	b->questions += status;
}

void
batch_stranger(struct batch *b, const struct bus_peer *peer, bool status, uint64_t seq,
    const struct refusal *why)
{
	struct batch_message *m;

	batch_message(b, peer, status, PLAN_NONE, seq);
	m = &b->messages[b->message_count - 1];
	m->stranger = true;
	m->at = (uint32_t)b->texts.len;
	m->len = (uint32_t)strlen(why->message);
	buf_add(&b->texts, why->message, m->len);
}

static struct batch_entry *
add_entry(struct batch *b)
{
	if (b->entry_count == b->entry_room) {
		b->entry_room = b->entry_room > 0 ? 2 * b->entry_room : 16;
		b->entries = mem_resized(b->entries, b->entry_room, sizeof(b->entries[0]));
	}
	b->messages[b->message_count - 1].count++;
	return &b->entries[b->entry_count++];
}

static void
judge(struct batch *b, struct book *book, struct batch_entry *en)
{
	en->verdict = book_judge(book, en->slot, &en->said);
	if (en->verdict != REPORT_ACCEPTED)
		return;
	en->was = *book_slot(book, en->slot);
	book_set(book, en->slot, &en->said);
	b->accepted++;
}

void
batch_add(struct batch *b, struct book *book, uint32_t slot, const struct record *rec)
{
	struct batch_entry *en = add_entry(b);
	size_t              at = b->records.len;
	uint64_t            digest = wire_record_encode(&b->records, rec);

	*en = (struct batch_entry){
	    .task_known = true,
	    .task = rec->report.task,
	    .slot = slot,
	    .at = (uint32_t)at,
	    .len = (uint32_t)(b->records.len - at),
	    .said = book_slot_of(rec, digest),
	};
	judge(b, book, en);
}

static void
reject(struct batch *b, struct batch_entry *en, const struct refusal *why)
{
	en->slot = PLAN_NONE;
	en->verdict = REPORT_REJECTED;
	en->code = why->code;
	en->at = (uint32_t)b->texts.len;
	en->len = (uint32_t)strlen(why->message);
	buf_add(&b->texts, why->message, en->len);
}

void
batch_add_rejected(struct batch *b, const struct report *r, const struct refusal *why)
{
	struct batch_entry *en = add_entry(b);

	*en = (struct batch_entry){.task_known = r->task_known, .task = r->task};
	reject(b, en, why);
}

void
batch_undo(struct batch *b, struct book *book)
{
	for (uint32_t i = b->entry_count; i-- > 0;) {
		const struct batch_entry *en = &b->entries[i];

		if (en->slot != PLAN_NONE && en->verdict == REPORT_ACCEPTED)
			book_set(book, en->slot, &en->was);
	}
	b->accepted = 0;
}

void
batch_judge(struct batch *b, struct book *book)
{
	b->accepted = 0;
	for (uint32_t i = 0; i < b->entry_count; i++) {
		if (b->entries[i].slot != PLAN_NONE)
			judge(b, book, &b->entries[i]);
	}
}

/* Why the plan in force has no place for a record that the one before had. */
static void
say_misplaced(const struct plan *p, const struct record *rec, struct refusal *why)
{
	unsigned task = rec->report.task, revision = p->revision;

	if (rec->report.kind == REPORT_DISPOSITION &&
	    !text_equal(rec->agency, text_of(p->agencies[p->office].id)))
		refusal_set(why, REPORT_NOT_OFFICE, "the office of plan %s is %s in revision %u",
		    p->id, p->agencies[p->office].id, revision);
	else if (plan_find_task(p, task) == PLAN_NONE)
		refusal_set(why, REPORT_UNKNOWN_TASK,
		    "task: got %u, plan %s has 1 to %u in revision %u", task, p->id,
		    (unsigned)p->task_count, revision);
	else
		refusal_set(why, REPORT_NOT_RESPONSIBLE,
		    "agency %.*s holds no obligation in task %u of plan %s in revision %u",
		    (int)rec->agency.len, rec->agency.at, task, p->id, revision);
}

/* The records are our own bytes, so decoding them cannot fail. */
static void
resolve(struct batch *b, const struct stored *now, struct batch_entry *en)
{
	const struct plan *p = now->plan;
	struct text        bytes = {b->records.at + en->at, en->len};
	struct record      rec;
	struct refusal     why;
	bool               ruling;

	if (wire_record_decode(now->decoder, &bytes, &rec, NULL, NULL) != 0)
		abort();
	ruling = rec.report.kind == REPORT_DISPOSITION;
	if (!ruling || text_equal(rec.agency, text_of(p->agencies[p->office].id)))
		en->slot = book_find_record(now->book, &rec);
	else
		en->slot = PLAN_NONE;
	if (en->slot == PLAN_NONE) {
		say_misplaced(p, &rec, &why);
		reject(b, en, &why);
	} else if (report_check_day(&rec.report, p, en->slot, &why) != 0) {
		reject(b, en, &why);
	}
}

/* What was rejected is not kept, so it cannot be judged by the new plan. */
static bool
was_rejected_by_plan(const struct batch *b, const struct batch_message *m)
{
	for (uint32_t i = m->first; i < m->first + m->count; i++) {
		enum report_code code = b->entries[i].code;

		if (b->entries[i].verdict == REPORT_REJECTED &&
		    (code == REPORT_UNKNOWN_TASK || code == REPORT_NOT_RESPONSIBLE ||
			code == REPORT_NOT_OFFICE))
			return true;
	}
	return false;
}

void
batch_resolve(struct batch *b, const struct plan *old, const struct stored *now)
{
	for (uint32_t i = 0; i < b->message_count; i++) {
		uint32_t *agency = &b->messages[i].agency;

		if (*agency != PLAN_NONE)
			*agency = plan_find_agency(now->plan, text_of(old->agencies[*agency].id));
	}
	for (uint32_t i = 0; i < b->message_count; i++)
		b->messages[i].outdated |=
		    b->messages[i].stranger || was_rejected_by_plan(b, &b->messages[i]);
	for (uint32_t i = 0; i < b->entry_count; i++) {
		if (b->entries[i].slot != PLAN_NONE)
			resolve(b, now, &b->entries[i]);
	}
}

struct text
batch_records(struct batch *b)
{
	if (b->accepted == 0)
		return (struct text){"", 0};
	buf_reset(&b->chosen);
	for (uint32_t i = 0; i < b->entry_count; i++) {
		const struct batch_entry *en = &b->entries[i];

		if (en->slot != PLAN_NONE && en->verdict == REPORT_ACCEPTED)
			buf_add(&b->chosen, b->records.at + en->at, en->len);
	}
	return buf_text(&b->chosen);
}

bool
batch_is_latest(const struct batch *b, const struct book *book, uint32_t i)
{
	const struct batch_entry *en = &b->entries[i];

	return en->slot != PLAN_NONE && en->verdict == REPORT_ACCEPTED &&
	    book_slot(book, en->slot)->seq == en->said.seq;
}
