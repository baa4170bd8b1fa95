#include "dashboard/chronicle_records.h"

#include <assert.h>
#include <search.h>
#include <stdlib.h>

#include "core/buf.h"
#include "core/mem.h"
#include "core/wire_record.h"

#define TEXTS_BYTES_MAX (32u << 10) /* of one record; a collector lets half of that through */

/* A record as it is kept: by the timeline of its task, the recent ones and a slot. */
struct kept {
	struct kept    *older, *newer; /* of those in timelines */
	struct position position;
	uint32_t        references, task, percent_before;
	uint8_t         effect, state_before;
	bool            was_known;
	uint32_t        len;
	char            bytes[]; /* core/wire_record.h */
};

/* What was said last on an obligation, or ruled on a task. */
struct slot {
	uint32_t          task;
	bool              ruling;
	char              agency[PLAN_ID_MAX + 1]; /* "" of a ruling: whoever is the office */
	uint64_t          seq;                     /* 0: nothing yet */
	enum report_state state;
	uint32_t          percent;
	struct kept      *newest;
};

/* The records of a task: those from number first to count - 1, the n-th in
 * at[n % CHRONICLE_TASK_MAX]. */
struct timeline {
	struct kept **at;
	uint64_t      first, count;
};

struct chronicle_records {
	void                  *slots; /* tsearch(3): of struct slot; owned, like all below */
	uint32_t               slot_count;
	struct timeline       *timelines; /* by task number - 1 */
	uint32_t               timeline_count;
	struct kept           *recent[CHRONICLE_RECENT_MAX]; /* the n-th in n % its length */
	uint64_t               count;
	struct kept           *oldest, *newest; /* of those in timelines */
	size_t                 bytes;           /* of these */
	struct wire_records   *decoder;
	struct buf             encoded;
	struct chronicle_item *shown; /* the one that was asked for last */
};

struct chronicle_records *
chronicle_records_new(void)
{
	struct chronicle_records *r = mem_zeroed(1, sizeof(*r));

	r->decoder = wire_records_new();
	r->shown = mem_zeroed(1, sizeof(*r->shown));
	return r;
}

static void
release(struct kept *k)
{
	if (k != NULL && --k->references == 0)
		free(k);
}

static void
free_slot(void *slot)
{
	release(((struct slot *)slot)->newest);
	free(slot);
}

static size_t
size_of(const struct kept *k)
{
	return sizeof(*k) + k->len;
}

/* Takes the oldest record out of a timeline. */
static void
drop_oldest(struct chronicle_records *r, struct timeline *t)
{
	struct kept *k = t->at[t->first++ % CHRONICLE_TASK_MAX];

	*(k->older != NULL ? &k->older->newer : &r->oldest) = k->newer;
	*(k->newer != NULL ? &k->newer->older : &r->newest) = k->older;
	r->bytes -= size_of(k);
	release(k);
}

void
chronicle_records_free(struct chronicle_records *r)
{
	if (r == NULL)
		return;
	tdestroy(r->slots, free_slot);
	for (uint32_t i = 0; i < r->timeline_count; i++) {
		struct timeline *t = &r->timelines[i];

		while (t->first < t->count)
			drop_oldest(r, t);
		free(t->at);
	}
	free(r->timelines);
	for (size_t i = 0; i < CHRONICLE_RECENT_MAX; i++)
		release(r->recent[i]);
	wire_records_free(r->decoder);
	buf_fini(&r->encoded);
	free(r->shown);
	free(r);
}

static int
compare_slots(const void *one, const void *other)
{
	const struct slot *a = one, *b = other;

	if (a->task != b->task)
		return a->task < b->task ? -1 : 1;
	if (a->ruling != b->ruling)
		return a->ruling - b->ruling;
	return strcmp(a->agency, b->agency);
}

