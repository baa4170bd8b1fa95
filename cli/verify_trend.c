#include "cli/verify_state.h"

#include <string.h>

#include "cli/verify_difference.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/scope.h"
#include "core/wire_trend.h"

#define SCOPES_NAMED_MAX 10 /* days of which the scope that differs is looked for */

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
	size_t  count = cut_count(&v->cut, LEDGER_TREND);
	int32_t day;

	v->trend_met = mem_zeroed(count, sizeof(v->trend_met[0]));
	v->trend_end = v->checkpoint.pending ? v->checkpoint.day : INT32_MIN;
	for (size_t i = 0; i < count; i++)
		if (calendar_parse_date(cut_name(&v->cut, LEDGER_TREND, i), &day) &&
		    day >= v->trend_end)
			v->trend_end = day + 1;
}

/* The place of a day in the hash, or its number of fields. */
static size_t
find(const struct verify *v, struct text name)
{
	size_t i = 0, count = cut_count(&v->cut, LEDGER_TREND);

	while (i < count && !text_equal(cut_name(&v->cut, LEDGER_TREND, i), name))
		i++;
	return i;
}

/* A day that an aggregator has still to keep is not missing. */
void
verify_trend_day(void *context, struct fold *f, int32_t day)
{
	struct verify *v = context;
	char           date[CALENDAR_DATE_SIZE];
	struct text    name = text_of(calendar_format_date(day, date)), is = {0};
	size_t         i = find(v, name);
	struct buf     want = {0}, what = {0};

	if (i < cut_count(&v->cut, LEDGER_TREND)) {
		is = cut_value(&v->cut, LEDGER_TREND, i);
		v->trend_met[i] = true;
		v->trend_count++;
	} else if (day >= v->trend_end) {
		return;
	}
	wire_trend_encode(&want, fold_rollup(f), fold_position(f));
	if (is.at == NULL)
		buf_addf(&what, "is missing");
	else if (!text_equal(is, buf_text(&want)))
		name_difference(v, &what, buf_text(&want), is);
	if (what.len > 0) {
		findings_differ(&v->findings, FINDING_TREND, name, "%.*s", (int)what.len, what.at);
		findings_fix(&v->findings, LEDGER_TREND, name, is, buf_text(&want));
	}
	buf_fini(&want);
	buf_fini(&what);
}

void
verify_trend_end(struct verify *v)
{
	for (size_t i = 0; i < cut_count(&v->cut, LEDGER_TREND); i++) {
		struct text name = cut_name(&v->cut, LEDGER_TREND, i);

		if (v->trend_met[i])
			continue;
		findings_differ(&v->findings, FINDING_TREND, name,
		    "is no day between the first entry of the ledger and today");
		findings_fix(&v->findings, LEDGER_TREND, name, cut_value(&v->cut, LEDGER_TREND, i),
		    (struct text){0});
	}
}
