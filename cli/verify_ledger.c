#include "cli/verify_state.h"

#include <inttypes.h>
#include <string.h>

#include "cli/scan.h"
#include "cli/verify_difference.h"
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
take_records(struct verify *v, const struct ledger_entry *entry, struct err *e)
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
		v->records++;
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

/* The day of an entry; of one that no clock can have given, the last of all. */
static int32_t
day_of(const struct verify *v, struct position position)
{
	if (position.ms > LAST_MS)
		return INT32_MAX;
	return calendar_day_at((int64_t)position.ms, fold_plan(v->fold)->utc_offset_min);
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

static int
take_entry(void *context, const struct ledger_entry *entry, struct err *e)
{
	struct verify *v = context;
	struct err     why = {0};

	(void)e;
	v->entries++;
	if (v->fold != NULL && fold_plan(v->fold) != NULL)
		verify_stops_pass(v, entry->position, day_of(v, entry->position));
	if (entry->yaml.at != NULL)
		take_revision(v, entry);
	else if (take_records(v, entry, &why) != 0)
		give_up(v, entry->position, why.msg);
	if (v->fold != NULL)
		fold(v, entry);
	return 0;
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

/* Returns 0, or -1 with *e (ERR_INPUT if an entry is none of ours). */
static int
scan_all(struct verify *v, struct store *s, struct err *e)
{
	const struct scan scan = {
	    .store = s,
	    .plan = v->plan,
	    .until = v->cut.last,
	    .each = take_entry,
	    .context = v,
	};

	return scan_ledger(&scan, e);
}

/* The ledger's last entry is folded, and so are the days since. */
static void
finish(struct verify *v)
{
	const struct position behind_all = {UINT64_MAX, UINT64_MAX};
	int64_t now_ms = v->cut.now_ms > clock_wall_ms() ? v->cut.now_ms : clock_wall_ms();
	int32_t today = calendar_day_at(now_ms, fold_plan(v->fold)->utc_offset_min);

	if (today < rollup_today(fold_rollup(v->fold)))
		today = rollup_today(fold_rollup(v->fold));
	verify_stops_pass(v, behind_all, today);
	fold_turn(v->fold, today);
	verify_stops_end(v);
	verify_trend_end(v);
}

int
verify_ledger(struct verify *v, struct store *s, struct err *e)
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
	if (position_is_zero(v->cut.last)) {
		if (cut_trouble(&v->cut, LEDGER_LEDGER).at == NULL)
			DIFFER(v, v->cut.last, "has no entries");
		return 0;
	}
	v->fold = fold_new(&rules);
	verify_stops_begin(v);
	verify_trend_begin(v);
	v->is_whole = scan_all(v, s, &why) == 0;
	if (!v->is_whole && why.code != ERR_INPUT) {
		*e = why;
		return -1;
	}
	if (!v->is_whole)
		findings_differ(&v->findings, FINDING_LEDGER, text_of("*"),
		    "%s; nothing behind it was read", why.msg);
	else if (v->fold != NULL)
		finish(v);
	return 0;
}

/* A field of the plan hash. */
static void
compare(struct verify *v, const char *name, struct text want, bool shows)
{
	struct text is = cut_find(&v->cut, LEDGER_PLAN, text_of(name));
	char        want_shown[80], is_shown[80];
	struct buf  what = {0};

	if (is.at != NULL && text_equal(is, want))
		return;
	if (is.at == NULL)
		buf_addf(&what, "is missing");
	else if (shows)
		buf_addf(&what, "is %s, the ledger gives %s",
		    text_escape(is, is_shown, sizeof(is_shown)),
		    text_escape(want, want_shown, sizeof(want_shown)));
	else
		difference_of_bytes(&what, want, is);
	findings_differ(&v->findings, FINDING_PLAN, text_of(name), "%.*s", (int)what.len, what.at);
	findings_fix(&v->findings, LEDGER_PLAN, text_of(name), is, want);
	buf_fini(&what);
}

void
verify_plan(struct verify *v)
{
	char revision[24], digest[LEDGER_DIGEST_SIZE], end[POSITION_SIZE];

	if (v->yaml.at == NULL)
		return;
	compare(v, "revision",
	    (struct text){revision, (size_t)(text_write_number(revision, v->revision) - revision)},
	    true);
	compare(v, "digest", text_of(ledger_digest(buf_text(&v->yaml), digest)), true);
	compare(v, "yaml", buf_text(&v->yaml), false);
	compare(v, "end", text_of(position_format(v->cut.last, end)), true);
}