/* What a slot is found by. Returns false for a task or agency that no plan can have. */
static bool
key_of(uint32_t number, struct text agency, bool ruling, struct slot *key)
{
	*key = (struct slot){.task = number, .ruling = ruling};
	if (number == 0 || number > PLAN_TASKS_MAX || !text_is_name(agency, PLAN_ID_MAX))
		return false;
	if (!ruling)
		memcpy(key->agency, agency.at, agency.len);
	return true;
}

/* The slot of a record, a new one if need be; NULL where there can be none. */
static struct slot *
slot_for(struct chronicle_records *r, const struct record *rec)
{
	struct slot  key, **found;
	struct slot *slot;

	if (!key_of(rec->report.task, rec->agency, rec->report.kind == REPORT_DISPOSITION, &key))
		return NULL;
	found = tfind(&key, &r->slots, compare_slots);
	if (found != NULL)
		return *found;
	if (r->slot_count == CHRONICLE_WORDS_MAX)
		return NULL;
	slot = mem_zeroed(1, sizeof(*slot));
	*slot = key;
	if (tsearch(slot, &r->slots, compare_slots) == NULL)
		abort(); /* out of memory: as core/mem.h does */
	r->slot_count++;
	return slot;
}

static size_t
texts_bytes(const struct record *rec)
{
	const struct report *r = &rec->report;
	size_t               bytes =
	    rec->agency.len + r->summary.len + r->problems.len + r->next_steps.len + r->reason.len;

	for (uint32_t i = 0; i < r->evidence_count; i++)
		bytes += r->evidence[i].title.len + r->evidence[i].uri.len;
	return bytes;
}

/* A record that no collector has written loses what makes it so large. */
static struct record
trimmed(const struct record *rec)
{
	struct record small = *rec;

	if (texts_bytes(rec) <= TEXTS_BYTES_MAX)
		return small;
	small.report.summary = small.report.problems = small.report.next_steps =
	    small.report.reason = (struct text){0};
	small.report.evidence_count = 0;
	if (small.agency.len > PLAN_ID_MAX)
		small.agency = text_of("?");
	return small;
}

static struct kept *
kept_of(struct chronicle_records *r, struct position position, const struct record *rec)
{
	struct record small = trimmed(rec);
	struct kept  *k;

	buf_reset(&r->encoded);
	wire_record_encode(&r->encoded, &small);
	k = mem_resized(NULL, 1, sizeof(*k) + r->encoded.len);
	*k = (struct kept){
	    .position = position,
	    .references = 1,
	    .task = rec->report.task,
	    .len = (uint32_t)r->encoded.len,
	};
	memcpy(k->bytes, r->encoded.at, r->encoded.len);
	return k;
}

static enum rollup_effect
effect_of(const struct slot *slot, const struct record *rec, bool foreign)
{
	if (foreign || slot == NULL)
		return ROLLUP_FOREIGN;
	return rec->seq > slot->seq ? ROLLUP_APPLIED : ROLLUP_STALE;
}

/* Notes how the slot stood, and makes the record its newest if it is. */
static void
enter(struct slot *slot, struct kept *k, const struct record *rec)
{
	const struct report *report = &rec->report;
	bool                 status = report->kind == REPORT_STATUS;

	k->was_known = slot->seq > 0 && !slot->ruling;
	k->state_before = (uint8_t)slot->state;
	k->percent_before = slot->percent;
	if (rec->seq <= slot->seq)
		return;
	slot->seq = rec->seq;
	slot->state = status ? report->state : REPORT_UNREPORTED;
	slot->percent = status ? report->percent : 0;
	release(slot->newest);
	slot->newest = k;
	k->references++;
}

static struct timeline *
timeline_for(struct chronicle_records *r, uint32_t number)
{
	struct timeline *t;

	if (number > r->timeline_count) {
		r->timelines = mem_resized(r->timelines, number, sizeof(*t));
		memset(
		    &r->timelines[r->timeline_count], 0, (number - r->timeline_count) * sizeof(*t));
		r->timeline_count = number;
	}
	t = &r->timelines[number - 1];
	if (t->at == NULL)
		t->at = mem_zeroed(CHRONICLE_TASK_MAX, sizeof(t->at[0]));
	return t;
}

