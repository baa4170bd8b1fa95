#include "cli/export_fields_get.h"

static const struct cell empty;

static struct cell
words(const char *text)
{
	return cell_text(text_of(text));
}

static struct cell
written(const struct ask *q)
{
	return cell_text(buf_text(q->scratch));
}

static struct cell
percent_or_empty(int32_t basis_points)
{
	return basis_points < 0 ? empty : cell_number(CELL_POINTS, basis_points);
}

static const struct plan_task *
task_of(const struct ask *q)
{
	return q->line->scope.kind == SCOPE_TASK ? &q->plan->tasks[q->line->scope.index] : NULL;
}

struct cell
get_level(const struct ask *q)
{
	static const struct phrase part = PHRASE("Agency", "单位");

	return words(q->line->part != NULL ? part.at[q->language]
					   : language_scope_kind(q->language, q->line->scope.kind));
}

struct cell
get_key(const struct ask *q)
{
	char out[SCOPE_KEY_SIZE];

	buf_addf(q->scratch, "%s", scope_key(q->plan, q->line->scope, out));
	return written(q);
}

struct cell
get_label(const struct ask *q)
{
	static const struct phrase formats[SCOPE_KINDS] = {
	    [SCOPE_OVERALL] = PHRASE("%s", "%s"),
	    [SCOPE_CHAPTER] = PHRASE("Chapter %s", "第%s章"),
	    [SCOPE_SECTION] = PHRASE("%s", "%s"),
	    [SCOPE_TASK] = PHRASE("Task %s", "任务 %s"),
	    [SCOPE_AGENCY] = PHRASE("%s", "%s"),
	};
	char out[SCOPE_KEY_SIZE];

	buf_addf(q->scratch, formats[q->line->scope.kind].at[q->language],
	    scope_key(q->plan, q->line->scope, out));
	return written(q);
}

struct cell
get_name(const struct ask *q)
{
	struct plan_title title = q->line->part != NULL ? q->line->part->agency->title
							: scope_title(q->plan, q->line->scope);

	return words(language_title(q->language, title));
}

/* "1.2 title" */
static struct cell
key_and_title(const struct ask *q, struct scope s)
{
	char out[SCOPE_KEY_SIZE];

	buf_addf(q->scratch, "%s %s", scope_key(q->plan, s, out),
	    language_title(q->language, scope_title(q->plan, s)));
	return written(q);
}

struct cell
get_chapter(const struct ask *q)
{
	const struct plan_task *t = task_of(q);

	return t == NULL ? empty : key_and_title(q, (struct scope){SCOPE_CHAPTER, t->chapter});
}

struct cell
get_section(const struct ask *q)
{
	const struct plan_task *t = task_of(q);

	if (t == NULL || t->section == PLAN_NONE)
		return empty;
	return key_and_title(q, (struct scope){SCOPE_SECTION, t->section});
}

struct cell
get_task_number(const struct ask *q)
{
	const struct plan_task *t = task_of(q);

	return t == NULL ? empty : cell_number(CELL_COUNT, t->number);
}

struct cell
get_task_title(const struct ask *q)
{
	const struct plan_task *t = task_of(q);

	return t == NULL ? empty : words(language_title(q->language, t->title));
}

struct cell
get_leader(const struct ask *q)
{
	const struct plan_task *t = task_of(q);
	uint32_t                agency;

	if (t == NULL)
		return empty;
	agency = q->plan->obligations[t->first_obligation].agency;
	return words(language_title(q->language, q->plan->agencies[agency].title));
}

struct cell
get_duty(const struct ask *q)
{
	const struct plan_task *t = task_of(q);

	return t == NULL ? empty : words(language_duty(q->language, t->duty));
}

struct cell
get_weight(const struct ask *q)
{
	const struct plan_task *t = task_of(q);

	return t == NULL ? empty : cell_number(CELL_COUNT, t->weight);
}

struct cell
get_due(const struct ask *q)
{
	const struct plan_task *t = task_of(q);

	return t == NULL ? empty : cell_number(CELL_DAY, t->due);
}

struct cell
get_state(const struct ask *q)
{
	if (q->line->part != NULL)
		return words(language_report_state(q->language, q->line->part->now->state));
	return get_task_state(q);
}

