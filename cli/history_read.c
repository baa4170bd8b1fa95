#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/history.h"
#include "cli/loaded.h"
#include "cli/picture_words.h"
#include "cli/scan.h"
#include "core/mem.h"
#include "core/plan_yaml.h"
#include "core/wire_record.h"

#define NOT_KEPT UINT64_MAX

/* What was said on one obligation, or ruled on one task, up to here. */
struct thread {
	uint32_t task;
	bool     ruling;
	char     agency[PLAN_ID_MAX + 1]; /* "" of a ruling: whoever is the office */
	uint64_t newest;                  /* number of the newest record, or NOT_KEPT */
	uint64_t seq;
	int64_t  received_ms;
};

struct history {
	const struct history_request *request;
	struct plan                  *plan;     /* owned; in force up to here */
	struct wire_records          *decoder;  /* owned */
	void                         *threads;  /* tsearch(3): of struct thread, owned */
	struct position               from, to; /* both inclusive */

	/* A ring: record number n is in words[n % limit]. */
	struct history_word *words; /* owned */
	uint64_t             word_count;

	struct history_revision *revisions; /* owned */
	size_t                   revision_count, revision_room;
	struct history_names     names;
	bool                     known; /* to the ledger */
	bool                     begun, had;
};

static bool
is_within(const struct history *h, struct position position)
{
	return position_compare(h->from, position) <= 0 && position_compare(position, h->to) <= 0;
}

static struct history_revision *
next_revision(struct history *h)
{
	if (h->revision_count == h->revision_room) {
		h->revision_room = h->revision_room == 0 ? 8 : h->revision_room * 2;
		h->revisions = mem_resized(h->revisions, h->revision_room, sizeof(h->revisions[0]));
	}
	return &h->revisions[h->revision_count++];
}

static int
take_revision(struct history *h, const struct ledger_entry *entry, struct err *e)
{
	char         where[32];
	struct plan *p = plan_yaml_parse_stored(entry->yaml, e);
	bool         has_it, changed;

	if (p == NULL) {
		snprintf(where, sizeof(where), "plan revision %" PRIu32, entry->revision);
		err_wrap(e, where);
		return -1;
	}
	plan_free(h->plan);
	h->plan = p;
	history_names_keep(&h->names, h->request, p);
	has_it = history_has(h->request, p);
	changed = h->begun && has_it != h->had;
	if (is_within(h, entry->position))
		*next_revision(h) =
		    (struct history_revision){entry->position, entry->revision, has_it, changed};
	h->begun = true;
	h->had = has_it;
	h->known = h->known || has_it;
	return 0;
}

static int
compare_threads(const void *one, const void *other)
{
	const struct thread *a = one, *b = other;

	if (a->task != b->task)
		return a->task < b->task ? -1 : 1;
	if (a->ruling != b->ruling)
		return a->ruling - b->ruling;
	return strcmp(a->agency, b->agency);
}

/* The thread a record belongs to: a new one has seq 0. */
static struct thread *
thread_of(struct history *h, const struct record *rec)
{
	struct thread   about = {.task = rec->report.task,
	      .ruling = rec->report.kind == REPORT_DISPOSITION,
	      .newest = NOT_KEPT};
	struct thread **found, *t;

	if (!about.ruling)
		snprintf(about.agency, sizeof(about.agency), "%.*s", (int)rec->agency.len,
		    rec->agency.at);
	found = tfind(&about, &h->threads, compare_threads);
	if (found != NULL)
		return *found;
	t = mem_zeroed(1, sizeof(*t));
	*t = about;
	if (tsearch(t, &h->threads, compare_threads) == NULL)
		abort(); /* out of memory: as core/mem.h does */
	return t;
}

static struct history_word *
word_at(const struct history *h, uint64_t number)
{
	size_t limit = h->request->limit;

	if (number == NOT_KEPT || number + limit < h->word_count)
		return NULL;
	return &h->words[number % limit];
}

/* Keeps a copy of a record, in the place of the oldest if need be. Returns its number. */
static uint64_t
keep(struct history *h, struct position position, const struct record *rec)
{
	struct history_word *w = &h->words[h->word_count % h->request->limit];

	free(w->word);
	*w = (struct history_word){.word = picture_word_copied(position, rec)};
	return h->word_count++;
}

/* A record that is not the newest any more, or never was. */
static void
supersede(struct history_word *w, enum history_fate fate, uint64_t seq, int64_t received_ms)
{
	if (w == NULL)
		return;
	w->fate = fate;
	w->by_seq = seq;
	w->by_received_ms = received_ms;
}

static bool
matches(const struct history_request *q, const struct record *rec)
{
	return (q->task == 0 || q->task == rec->report.task) &&
	    (q->agency == NULL || text_equal(rec->agency, text_of(q->agency)));
}

