#include "cli/doctor.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/doctor_trouble.h"
#include "cli/loaded.h"
#include "common/clock.h"
#include "common/ledger.h"
#include "common/translate.h"
#include "core/calendar.h"
#include "core/plan_yaml.h"

#define LOAD      "tuijin plan load FILE --redis redis://office@HOST:PORT?password-file=FILE"
#define SHOWN_MAX 3 /* plans */

/* What is asked of Redis about a plan, in one step. */
enum part { PART_PLAN, PART_LATEST, PART_LEDGER };
enum field { FIELD_REVISION, FIELD_DIGEST, FIELD_YAML, FIELD_HELD };

static struct store_reply *
ask(struct doctor *d, const char *id, struct err *e)
{
	const struct text exec = text_of("EXEC");
	char              key[LEDGER_KEY_SIZE];

	store_sendv(d->store, "MULTI", NULL);
	store_sendv(d->store, "HMGET", ledger_key(id, LEDGER_PLAN, key), "revision", "digest",
	    "yaml", "held", NULL);
	store_sendv(d->store, "HLEN", ledger_key(id, LEDGER_LATEST, key), NULL);
	store_sendv(d->store, "XREVRANGE", ledger_key(id, LEDGER_LEDGER, key), "+", "-", "COUNT",
	    "1", NULL);
	return store_call(d->store, d->cfg->timeout * 1000, e, &exec, 1);
}

int32_t
doctor_today(const struct plan *p)
{
	return calendar_day_at(clock_wall_ms(), p->utc_offset_min);
}

static void
note_garbled(struct doctor *d, const char *id, const char *why)
{
	doctor_find(&d->findings, DOCTOR_FAULT, "plan_garbled",
	    "what Redis has of plan %s is not what was loaded: %s", id, why);
	doctor_mend(&d->findings,
	    "'tuijin verify --plan %s' compares it with the ledger, and with --repair (as the user "
	    "'repair') puts it right",
	    id);
}

/* Loaded anew behind a ledger that has it already, it could never be verified again. */
static void
note_gone(struct doctor *d, const struct doctor_plan *p)
{
	const char *id = p->id;

	doctor_find(&d->findings, DOCTOR_FAULT, "plan_gone",
	    "plan %s is in the list of plans, but there is nothing of it", id);
	if (p->has_end) {
		doctor_mend(&d->findings,
		    "its ledger is still there: 'tuijin verify --plan %s --repair' (as the user "
		    "'repair') brings the plan back; do not load it",
		    id);
		return;
	}
	doctor_mend(&d->findings,
	    "load it ('%s') or restore a backup; if there never was one, 'redis-cli --user admin "
	    "SREM "
	    "%s %s'",
	    LOAD, LEDGER_PLANS, id);
}

/* The text, and what is noted beside it, are one revision of the plan of that name. */
static bool
is_whole(struct doctor *d, struct doctor_plan *p, const struct store_reply *fields)
{
	struct text yaml = store_reply_text(store_reply_at(fields, FIELD_YAML));
	char        digest[LEDGER_DIGEST_SIZE], revision[24];
	struct err  e = {0};
	const char *why = NULL;

	if (store_reply_type(store_reply_at(fields, FIELD_YAML)) == STORE_NIL) {
		note_gone(d, p);
		return false;
	}
	if ((p->plan = plan_yaml_parse_stored(yaml, &e)) == NULL) {
		note_garbled(d, p->id, e.msg);
		return false;
	}
	snprintf(revision, sizeof(revision), "%" PRIu32, p->plan->revision);
	if (strcmp(p->plan->id, p->id) != 0)
		why = TEXT("its text is another plan's");
	else if (!text_equal(store_reply_text(store_reply_at(fields, FIELD_DIGEST)),
		     text_of(ledger_digest(yaml, digest))))
		why = TEXT("its digest is not that of its text");
	else if (!text_equal(
		     store_reply_text(store_reply_at(fields, FIELD_REVISION)), text_of(revision)))
		why = TEXT("its text is of another revision");
	if (why == NULL)
		return true;
	note_garbled(d, p->id, err_text(why));
	return false;
}

/* How many records `latest` holds, as the plan says; -1: what it says is no number. */
static int64_t
held_of(const struct store_reply *r)
{
	char      text[24], *end;
	long long n;

	if (store_reply_type(r) == STORE_NIL)
		return 0; /* as long as nobody has reported */
	screen_safe(store_reply_text(r), text, sizeof(text));
	n = strtoll(text, &end, 10);
	return end == text || *end != '\0' || n < 0 ? -1 : n;
}

static bool
has_all_records(struct doctor *d, const char *id, const struct store_reply *r)
{
	int64_t held = held_of(store_reply_at(store_reply_at(r, PART_PLAN), FIELD_HELD));
	int64_t is = store_reply_integer(store_reply_at(r, PART_LATEST));

	if (held == is)
		return true;
	doctor_find(&d->findings, DOCTOR_FAULT, is < held ? "latest_lost" : "latest_surplus",
	    is < held
		? TEXT("nobody can report on plan %s: of its %" PRId64
		       " newest records Redis has %" PRId64)
		: TEXT("plan %s should have %" PRId64 " newest records, and Redis has %" PRId64),
	    id, held, is);
	doctor_mend(&d->findings,
	    "something else than Tuijin wrote to Redis, or a backup was restored in part: 'tuijin "
	    "verify --plan %s' names what differs; with --repair (as the user 'repair') it takes "
	    "it from the ledger",
	    id);
	return false;
}

