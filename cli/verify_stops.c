#include "cli/verify_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/calendar.h"
#include "core/wire_checkpoint.h"

#define STOPS      2
#define AS_OF_SIZE 24                       /* of a number as text, with the NUL */
#define AS_OF_MAX  INT64_C(253402300799999) /* the end of year 9999 */

/* What an aggregator writes into the rollup hash. */
static const char *const names[] = {
    "position", "revision", "state", "summary_position", "summary_as_of"};
enum { NAMES = sizeof(names) / sizeof(names[0]) };

/* No ledger gives it, for that reason. */
static void
astray(struct verify *v, struct stop *s, const char *why)
{
	s->pending = false;
	s->astray = true;
	findings_differ(&v->findings, s->kind, text_of("*"), "%s", why);
}

static struct text
kept(const struct verify *v, const char *name)
{
	return cut_find(&v->cut, LEDGER_ROLLUP, text_of(name));
}

/* It may be of a position that the ledger does not come to. */
static void
look_beyond(struct verify *v, const char *what, struct position position)
{
	if (position_compare(position, v->cut.last) > 0)
		verify_older(v, what, position);
}

/* The state says what it is of; its field may say something else. */
static void
look_beyond_checkpoint(struct verify *v)
{
	struct position field = {0}, position = v->checkpoint.position;

	(void)position_parse(kept(v, "position"), &field);
	look_beyond(v, "the checkpoint", position_compare(field, position) > 0 ? field : position);
}

static void
begin_checkpoint(struct verify *v)
{
	struct stop *s = &v->checkpoint;
	struct text  state = kept(v, "state");
	struct err   why = {0};

	s->kind = FINDING_CHECKPOINT;
	s->astray = cut_trouble(&v->cut, LEDGER_ROLLUP).at != NULL;
	if (s->astray || !verify_is_kept(v))
		return;
	s->pending = true;
	if (state.at == NULL && kept(v, "position").at == NULL && kept(v, "revision").at == NULL)
		astray(v, s, "is missing, but there are summaries");
	else if (state.at == NULL)
		astray(v, s, "state is missing");
	else if (wire_checkpoint_peek(state.at, state.len, &s->position, &s->day, &why) != 0)
		astray(v, s, why.msg);
	look_beyond_checkpoint(v);
}

/* Reads exactly what an aggregator writes. */
static bool
read_as_of(struct text t, int64_t *ms)
{
	char copy[AS_OF_SIZE], again[AS_OF_SIZE];

	if (t.at == NULL || t.len >= sizeof(copy))
		return false;
	memcpy(copy, t.at, t.len);
	copy[t.len] = '\0';
	*ms = strtoll(copy, NULL, 10);
	snprintf(again, sizeof(again), "%" PRId64, *ms);
	return text_equal(t, text_of(again)) && *ms <= AS_OF_MAX && *ms >= -AS_OF_MAX;
}

static void
begin_summaries(struct verify *v)
{
	struct text  position = kept(v, "summary_position"), as_of = kept(v, "summary_as_of");
	struct stop *s = &v->summaries;

	s->kind = FINDING_SUMMARY;
	if (!verify_is_kept(v))
		return;
	s->pending = true;
	if (position.at == NULL && as_of.at == NULL && cut_count(&v->cut, LEDGER_SUMMARY) == 0)
		astray(v, s, "are missing, but there is a checkpoint");
	else if (!position_parse(position, &s->position))
		astray(v, s, "summary_position is missing or no position");
	else if (!read_as_of(as_of, &v->as_of_ms))
		astray(v, s, "summary_as_of is missing or no time");
	look_beyond(v, "the summaries", s->position);
}

bool
verify_is_kept(const struct verify *v)
{
	for (size_t i = 0; i < NAMES; i++)
		if (kept(v, names[i]).at != NULL)
			return true;
	return cut_count(&v->cut, LEDGER_SUMMARY) > 0 ||
	    cut_trouble(&v->cut, LEDGER_ROLLUP).at != NULL ||
	    cut_trouble(&v->cut, LEDGER_SUMMARY).at != NULL;
}

