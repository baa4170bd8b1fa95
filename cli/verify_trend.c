#include "cli/verify_state.h"

#include <string.h>

#include "cli/verify_difference.h"
#include "common/clock.h"
#include "core/calendar.h"
#include "core/scope.h"
#include "core/wire_trend.h"

#define SCOPES_NAMED_MAX 10 /* days of which the scope that differs is looked for */

/* An aggregator that runs may be about to keep the newest days. */
#define LOOKS   5
#define LOOK_US 200000

static json_t *
json_point(const struct trend_point *p)
{
	char position[POSITION_SIZE];

	return json_pack("{s:I, s:s, s:I, s:o, s:o, s:s, s:I, s:I, s:I, s:I, s:I}", "as_of",
	    (json_int_t)p->as_of_ms, "position", position_format(p->position, position), "revision",
	    (json_int_t)p->revision, "percent", p->counts ? json_percent(p->percent) : json_null(),
	    "expected", p->counts ? json_percent(p->expected) : json_null(), "light",
	    light_name(p->light), "included", (json_int_t)p->included, "verified",
	    (json_int_t)p->verified, "completed", (json_int_t)p->completed, "obligations",
	    (json_int_t)p->obligations, "reported", (json_int_t)p->reported);
}

/* What a day's bytes say of a scope: nil if nothing; NULL with *e if they cannot be
 * read. */
static json_t *
read_point(struct text bytes, struct text scope, struct err *e)
{
	struct trend_point p;
	bool               found = false;

	if (wire_trend_decode(bytes.at, bytes.len, scope, &p, &found, e) != 0)
		return NULL;
	return found ? json_point(&p) : json_null();
}

/* In what they differ about one scope, if they do. */
static void
compare_scope(struct buf *out, struct text scope, struct text want, struct text is)
{
	struct err e = {0};
	json_t *want_point = read_point(want, scope, NULL), *is_point = read_point(is, scope, &e);

	if (is_point == NULL) {
		buf_addf(out, "cannot be read: %s", e.msg);
	} else if (!json_equal(want_point, is_point)) {
		buf_addf(out, "%.*s: ", (int)scope.len, scope.at);
		difference_of_json(out, want_point, is_point);
	}
	json_decref(want_point);
	json_decref(is_point);
}

/* Names the first scope that differs. */
static void
name_difference(const struct verify *v, struct buf *out, struct text want, struct text is)
{
	const struct plan *p = fold_plan(v->fold);
	size_t             id = strlen(p->id);
	char               topic[SCOPE_TOPIC_SIZE];

	if (v->findings.differences[FINDING_TREND] < SCOPES_NAMED_MAX)
		for (uint32_t row = 0; out->len == 0 && row < scope_count(p); row++) {
			size_t len = strlen(scope_topic(p, scope_at(p, row), topic));

			compare_scope(out, (struct text){topic + id + 1, len - id - 2}, want, is);
		}
	if (out->len == 0)
		difference_of_bytes(out, want, is);
}

void
verify_trend_begin(struct verify *v)
{
	int32_t day;

	days_init(&v->days, &v->cut);
	v->days_end = v->checkpoint.pending ? v->checkpoint.day : INT32_MIN;
	for (size_t i = 0; i < v->days.count; i++)
		if (calendar_parse_date(v->days.names[i], &day) && day >= v->days_end)
			v->days_end = day + 1;
}

/* Days before the checkpoint's, and before one that is kept, have been kept; and so has
 * a day before that of the ledger's last entry, which is over for everybody, if there is
 * an aggregator at all. */
static bool
has_to_be_kept(const struct verify *v, const struct fold *f, int32_t day)
{
	if (day < v->days_end)
		return true;
	return day < fold_day_of(f, v->cut.last) &&
	    (verify_is_kept(v) || v->days.count > 0 ||
		cut_trouble(&v->cut, LEDGER_TREND).at != NULL);
}

