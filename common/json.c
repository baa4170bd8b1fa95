#include "common/json.h"

#include <stdlib.h>

#include "core/calendar.h"

json_t *
json_text(struct text t)
{
	return t.at == NULL ? json_null() : json_stringn(t.at, t.len);
}

json_t *
json_percent(int32_t basis_points)
{
	if (basis_points < 0)
		return json_null();
	return json_points(basis_points);
}

json_t *
json_points(int32_t basis_points)
{
	return json_real(basis_points / 100.0);
}

json_t *
json_title(struct plan_title title)
{
	return json_pack("{s:s, s:s}", "zh", title.zh, "en", title.en);
}

json_t *
json_date(int32_t day)
{
	char date[CALENDAR_DATE_SIZE];

	return json_string(calendar_format_date(day, date));
}

static void
set_integer(json_t *object, const char *key, int64_t n)
{
	json_object_set_new(object, key, json_integer(n));
}

static void
set_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, json_string(text));
}

static void
set_figure(json_t *object, const struct figure *f)
{
	json_object_set_new(object, "percent", json_percent(summary_percent(f)));
	set_integer(object, "num", (int64_t)f->num);
	set_integer(object, "den", (int64_t)f->den);
}

static json_t *
agency_figure(const struct figure *f)
{
	json_t *object = json_object();

	set_figure(object, f);
	set_integer(object, "tasks", f->tasks);
	return object;
}

static json_t *
task_counts(const struct summary *s)
{
	json_t *object = json_object();

	set_integer(object, "total", s->task_total);
	set_integer(object, "included", s->task_included);
	for (int i = 0; i < TASK_STATES; i++)
		set_integer(object, task_state_name((enum task_state)i), s->tasks[i]);
	return object;
}

/* How it stands against the calendar. */
static void
set_calendar(json_t *object, const struct summary *s)
{
	enum light_reason reason = s->judgement.reason;
	bool              counts = s->figure.den > 0;

	json_object_set_new(object, "expected", counts ? json_points(s->expected) : json_null());
	json_object_set_new(object, "gap", counts ? json_points(s->gap) : json_null());
	set_text(object, "light", light_name(s->judgement.light));
	json_object_set_new(object, "reason",
	    reason == REASON_NONE ? json_null() : json_string(light_reason_name(reason)));
}

static json_t *
period(const struct summary_period *p)
{
	json_t *object;

	if (p->name[0] == '\0')
		return json_null();
	object = json_object();
	set_text(object, "name", p->name);
	set_integer(object, "expected", p->expected);
	set_integer(object, "reported", p->reported);
	set_integer(object, "on_time", p->on_time);
	return object;
}

static json_t *
part(const struct summary_part *p)
{
	bool    reported = p->state != REPORT_UNREPORTED;
	json_t *object = json_object();

	json_object_set_new(object, "agency", json_text(p->agency));
	set_text(object, "role", p->lead ? "lead" : "participant");
	set_text(object, "state", report_state_name(p->state));
	json_object_set_new(object, "percent", json_percent((int32_t)p->percent));
	json_object_set_new(object, "at", reported ? json_integer(p->at_ms) : json_null());
	json_object_set_new(
	    object, "received", reported ? json_integer(p->received_ms) : json_null());
	return object;
}

static void
set_task(json_t *object, const struct summary *s)
{
	json_t *parts = json_array();

	set_text(object, "state", task_state_name(s->state));
	set_text(object, "disposition", report_disposition_name(s->disposition));
	set_integer(object, "overdue_days", s->overdue_days);
	for (uint32_t i = 0; i < s->part_count; i++)
		json_array_append_new(parts, part(&s->parts[i]));
	json_object_set_new(object, "parts", parts);
}

static json_t *
obligations(const struct summary *s)
{
	json_t *object = json_object();

	set_integer(object, "expected", s->obligations_expected);
	set_integer(object, "reported", s->obligations_reported);
	return object;
}