/* The plan of other days is worth a word where there is none of these. */
static void
look_at_days(struct doctor *d, const struct plan *p, bool is_only)
{
	int32_t           today = doctor_today(p);
	enum doctor_level level = is_only ? DOCTOR_ADVICE : DOCTOR_FINE;
	char              date[CALENDAR_DATE_SIZE];

	if (today < p->starts) {
		doctor_find(&d->findings, level, "plan_not_begun",
		    "plan %s begins on %s: until then nothing is expected of anybody", p->id,
		    calendar_format_date(p->starts, date));
		if (is_only)
			doctor_mend(&d->findings,
			    "if that is not meant, correct 'starts' in its file, raise 'revision' "
			    "and load "
			    "it "
			    "again");
	} else if (today > p->ends) {
		doctor_find(&d->findings, level, "plan_over", "plan %s ended on %s", p->id,
		    calendar_format_date(p->ends, date));
		if (is_only)
			doctor_mend(&d->findings,
			    "load the next year's plan, under an id of its own: this one stays as "
			    "it is "
			    "('%s')",
			    LOAD);
	}
}

static bool
is_of_today(const struct plan *p)
{
	return p != NULL && doctor_today(p) >= p->starts && doctor_today(p) <= p->ends;
}

/* What Redis has of one plan, into *p. Returns false if Redis gives no more answers. */
static bool
look_at(struct doctor *d, struct doctor_plan *p)
{
	struct err                e = {0};
	struct store_reply       *r = ask(d, p->id, &e);
	const struct store_reply *last;

	if (r == NULL) {
		doctor_unanswered(d, &e);
		return false;
	}
	last = store_reply_at(store_reply_at(r, PART_LEDGER), 0);
	p->has_end = position_parse(store_reply_text(store_reply_at(last, 0)), &p->end);
	if (!doctor_is_garbled(d, p->id, store_reply_at(r, PART_PLAN)) &&
	    !doctor_is_garbled(d, p->id, store_reply_at(r, PART_LATEST)) &&
	    is_whole(d, p, store_reply_at(r, PART_PLAN)) && has_all_records(d, p->id, r)) {
		doctor_find(&d->findings, DOCTOR_FINE, "plan_loaded",
		    "plan %s is loaded, revision %" PRIu32 ", with all of its records", p->id,
		    p->plan->revision);
	}
	store_reply_free(r);
	return true;
}

static void
note_none(struct doctor *d)
{
	doctor_find(&d->findings, DOCTOR_FAULT, "no_plan",
	    "no plan is loaded, so nobody can report and nothing is shown");
	doctor_mend(&d->findings, "'tuijin plan check FILE', then '%s'", LOAD);
}

static void
note_missing(struct doctor *d, const struct store_reply *ids)
{
	struct buf names = {0};
	char       shown[2 * PLAN_ID_MAX];
	size_t     count = store_reply_count(ids);

	for (size_t i = 0; i < count && i < SHOWN_MAX; i++)
		buf_addf(&names, "%s%s", i > 0 ? ", " : "",
		    screen_safe(store_reply_text(store_reply_at(ids, i)), shown, sizeof(shown)));
	if (count > SHOWN_MAX)
		buf_addf(&names, ", …");
	doctor_find(&d->findings, DOCTOR_FAULT, "plan_not_loaded",
	    "plan %s is not loaded, but these are: %.*s",
	    screen_safe(text_of(d->cfg->plan), shown, sizeof(shown)), (int)names.len, names.at);
	doctor_mend(&d->findings, "correct --plan, or load it: '%s'", LOAD);
	buf_fini(&names);
}

/* Takes the ids that are to be looked at into d->plans. */
static void
choose(struct doctor *d, const struct store_reply *ids)
{
	const char *only = d->cfg->plan;
	char        shown[80];

	for (size_t i = 0; i < store_reply_count(ids); i++) {
		struct text id = store_reply_text(store_reply_at(ids, i));

		if (only != NULL && !text_equal(id, text_of(only)))
			continue;
		if (!text_is_name(id, PLAN_ID_MAX)) {
			doctor_find(&d->findings, DOCTOR_FAULT, "plan_id",
			    "in the list of plans is '%s', which is no name of a plan",
			    screen_safe(id, shown, sizeof(shown)));
			doctor_mend(&d->findings,
			    "take it out: 'redis-cli --user admin SREM %s NAME'", LEDGER_PLANS);
		} else if (d->plan_count == DOCTOR_PLANS_MAX) {
			doctor_find(&d->findings, DOCTOR_SKIPPED, "plan_passed_over",
			    "plan %.*s was not looked at: at most %d are at a time", (int)id.len,
			    id.at, DOCTOR_PLANS_MAX);
			doctor_mend(&d->findings, "name it with --plan");
		} else {
			memcpy(d->plans[d->plan_count++].id, id.at, id.len);
		}
	}
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct doctor_plan *)a)->id, ((const struct doctor_plan *)b)->id);
}

void
doctor_plans(struct doctor *d)
{
	struct store_reply *ids;
	struct err          e = {0};
	bool                is_covered = false;

	if (!doctor_has_store(d))
		return;
	if ((ids = loaded_ids(d->store, &e)) == NULL) {
		doctor_unanswered(d, &e);
		return;
	}
	choose(d, ids);
	if (store_reply_count(ids) == 0)
		note_none(d);
	else if (d->plan_count == 0 && d->cfg->plan != NULL)
		note_missing(d, ids);
	store_reply_free(ids);
	qsort(d->plans, d->plan_count, sizeof(d->plans[0]), by_id);
	for (size_t i = 0; i < d->plan_count; i++)
		if (!look_at(d, &d->plans[i]))
			break;
	for (size_t i = 0; i < d->plan_count; i++)
		is_covered = is_covered || is_of_today(d->plans[i].plan);
	for (size_t i = 0; i < d->plan_count; i++)
		if (d->plans[i].plan != NULL)
			look_at_days(d, d->plans[i].plan, !is_covered);
}
