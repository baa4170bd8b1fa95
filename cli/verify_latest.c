#include "cli/verify_latest.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/verify_difference.h"
#include "core/fnv.h"
#include "core/mem.h"

#define SLOTS_FIRST 256 /* a power of two */

struct newest_record {
	uint64_t        seq;
	struct position position;
	struct text     field, bytes; /* both behind it, in the same memory */
	bool            met;          /* `latest` has such a field */
};

/* Open addressing, at most half full. */
struct newest {
	struct newest_record **slots; /* owned, and so is each */
	size_t                 slot_count, used;
	struct buf             field; /* of the record in hand */
};

struct newest *
newest_new(void)
{
	struct newest *n = mem_zeroed(1, sizeof(*n));

	n->slot_count = SLOTS_FIRST;
	n->slots = mem_zeroed(n->slot_count, sizeof(n->slots[0]));
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
	free(n);
}

size_t
newest_count(const struct newest *n)
{
	return n->used;
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
	memcpy(at + field.len, bytes.at, bytes.len);
	return r;
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
	struct newest_record **slot = slot_for(n, field);

	if (*slot != NULL && (*slot)->seq >= rec->seq) {
		*seq = (*slot)->seq;
		*where = (*slot)->position;
		return false;
	}
	if (*slot == NULL && ++n->used > n->slot_count / 2) {
		grow(n);
		slot = slot_for(n, field);
	}
	free(*slot);
	*slot = record_new(rec->seq, position, field, bytes);
	return true;
}

static void
compare_field(
    struct newest *n, struct text field, struct text value, struct findings *f, struct buf *what)
{
	struct newest_record *r = *slot_for(n, field);
	char                  position[POSITION_SIZE];

	if (r == NULL) {
		findings_differ(f, FINDING_LATEST, field, "the ledger has no such record");
		findings_fix(f, LEDGER_LATEST, field, value, (struct text){0});
		return;
	}
	r->met = true;
	if (text_equal(r->bytes, value))
		return;
	buf_reset(what);
	difference_of_records(what, r->bytes, value);
	findings_differ(f, FINDING_LATEST, field, "is not the record at %s: %.*s",
	    position_format(r->position, position), (int)what->len, what->at);
	findings_fix(f, LEDGER_LATEST, field, value, r->bytes);
}

static void
find_missing(const struct newest *n, struct findings *f)
{
	char position[POSITION_SIZE];

	for (size_t i = 0; i < n->slot_count; i++) {
		const struct newest_record *r = n->slots[i];

		if (r == NULL || r->met)
			continue;
		findings_differ(f, FINDING_LATEST, r->field,
		    "is missing; the ledger has seq %" PRIu64 " at %s", r->seq,
		    position_format(r->position, position));
		findings_fix(f, LEDGER_LATEST, r->field, (struct text){0}, r->bytes);
	}
}

/* `held` is absent as long as nothing was ever said. */
static void
compare_held(const struct newest *n, const struct cut *cut, struct findings *f)
{
	struct text held = cut_find(cut, LEDGER_PLAN, text_of("held"));
	char        count[24], shown[60];
	struct text want = {count, (size_t)(text_write_number(count, n->used) - count)};

	if (held.at == NULL ? n->used == 0 : text_equal(held, want))
		return;
	findings_differ(f, FINDING_PLAN, text_of("held"),
	    "is %s; the ledger has records for %zu fields of latest",
	    held.at == NULL ? "missing" : text_escape(held, shown, sizeof(shown)), n->used);
	findings_fix(f, LEDGER_PLAN, text_of("held"), held, want);
}

void
newest_compare(struct newest *n, const struct cut *cut, struct findings *f)
{
	struct buf what = {0};

	for (size_t i = 0; i < cut_count(cut, LEDGER_LATEST); i++)
		compare_field(
		    n, cut_name(cut, LEDGER_LATEST, i), cut_value(cut, LEDGER_LATEST, i), f, &what);
	find_missing(n, f);
	compare_held(n, cut, f);
	buf_fini(&what);
}