json_t *
json_summary(const struct summary *s)
{
	json_t *object = json_object();
	char    position[POSITION_SIZE];

	json_object_set_new(object, "plan", json_text(s->plan));
	set_integer(object, "revision", s->revision);
	set_text(object, "position", position_format(s->position, position));
	set_integer(object, "as_of", s->as_of_ms);
	set_text(object, "scope", scope_kind_name(s->kind));
	json_object_set_new(object, "key", json_text(s->key));
	if (s->kind == SCOPE_AGENCY) {
		json_object_set_new(object, "lead", agency_figure(&s->lead));
		json_object_set_new(object, "participant", agency_figure(&s->participant));
		json_object_set_new(object, "own", agency_figure(&s->figure));
	} else {
		set_figure(object, &s->figure);
	}
	set_calendar(object, s);
	json_object_set_new(object, "tasks", task_counts(s));
	json_object_set_new(object, "obligations", obligations(s));
	json_object_set_new(object, "period", period(&s->period));
	json_object_set_new(object, "last_period", period(&s->last_period));
	if (s->kind == SCOPE_TASK)
		set_task(object, s);
	return object;
}

static json_t *
evidence(const struct report *r)
{
	json_t *array = json_array();

	for (uint32_t i = 0; i < r->evidence_count; i++) {
		json_t *one = json_object();

		json_object_set_new(one, "title", json_text(r->evidence[i].title));
		json_object_set_new(one, "uri", json_text(r->evidence[i].uri));
		json_array_append_new(array, one);
	}
	return array;
}

static void
set_status(json_t *object, const struct report *r)
{
	set_text(object, "state", report_state_name(r->state));
	json_object_set_new(object, "percent", json_percent((int32_t)r->percent));
	json_object_set_new(object, "summary", json_text(r->summary));
	json_object_set_new(object, "problems", json_text(r->problems));
	json_object_set_new(object, "next_steps", json_text(r->next_steps));
	json_object_set_new(object, "help", json_boolean(r->help));
	json_object_set_new(object, "evidence", evidence(r));
}

json_t *
json_record(const struct record *rec)
{
	static const char *const kinds[REPORT_KINDS] = {
	    [REPORT_STATUS] = "report",
	    [REPORT_WITHDRAWAL] = "withdrawal",
	    [REPORT_DISPOSITION] = "disposition",
	};
	const struct report *r = &rec->report;
	json_t              *object = json_object();

	set_text(object, "kind", kinds[r->kind]);
	set_integer(object, "task", r->task);
	json_object_set_new(object, "agency", json_text(rec->agency));
	json_object_set_new(object, "key", json_text(rec->key));
	set_integer(object, "seq", (int64_t)rec->seq);
	set_integer(object, "at", r->at_ms);
	set_integer(object, "received", rec->received_ms);
	if (r->kind == REPORT_STATUS)
		set_status(object, r);
	if (r->kind == REPORT_DISPOSITION) {
		set_text(object, "disposition", report_disposition_name(r->disposition));
		json_object_set_new(object, "reason", json_text(r->reason));
	}
	return object;
}

/* The control character at the front of t that jansson leaves as it is, U+007F to U+009F,
 * with its bytes; 0: there is none. */
static unsigned
control_at(struct text t, size_t *len)
{
	const unsigned char *at = (const unsigned char *)t.at;

	*len = 1;
	if (at[0] == 0x7f)
		return 0x7f;
	if (t.len < 2 || at[0] != 0xc2 || at[1] > 0x9f)
		return 0;
	*len = 2;
	return at[1];
}

/* Such characters stand in texts alone, where \u009b is the same. */
static void
add_escaped(struct buf *out, struct text t)
{
	size_t from = 0, len;

	for (size_t i = 0; i < t.len; i += len) {
		unsigned code = control_at((struct text){t.at + i, t.len - i}, &len);

		if (code == 0)
			continue;
		buf_add(out, t.at + from, i - from);
		buf_addf(out, "\\u%04X", code);
		from = i + len;
	}
	buf_add(out, t.at + from, t.len - from);
}

void
json_write(struct buf *out, json_t *document)
{
	char *text = json_dumps(document, JSON_COMPACT | JSON_REAL_PRECISION(15));

	if (text != NULL)
		add_escaped(out, text_of(text));
	free(text);
	json_decref(document);
}

void
json_print(FILE *out, json_t *document)
{
	struct buf line = {0};

	json_write(&line, document);
	buf_add(&line, "\n", 1);
	fwrite(line.at, 1, line.len, out);
	fflush(out);
	buf_fini(&line);
}
