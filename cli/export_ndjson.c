#include "cli/export_ndjson.h"

#include "common/json.h"
#include "core/calendar.h"

static void
set(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value);
}

static void
set_text(json_t *object, const char *key, const char *text)
{
	set(object, key, json_string(text));
}

static void
set_integer(json_t *object, const char *key, int64_t n)
{
	set(object, key, json_integer(n));
}

static json_t *
begin(const char *kind)
{
	json_t *object = json_object();

	set_text(object, "kind", kind);
	return object;
}

/* Its "moment" has the flags that give the same again. */
static json_t *
plan_line(const struct facts *f)
{
	json_t *object = begin("plan");
	char    position[POSITION_SIZE], date[CALENDAR_DATE_SIZE];

	set_text(object, "plan", f->plan->id);
	set_integer(object, "revision", f->plan->revision);
	set(object, "title", json_title(f->plan->title));
	set_text(object, "position", position_format(f->position, position));
	set_integer(object, "as_of", calendar_day_start(f->today, f->plan->utc_offset_min));
	set(object, "moment",
	    json_pack("{s:s?, s:s, s:s, s:b}", "as_of", f->as_of, "known_at", position, "today",
		calendar_format_date(f->today, date), "projection",
		(int)picture_is_ahead(f->picture)));
	return object;
}

static json_t *
summary_line(const struct facts *f, uint32_t row)
{
	struct scope   scope = scope_at(f->plan, row);
	json_t        *object = begin("summary"), *said;
	struct summary s;

	rollup_summary(f->rollup, row, &s);
	said = json_summary(&s);
	json_object_update(object, said);
	json_decref(said);
	set(object, "title", json_title(scope_title(f->plan, scope)));
	return object;
}

static json_t *
evidence(const struct report *said)
{
	json_t *array = json_array();

	for (uint32_t i = 0; said != NULL && i < said->evidence_count; i++)
		json_array_append_new(array,
		    json_pack("{s:o, s:o}", "title", json_text(said->evidence[i].title), "uri",
			json_text(said->evidence[i].uri)));
	return array;
}

/* What the newest record says, a withdrawal's own place and times included. */
static void
set_word(json_t *object, const struct facts_part *part)
{
	const struct picture_word *word = part->word;
	const struct report       *said = facts_report(part);
	const struct report        silence = {0}, *texts = said != NULL ? said : &silence;
	char                       position[POSITION_SIZE];

	set(object, "at", word != NULL ? json_integer(word->record.report.at_ms) : json_null());
	set(object, "received",
	    word != NULL ? json_integer(word->record.received_ms) : json_null());
	set(object, "seq", word != NULL ? json_integer((json_int_t)word->record.seq) : json_null());
	set(object, "position",
	    word != NULL ? json_string(position_format(word->position, position)) : json_null());
	set(object, "key", json_text(word != NULL ? word->record.key : (struct text){0}));
	set(object, "withdrawn", json_boolean(word != NULL && said == NULL));
	set(object, "summary", json_text(texts->summary));
	set(object, "problems", json_text(texts->problems));
	set(object, "next_steps", json_text(texts->next_steps));
	set(object, "help", json_boolean(part->now->help));
	set(object, "evidence", evidence(said));
}

static json_t *
obligation_line(const struct facts *f, const struct facts_part *part)
{
	json_t      *object = begin("obligation");
	bool         lead = part->obligation == part->task->first_obligation;
	struct scope task = {SCOPE_TASK, (uint32_t)(part->task - f->plan->tasks)};

	set_text(object, "plan", f->plan->id);
	set_integer(object, "task", part->task->number);
	set_text(object, "agency", part->agency->id);
	set_text(object, "role", lead ? "lead" : "participant");
	set_text(object, "duty", plan_duty_name(part->task->duty));
	set_integer(object, "weight", part->task->weight);
	set(object, "counts",
	    json_boolean(plan_counts(f->plan, part->obligation) &&
		facts_summary(f, task)->state != TASK_CANCELLED));
	set_text(object, "state", report_state_name(part->now->state));
	set(object, "percent", json_percent((int32_t)part->now->percent));
	set_word(object, part);
	return object;
}

void
export_ndjson(const struct facts *f, FILE *to)
{
	struct facts_part part;

	json_print(to, plan_line(f));
	for (uint32_t row = 0; row < scope_count(f->plan); row++)
		json_print(to, summary_line(f, row));
	for (uint32_t i = 0; i < f->plan->obligation_count; i++)
		if (facts_part(f, i, &part))
			json_print(to, obligation_line(f, &part));
}