void
verify_stops_begin(struct verify *v)
{
	verify_strangers(v, LEDGER_ROLLUP, FINDING_CHECKPOINT, names, NAMES);
	begin_checkpoint(v);
	begin_summaries(v);
}

/* The one of those before `next`, if that is not NULL, that the fold comes to first. */
static struct stop *
first_stop(struct verify *v, const struct position *next)
{
	struct stop *const stops[STOPS] = {&v->checkpoint, &v->summaries};
	struct stop       *first = NULL;

	for (int i = 0; i < STOPS; i++) {
		struct stop *s = stops[i];
		int          order;

		if (!s->pending || (next != NULL && position_compare(s->position, *next) >= 0))
			continue;
		order = first == NULL ? -1 : position_compare(s->position, first->position);
		if (order < 0 || (order == 0 && s->day < first->day))
			first = s;
	}
	return first;
}

static int64_t
as_of_day(const struct verify *v, int32_t day)
{
	return calendar_day_start(day, fold_plan(v->fold)->utc_offset_min);
}

/* Brings the fold to the day of a stop. Returns false, and why, where what the ledger
 * has does not come by there. */
static bool
reach(struct verify *v, const struct stop *s, int32_t next_day, struct buf *why)
{
	int32_t day = rollup_today(fold_rollup(v->fold));
	char    position[POSITION_SIZE], of[CALENDAR_DATE_SIZE], than[CALENDAR_DATE_SIZE];

	position_format(s->position, position);
	calendar_format_date(s->day, of);
	if (position_compare(s->position, fold_position(v->fold)) != 0)
		buf_addf(why, "the ledger has no entry at %s", position);
	else if (s->day < day)
		buf_addf(why, "of %s, but the entry at %s came on %s", of, position,
		    calendar_format_date(day, than));
	else if (s->day > next_day)
		buf_addf(why, "of %s, but the entry at %s was the newest only until %s", of,
		    position, calendar_format_date(next_day, than));
	else if (s == &v->summaries && as_of_day(v, s->day) != v->as_of_ms)
		buf_addf(why, "summary_as_of is not where a day of the plan begins");
	else
		fold_turn(v->fold, s->day);
	return why->len == 0;
}

static void
compare(struct verify *v, const struct stop *s)
{
	if (s == &v->checkpoint)
		verify_checkpoint(v);
	else
		verify_summaries(v);
}

void
verify_stops_pass(struct verify *v, const struct position *next, int32_t next_day)
{
	int          offset_min = fold_plan(v->fold)->utc_offset_min;
	struct stop *s;

	v->summaries.day = calendar_day_at(v->as_of_ms, offset_min);
	while ((s = first_stop(v, next)) != NULL) {
		struct buf why = {0};

		s->pending = false;
		if (reach(v, s, next_day, &why))
			compare(v, s);
		buf_add(&why, "", 1);
		if (why.len > 1)
			astray(v, s, why.at);
		buf_fini(&why);
	}
}

void
verify_stops_end(struct verify *v)
{
	struct stop *const stops[STOPS] = {&v->checkpoint, &v->summaries};

	for (int i = 0; i < STOPS; i++)
		if (stops[i]->astray)
			compare(v, stops[i]);
}

void
verify_stop_field(struct verify *v, const struct stop *s, const char *name, struct text want)
{
	struct text is = kept(v, name);
	char        shown[80];

	if (is.at != NULL && text_equal(is, want))
		return;
	if (!s->astray)
		findings_differ(&v->findings, s->kind, text_of(name),
		    "is %s, the ledger gives %.*s",
		    is.at == NULL ? "missing" : text_escape(is, shown, sizeof(shown)),
		    (int)want.len, want.at);
	findings_fix(&v->findings, LEDGER_ROLLUP, text_of(name), is, want);
}
