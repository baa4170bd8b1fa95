#include "cli/verify_latest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/verify_difference.h"
#include "core/fnv.h"
#include "core/mem.h"
#include "core/wire_record.h"

#define SLOTS_FIRST 256 /* a power of two */

/* Without bytes: a field of `latest` that the ledger has no record for. */
struct newest_record {
	uint64_t        seq;
	struct position position;
	struct text     field, bytes; /* both behind it, in the same memory */
	bool            met;          /* it has been compared */
};

/* Open addressing, at most half full. */
struct newest {
	struct newest_record **slots; /* owned, and so is each */
	size_t                 slot_count, used, count;
	struct buf             field;   /* of the record in hand */
	struct wire_records   *decoder; /* owned */
	struct newest_ahead    ahead;
};

struct newest *
newest_new(void)
{
	struct newest *n = mem_zeroed(1, sizeof(*n));

	n->slot_count = SLOTS_FIRST;
	n->slots = mem_zeroed(n->slot_count, sizeof(n->slots[0]));
	n->decoder = wire_records_new();
	return n;
}

void
newest_free(struct newest *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->slot_count; i++)
		free(n->slots[i]);
	free(n->slots);
	buf_fini(&n->field);
	wire_records_free(n->decoder);
	free(n);
}

size_t
newest_count(const struct newest *n)
{
	return n->count;
}

/* Where the record of a field is, or is to be put. */
static struct newest_record **
slot_for(const struct newest *n, struct text field)
{
	size_t i = (size_t)fnv_add(FNV_START, field.at, field.len);

	for (;; i++) {
		struct newest_record **slot = &n->slots[i & (n->slot_count - 1)];

		if (*slot == NULL || text_equal((*slot)->field, field))
			return slot;
	}
}

static void
grow(struct newest *n)
{
	struct newest_record **old = n->slots;
	size_t                 count = n->slot_count;

	n->slot_count *= 2;
	n->slots = mem_zeroed(n->slot_count, sizeof(n->slots[0]));
	for (size_t i = 0; i < count; i++)
		if (old[i] != NULL)
			*slot_for(n, old[i]->field) = old[i];
	free(old);
}

static struct newest_record *
record_new(uint64_t seq, struct position position, struct text field, struct text bytes)
{
	struct newest_record *r = mem_zeroed(1, sizeof(*r) + field.len + bytes.len);
	char                 *at = (char *)(r + 1);

	*r = (struct newest_record){
	    seq, position, {at, field.len}, {at + field.len, bytes.len}, false};
	memcpy(at, field.at, field.len);
	if (bytes.len > 0)
		memcpy(at + field.len, bytes.at, bytes.len);
	return r;
}

/* An empty slot for a new field. */
static struct newest_record **
slot_added(struct newest *n, struct text field)
{
	if (++n->used > n->slot_count / 2)
		grow(n);
	return slot_for(n, field);
}

/* The name of its field, until the next record. An agency in a ledger may have any name;
 * that of a plan's fits. */
static struct text
field_of(struct newest *n, const struct record *rec)
{
	bool ruling = rec->report.kind == REPORT_DISPOSITION;

	buf_reset(&n->field);
	buf_grow(&n->field, LEDGER_FIELD_SIZE + rec->agency.len);
	return ledger_field(rec->report.task, rec->agency, ruling, n->field.at);
}

bool
newest_take(struct newest *n, const struct record *rec, struct text bytes, struct position position,
    uint64_t *seq, struct position *where)
{
	struct text            field = field_of(n, rec);
	struct newest_record **slot = slot_for(n, field), *old = *slot;
	bool                   met = old != NULL && old->met;

	if (old != NULL && old->seq >= rec->seq) {
		*seq = old->seq;
		*where = old->position;
		return false;
	}
	n->count += old == NULL || old->bytes.at == NULL;
	if (old == NULL)
		slot = slot_added(n, field);
	*slot = record_new(rec->seq, position, field, bytes);
	(*slot)->met = met;
	free(old);
	return true;
}

/* A record of that field which is newer than all of the ledger's: the ledger may have
 * lost its end, and then this is all that is left of it. */
static void
look_ahead(struct newest *n, struct text field, struct text value, uint64_t seq)
{
	struct newest_ahead *a = &n->ahead;
	struct record        rec;

	if (wire_record_decode(n->decoder, &value, &rec, NULL, NULL) != 0 || value.len > 0 ||
	    rec.seq <= seq || !text_equal(field_of(n, &rec), field) || a->count++ > 0)
		return;
	a->seq = rec.seq;
	text_escape(field, a->field, sizeof(a->field));
}

/* The first word about a field that the ledger knows nothing of. */
static void
meet_stranger(struct newest *n, struct text field, struct text value, struct findings *f)
{
	struct newest_record **slot = slot_added(n, field);

	*slot = record_new(0, (struct position){0}, field, (struct text){0});
	(*slot)->bytes = (struct text){0};
	(*slot)->met = true;
	look_ahead(n, field, value, 0);
	findings_differ(f, FINDING_LATEST, field, "the ledger has no such record");
	findings_fix(f, LEDGER_LATEST, field, value, (struct text){0});
}

static void
differ(struct newest *n, const struct newest_record *r, struct text value, struct findings *f)
{
	char       position[POSITION_SIZE];
	struct buf what = {0};

	position_format(r->position, position);
	if (value.at == NULL) {
		findings_differ(f, FINDING_LATEST, r->field,
		    "is missing; the ledger has seq %" PRIu64 " at %s", r->seq, position);
	} else {
		look_ahead(n, r->field, value, r->seq);
		difference_of_records(&what, r->bytes, value);
		findings_differ(f, FINDING_LATEST, r->field, "is not the record at %s: %.*s",
		    position, (int)what.len, what.at);
	}
	findings_fix(f, LEDGER_LATEST, r->field, value, r->bytes);
	buf_fini(&what);
}

void
newest_compare(struct newest *n, struct text field, struct text value, struct findings *f)
{
	struct newest_record *r = *slot_for(n, field);

	if (r == NULL && value.at != NULL)
		meet_stranger(n, field, value, f);
	if (r == NULL || r->met)
		return;
	r->met = true;
	if (value.at == NULL || !text_equal(r->bytes, value))
		differ(n, r, value, f);
}

struct text *
newest_unmet(const struct newest *n, size_t *count)
{
	struct text *names = mem_zeroed(n->count, sizeof(names[0]));

	*count = 0;
	for (size_t i = 0; i < n->slot_count; i++) {
		const struct newest_record *r = n->slots[i];

		if (r != NULL && !r->met)
			names[(*count)++] =
			    (struct text){mem_copied(r->field.at, r->field.len), r->field.len};
	}
	return names;
}

void
newest_unmet_free(struct text *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free((char *)names[i].at);
	free(names);
}

const struct newest_ahead *
newest_ahead(const struct newest *n)
{
	return &n->ahead;
}
