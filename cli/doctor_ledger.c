#include "cli/doctor.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/doctor_books.h"
#include "cli/doctor_trouble.h"
#include "common/ledger.h"

#define FRESH_MS (5 * 60000)  /* by then an aggregator has written its first checkpoint */
#define LATE_MS  (10 * 60000) /* it writes one every ten seconds */

static int64_t
age_ms(const struct doctor_books *b, struct position p)
{
	return b->now_ms - doctor_time(p.ms > INT64_MAX ? INT64_MAX : (int64_t)p.ms);
}

/* Returns 1 if the ledger has an entry from..to, 0 if not, -1 if Redis does not say, which
 * is noted. */
static int
has_entry(struct doctor *d, const char *id, const char *from, const char *to)
{
	char                key[LEDGER_KEY_SIZE];
	const struct text   words[] = {text_of("XREVRANGE"),
	      text_of(ledger_key(id, LEDGER_LEDGER, key)), text_of(to), text_of(from),
	      text_of("COUNT"), text_of("1")};
	struct err          e = {0};
	struct store_reply *r =
	    store_call(d->store, d->cfg->timeout * 1000, &e, words, OPTIONS_COUNT(words));
	int count = store_reply_count(r) > 0;

	if (r == NULL)
		doctor_unanswered(d, &e);
	store_reply_free(r);
	return r == NULL ? -1 : count;
}

/* Of a stream that was only ever appended to all entries are there. */
static bool
is_whole(struct doctor *d, const struct doctor_books *b)
{
	char at[POSITION_SIZE];

	if (b->added > b->length)
		doctor_find(&d->findings, DOCTOR_FAULT, "ledger_cut",
		    "of the %" PRId64 " entries of plan %s's ledger %" PRId64 " are gone", b->added,
		    b->plan, b->added - b->length);
	else if (!b->begins_with_plan)
		doctor_find(&d->findings, DOCTOR_FAULT, "ledger_cut",
		    "the ledger of plan %s does not begin with a plan, but at %s: its beginning is "
		    "gone",
		    b->plan, position_format(b->first, at));
	else if (position_compare(b->end, b->last) > 0)
		doctor_find(&d->findings, DOCTOR_FAULT, "ledger_short",
		    "the ledger of plan %s ends before %s, up to which there were entries", b->plan,
		    position_format(b->end, at));
	else
		return true;
	doctor_books_mend(d, b->plan);
	return false;
}

static bool
is_ended(struct doctor *d, const struct doctor_books *b)
{
	char end[POSITION_SIZE], last[POSITION_SIZE];

	if (position_compare(b->end, b->last) == 0)
		return true;
	doctor_find(&d->findings, DOCTOR_FAULT, "end_behind",
	    "plan %s says that its ledger ends at %s, and it ends at %s: nobody can report on it",
	    b->plan, position_format(b->end, end), position_format(b->last, last));
	doctor_mend(&d->findings,
	    "something else than Tuijin wrote to the ledger: 'tuijin verify --plan %s' shows what; "
	    "with --repair (as the user 'repair') the plan's end is put right",
	    b->plan);
	return false;
}

static void
note_no_checkpoint(struct doctor *d, const struct doctor_books *b)
{
	char span[DOCTOR_SPAN_SIZE];

	if (age_ms(b, b->first) < FRESH_MS)
		return;
	doctor_find(&d->findings, DOCTOR_ADVICE, "no_checkpoint",
	    "no aggregator has kept anything of plan %s, whose ledger is %s old", b->plan,
	    doctor_span(age_ms(b, b->first), span));
	doctor_mend(&d->findings,
	    "start one without --today, and see in its log whether it may write to Redis: "
	    "'journalctl -u tuijin-aggregator'");
}

/* The ledger may have entries behind it, but none that has waited for long. */
static bool
is_kept_up(struct doctor *d, const struct doctor_books *b)
{
	char from[POSITION_SIZE + 1] = "(", to[24], span[DOCTOR_SPAN_SIZE];
	int  late;

	position_format(b->checkpoint, from + 1);
	snprintf(to, sizeof(to), "%" PRId64, b->now_ms - LATE_MS);
	late = b->now_ms <= LATE_MS || age_ms(b, b->checkpoint) <= LATE_MS
	    ? 0
	    : has_entry(d, b->plan, from, to);
	if (late <= 0)
		return late == 0;
	doctor_find(&d->findings, DOCTOR_ADVICE, "checkpoint_behind",
	    "the checkpoint of plan %s is %s old, and the ledger has gone on: a restart of the "
	    "aggregator takes longer by all that",
	    b->plan, doctor_span(age_ms(b, b->checkpoint), span));
	doctor_mend(&d->findings,
	    "does the aggregator run, and may it write to Redis? 'journalctl -u tuijin-aggregator' "
	    "or 'docker compose logs aggregator'");
	return false;
}

static bool
is_checkpoint_fine(struct doctor *d, const struct doctor_books *b)
{
	char at[POSITION_SIZE], last[POSITION_SIZE];

	if (position_is_zero(b->checkpoint)) {
		note_no_checkpoint(d, b);
		return age_ms(b, b->first) < FRESH_MS;
	}
	if (position_compare(b->checkpoint, b->last) <= 0)
		return is_kept_up(d, b);
	doctor_find(&d->findings, DOCTOR_FAULT, "checkpoint_ahead",
	    "the checkpoint of plan %s is of %s, and its ledger ends at %s: entries were lost",
	    b->plan, position_format(b->checkpoint, at), position_format(b->last, last));
	doctor_books_mend(d, b->plan);
	return false;
}

static bool
is_sealed(struct doctor *d, const struct doctor_books *b)
{
	char at[POSITION_SIZE];
	int  has;

	if (position_is_zero(b->seal) && position_is_zero(b->checkpoint))
		return true; /* no aggregator was there yet */
	if (position_is_zero(b->seal)) {
		doctor_find(&d->findings, DOCTOR_ADVICE, "no_seals",
		    "the ledger of plan %s has no seals, but there is a checkpoint: somebody took "
		    "them away",
		    b->plan);
		doctor_mend(&d->findings,
		    "the aggregator makes them again at its next start; compare the ledger with a "
		    "seal that was kept elsewhere: 'tuijin verify --plan %s --seal POSITION:HASH'",
		    b->plan);
		return false;
	}
	position_format(b->seal, at);
	if ((has = has_entry(d, b->plan, at, at)) != 0)
		return has > 0;
	doctor_find(&d->findings, DOCTOR_FAULT, "seal_astray",
	    "the newest seal of plan %s is of %s, which its ledger does not have", b->plan, at);
	doctor_books_mend(d, b->plan);
	return false;
}

static void
look_at(struct doctor *d, const struct doctor_books *b)
{
	if (!is_whole(d, b) || !is_ended(d, b) || !is_checkpoint_fine(d, b) || !is_sealed(d, b))
		return;
	doctor_find(&d->findings, DOCTOR_FINE, "ledger_in_step",
	    "ledger (%" PRId64 " entries), checkpoint and seals of plan %s are in step ('tuijin "
	    "verify' proves every entry)",
	    b->length, b->plan);
}

void
doctor_ledger(struct doctor *d)
{
	if (!doctor_has_store(d))
		return;
	for (size_t i = 0; i < d->plan_count; i++) {
		struct doctor_books b;
		struct err          e = {0};
		int                 has = doctor_books_read(d, d->plans[i].id, &b, &e);

		if (has < 0) {
			doctor_unanswered(d, &e);
			return;
		}
		if (has > 0)
			look_at(d, &b);
	}
}