static void
compare_day(struct verify *v, struct text name, struct text want, struct text is)
{
	struct buf what = {0};

	v->day_count++;
	if (text_equal(is, want))
		return;
	name_difference(v, &what, want, is);
	findings_differ(&v->findings, FINDING_TREND, name, "%.*s", (int)what.len, what.at);
	findings_fix(&v->findings, LEDGER_TREND, name, is, want);
	buf_fini(&what);
}

void
verify_trend_day(void *context, struct fold *f, int32_t day)
{
	struct verify *v = context;
	char           date[CALENDAR_DATE_SIZE];
	struct text    name = text_of(calendar_format_date(day, date)), is = {0};
	size_t         i = days_find(&v->days, name);
	struct buf     want = {0};

	scan_progress_tell(&v->progress, "folding the day %s", date);
	if (v->trouble.code != ERR_NONE)
		return;
	if (i < v->days.count) {
		v->days.met[i] = true;
		if (days_read(&v->days, v->store, v->plan, i, &is, &v->trouble) != 0)
			return;
	} else if (!has_to_be_kept(v, f, day)) {
		return;
	}
	wire_trend_encode(&want, fold_rollup(f), fold_position(f));
	if (is.at != NULL)
		compare_day(v, name, buf_text(&want), is);
	else
		days_miss(
		    &v->days, day, v->findings.is_to_fix ? buf_text(&want) : (struct text){0});
	buf_fini(&want);
}

/* What is no day that the fold has passed. */
static int
name_unmet(struct verify *v, struct err *e)
{
	for (size_t i = 0; i < v->days.count; i++) {
		struct text name = v->days.names[i], is = {0};

		if (v->days.met[i])
			continue;
		findings_differ(&v->findings, FINDING_TREND, name,
		    "is no day between the first entry of the ledger and today");
		if (!v->findings.is_to_fix)
			continue;
		if (days_read(&v->days, v->store, v->plan, i, &is, e) != 0)
			return -1;
		findings_fix(&v->findings, LEDGER_TREND, name, is, (struct text){0});
	}
	return 0;
}

/* Forgets what is not missing any more. */
static int
look_again(struct verify *v, struct err *e)
{
	struct days *d = &v->days;
	char         date[CALENDAR_DATE_SIZE];

	for (size_t i = 0; i < d->missing_count;) {
		struct text name = text_of(calendar_format_date(d->missing[i].day, date));
		int         there = days_has_now(v->store, v->plan, name, e);

		if (there < 0)
			return -1;
		if (there > 0)
			days_forget(d, i);
		else
			i++;
	}
	return 0;
}

/* True if the newest days are all that is missing. */
static bool
may_still_come(const struct verify *v)
{
	return v->days.missing_count > 0 && v->days.missing[0].day >= v->days_end &&
	    cut_trouble(&v->cut, LEDGER_TREND).at == NULL;
}

static int
name_missing(struct verify *v, struct err *e)
{
	const struct days *d = &v->days;
	char               date[CALENDAR_DATE_SIZE];

	for (int look = 0; look < LOOKS && may_still_come(v); look++) {
		size_t before = d->missing_count;

		if (look > 0)
			clock_sleep_us(LOOK_US);
		if (look_again(v, e) != 0)
			return -1;
		if (d->missing_count < before)
			look = 0; /* they are coming */
	}
	for (size_t i = 0; i < d->missing_count; i++) {
		struct text name = text_of(calendar_format_date(d->missing[i].day, date));

		findings_differ(&v->findings, FINDING_TREND, name, "is missing");
		findings_fix(&v->findings, LEDGER_TREND, name, (struct text){0},
		    buf_text(&d->missing[i].want));
	}
	return 0;
}

int
verify_trend_end(struct verify *v, struct err *e)
{
	if (name_unmet(v, e) != 0)
		return -1;
	return name_missing(v, e);
}
