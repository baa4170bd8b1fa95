#include "cli/verify_state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verify_difference.h"
#include "core/calendar.h"
#include "core/mem.h"
#include "core/scope.h"
#include "core/wire_event.h"

#define AS_OF_SIZE 24 /* of a number as text, with the NUL */

/* Of what is astray, all that could be said has been. */
static void
differ(struct verify *v, struct text topic, struct text is, struct text want, const char *message)
{
	if (!v->summaries.astray)
		findings_differ(&v->findings, FINDING_SUMMARY, topic, "%s", message);
	findings_fix(&v->findings, LEDGER_SUMMARY, topic, is, want);
}

/* The row of the scope a topic is of, or PLAN_NONE. */
static uint32_t
row_of(const struct plan *p, struct text topic)
{
	size_t       id = strlen(p->id);
	char         again[SCOPE_TOPIC_SIZE];
	struct scope s;

	if (topic.len < id + 2 ||
	    !scope_parse(p, (struct text){topic.at + id + 1, topic.len - id - 2}, &s) ||
	    !text_equal(topic, text_of(scope_topic(p, s, again))))
		return PLAN_NONE;
	return scope_row(p, s);
}

/* One that the hash has of each scope, by row: index + 1; 0: none. What is of none of
 * them is a difference. */
static uint32_t *
by_row(struct verify *v, const struct plan *p)
{
	uint32_t *rows = mem_zeroed(scope_count(p), sizeof(rows[0]));

	for (size_t i = 0; i < cut_count(&v->cut, LEDGER_SUMMARY); i++) {
		struct text topic = cut_name(&v->cut, LEDGER_SUMMARY, i);
		uint32_t    row = row_of(p, topic);

		if (row != PLAN_NONE)
			rows[row] = (uint32_t)i + 1;
		else
			differ(v, topic, cut_value(&v->cut, LEDGER_SUMMARY, i), (struct text){0},
			    "the plan has no such scope");
	}
	return rows;
}

static void
compare(struct verify *v, uint32_t row, struct text is)
{
	struct rollup *r = fold_rollup(v->fold);
	char           name[SCOPE_TOPIC_SIZE];
	struct text    topic =
	    text_of(scope_topic(fold_plan(v->fold), scope_at(fold_plan(v->fold), row), name));
	struct buf     want = {0}, what = {0};
	struct summary s;

	rollup_summary(r, row, &s);
	wire_summary_encode(&want, topic, &s);
	if (is.at == NULL) {
		differ(v, topic, is, buf_text(&want), "is missing");
	} else if (!text_equal(is, buf_text(&want))) {
		difference_of_events(&what, buf_text(&want), is);
		buf_add(&what, "", 1);
		differ(v, topic, is, buf_text(&want), what.at);
	}
	buf_fini(&want);
	buf_fini(&what);
}

void
verify_summaries(struct verify *v)
{
	const struct plan *p = fold_plan(v->fold);
	uint32_t          *rows = by_row(v, p);
	char               position[POSITION_SIZE], as_of[AS_OF_SIZE];

	position_format(fold_position(v->fold), position);
	snprintf(as_of, sizeof(as_of), "%" PRId64,
	    calendar_day_start(rollup_today(fold_rollup(v->fold)), p->utc_offset_min));
	verify_stop_field(v, &v->summaries, "summary_position", text_of(position));
	verify_stop_field(v, &v->summaries, "summary_as_of", text_of(as_of));
	for (uint32_t row = 0; row < scope_count(p); row++)
		compare(v, row,
		    rows[row] == 0 ? (struct text){0}
				   : cut_value(&v->cut, LEDGER_SUMMARY, rows[row] - 1));
	v->summary_count = v->summaries.astray ? 0 : scope_count(p);
	free(rows);
}