static void
keep_of_task(struct chronicle_records *r, struct kept *k)
{
	struct timeline *t = timeline_for(r, k->task);

	if (t->count - t->first == CHRONICLE_TASK_MAX)
		drop_oldest(r, t);
	t->at[t->count++ % CHRONICLE_TASK_MAX] = k;
	k->references++;
	k->older = r->newest;
	*(r->newest != NULL ? &r->newest->newer : &r->oldest) = k;
	r->newest = k;
	r->bytes += size_of(k);
	while (r->bytes > CHRONICLE_BYTES_MAX)
		drop_oldest(r, &r->timelines[r->oldest->task - 1]);
}

static void
keep_of_plan(struct chronicle_records *r, struct kept *k)
{
	struct kept **at = &r->recent[r->count++ % CHRONICLE_RECENT_MAX];

	release(*at);
	*at = k;
	k->references++;
}

void
chronicle_records_add(
    struct chronicle_records *r, struct position position, const struct record *rec, bool foreign)
{
	struct kept *k = kept_of(r, position, rec);
	struct slot *slot = slot_for(r, rec);

	k->effect = (uint8_t)effect_of(slot, rec, foreign);
	if (slot != NULL)
		enter(slot, k, rec);
	if (k->task >= 1 && k->task <= PLAN_TASKS_MAX)
		keep_of_task(r, k);
	keep_of_plan(r, k);
	release(k);
}

static const struct chronicle_item *
show(const struct chronicle_records *r, const struct kept *k)
{
	struct text bytes;
	int         rc;

	if (k == NULL)
		return NULL;
	bytes = (struct text){k->bytes, k->len};
	*r->shown = (struct chronicle_item){
	    .position = k->position,
	    .effect = (enum rollup_effect)k->effect,
	    .was_known = k->was_known,
	    .state_before = (enum report_state)k->state_before,
	    .percent_before = k->percent_before,
	};
	rc = wire_record_decode(r->decoder, &bytes, &r->shown->record, NULL, NULL);
	assert(rc == 0); /* we have encoded it */
	(void)rc;
	return r->shown;
}

static const struct chronicle_item *
show_newest(const struct chronicle_records *r, const struct slot *key)
{
	struct slot *const *found = tfind(key, &r->slots, compare_slots);

	return found != NULL ? show(r, (*found)->newest) : NULL;
}

const struct chronicle_item *
chronicle_records_word(const struct chronicle_records *r, uint32_t number, struct text agency)
{
	struct slot key;

	return key_of(number, agency, false, &key) ? show_newest(r, &key) : NULL;
}

const struct chronicle_item *
chronicle_records_ruling(const struct chronicle_records *r, uint32_t number)
{
	return show_newest(r, &(struct slot){.task = number, .ruling = true});
}

uint64_t
chronicle_records_count(const struct chronicle_records *r, uint32_t number)
{
	if (number == 0)
		return r->count;
	return number <= r->timeline_count ? r->timelines[number - 1].count : 0;
}

const struct chronicle_item *
chronicle_records_item(const struct chronicle_records *r, uint32_t number, size_t i)
{
	uint64_t               count = chronicle_records_count(r, number);
	const struct timeline *t;

	if (i >= count)
		return NULL;
	if (number == 0)
		return i < CHRONICLE_RECENT_MAX
		    ? show(r, r->recent[(count - 1 - i) % CHRONICLE_RECENT_MAX])
		    : NULL;
	t = &r->timelines[number - 1];
	return i < count - t->first ? show(r, t->at[(count - 1 - i) % CHRONICLE_TASK_MAX]) : NULL;
}