static void
take_record(struct history *h, struct position position, const struct record *rec)
{
	struct thread       *t;
	struct history_word *before;
	uint64_t             number;
	bool                 withdrawn;

	if (!matches(h->request, rec))
		return;
	h->known = true;
	number = is_within(h, position) ? keep(h, position, rec) : NOT_KEPT;
	t = thread_of(h, rec);
	if (rec->seq <= t->seq) {
		supersede(word_at(h, number), HISTORY_SUPERSEDED, t->seq, t->received_ms);
		return;
	}
	before = word_at(h, t->newest);
	withdrawn = before != NULL && before->word->record.report.kind == REPORT_STATUS &&
	    rec->report.kind == REPORT_WITHDRAWAL;
	supersede(
	    before, withdrawn ? HISTORY_WITHDRAWN : HISTORY_SUPERSEDED, rec->seq, rec->received_ms);
	t->newest = number;
	t->seq = rec->seq;
	t->received_ms = rec->received_ms;
}

static int
take_entry(void *context, const struct ledger_entry *entry, struct err *e)
{
	struct history *h = context;
	struct text     bytes = entry->records;
	struct record   rec;

	if (entry->yaml.at != NULL)
		return take_revision(h, entry, e);
	while (bytes.len > 0) {
		if (wire_record_decode(h->decoder, &bytes, &rec, NULL, e) != 0)
			return -1;
		take_record(h, entry->position, &rec);
	}
	return 0;
}

/* The stretch of the ledger that was asked for. */
static int
choose_stretch(struct history *h, struct err *e)
{
	const struct history_request *q = h->request;
	int                           offset_min = h->plan->utc_offset_min;
	int64_t                       ms;

	h->from = q->since.position;
	h->to = q->until.position;
	if (q->since.kind == MOMENT_TIME) {
		ms = moment_start_ms(&q->since, offset_min);
		h->from = (struct position){ms < 0 ? 0 : (uint64_t)ms, 0};
	}
	if (q->until.kind == MOMENT_TIME) {
		ms = moment_ms(&q->until, offset_min);
		h->to = (struct position){ms < 0 ? 0 : (uint64_t)ms, UINT64_MAX};
	}
	if (q->until.kind == MOMENT_NONE)
		h->to = (struct position){UINT64_MAX, UINT64_MAX};
	if (position_compare(h->from, h->to) > 0)
		return err_fail(e, ERR_USAGE, "--since is later than --until");
	return 0;
}

/* Where older records were left out, the revisions among them are too. */
static void
drop_early_revisions(struct history *h)
{
	const struct history_word *oldest;
	size_t                     early = 0;

	if (history_left_out(h) == 0)
		return;
	oldest = word_at(h, history_left_out(h));
	while (early < h->revision_count &&
	    position_compare(h->revisions[early].position, oldest->word->position) < 0)
		early++;
	h->revision_count -= early;
	memmove(h->revisions, h->revisions + early, h->revision_count * sizeof(h->revisions[0]));
}

static int
read_it(struct history *h, struct store *store, struct err *e)
{
	char        id[PLAN_ID_MAX + 1];
	struct scan scan = {.store = store, .plan = id, .each = take_entry, .context = h};

	if ((h->plan = loaded_plan(store, h->request->plan, e)) == NULL ||
	    choose_stretch(h, e) != 0)
		return -1;
	snprintf(id, sizeof(id), "%s", h->plan->id);
	if (scan_ledger(&scan, e) != 0)
		return -1;
	drop_early_revisions(h);
	if (h->known || history_has(h->request, h->plan))
		return 0;
	return history_unknown(h->request, h->plan, e);
}

struct history *
history_read(struct store *store, const struct history_request *request, struct err *e)
{
	struct history *h = mem_zeroed(1, sizeof(*h));

	h->request = request;
	h->decoder = wire_records_new();
	h->words = mem_zeroed(request->limit, sizeof(h->words[0]));
	if (read_it(h, store, e) != 0) {
		history_free(h);
		return NULL;
	}
	return h;
}

void
history_free(struct history *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i < history_count(h); i++)
		free(h->words[i].word);
	free(h->words);
	free(h->revisions);
	history_names_fini(&h->names);
	tdestroy(h->threads, free);
	wire_records_free(h->decoder);
	plan_free(h->plan);
	free(h);
}

const struct history_request *
history_request(const struct history *h)
{
	return h->request;
}

const struct plan *
history_plan(const struct history *h)
{
	return h->plan;
}

const struct history_names *
history_names(const struct history *h)
{
	return &h->names;
}

size_t
history_count(const struct history *h)
{
	return h->word_count < h->request->limit ? (size_t)h->word_count : h->request->limit;
}

uint64_t
history_left_out(const struct history *h)
{
	return h->word_count - history_count(h);
}

bool
history_next(const struct history *h, struct history_cursor *c, struct history_item *item)
{
	const struct history_word     *w = NULL;
	const struct history_revision *r = NULL;

	*item = (struct history_item){0};
	if (c->words < history_count(h))
		w = word_at(h, history_left_out(h) + c->words);
	if (c->revisions < h->revision_count)
		r = &h->revisions[c->revisions];
	if (r != NULL && (w == NULL || position_compare(r->position, w->word->position) < 0)) {
		item->revision = r;
		c->revisions++;
	} else if (w != NULL) {
		item->word = w;
		c->words++;
	}
	return item->word != NULL || item->revision != NULL;
}