struct cell
get_percent(const struct ask *q)
{
	if (q->line->part != NULL)
		return percent_or_empty((int32_t)q->line->part->now->percent);
	return percent_or_empty(summary_percent(&q->line->summary->figure));
}

struct cell
get_task_percent(const struct ask *q)
{
	if (task_of(q) == NULL)
		return empty;
	return percent_or_empty(summary_percent(&q->line->summary->figure));
}

struct cell
get_expected(const struct ask *q)
{
	const struct summary *s = q->line->summary;

	return s->figure.den == 0 ? empty : cell_number(CELL_POINTS, s->expected);
}

struct cell
get_gap(const struct ask *q)
{
	const struct summary *s = q->line->summary;

	return s->figure.den == 0 ? empty : cell_number(CELL_GAP, s->gap);
}

struct cell
get_light(const struct ask *q)
{
	return cell_number(CELL_LIGHT, q->line->summary->judgement.light);
}

struct cell
get_reason(const struct ask *q)
{
	return words(language_reason_of(q->language, q->line->summary->judgement));
}

struct cell
get_task_state(const struct ask *q)
{
	if (task_of(q) == NULL)
		return empty;
	return words(language_task_state(q->language, q->line->summary->state));
}

struct cell
get_disposition(const struct ask *q)
{
	if (task_of(q) == NULL)
		return empty;
	return words(language_disposition(q->language, q->line->summary->disposition));
}

struct cell
get_overdue(const struct ask *q)
{
	uint32_t days = q->line->summary->overdue_days;

	return task_of(q) == NULL || days == 0 ? empty : cell_number(CELL_COUNT, days);
}

/* `which` is where the number stands in a summary. */
struct cell
get_tasks(const struct ask *q)
{
	const uint32_t *n = (const void *)((const char *)q->line->summary + q->which);

	return cell_number(CELL_COUNT, *n);
}

struct cell
get_obligations(const struct ask *q)
{
	return cell_number(CELL_COUNT, q->line->summary->obligations_expected);
}

/* `which` is where the figure stands in a summary. */
struct cell
get_agency_percent(const struct ask *q)
{
	const struct figure *f = (const void *)((const char *)q->line->summary + q->which);

	return q->line->scope.kind == SCOPE_AGENCY ? percent_or_empty(summary_percent(f)) : empty;
}

struct cell
get_period(const struct ask *q)
{
	return words(q->line->summary->last_period.name);
}

/* `which` is where the number of obligations stands in a summary's period. */
struct cell
get_rate(const struct ask *q)
{
	const struct summary_period *p = &q->line->summary->last_period;
	const uint32_t              *n = (const void *)((const char *)p + q->which);

	return percent_or_empty(facts_rate(*n, p->expected));
}

struct cell
get_class(const struct ask *q)
{
	if (task_of(q) == NULL)
		return empty;
	return words(facts_class_name(q->language, facts_class(q->facts, q->line->scope.index)));
}

/* `which` is a class. */
struct cell
get_in_class(const struct ask *q)
{
	uint32_t     n[FACTS_CLASSES], first = 0, count = q->plan->task_count;
	struct scope s = q->line->scope;

	if (s.kind == SCOPE_CHAPTER) {
		first = q->plan->chapters[s.index].first_task;
		count = q->plan->chapters[s.index].task_count;
	} else if (s.kind == SCOPE_SECTION) {
		first = q->plan->sections[s.index].first_task;
		count = q->plan->sections[s.index].task_count;
	} else if (s.kind != SCOPE_OVERALL) {
		return empty;
	}
	facts_classes(q->facts, first, count, n);
	return cell_number(CELL_COUNT, n[q->which]);
}

struct cell
get_cost(const struct ask *q)
{
	if (task_of(q) == NULL || q->line->summary->figure.den == 0)
		return empty;
	return cell_number(CELL_GAP, facts_addend(q->facts, q->line->scope.index)->points);
}

struct cell
get_scope_name(const struct ask *q)
{
	char         out[SCOPE_KEY_SIZE];
	struct scope s = q->line->scope;

	buf_addf(q->scratch, "%s", scope_kind_name(s.kind));
	if (s.kind != SCOPE_OVERALL)
		buf_addf(q->scratch, "/%s", scope_key(q->plan, s, out));
	return written(q);
}
