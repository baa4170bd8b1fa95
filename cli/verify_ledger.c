#include "cli/verify_state.h"

#include <inttypes.h>
#include <string.h>

#include "cli/scan.h"
#include "common/clock.h"
#include "core/calendar.h"

#define LAST_MS UINT64_C(253402300799999) /* the end of year 9999 */

/* "ledger 1774951200123-0: …" */
#define DIFFER(v, position, ...)                                                                   \
	findings_differ(&(v)->findings, FINDING_LEDGER,                                            \
	    text_of(position_format((position), (char[POSITION_SIZE]){0})), __VA_ARGS__)
#define WARN(v, position, ...)                                                                     \
	findings_warn(&(v)->findings, FINDING_LEDGER,                                              \
	    text_of(position_format((position), (char[POSITION_SIZE]){0})), __VA_ARGS__)

/* The fold is of no more use: what would have been compared with it is not. */
static void
give_up(struct verify *v, struct position position, const char *why)
{
	DIFFER(v, position, "%s; nothing that follows from it could be compared", why);
	fold_free(v->fold);
	v->fold = NULL;
}

static void
note_foreign(void *context, struct fold *f, const struct record *rec, struct position position,
    enum rollup_effect effect)
{
	struct verify *v = context;
	char           agency[2 * PLAN_ID_MAX];

	if (effect == ROLLUP_FOREIGN)
		WARN(v, position,
		    "task %" PRIu32 ", %s, seq %" PRIu64 ": revision %" PRIu32
		    " of the plan, in force then, has no such obligation",
		    rec->report.task, text_escape(rec->agency, agency, sizeof(agency)), rec->seq,
		    fold_plan(f)->revision);
}

static void
note_stale(struct verify *v, const struct record *rec, struct position position, uint64_t seq,
    struct position before)
{
	char agency[2 * PLAN_ID_MAX], earlier[POSITION_SIZE];

	WARN(v, position,
	    "task %" PRIu32 ", %s, seq %" PRIu64 ": does not rise above seq %" PRIu64
	    " at %s, and counts for nothing",
	    rec->report.task, text_escape(rec->agency, agency, sizeof(agency)), rec->seq, seq,
	    position_format(before, earlier));
}

static int
take_records(struct verify *v, const struct ledger_entry *entry, uint64_t *records, struct err *e)
{
	struct text     rest = entry->records;
	struct position before;
	uint64_t        seq;

	while (rest.len > 0) {
		struct text   bytes = rest;
		struct record rec;

		if (wire_record_decode(v->decoder, &rest, &rec, NULL, e) != 0)
			return -1;
		bytes.len -= rest.len;
		if (!newest_take(v->newest, &rec, bytes, entry->position, &seq, &before))
			note_stale(v, &rec, entry->position, seq, before);
		++*records;
	}
	return 0;
}

static void
take_revision(struct verify *v, const struct ledger_entry *entry)
{
	char digest[LEDGER_DIGEST_SIZE], shown[80];

	if (entry->revision <= v->revision)
		DIFFER(v, entry->position,
		    "revision %" PRIu32 " of the plan comes behind revision %" PRIu32,
		    entry->revision, v->revision);
	if (!text_equal(entry->digest, text_of(ledger_digest(entry->yaml, digest))))
		DIFFER(v, entry->position, "digest is %s, the SHA-256 of its yaml is %s",
		    text_escape(entry->digest, shown, sizeof(shown)), digest);
	v->revision = entry->revision;
	buf_reset(&v->yaml);
	buf_add(&v->yaml, entry->yaml.at, entry->yaml.len);
}

/* What the entry says of a plan revision, and what its yaml does. */
static void
compare_revision(struct verify *v, const struct ledger_entry *entry)
{
	const struct plan *p = fold_plan(v->fold);

	if (strcmp(p->id, v->plan) != 0)
		DIFFER(v, entry->position, "its yaml is of plan %s", p->id);
	if (p->revision != entry->revision)
		DIFFER(v, entry->position,
		    "revision is %" PRIu32 ", its yaml is of revision %" PRIu32, entry->revision,
		    p->revision);
}

static void
fold(struct verify *v, const struct ledger_entry *entry)
{
	struct err why = {0};

	if (fold_entry(v->fold, entry, &why) != 0)
		give_up(v, entry->position, why.msg);
	else if (entry->yaml.at != NULL)
		compare_revision(v, entry);
}

/* A clock that gives such positions is out of order, or it was no clock. */
static void
look_at_time(struct verify *v, struct position position)
{
	if (position.ms > LAST_MS)
		WARN(v, position, "its time is beyond the year 9999");
}

