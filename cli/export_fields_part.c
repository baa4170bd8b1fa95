#include "cli/export_fields_get.h"

#include <inttypes.h>

#include "core/position.h"

static const struct phrase yes = PHRASE("yes", "是"), no = PHRASE("no", "否");

static struct cell
yes_or_no(const struct ask *q, bool is)
{
	return cell_text(text_of((is ? yes : no).at[q->language]));
}

struct cell
get_agency_id(const struct ask *q)
{
	return cell_text(text_of(q->line->part->agency->id));
}

struct cell
get_agency(const struct ask *q)
{
	return cell_text(text_of(language_title(q->language, q->line->part->agency->title)));
}

struct cell
get_role(const struct ask *q)
{
	bool lead = q->line->part->obligation == q->line->part->task->first_obligation;

	return cell_text(text_of(language_role(q->language, lead)));
}

static bool
is_cancelled(const struct ask *q)
{
	uint32_t task = (uint32_t)(q->line->part->task - q->plan->tasks);

	return facts_summary(q->facts, (struct scope){SCOPE_TASK, task})->state == TASK_CANCELLED;
}

struct cell
get_counts(const struct ask *q)
{
	static const struct phrase cancelled =
	    PHRASE("no (the task is cancelled)", "否（任务已取消）");

	if (is_cancelled(q))
		return cell_text(text_of((q->which ? cancelled : no).at[q->language]));
	return yes_or_no(q, plan_counts(q->plan, q->line->part->obligation));
}

struct cell
get_at(const struct ask *q)
{
	const struct picture_word *word = q->line->part->word;

	return word == NULL ? cell_text((struct text){0})
			    : cell_number(CELL_INSTANT, word->record.report.at_ms);
}

struct cell
get_received(const struct ask *q)
{
	const struct picture_word *word = q->line->part->word;

	return word == NULL ? cell_text((struct text){0})
			    : cell_number(CELL_INSTANT, word->record.received_ms);
}

/* As text: it has more digits than a spreadsheet program keeps of a number. */
struct cell
get_seq(const struct ask *q)
{
	const struct picture_word *word = q->line->part->word;

	if (word != NULL)
		buf_addf(q->scratch, "%" PRIu64, word->record.seq);
	return cell_text(buf_text(q->scratch));
}

struct cell
get_position(const struct ask *q)
{
	const struct picture_word *word = q->line->part->word;
	char                       position[POSITION_SIZE];

	if (word != NULL)
		buf_addf(q->scratch, "%s", position_format(word->position, position));
	return cell_text(buf_text(q->scratch));
}

struct cell
get_key_id(const struct ask *q)
{
	const struct picture_word *word = q->line->part->word;

	return cell_text(word == NULL ? (struct text){0} : word->record.key);
}

struct cell
get_text(const struct ask *q)
{
	const struct report *said = facts_report(q->line->part);
	const struct text   *text;

	if (said == NULL)
		return cell_text((struct text){0});
	text = (const void *)((const char *)said + q->which);
	return cell_text(*text);
}

struct cell
get_help(const struct ask *q)
{
	return yes_or_no(q, q->line->part->now->help);
}

/* "title <uri>", a line each. */
struct cell
get_evidence(const struct ask *q)
{
	const struct report *said = facts_report(q->line->part);

	for (uint32_t i = 0; said != NULL && i < said->evidence_count; i++) {
		const struct report_evidence *e = &said->evidence[i];

		buf_addf(q->scratch, "%s", i == 0 ? "" : "\n");
		buf_add(q->scratch, e->title.at, e->title.len);
		buf_addf(q->scratch, " <");
		buf_add(q->scratch, e->uri.at, e->uri.len);
		buf_addf(q->scratch, ">");
	}
	return cell_text(buf_text(q->scratch));
}
