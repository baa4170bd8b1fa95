#include "cli/verify_state.h"

#include <inttypes.h>
#include <stdio.h>

#include "cli/verify_difference.h"
#include "core/calendar.h"
#include "core/plan_yaml.h"
#include "core/rollup_aside.h"

#define NAME_SIZE (ALERT_TOPIC_SIZE + 24) /* "word 17/mof" */

static json_t *
json_position(struct position position)
{
	char formatted[POSITION_SIZE];

	return json_string(position_format(position, formatted));
}

static json_t *
json_day(int32_t day)
{
	char date[CALENDAR_DATE_SIZE];

	return json_string(calendar_format_date(day, date));
}

static json_t *
json_receipts(const struct receipts *receipts)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < receipts->count; i++)
		json_array_append_new(array,
		    json_pack("{s:I, s:I}", "month", (json_int_t)receipts->at[i].month, "received",
			(json_int_t)receipts->at[i].received_ms));
	return array;
}

/* "word 17/mof" */
static void
add_word(json_t *all, uint32_t number, const char *agency, const struct rollup_word *w,
    const struct receipts *receipts)
{
	char name[NAME_SIZE];

	if (w->seq == 0)
		return;
	snprintf(name, sizeof(name), "word %" PRIu32 "/%s", number, agency);
	json_object_set_new(all, name,
	    json_pack("{s:I, s:s, s:o, s:I, s:I, s:o, s:b, s:o}", "seq", (json_int_t)w->seq,
		"state", report_state_name(w->state), "percent", json_percent((int32_t)w->percent),
		"at", (json_int_t)w->at_ms, "received", (json_int_t)w->received_ms, "fell_from",
		json_percent((int32_t)w->fell_from), "help", w->help, "receipts",
		json_receipts(receipts)));
}

/* "task 17" */
static void
add_task(json_t *all, uint32_t number, const struct rollup_ruling *ruling, struct position position)
{
	char name[NAME_SIZE];

	snprintf(name, sizeof(name), "task %" PRIu32, number);
	json_object_set_new(all, name,
	    json_pack("{s:o, s:I, s:I, s:s}", "position", json_position(position), "ruling_seq",
		(json_int_t)ruling->seq, "ruling_at", (json_int_t)ruling->at_ms, "disposition",
		report_disposition_name(ruling->disposition)));
}

static void
add_aside(json_t *all, const struct rollup *r)
{
	const struct rollup_aside *aside = rollup_aside(r);

	for (uint32_t number = rollup_plan(r)->task_count + 1; number <= PLAN_TASKS_MAX; number++)
		if (rollup_aside_ruling(aside, number)->seq > 0)
			add_task(all, number, rollup_aside_ruling(aside, number), rollup_since(r));
	for (uint32_t i = 0; i < aside->word_count; i++) {
		const struct rollup_aside_word *w = rollup_aside_word(aside, i);

		add_word(all, w->task, w->agency, &w->word, &w->receipts);
	}
}

/* "alert overdue/task/27" */
static void
add_alert(json_t *all, const struct alert *a)
{
	char    name[NAME_SIZE];
	json_t *agencies = json_array();

	for (uint32_t i = 0; i < a->agency_count; i++)
		json_array_append_new(agencies, json_string(a->agencies[i]));
	snprintf(name, sizeof(name), "alert %s/%s%s%s", alarm_name(a->what),
	    scope_kind_name(a->kind), a->key[0] == '\0' ? "" : "/", a->key);
	json_object_set_new(all, name,
	    json_pack("{s:I, s:I, s:o, s:I, s:b, s:o, s:o, s:o, s:s, s:s, s:I, s:s, s:o}", "since",
		(json_int_t)a->since_ms, "revision", (json_int_t)a->revision, "position",
		json_position(a->position), "as_of", (json_int_t)a->as_of_ms, "counts", a->counts,
		"percent", json_percent(a->percent), "expected", json_points(a->expected), "gap",
		json_points(a->gap), "light", light_name(a->judgement.light), "reason",
		light_reason_name(a->judgement.reason), "overdue_days", (json_int_t)a->overdue_days,
		"period", a->period, "agencies", agencies));
}

/* All that a checkpoint holds, by name. */
static json_t *
json_fold(const struct fold *f)
{
	const struct rollup *r = fold_rollup(f);
	const struct plan   *p = fold_plan(f);
	const struct alert  *alert;
	json_t *all = json_pack("{s:o, s:o, s:o}", "position", json_position(fold_position(f)),
	    "since", json_position(rollup_since(r)), "day", json_day(rollup_today(r)));
	size_t  at = 0;

	for (uint32_t t = 0; t < p->task_count; t++)
		add_task(all, p->tasks[t].number, rollup_ruling(r, t), rollup_task_position(r, t));
	for (uint32_t i = 0; i < p->obligation_count; i++)
		add_word(all, p->tasks[p->obligations[i].task].number,
		    p->agencies[p->obligations[i].agency].id, rollup_word(r, i),
		    rollup_receipts(r, i));
	add_aside(all, r);
	while ((alert = alerts_standing(fold_alerts(f), &at)) != NULL)
		add_alert(all, alert);
	return all;
}

/* The fold that a checkpoint of the newest revision holds, or NULL with *e. */
static struct fold *
restore(const struct verify *v, struct text state, struct err *e)
{
	const struct fold_rules rules = {
	    .today = FOLD_BY_LEDGER, .alerts = true, .until_ms = INT64_MAX};
	struct plan *p = plan_yaml_parse_stored(buf_text(&v->yaml), e);

	return p == NULL ? NULL : fold_restore(&rules, p, state, e);
}

/* In what the state that is kept is not the fold's. */
static void
name_differences(const struct verify *v, struct text want, struct text is, struct buf *what)
{
	struct err   why = {0};
	struct fold *f = restore(v, is, &why);
	json_t      *want_json, *is_json;

	if (f == NULL) {
		buf_addf(what, "cannot be read: %s", why.msg);
		return;
	}
	want_json = json_fold(v->fold);
	is_json = json_fold(f);
	difference_of_json(what, want_json, is_json);
	if (what->len == 0)
		difference_of_bytes(what, want, is);
	json_decref(want_json);
	json_decref(is_json);
	fold_free(f);
}

static void
differ(struct verify *v, struct text want, struct text is)
{
	struct buf what = {0};

	name_differences(v, want, is, &what);
	findings_differ(
	    &v->findings, FINDING_CHECKPOINT, text_of("state"), "%.*s", (int)what.len, what.at);
	buf_fini(&what);
}

static void
compare_state(struct verify *v)
{
	struct text is = cut_find(&v->cut, LEDGER_ROLLUP, text_of("state"));
	struct buf  want = {0};

	fold_save(v->fold, &want);
	if (!text_equal(is, buf_text(&want))) {
		if (!v->checkpoint.astray)
			differ(v, buf_text(&want), is);
		findings_fix(&v->findings, LEDGER_ROLLUP, text_of("state"), is, buf_text(&want));
	}
	buf_fini(&want);
}

void
verify_checkpoint(struct verify *v)
{
	char position[POSITION_SIZE], revision[24];

	verify_stop_field(v, &v->checkpoint, "position",
	    text_of(position_format(fold_position(v->fold), position)));
	verify_stop_field(v, &v->checkpoint, "revision",
	    (struct text){revision, (size_t)(text_write_number(revision, v->revision) - revision)});
	compare_state(v);
	v->has_checkpoint = !v->checkpoint.astray;
}