static int
take_entry(void *context, const struct ledger_entry *entry, struct err *e)
{
	struct verify *v = context;
	struct err     why = {0};

	v->entries++;
	v->read_to = entry->position;
	look_at_time(v, entry->position);
	if (chain_take(&v->chain, entry, e) != 0)
		return -1;
	if (v->fold != NULL && fold_plan(v->fold) != NULL)
		verify_stops_pass(v, &entry->position, fold_day_of(v->fold, entry->position));
	if (entry->yaml.at != NULL) {
		take_revision(v, entry);
	} else if (take_records(v, entry, &v->records, &why) != 0) {
		v->is_garbled = true;
		give_up(v, entry->position, why.msg);
	}
	if (v->fold != NULL)
		fold(v, entry);
	if (v->trouble.code == ERR_NONE)
		return 0;
	*e = v->trouble;
	return -1;
}

static int
take_newer(void *context, const struct ledger_entry *entry, struct err *e)
{
	struct verify *v = context;
	uint64_t       records = 0;

	v->read_to = entry->position;
	return entry->yaml.at != NULL ? 0 : take_records(v, entry, &records, e);
}

/* Redis counts what was ever added to a stream. */
static void
look_for_removed(struct verify *v)
{
	struct cut_books books;

	if (!cut_books(&v->cut, &books) || books.added == books.length)
		return;
	findings_differ(&v->findings, FINDING_LEDGER, books.last_removed,
	    "%" PRId64 " of %" PRId64 " entries that were added are gone, this one last",
	    books.added - books.length, books.added);
}

/* Returns 0, or -1 with *e: ERR_INPUT if an entry cannot be read, and that is noted. */
static int
read_to(struct verify *v, struct position until, scan_fn *each, struct err *e)
{
	const struct scan scan = {
	    .store = v->store,
	    .plan = v->plan,
	    .behind = v->read_to,
	    .until = until,
	    .each = each,
	    .context = v,
	};
	int rc = scan_ledger(&scan, e);

	if (rc != 0 && e->code == ERR_INPUT)
		findings_differ(&v->findings, FINDING_LEDGER, text_of("*"),
		    "%s; nothing behind it was read", e->msg);
	return rc;
}

/* What came to the ledger since the cut can be as broken as what was there: then no
 * more of it is read. */
int
verify_read_on(struct verify *v, struct position until, struct err *e)
{
	struct err why = {0};

	if (v->is_garbled || position_compare(until, v->read_to) <= 0)
		return 0;
	if (read_to(v, until, take_newer, &why) == 0)
		return 0;
	v->is_garbled = why.code == ERR_INPUT;
	if (v->is_garbled)
		return 0;
	*e = why;
	return -1;
}

void
verify_older(struct verify *v, const char *what, struct position position)
{
	char newer[POSITION_SIZE];

	DIFFER(v, v->cut.last, "the ledger is older than %s (%s)", what,
	    position_format(position, newer));
}

/* The ledger's last entry is folded, and so are the days since. */
static void
finish(struct verify *v)
{
	int64_t now_ms = v->cut.now_ms > clock_wall_ms() ? v->cut.now_ms : clock_wall_ms();
	int32_t today = calendar_day_at(now_ms, fold_plan(v->fold)->utc_offset_min);

	if (today < rollup_today(fold_rollup(v->fold)))
		today = rollup_today(fold_rollup(v->fold));
	verify_stops_pass(v, NULL, today);
	fold_turn(v->fold, today);
	verify_stops_end(v);
}

static bool
has_entries(struct verify *v)
{
	if (!position_is_zero(v->cut.last))
		return true;
	if (cut_trouble(&v->cut, LEDGER_LEDGER).at == NULL)
		DIFFER(v, v->cut.last, "has no entries");
	return false;
}

int
verify_ledger(struct verify *v, struct err *e)
{
	const struct fold_rules rules = {
	    .today = FOLD_BY_LEDGER,
	    .alerts = true,
	    .until_ms = INT64_MAX,
	    .context = v,
	    .on_record = note_foreign,
	    .on_day = verify_trend_day,
	};
	struct err why = {0};

	look_for_removed(v);
	if (verify_seals_begin(v, e) != 0)
		return -1;
	if (!has_entries(v))
		return verify_seals_end(v, cut_trouble(&v->cut, LEDGER_LEDGER).at == NULL, e);
	v->fold = fold_new(&rules);
	verify_stops_begin(v);
	verify_trend_begin(v);
	v->is_whole = read_to(v, v->cut.last, take_entry, &why) == 0;
	v->latest_count = newest_count(v->newest);
	if (v->is_whole && v->fold != NULL)
		finish(v);
	if (!v->is_whole && why.code != ERR_INPUT && v->trouble.code == ERR_NONE)
		v->trouble = why;
	if (v->trouble.code == ERR_NONE)
		return verify_seals_end(v, v->is_whole, e);
	*e = v->trouble;
	return -1;
}
